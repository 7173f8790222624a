// Each format, as a comparison sees it: what is the same, what differs, and what cannot be told.
import { describe, expect, test } from 'vitest';
import { compareContents } from '../compare/compare.ts';
import { compilePlan } from '../compare/plan.ts';
import type { CompareSpec, Content } from '../compare/spec.ts';
import { STRICT } from '../compare/testing/plans.ts';
import type { Format } from '../experiment/experiment.ts';
import type { Header } from '../ports/log.ts';
import { schemaFingerprint } from './avro/fingerprint.ts';
import { openFormat } from './formats.ts';
import { type SchemaKey, type Schemas, type WriterSchema, writerSchema } from './schemas.ts';
import { bytes, framed, long, text } from './testing/avro-bytes.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const order = (fields: readonly unknown[]) => JSON.stringify({ type: 'record', name: 'Order', fields });
const ID = { name: 'id', type: 'string' };
const TOTAL = { name: 'total', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } };
const NOTE = { name: 'note', type: ['null', 'string'], default: null };
const V1 = order([ID, TOTAL]);
const V2 = order([ID, TOTAL, NOTE]);
const GUID = 'ab'.repeat(16);

const WRITERS = new Map<string, WriterSchema>([
  ['id 1', writerSchema(V1)],
  ['id 2', writerSchema(V2)],
  ['id 3', writerSchema(V1.replace('Order', 'shop.Order'))],
  ['id 4', { kind: 'json' }],
  ['id 5', { kind: 'unreadable' }],
  [`guid ${GUID}`, writerSchema(V1)],
  [`fingerprint ${schemaFingerprint(V1)}`, writerSchema(V1)],
]);
const SCHEMAS: Schemas = { hasRegistry: true, find: (key: SchemaKey) => WRITERS.get(Object.values(key).join(' ')) };
const LIMITS = { payloadBytes: 10_000, depth: 100 };

const content = (value: Uint8Array | string | null, headers: readonly Header[] = []): Content => ({
  key: null,
  value: typeof value === 'string' ? encoder.encode(value) : value,
  headers,
});
const header = (name: string, value: string | Uint8Array): Header => [
  name,
  typeof value === 'string' ? encoder.encode(value) : value,
];

function compare(
  formats: readonly [Format, Format],
  legacy: Content,
  candidate: Content,
  select: CompareSpec['select'] = {},
) {
  const spec: CompareSpec = { ...STRICT, format: { legacy: formats[0], candidate: formats[1] }, select };
  const result = compareContents(
    [legacy],
    [candidate],
    compilePlan(spec, { schemas: { legacy: SCHEMAS, candidate: SCHEMAS } }),
  );
  if (result.kind === 'inconclusive') return result.reason;
  return result.kind === 'mismatch' ? result.differences.map(({ path, kind }) => `${kind} ${path}`) : result.kind;
}

const VALUE = [...text('o-1'), ...bytes(0x04, 0xd2)];
const AVRO: readonly [Format, Format] = ['avro', 'avro'];

describe('avro', () => {
  test('one schema under two numbers, a GUID or a fingerprint is the same value', () => {
    const one = content(framed(1, VALUE));
    const fingerprint =
      schemaFingerprint(V1)
        .match(/../g)
        ?.map((byte) => Number.parseInt(byte, 16)) ?? [];
    const guid = Uint8Array.of(1, ...Array<number>(16).fill(0xab));
    expect(compare(AVRO, one, content(framed(3, VALUE)))).toBe('match');
    expect(compare(AVRO, one, content(Uint8Array.of(0xc3, 1, ...fingerprint, ...VALUE)))).toBe('match');
    expect(compare(AVRO, one, content(Uint8Array.from(VALUE), [header('__value_schema_id', guid)]))).toBe('match');
  });

  test('a field one side lacks is seen, although a reader would fill in its default', () => {
    expect(compare(AVRO, content(framed(1, VALUE)), content(framed(2, [...VALUE, ...long(0)])))).toEqual([
      'added /note',
    ]);
  });

  test('equal bytes under schemas that read them otherwise are not equal', () => {
    const WIDE = writerSchema(order([ID, { ...TOTAL, type: { ...TOTAL.type, scale: 1 } }]));
    WRITERS.set('id 6', WIDE);
    expect(compare(AVRO, content(framed(1, VALUE)), content(framed(6, VALUE)))).toEqual(['changed /total']);
  });

  test('JSON on the other side is compared by value', () => {
    const json = (value: unknown) => content(JSON.stringify(value));
    const avro = content(framed(1, VALUE));
    expect(compare(['json', 'avro'], json({ total: 12.34, id: 'o-1' }), avro)).toBe('match');
    expect(compare(['avro', 'json'], avro, content('{"id":"o-1","total":12.340}'))).toBe('match');
    expect(compare(['avro', 'json'], avro, content('{"id":"o-1","total":12.34000000000000001}'))).toEqual([
      'changed /total',
    ]);
    expect(compare(AVRO, avro, content(framed(4, [...encoder.encode('{"id":"o-1","total":12.34}')])))).toBe('match');
  });

  test('a place is selected in it', () => {
    const select = { legacy: '/id', candidate: '/id' };
    const other = [...text('o-1'), ...bytes(1)];
    expect(compare(AVRO, content(framed(1, VALUE)), content(framed(1, other)), select)).toBe('match');
  });

  test.each<[string, Uint8Array]>([
    ['schema-unknown', framed(99, VALUE)],
    ['schema-unreadable', framed(5, VALUE)],
    ['not-framed', encoder.encode('{"id":1}')],
    ['truncated', Uint8Array.of(0, 0, 0)],
    ['truncated', framed(1, VALUE.slice(0, 4))],
    ['truncated', new Uint8Array(0)],
    ['trailing-bytes', framed(1, [...VALUE, 1])],
    ['invalid-utf8', framed(1, [...long(1), 0xff, ...bytes(1)])],
    ['undecodable', framed(4, [...encoder.encode('{"id":')])],
  ])('%s is undecided, not equal', (reason, value) => {
    expect(compare(AVRO, content(value), content(framed(1, VALUE)))).toBe(reason);
  });
});

