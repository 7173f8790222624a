// Archive objects: exact, the same each time, readable by others, and never believed when damaged.
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import { Fault, type LogRecord } from '@parallax/core';
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter } from './bytes.ts';
import { decodeObject } from './object-decoder.ts';
import { type EncodedObject, ObjectEncoder } from './object-encoder.ts';
import { recordSchema } from './record-codec.ts';

const scope = { topic: 'orders.in', partition: 3, timestampType: 'create' } as const;
const bytes = fc.option(fc.uint8Array({ maxLength: 300 }));
const recordsOf = (maxLength: number) =>
  fc
    .array(
      fc.record({
        gap: fc.integer({ min: 1, max: 2 ** 40 }),
        timestamp: fc.maxSafeInteger(),
        key: bytes,
        value: bytes,
        headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), bytes), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength },
    )
    .map((steps) => {
      let offset = -1;
      return steps.map(({ gap, ...record }): LogRecord => {
        offset += gap;
        return { offset, ...record };
      });
    });

function encode(records: readonly LogRecord[]): EncodedObject {
  const encoder = new ObjectEncoder(scope);
  for (const record of records) encoder.add(record);
  return encoder.snapshot();
}

const decode = (body: Uint8Array) => [...decodeObject(body, 'k')].flat();
const plain = (record: LogRecord) => ({
  offset: record.offset,
  timestamp: record.timestamp,
  key: record.key && [...record.key],
  value: record.value && [...record.value],
  headers: record.headers.map(([name, value]) => [name, value && [...value]]),
});
const some = (count: number, size = 40): LogRecord[] =>
  Array.from({ length: count }, (_, offset) => ({
    offset,
    timestamp: 1_732_320_000_000 + offset,
    key: Buffer.from(`k${offset}`),
    value: Buffer.alloc(size, offset),
    headers: [['correlation-id', Buffer.from(String(offset))]],
  }));

/** A file with our header and one block of these bytes. */
function fileWith(block: Uint8Array, count: number, codec = 'null', schema = recordSchema()): Buffer {
  const out = new ByteWriter();
  out.raw(Buffer.from('Obj\u0001', 'latin1'));
  out.long(2);
  for (const text of ['avro.codec', codec, 'avro.schema', schema]) out.string(text);
  out.long(0);
  out.raw(Buffer.alloc(16, 7));
  out.long(count);
  out.bytes(block);
  out.raw(Buffer.alloc(16, 7));
  return Buffer.from(out.view());
}

function faultOf(run: () => unknown): Fault {
  try {
    run();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('numbers', () => {
  test('every safe integer comes back, encoded as avsc encodes it', () => {
    const long = avsc.Type.forSchema('long');
    fc.assert(
      fc.property(fc.oneof(fc.maxSafeInteger(), fc.integer()), (value) => {
        const out = new ByteWriter();
        out.long(value);
        if (Math.abs(value) < 2 ** 52) expect(out.view().equals(long.toBuffer(value))).toBe(true);
        expect(new ByteReader(out.view(), 'x').long()).toBe(value);
      }),
    );
  });

  test('a number beyond 2^53 is a fault that tells it, never a rounded one', () => {
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n]) {
      const zigzag = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
      const encoded: number[] = [];
      for (let rest = zigzag; ; rest >>= 7n) {
        encoded.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
        if (rest <= 127n) break;
      }
      const fault = faultOf(() => new ByteReader(Uint8Array.from(encoded), 'x').long());
      expect([fault.code, fault.message.includes(String(value))]).toEqual(['archive-number-too-large', true]);
    }
  });
});

