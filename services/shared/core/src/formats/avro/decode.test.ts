// Avro to the common value model: what becomes of each kind of value, and of bytes that are none.
import { describe, expect, test } from 'vitest';
import { bytes, double, float, long, text } from '../testing/avro-bytes.ts';
import { AvroDecoder, compileSchema, DEEPEST_AVRO } from './decode.ts';
import { parseAvroSchema } from './schema.ts';

const decoder = new TextDecoder();

function decode(schema: unknown, value: readonly number[], limits = { bytes: 1_000_000, depth: 10_000 }): string {
  const compiled = compileSchema(parseAvroSchema(JSON.stringify(schema)));
  const json = new AvroDecoder(limits).decode(compiled, Uint8Array.from(value), 0);
  return typeof json === 'string' ? json : decoder.decode(json);
}

const of = (type: string, logicalType: string, more = {}) => ({ type, logicalType, ...more });
const MS = 1_772_352_000_123;

describe('values', () => {
  test.each<[unknown, number[], string]>([
    ['null', [], 'null'],
    ['boolean', [1], 'true'],
    ['boolean', [0], 'false'],
    ['int', long(-2_147_483_648), '-2147483648'],
    ['long', long(9_007_199_254_740_993n), '9007199254740993'],
    ['long', long(-9_223_372_036_854_775_808n), '-9223372036854775808'],
    ['long', long(9_223_372_036_854_775_807n), '9223372036854775807'],
    ['long', long(-(2 ** 52)), '-4503599627370496'],
    ['float', float(0.1), '0.1'],
    ['float', float(16_777_216), '16777216'],
    ['float', float(3.4028234663852886e38), '3.4028235e+38'],
    ['float', float(1.401298464324817e-45), '1e-45'],
    ['double', double(0.1), '0.1'],
    ['double', double(-0), '0'],
    ['double', double(Number.NaN), '"NaN"'],
    ['float', float(Number.NEGATIVE_INFINITY), '"-Infinity"'],
    ['string', text('"\\\u0001é😀'), '"\\"\\\\\\u0001é😀"'],
    ['bytes', bytes(0, 0x41, 0xff), '"\\u0000A\\u00ff"'],
    [{ type: 'fixed', name: 'f', size: 2 }, [0x22, 0x80], '"\\u0022\\u0080"'],
    [{ type: 'enum', name: 'e', symbols: ['A', 'B'] }, long(1), '"B"'],
    [['null', 'string'], [...long(1), ...text('x')], '"x"'],
    [['null', 'string'], long(0), 'null'],
    [{ type: 'array', items: 'int' }, [...long(2), ...long(1), ...long(2), 0], '[1,2]'],
    [{ type: 'array', items: 'int' }, [...long(-1), ...long(1), ...long(7), ...long(1), ...long(8), 0], '[7,8]'],
    [{ type: 'map', values: 'int' }, [...long(1), ...text('__proto__'), ...long(1), 0], '{"__proto__":1}'],
  ])('%j %j is %s', (schema, value, json) => {
    expect(decode(schema, value)).toBe(json);
  });

  test.each<[unknown, number[], string]>([
    [of('bytes', 'decimal', { precision: 9, scale: 2 }), bytes(0x04, 0xd2), '12.34'],
    [of('bytes', 'decimal', { precision: 9, scale: 2 }), bytes(0xff), '-0.01'],
    [of('bytes', 'decimal', { precision: 9, scale: 2 }), bytes(), '0.00'],
    [of('bytes', 'decimal', { precision: 9, scale: 0 }), bytes(0x80, 0, 0, 0, 0, 0), String(-(2 ** 47))],
    [of('bytes', 'decimal', { precision: 9, scale: 1 }), bytes(0x80, 0, 0, 0, 0, 0, 0), '-3602879701896396.8'],
    [
      of('bytes', 'decimal', { precision: 40, scale: 0 }),
      bytes(0x7f, ...Array(15).fill(0xff)),
      String(2n ** 127n - 1n),
    ],
    [of('bytes', 'decimal', { precision: 2, scale: 3 }), bytes(1), '"\\u0001"'],
    [of('fixed', 'decimal', { name: 'd', size: 2, precision: 4, scale: 1 }), [0x00, 0x0f], '1.5'],
    [of('int', 'date'), long(20_513), '"2026-03-01"'],
    [of('int', 'date'), long(-719_529), '"date:-719529"'],
    [of('int', 'time-millis'), long(3_661_001), '"01:01:01.001"'],
    [of('int', 'time-millis'), long(86_400_000), '"time-millis:86400000"'],
    [of('long', 'time-micros'), long(1), '"00:00:00.000001"'],
    [of('long', 'timestamp-millis'), long(MS), '"2026-03-01T08:00:00.123Z"'],
    [of('long', 'timestamp-millis'), long(-62_167_219_200_000), '"0000-01-01T00:00:00.000Z"'],
    [of('long', 'timestamp-millis'), long(-62_167_219_200_001), '"timestamp-millis:-62167219200001"'],
    [of('long', 'timestamp-micros'), long(-62_167_219_200_000_000), '"0000-01-01T00:00:00.000Z"'],
    [of('long', 'timestamp-millis'), long(253_402_300_799_999), '"9999-12-31T23:59:59.999Z"'],
    [of('long', 'timestamp-micros'), long(MS * 1_000), '"2026-03-01T08:00:00.123Z"'],
    [of('long', 'timestamp-micros'), long(-1), '"1969-12-31T23:59:59.999999Z"'],
    [of('long', 'timestamp-nanos'), long(1n), '"1970-01-01T00:00:00.000000001Z"'],
    [of('long', 'timestamp-millis'), long(2n ** 62n), '"timestamp-millis:4611686018427387904"'],
    [of('long', 'local-timestamp-millis'), long(MS), '"2026-03-01T08:00:00.123"'],
    [of('string', 'uuid'), text('ABC'), '"ABC"'],
    [of('fixed', 'uuid', { name: 'u', size: 16 }), Array(16).fill(0xab), '"abababab-abab-abab-abab-abababababab"'],
    [of('fixed', 'duration', { name: 'p', size: 12 }), [1, 0, 0, 0, 2, 0, 0, 0, 0xd4, 0x07, 0, 0], '"P1M2DT2.004S"'],
    [of('long', 'made-up'), long(3), '3'],
  ])('%j %j is %s', (schema, value, json) => {
    expect(decode(schema, value)).toBe(json);
  });

  const TREE = {
    type: 'record',
    name: 'Tree',
    namespace: 'a.b',
    fields: [
      { name: 'é"', type: 'int' },
      { name: 'next', type: ['null', 'Tree'], default: null },
    ],
  };
  test('a record may hold itself, and its members keep their order', () => {
    const value = [...long(1), ...long(1), ...long(2), ...long(0)];
    expect(decode(TREE, value)).toBe('{"é\\"":1,"next":{"é\\"":2,"next":null}}');
  });

  test('a nested name is found in its namespace, a reference in what was given before', () => {
    const item = JSON.stringify({ type: 'record', name: 'shop.Item', fields: [{ name: 'sku', type: 'string' }] });
    const order = { type: 'record', name: 'shop.Order', fields: [{ name: 'item', type: 'Item' }] };
    const compiled = compileSchema(parseAvroSchema(JSON.stringify(order), [item]));
    const json = new AvroDecoder({ bytes: 100, depth: 10 }).decode(compiled, Uint8Array.from(text('x')), 0);
    expect(typeof json === 'string' ? json : decoder.decode(json)).toBe('{"item":{"sku":"x"}}');
    expect(() => parseAvroSchema(JSON.stringify(order))).toThrow(expect.objectContaining({ code: 'bad-schema' }));
  });

  test('equal names, defaults and documentation apart, make schemas of one form; an order of fields does not', () => {
    const form = (schema: unknown) => compileSchema(parseAvroSchema(JSON.stringify(schema))).form;
    const a = { name: 'a', type: 'int' };
    const b = { name: 'b', type: of('long', 'timestamp-millis') };
    const record = (name: string, fields: unknown[]) => ({ type: 'record', name, fields });
    expect(form(record('X', [{ ...a, doc: 'd', default: 1 }, b]))).toBe(form(record('n.Y', [a, b])));
    expect(form(record('X', [a, b]))).not.toBe(form(record('X', [b, a])));
    expect(form(record('X', [a, b]))).not.toBe(form(record('X', [a, { name: 'b', type: 'long' }])));
  });
});

