// Our reading of Avro against another implementation's writing of it, on schemas and values at random; and on bytes at random.
import { openFormat, type Schemas, writerSchema } from '@parallax/core';
import avsc from 'avsc';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** A schema, a value as the other implementation takes it, and the JSON text it must become. */
interface Sample {
  readonly schema: avsc.Schema;
  readonly value: unknown;
  readonly json: string;
}

const LONG = avsc.types.LongType.__with(
  {
    fromBuffer: (buffer: Buffer) => buffer.readBigInt64LE(),
    toBuffer: (value: bigint) => {
      const buffer = Buffer.alloc(8);
      buffer.writeBigInt64LE(value);
      return buffer;
    },
    fromJSON: BigInt,
    toJSON: String,
    isValid: (value: unknown) => typeof value === 'bigint',
    compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
  },
  false,
);

const number = (value: number) => (Number.isFinite(value) ? String(value) : `"${value}"`);
const latin1 = (bytes: Uint8Array) => JSON.stringify(String.fromCharCode(...bytes));

let names = 0;
const named = () => `N${names++}`;

const SCALARS: readonly fc.Arbitrary<Sample>[] = [
  fc.constant({ schema: 'null', value: null, json: 'null' }),
  fc.boolean().map((value) => ({ schema: 'boolean', value, json: String(value) })),
  fc.integer().map((value) => ({ schema: 'int', value, json: String(value) })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((value) => ({ schema: 'long', value, json: String(value) })),
  fc.double().map((value) => ({ schema: 'double', value, json: number(value) })),
  fc.string({ unit: 'binary' }).map((text) => {
    const value = text.toWellFormed();
    return { schema: 'string', value, json: JSON.stringify(value) };
  }),
  fc.uint8Array().map((value) => ({ schema: 'bytes', value: Buffer.from(value), json: latin1(value) })),
  fc.uint8Array({ minLength: 1, maxLength: 20 }).map((value) => ({
    schema: { type: 'fixed', name: named(), size: value.length },
    value: Buffer.from(value),
    json: latin1(value),
  })),
  fc.nat(3).map((place) => {
    const symbols = ['A', 'B', 'C', 'D'];
    return { schema: { type: 'enum', name: named(), symbols }, value: symbols[place], json: `"${symbols[place]}"` };
  }),
];

const { sample } = fc.letrec<{ sample: Sample }>((tie) => {
  const record = fc.array(tie('sample'), { maxLength: 4 }).map((fields) => ({
    schema: {
      type: 'record',
      name: named(),
      fields: fields.map(({ schema }, i) => ({ name: `f${i}`, type: schema })),
    },
    value: Object.fromEntries(fields.map(({ value }, i) => [`f${i}`, value])),
    json: `{${fields.map(({ json }, i) => `"f${i}":${json}`).join(',')}}`,
  }));
  // Named types are defined once: an array repeats one value of its item's schema.
  const array = fc.tuple(tie('sample'), fc.nat(5)).map(([item, count]) => ({
    schema: { type: 'array', items: item.schema },
    value: Array.from({ length: count }, () => item.value),
    json: `[${Array.from({ length: count }, () => item.json).join(',')}]`,
  }));
  const map = fc.tuple(tie('sample'), fc.uniqueArray(fc.string(), { maxLength: 4 })).map(([item, keys]) => {
    const sound = keys.filter((key) => key.isWellFormed() && key !== '__proto__' && !/^\d+$/.test(key));
    return {
      schema: { type: 'map', values: item.schema },
      value: Object.fromEntries(sound.map((key) => [key, item.value])),
      json: `{${sound.map((key) => `${JSON.stringify(key)}:${item.json}`).join(',')}}`,
    };
  });
  const nullable = fc.tuple(fc.constantFrom('int', 'string'), fc.boolean(), fc.nat(100)).map(([type, isNull, n]) => ({
    schema: ['null', type],
    value: isNull ? null : { [type]: type === 'int' ? n : String(n) },
    json: isNull ? 'null' : type === 'int' ? String(n) : `"${n}"`,
  }));
  return {
    sample: fc.oneof({ depthSize: 'medium' }, ...SCALARS, nullable, record, array, map) as fc.Arbitrary<Sample>,
  };
});

function decode(schema: avsc.Schema, value: Uint8Array, bytes = 1_000_000) {
  const writer = writerSchema(JSON.stringify(schema));
  const schemas: Schemas = { hasRegistry: true, find: () => writer };
  const json = openFormat('avro', schemas, { payloadBytes: bytes, depth: 50 }).json(
    Uint8Array.of(0, 0, 0, 0, 1, ...value),
    [],
  );
  return typeof json === 'string' ? { reason: json } : new TextDecoder().decode(json);
}

/** White space and escapes aside, which may be written in two ways. */
const plain = (json: string) => json.replace(/\\u00([0-9a-f]{2})|\\(["\\bfnrt])/g, (escaped) => unit(escaped));
const unit = (escaped: string) => `<${(JSON.parse(`"${escaped}"`) as string).charCodeAt(0)}>`;
const latin = (json: string) => json.replace(/[\u007f-\u00ff]/g, (one) => `<${one.charCodeAt(0)}>`);

test('whatever another implementation writes is read as what it meant', () => {
  fc.assert(
    fc.property(sample, ({ schema, value, json }) => {
      const type = avsc.Type.forSchema(schema, { registry: { long: LONG }, wrapUnions: true });
      const read = decode(schema, type.toBuffer(value));
      expect(typeof read === 'string' ? latin(plain(read)) : read).toBe(latin(plain(json)));
    }),
    { numRuns: 500 },
  );
});

const REASONS = ['truncated', 'trailing-bytes', 'invalid-utf8', 'malformed-avro', 'budget-bytes', 'budget-depth'];

test('bytes at random end as text or by name, and text that comes out is JSON', () => {
  fc.assert(
    fc.property(sample, fc.uint8Array({ maxLength: 60 }), ({ schema }, bytes) => {
      const read = decode(schema, bytes, 10_000);
      if (typeof read === 'string') JSON.parse(read);
      else expect(REASONS).toContain(read.reason);
    }),
    { numRuns: 1_000 },
  );
});

test('a value with a few of its bytes changed ends as text or by name', () => {
  const changes = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sample, changes, fc.nat(200), ({ schema, value }, changed, length) => {
      const type = avsc.Type.forSchema(schema, { registry: { long: LONG }, wrapUnions: true });
      const bytes = Uint8Array.from(type.toBuffer(value)).subarray(0, length);
      for (const [at, byte] of changed) if (at < bytes.length) bytes[at] = byte;
      const read = decode(schema, bytes, 10_000);
      if (typeof read === 'string') JSON.parse(read);
      else expect(REASONS).toContain(read.reason);
    }),
    { numRuns: 500 },
  );
});