describe('an object', () => {
  test('gives back every record byte for byte', () => {
    fc.assert(
      fc.property(recordsOf(30), (records) => {
        const back = decode(encode(records).body);
        expect(back.map(plain)).toEqual(records.map(plain));
        expect(back.every((record) => record.topic === scope.topic && record.partition === 3)).toBe(true);
      }),
    );
  });

  test('has the same bytes each time, also when snapshots were taken on the way', () => {
    const encoder = new ObjectEncoder(scope);
    const records = some(9_000);
    for (const record of records) {
      encoder.add(record);
      if (record.offset % 2_500 === 0) encoder.snapshot();
    }
    expect(encoder.snapshot()).toEqual(encode(records));
  });

  test('is what former builds wrote, byte for byte', () => {
    const encoder = new ObjectEncoder(scope, { codec: 'null' });
    for (const record of some(2_000)) {
      const timestamp = record.timestamp * (record.offset % 7 === 0 ? -4_000 : 1);
      encoder.add({ ...record, offset: record.offset * 2 ** 39, timestamp, headers: [...record.headers, ['é', null]] });
    }
    const { records, sha256 } = encoder.snapshot();
    expect({ records, sha256 }).toEqual({
      records: 'aa88c503b2aa8fdf13d85bb14ebab82aa371074ee4fb00754da6f5d88d82662f',
      sha256: '0b2559195b605bd93bdf3247b0af9cc3b25f9c98dd636affed5ba596d5e67378',
    });
  });

  test('is described by its snapshot', () => {
    const { body: _, sha256: __, records: ___, ...rest } = encode(some(10).slice(4));
    expect(rest).toEqual({ first: 4, last: 9, count: 6, earliest: 1_732_320_000_004, latest: 1_732_320_000_009 });
  });

  test('is read by avsc, which was not told anything', async () => {
    const records = some(3_000);
    const type = avsc.Type.forSchema(JSON.parse(recordSchema()), { omitRecordMethods: true });
    const decoder = new avsc.streams.BlockDecoder({ parseHook: () => type });
    decoder.end(encode(records).body);
    const back: LogRecord[] = [];
    for await (const { headers, ...record } of decoder) {
      back.push({
        ...record,
        headers: headers.map((header: { name: string; value: Buffer }) => [header.name, header.value]),
      });
    }
    expect(back.map(plain)).toEqual(records.map(plain));
  });

  test('tells the digest of its records, which does not depend on compression', () => {
    const { body, records } = encode(some(100));
    let told: string | undefined;
    [
      ...decodeObject(body, 'k', {
        onDigest: (digest) => {
          told = digest;
        },
      }),
    ];
    expect(told).toBe(records);
    const out = new ByteWriter();
    const type = avsc.Type.forSchema(JSON.parse(recordSchema()));
    for (const record of decode(body)) {
      out.raw(
        type.toBuffer({ ...record, headers: record.headers.map((header) => ({ name: header[0], value: header[1] })) }),
      );
    }
    [
      ...decodeObject(fileWith(out.view(), 100), 'k', {
        onDigest: (digest) => {
          told = digest;
        },
      }),
    ];
    expect(told).toBe(records);
  });

  test('names schema and file as one', () => {
    const require = createRequire(import.meta.url);
    expect(require.resolve('@parallax/schemas/avro/record.avsc')).toContain('schemas/avro');
    expect(() => avsc.Type.forSchema(JSON.parse(recordSchema()))).not.toThrow();
  });
});

describe('a damaged object', () => {
  test('cut anywhere is a fault, at a block boundary too', () => {
    const { body } = encode(some(600, 500));
    for (let length = 0; length < body.length; length += length < 1_200 ? 1 : 97) {
      expect(faultOf(() => decode(body.subarray(0, length))).code).toMatch(/^archive-(object-damaged|not-avro)$/);
    }
    // The first block alone, whole.
    const blocks = [...decodeObject(body, 'k')].length;
    expect(blocks).toBeGreaterThan(1);
    const sync = body.subarray(body.length - 16);
    const firstEnd = Buffer.from(body).indexOf(sync, Buffer.from(body).indexOf(sync) + 16) + 16;
    expect(faultOf(() => decode(body.subarray(0, firstEnd))).message).toMatch(/ends after \d+ of 600 records/);
  });

  test('with any byte altered is a fault or gives the very same records', () => {
    const original = encode(some(20));
    const expected = decode(original.body).map(plain);
    fc.assert(
      fc.property(fc.nat(original.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const body = Buffer.from(original.body);
        body[at] = (body[at] ?? 0) ^ change;
        let records: unknown;
        try {
          records = decode(body).map(plain);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
          return;
        }
        expect(records).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('made of any bytes is a fault, soon', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 5 }), (block, count) => {
        try {
          decode(fileWith(block, count));
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('that claims 2^50 headers, or as many bytes, does not hang', () => {
    for (const claim of ['headers', 'key'] as const) {
      const out = new ByteWriter();
      out.string('t');
      for (const n of claim === 'headers' ? [0, 0, 0, 0, 0, 0, 2 ** 50] : [0, 0, 0, 0, 1, 2 ** 50]) out.long(n);
      expect(faultOf(() => decode(fileWith(out.view(), 1))).code).toBe('archive-object-damaged');
    }
  });

  test('that is a decompression bomb stops at the limit', () => {
    const bomb = deflateRawSync(Buffer.alloc(10_000_000));
    const run = () => [...decodeObject(fileWith(bomb, 1, 'deflate'), 'k', { maxBlockBytes: 1_000_000 })];
    expect(faultOf(run).code).toBe('archive-block-too-large');
  });

  test('of another schema or codec says which', () => {
    expect(faultOf(() => decode(fileWith(Buffer.alloc(0), 0, 'snappy'))).message).toContain('"snappy"');
    expect(faultOf(() => decode(fileWith(Buffer.alloc(0), 0, 'null', '"string"'))).code).toBe('archive-schema-unknown');
    const documented = recordSchema().replace('"doc":', '"doc":"new text","aliases":[],"x":');
    expect(
      decode(
        fileWith(Buffer.alloc(0), 0, 'null', recordSchema().replace('Record","names', 'Record","doc":"d","names')),
      ),
    ).toEqual([]);
    expect(faultOf(() => decode(fileWith(Buffer.alloc(0), 0, 'null', documented))).code).toBe('archive-schema-unknown');
  });
});

test('an offset that does not ascend is refused by the writer', () => {
  const encoder = new ObjectEncoder(scope);
  const [record] = some(1);
  encoder.add(record!);
  expect(() => encoder.add(record!)).toThrow('offset 0 after 0');
});