describe('auto', () => {
  const AUTO: readonly [Format, Format] = ['auto', 'auto'];
  test.each<[string | Uint8Array, string | Uint8Array, unknown]>([
    ['{"a":1,"b":2}', '{"b":2,"a":1}', 'match'],
    ['plain', 'plain', 'match'],
    ['1', '1.0', ['changed ']],
    [framed(1, VALUE), '{"id":"o-1","total":12.34}', 'match'],
    ['é', Uint8Array.of(0xe9), ['changed ']],
    [Uint8Array.of(0xe9), Uint8Array.of(0xe9), 'match'],
    ['{"a":1', '{"a":1', 'undecodable'],
    [framed(99, VALUE), framed(99, VALUE), 'schema-unknown'],
  ])('%s and %s: %j', (legacy, candidate, outcome) => {
    expect(compare(AUTO, content(legacy), content(candidate))).toEqual(outcome);
  });

  test('without a registry a zero byte begins bytes', () => {
    const format = openFormat('auto', undefined, LIMITS);
    const json = format.json(framed(1, [7]), []);
    expect(typeof json === 'string' ? json : JSON.parse(decoder.decode(json))).toBe('\0\0\0\0\0\x01\x07');
  });
});

describe('cloudevents', () => {
  const BOTH: readonly [Format, Format] = ['cloudevents', 'cloudevents'];
  const ATTRIBUTES = { specversion: '1.0', id: 'e-1', source: '/s', type: 't' };
  const structured = (more: unknown, type = 'application/cloudevents+json; charset=UTF-8') =>
    content(JSON.stringify({ ...ATTRIBUTES, ...(more as object) }), [header('content-type', type)]);
  const binary = (value: string | Uint8Array | null, type?: string, more: Record<string, string> = {}) =>
    content(value, [
      ...Object.entries({ ...ATTRIBUTES, ...more }).map(([name, text]) => header(`ce_${name}`, text)),
      ...(type === undefined ? [] : [header('content-type', type)]),
    ]);

  test('data is compared, whichever mode it came in, and attributes where the whole is selected', () => {
    const one = structured({ datacontenttype: 'application/json', data: { a: 1 } });
    expect(compare(BOTH, one, binary('{"a":1.0}', 'application/json', { id: 'e-2' }))).toBe('match');
    expect(compare(BOTH, one, binary('{"a":2}', 'application/json'))).toEqual(['changed /a']);
    const whole = { legacy: '', candidate: '' };
    expect(compare(BOTH, one, binary('{"a":1}', 'application/json'), whole)).toBe('match');
    expect(compare(BOTH, one, binary('{"a":1}', 'application/json', { id: 'e-2' }), whole)).toEqual(['changed /id']);
  });

  test('encoded data is decoded, text is text, bytes are bytes, Avro is read by its schema', () => {
    const json = structured({ datacontenttype: 'application/json', data_base64: btoa('{"a":1}') });
    expect(compare(BOTH, json, binary('{"a":1}', 'application/json'))).toBe('match');
    expect(compare(BOTH, structured({ datacontenttype: 'text/plain', data: 'x' }), binary('x', 'text/plain'))).toBe(
      'match',
    );
    const bin = structured({ datacontenttype: 'image/png', data_base64: btoa('\xff\0') });
    expect(compare(BOTH, bin, binary(Uint8Array.of(255, 0), 'image/png'))).toBe('match');
    const avro = structured({ data: { id: 'o-1', total: 12.34 } });
    expect(compare(BOTH, avro, binary(framed(1, VALUE), 'application/avro'))).toBe('match');
    expect(compare(['json', 'cloudevents'], content('{"id":"o-1","total":12.34}'), avro)).toBe('match');
  });

  test('an event without data equals one without, and nothing else', () => {
    expect(compare(BOTH, structured({}), binary(null))).toBe('match');
    expect(compare(BOTH, structured({}), structured({ data: null }))).toEqual(['added ']);
  });

  test.each<[string, Content]>([
    ['not-a-cloudevent', content('{"a":1}')],
    ['not-a-cloudevent', content('{"a":1}', [header('content-type', 'application/json')])],
    ['cloudevents-batch', content('[]', [header('content-type', 'application/cloudevents-batch+json')])],
    ['cloudevents-format', content('x', [header('content-type', 'application/cloudevents+avro')])],
    ['malformed-cloudevent', structured({ data: 1, data_base64: 'AA==' })],
    ['malformed-cloudevent', structured({ data_base64: 'A' })],
    ['undecodable', binary('{"a":', 'application/json')],
    ['undecodable', binary('1,"id":"x"', 'application/json')],
    ['invalid-utf8', binary(Uint8Array.of(0xff), 'text/plain')],
    ['schema-unknown', binary(framed(99, VALUE), 'avro/binary')],
  ])('%s is undecided', (reason, event) => {
    expect(compare(BOTH, event, structured({ data: 1 }))).toBe(reason);
  });
});