describe('bytes that are no value', () => {
  test.each<[string, unknown, number[]]>([
    ['truncated', 'long', [0x80]],
    ['truncated', 'string', [...long(5), 0x61]],
    ['truncated', 'double', [1, 2]],
    ['truncated', { type: 'array', items: 'int' }, [...long(3), ...long(1)]],
    ['truncated', { type: 'array', items: 'int' }, [...long(-1), ...long(100), 2, 0]],
    ['trailing-bytes', 'int', [...long(1), 0]],
    ['invalid-utf8', 'string', [...long(1), 0xff]],
    ['malformed-avro', 'boolean', [2]],
    ['malformed-avro', 'int', long(2 ** 31)],
    ['malformed-avro', 'long', Array(10).fill(0xff)],
    ['malformed-avro', 'long', [...Array(9).fill(0xff), 2]],
    ['malformed-avro', 'string', long(-1)],
    ['malformed-avro', ['null', 'int'], long(2)],
    ['malformed-avro', { type: 'enum', name: 'e', symbols: ['A'] }, long(-1)],
    ['malformed-avro', { type: 'array', items: 'int' }, [...long(-1), ...long(2), 2, 0]],
  ])('%s: %j %j', (reason, schema, value) => {
    expect(decode(schema, value)).toBe(reason);
  });

  test('an array of a billion nulls ends at the limit of bytes', () => {
    expect(decode({ type: 'array', items: 'null' }, [...long(1_000_000_000), 0])).toBe('budget-bytes');
    const empty = { type: 'record', name: 'Nothing', fields: [] };
    expect(decode({ type: 'array', items: empty }, [...long(2n ** 62n), 0])).toBe('budget-bytes');
  });

  test('items that take no bytes are counted, and only those', () => {
    const nulls = (count: number) =>
      decode({ type: 'array', items: 'null' }, [...long(count), 0], { bytes: 1e8, depth: 9 });
    expect(nulls(100_000)).toHaveLength(500_001);
    expect(nulls(100_001)).toBe('budget-bytes');
    const integers = [...long(100_001), ...Array<number>(100_001).fill(2), 0];
    expect(decode({ type: 'array', items: 'int' }, integers, { bytes: 1e8, depth: 9 })).toHaveLength(200_003);
  });

  test('what holds itself without an end, or very deeply, ends at the limit of depth', () => {
    const endless = { type: 'record', name: 'R', fields: [{ name: 'r', type: 'R' }] };
    expect(decode(endless, [])).toBe('budget-depth');
    const list = { type: 'record', name: 'L', fields: [{ name: 'n', type: ['null', 'L'] }] };
    const deep = (levels: number) => [...Array<number>(levels - 1).fill(2), 0];
    expect(decode(list, deep(DEEPEST_AVRO))).toContain('null');
    expect(decode(list, deep(DEEPEST_AVRO + 1))).toBe('budget-depth');
    expect(decode(list, deep(5), { bytes: 1_000, depth: 4 })).toBe('budget-depth');
  });

  test('a decimal of a megabyte is not turned into digits', () => {
    const huge = [...long(1_000_000), ...Array<number>(1_000_000).fill(1)];
    expect(decode(of('bytes', 'decimal', { precision: 9 }), huge, { bytes: 1e8, depth: 9 })).toBe('budget-bytes');
  });
});
