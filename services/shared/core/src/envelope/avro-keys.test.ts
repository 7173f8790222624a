// Ids in keys: text, Avro that names its schema, and places in either.
import { expect, test } from 'vitest';
import type { KeyFormat } from '../experiment/experiment.ts';
import { keyDocuments } from '../formats/key-documents.ts';
import { type SchemaKey, type Schemas, schemaKeyText, writerSchema } from '../formats/schemas.ts';
import { framed, long, text } from '../formats/testing/avro-bytes.ts';
import type { Header } from '../ports/log.ts';
import { compileCorrelation } from './correlate.ts';
import { parseSource } from './source.ts';

const KEY = '{"type":"record","name":"Key","fields":[{"name":"id","type":"long"},{"name":"at","type":"string"}]}';
const GUID = '0123456789abcdef'.repeat(2);
const FINGERPRINT = [1, 2, 3, 4, 5, 6, 7, 8];
const KNOWN: Readonly<Record<string, string>> = {
  'id 1': '"string"',
  'id 2': '"long"',
  'id 3': KEY,
  'id 4': '["null","string"]',
  [`GUID ${GUID}`]: '"string"',
  'fingerprint 0102030405060708': '"string"',
};
const schemas = (hasRegistry: boolean): Schemas => ({
  hasRegistry,
  find: (key: SchemaKey) => {
    const schema = KNOWN[schemaKeyText(key)];
    return schema === undefined ? undefined : writerSchema(schema);
  },
});
const plain = (key: string) => new TextEncoder().encode(key);
const GUID_HEADER: Header = [
  '__key_schema_id',
  Uint8Array.from(`01${GUID}`.match(/../g) ?? [], (hex) => Number.parseInt(hex, 16)),
];

function idOf(
  key: Uint8Array,
  {
    source = 'key',
    keyFormat = 'auto',
    headers = [],
    hasRegistry = true,
  }: {
    readonly source?: string;
    readonly keyFormat?: KeyFormat;
    readonly headers?: readonly Header[];
    readonly hasRegistry?: boolean;
  } = {},
): string {
  const limits = { payloadBytes: 1_000, depth: 10 };
  const keys = keyDocuments({ format: 'json', keyFormat }, schemas(hasRegistry), limits);
  const correlated = compileCorrelation([[parseSource(source) ?? expect.unreachable()]], { keys })({
    key,
    value: null,
    headers,
  });
  return correlated.kind === 'id' ? `id ${correlated.id}` : 'reason' in correlated ? correlated.reason : 'no-id';
}

test.each<[string, Uint8Array]>([
  ['the frame of a registry', framed(1, text('o-1'))],
  ['a single object', Uint8Array.of(0xc3, 1, ...FINGERPRINT, ...text('o-1'))],
  ['plain text', plain('o-1')],
])('an id is the same whatever its key is written as: %s', (_, key) => {
  expect(idOf(key)).toBe('id o-1');
});

test('a GUID in a header names the schema of a key that has no frame', () => {
  expect(idOf(Uint8Array.of(...text('o-1')), { headers: [GUID_HEADER] })).toBe('id o-1');
});

test('numbers meet their text; nothing, and a record taken whole, are no id', () => {
  expect(idOf(framed(2, long(2n ** 60n + 1n)))).toBe('id 1152921504606846977');
  expect(idOf(framed(4, [0]))).toBe('no-id');
  expect(idOf(framed(3, [...long(7), ...text('x')]))).toBe('no-id');
});

test('a place in a key is found in Avro, and in JSON where the key is text', () => {
  const source = 'key:/id';
  expect(idOf(framed(3, [...long(7), ...text('x')]), { source })).toBe('id 7');
  expect(idOf(plain('{"at":"x","id":7}'), { source })).toBe('id 7');
  expect(idOf(plain('{"at":"x","id":7}'), { source, keyFormat: 'text' })).toBe('id 7');
  expect(idOf(plain('{"at":"x"}'), { source })).toBe('no-id');
  expect(idOf(plain('o-7'), { source })).toBe('malformed-json');
});

test.each<[string, Uint8Array, string]>([
  ['a number nobody has', framed(9, text('o-1')), 'schema-unknown'],
  ['a fingerprint nobody has', Uint8Array.of(0xc3, 1, 9, 9, 9, 9, 9, 9, 9, 9, 2), 'schema-unknown'],
  ['a frame cut off', Uint8Array.of(0, 0, 0), 'truncated'],
  ['a value cut off', framed(1, [20, 0x61]), 'truncated'],
  ['a value that goes on', framed(1, [...text('o'), 0]), 'trailing-bytes'],
])('a key that begins as Avro and cannot be read is undecodable by name, never its bytes: %s', (_, key, reason) => {
  expect(idOf(key)).toBe(reason);
});

test('where all keys are Avro, one that names no schema is undecodable', () => {
  expect(idOf(plain('o-1'), { keyFormat: 'avro' })).toBe('not-framed');
});

test('a header that names the schema in no known way leaves the key undecodable, not text', () => {
  expect(idOf(plain('o-1'), { headers: [['__key_schema_id', plain('?')]] })).toBe('not-framed');
  expect(idOf(plain('o-1'), { headers: [['__key_schema_id', null]] })).toBe('id o-1');
});

test('read as text, or with a zero in front and no registry, a key is its text', () => {
  expect(idOf(framed(1, text('o-1')), { keyFormat: 'text' })).toBe('id \u0000\u0000\u0000\u0000\u0001\u0006o-1');
  expect(idOf(framed(1, text('o-1')), { hasRegistry: false })).toBe('id \u0000\u0000\u0000\u0000\u0001\u0006o-1');
  expect(idOf(new Uint8Array(0))).toBe('no-id');
});
