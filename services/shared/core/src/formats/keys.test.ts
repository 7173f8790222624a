// Keys that name schemas are compared by what they hold, not by the numbers of their schemas.
import { expect, test } from 'vitest';
import { compareContents } from '../compare/compare.ts';
import { compilePlan } from '../compare/plan.ts';
import type { CompareSpec, Content } from '../compare/spec.ts';
import type { Format } from '../experiment/experiment.ts';
import type { Header } from '../ports/log.ts';
import { type SchemaKey, type Schemas, schemaKeyText, writerSchema } from './schemas.ts';
import { framed, long, text } from './testing/avro-bytes.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const registry = (known: Readonly<Record<string, string>>): Schemas => ({
  hasRegistry: true,
  find: (key: SchemaKey) => {
    const schema = known[schemaKeyText(key)];
    return schema === undefined ? undefined : writerSchema(schema);
  },
});
const LEGACY = registry({ 'id 7': '"string"', 'id 9': '"long"' });
const CANDIDATE = registry({ 'id 7': '"long"', 'id 8': '"string"', [`GUID ${GUID}`]: '"string"' });

const VALUE = framed(7, text('v'));
const other = framed(8, text('v'));
const named = (guid: string): readonly Header[] => [
  ['__key_schema_id', Uint8Array.from(`01${guid}`.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16))],
];
const plain = (key: string) => new TextEncoder().encode(key);

function compared(
  legacy: Partial<Content> & { readonly key: Uint8Array | null },
  candidate: Partial<Content> & { readonly key: Uint8Array | null },
  formats: readonly [Format, Format] = ['avro', 'avro'],
  schemas: { readonly legacy: Schemas; readonly candidate: Schemas } = { legacy: LEGACY, candidate: CANDIDATE },
): unknown {
  const spec: CompareSpec = {
    output: 'o',
    format: { legacy: formats[0], candidate: formats[1] },
    select: {},
    compare: { value: true, key: true, headers: [] },
    pick: 'sequence',
    counts: 'compare',
    rules: [],
    budgets: { differencesPerPair: 10, payloadBytes: 1_000, depth: 10 },
  };
  const plan = compilePlan(spec, { schemas });
  const values = [
    formats[0] === 'json' ? plain('"v"') : VALUE,
    schemas.candidate === CANDIDATE ? other : VALUE,
  ] as const;
  const one = { value: values[0], headers: [], ...legacy };
  const two = { value: values[1], headers: [], ...candidate };
  const result = compareContents([one], [two], plan);
  return result.kind === 'mismatch'
    ? result.differences.map(({ path, legacy: was, candidate: is }) => `${path} ${was} ${is}`)
    : result.kind;
}

test('one key under two numbers of its schema is the same key', () => {
  expect(compared({ key: framed(7, text('k')) }, { key: framed(8, text('k')) })).toBe('match');
  expect(compared({ key: framed(7, text('k')) }, { key: framed(8, text('l')) })).toEqual(['key: "k" "l"']);
});

test('equal bytes under one number of two registries are not taken for equal', () => {
  const key = framed(7, long(1));
  expect(compared({ key }, { key })).not.toBe('match');
  const like = { legacy: CANDIDATE, candidate: CANDIDATE };
  const value = framed(8, text('v'));
  expect(compared({ key, value }, { key, value }, ['avro', 'avro'], like)).toBe('match');
});

test('a schema may be named by a header, and an unknown one is no other one', () => {
  const key = Uint8Array.from(text('k'));
  expect(compared({ key: framed(7, text('k')) }, { key, headers: named(GUID) })).toBe('match');
  const [a, b] = [named('a'.repeat(32)), named('b'.repeat(32))];
  expect(compared({ key, headers: a }, { key, headers: a })).toBe('match');
  expect(compared({ key, headers: a }, { key, headers: b })).not.toBe('match');
});

test('an Avro string is the plain key of the same text; a number is not', () => {
  expect(compared({ key: plain('5') }, { key: framed(8, text('5')) }, ['json', 'avro'])).toBe('match');
  expect(compared({ key: plain('5') }, { key: framed(7, long(5)) }, ['json', 'avro'])).toEqual(['key: "5" 5']);
});

test('keys that name no schema are their bytes, and no key is only equal to none', () => {
  expect(compared({ key: plain('k') }, { key: plain('k') })).toBe('match');
  expect(compared({ key: plain('k') }, { key: plain('l') })).toEqual(['key: "k" "l"']);
  const number = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5);
  expect(compared({ key: number }, { key: number.slice() })).toBe('match');
  expect(compared({ key: number }, { key: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 6) })).not.toBe('match');
  expect(compared({ key: null }, { key: null })).toBe('match');
  expect(compared({ key: null }, { key: framed(8, text('k')) })).toEqual(['key: undefined "k"']);
});
