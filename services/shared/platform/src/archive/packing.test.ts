// Packing beside the thread that fills blocks: the same bytes as packing there, never more on its way than is allowed.
import type { LogRecord } from '@parallax/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from './bytes.ts';
import { ARCHIVE_CODECS, type ArchiveCodec, type BlockCodec, codecOf } from './codecs.ts';
import { ObjectEncoder } from './object-encoder.ts';
import { Packer } from './packing.ts';

const SCOPE = { topic: 'orders.in', partition: 3, timestampType: 'create' } as const;

/** Some blocks each: their sizes decide where blocks end, and repeats how well they pack. */
const sizes = fc.array(fc.oneof(fc.nat(2_000), fc.nat(90_000)), { minLength: 1, maxLength: 40 });

function records(all: readonly number[]): LogRecord[] {
  return all.map((size, offset) => ({
    offset,
    timestamp: 1_732_320_000_000 + offset,
    key: Buffer.from(`k${offset}`),
    value: Uint8Array.from({ length: size }, (_, n) => (n * n * (offset + 3)) >> (offset % 7)),
    headers: [['correlation-id', Buffer.from(String(offset))]],
  }));
}

function encoder(codec: ArchiveCodec, packer?: Packer): ObjectEncoder {
  return new ObjectEncoder(SCOPE, packer === undefined ? { codec } : { codec, packer });
}

/** Packs when told to, or fails. */
function heldCodec() {
  const asked: PromiseWithResolvers<Uint8Array>[] = [];
  const codec: BlockCodec = {
    avro: 'held',
    pack: (raw) => Uint8Array.from(raw),
    besides: () => () => {
      const answer = Promise.withResolvers<Uint8Array>();
      asked.push(answer);
      return answer.promise;
    },
    unpack: (packed) => packed,
  };
  return { codec, asked };
}

function written(bytes: number): ByteWriter {
  const writer = new ByteWriter();
  writer.raw(new Uint8Array(bytes));
  return writer;
}

describe('an object that is packed beside', () => {
  test.each(ARCHIVE_CODECS)(
    'with %s has the very bytes of one packed here, and so have its snapshots',
    async (codec) => {
      const packer = new Packer();
      await fc.assert(
        fc.asyncProperty(sizes, fc.nat(39), async (all, at) => {
          const [beside, here] = [encoder(codec, packer), encoder(codec)];
          const pairs = [];
          for (const record of records(all)) {
            for (const one of [beside, here]) one.add(record);
            if (record.offset === at) pairs.push([beside.seal(), here.snapshot()] as const);
          }
          pairs.push([beside.seal(), here.snapshot()] as const);
          for (const [one, other] of pairs) expect(await one).toEqual(other);
        }),
        { numRuns: 25 },
      );
    },
  );

  test('is the same when hardly anything may be on its way', async () => {
    const packer = new Packer(1);
    const [beside, here] = [encoder('deflate', packer), encoder('deflate')];
    for (const record of records(Array.from({ length: 60 }, (_, n) => n * 900))) {
      for (const one of [beside, here]) one.add(record);
    }
    expect(await beside.seal()).toEqual(here.snapshot());
  });

  test('is the same whatever was packed before it: streams that are used again forget', async () => {
    const packer = new Packer();
    const noise = Uint8Array.from({ length: 300_000 }, (_, n) => Math.imul(n ^ 0x9e37, 0x85ebca6b) >>> 13);
    const mixed = [noise, new Uint8Array(200_000), noise.subarray(0, 140_000), Buffer.from('ab'.repeat(90_000))];
    for (let round = 0; round < 3; round++) {
      const [beside, here] = [encoder('deflate', packer), encoder('deflate')];
      for (const [n, value] of [...mixed, ...mixed].entries()) {
        const record = { offset: n, timestamp: round, key: null, value, headers: [] };
        for (const one of [beside, here]) one.add(record);
      }
      expect(await beside.seal()).toEqual(here.snapshot());
    }
  });

  test('waits for its blocks: it cannot be had at once', () => {
    const beside = encoder('deflate', new Packer());
    for (const record of records([10])) beside.add(record);
    expect(() => beside.snapshot()).toThrow('seal()');
  });
});

describe('a packer', () => {
  test('takes no more than may be on its way, but one block however large', async () => {
    const { codec, asked } = heldCodec();
    const packer = new Packer(1_000);
    const large = packer.take(codec, written(5_000));
    expect(packer.take(codec, written(1))).toBeUndefined();
    asked[0]?.resolve(new Uint8Array(1));
    await large;
    const two = [packer.take(codec, written(600)), packer.take(codec, written(400))];
    expect(two.every((one) => one !== undefined)).toBe(true);
    expect(packer.take(codec, written(1))).toBeUndefined();
    for (const answer of asked) answer.resolve(new Uint8Array(1));
    await Promise.all(two);
    expect(packer.take(codec, written(1))).toBeDefined();
  });

  test('gives its writers out again, empty, and none that is still read', async () => {
    const { codec, asked } = heldCodec();
    const packer = new Packer();
    const writer = written(100);
    const taken = packer.take(codec, writer);
    expect(packer.writer()).not.toBe(writer);
    asked[0]?.resolve(new Uint8Array(1));
    await taken;
    const again = packer.writer();
    expect([again === writer, again.length]).toEqual([true, 0]);
    expect(packer.writer()).not.toBe(writer);
  });

  test('has room again after a block that could not be packed, and says so to whoever waits for it', async () => {
    const { codec, asked } = heldCodec();
    const packer = new Packer(10);
    const failing = packer.take(codec, written(10));
    asked[0]?.reject(new Error('out of memory'));
    await expect(failing).rejects.toThrow('out of memory');
    expect(packer.take(codec, written(10))).toBeDefined();
  });

  test('leaves alone what needs no packing', () => {
    expect(new Packer().take(codecOf('null'), written(1))).toBeUndefined();
  });
});
