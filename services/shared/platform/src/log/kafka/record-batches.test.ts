// Reading record batches: what a record holds comes out byte for byte, whatever was skipped or hidden.
import type { Header } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchAt, type FoundBatch, RecordCursor } from './record-batches.ts';
import { batchBytes, type WrittenRecord } from './testing/batch-bytes.ts';

const bytes = fc.option(
  fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array)),
  { nil: null },
);
const header = fc.tuple(fc.oneof(fc.string(), fc.constantFrom('7', 'x', '__proto__')), bytes);
const record: fc.Arbitrary<WrittenRecord> = fc.record({
  offsetDelta: fc.constant(0),
  timestampDelta: fc.oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -(2 ** 45), max: 2 ** 45 })),
  key: bytes,
  value: bytes,
  headers: fc.array(header, { maxLength: 4 }),
});

async function readAll(raw: Buffer) {
  const batches: FoundBatch[] = [];
  for (let batch = batchAt(raw, 0); batch !== undefined; batch = batchAt(raw, batch.end)) batches.push(batch);
  return batches.flatMap((batch) => new RecordCursor(batch).take(Number.POSITIVE_INFINITY));
}

test('every record comes out as it was written: keys, values, headers in order, repeated, null, named like integers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 5 }), fc.nat(2 ** 40), async (records, baseOffset) => {
      const written = records.map((one, i) => ({ ...one, offsetDelta: i * 3 }));
      const read = await readAll(batchBytes({ baseOffset, baseTimestamp: 1_700_000_000_000, records: written }));
      expect(read.length).toBe(written.length);
      read.forEach((one, i) => {
        const from = written[i] as WrittenRecord;
        expect(one.offset).toBe(baseOffset + i * 3);
        expect(one.timestamp).toBe(1_700_000_000_000 + from.timestampDelta);
        expect([one.headers.map(plain), plainBytes(one.key), plainBytes(one.value)]).toEqual([
          from.headers.map(plain),
          plainBytes(from.key),
          plainBytes(from.value),
        ]);
      });
    }),
  );
});

function plain([name, value]: Header) {
  return [name, plainBytes(value)];
}

function plainBytes(value: Uint8Array | null) {
  return value === null ? null : [...value];
}

const simple = (offsetDelta: number): WrittenRecord => ({
  offsetDelta,
  timestampDelta: 0,
  key: null,
  value: Buffer.from(`${offsetDelta}`),
  headers: [],
});

test('a batch that was cut off at the end of the answer is left for the next fetch', async () => {
  const first = batchBytes({ baseOffset: 5, records: [simple(0), simple(1)] });
  const second = batchBytes({ baseOffset: 7, records: [simple(0)] });
  for (let cut = 0; cut < second.length; cut++) {
    const read = await readAll(Buffer.concat([first, second.subarray(0, cut)]));
    expect(read.map(({ offset }) => offset)).toEqual([5, 6]);
  }
});

test('a batch says how far it once reached, though its last records were compacted away', async () => {
  const raw = batchBytes({ baseOffset: 10, lastOffsetDelta: 9, records: [simple(2)] });
  const batch = batchAt(raw, 0);
  expect(batch?.lastOffset).toBe(19);
});

test('a batch stamped by the broker gives all its records that stamp', async () => {
  const raw = batchBytes({ baseOffset: 0, isAppendTime: true, maxTimestamp: 77, records: [simple(0), simple(1)] });
  expect((await readAll(raw)).map(({ timestamp }) => timestamp)).toEqual([77, 77]);
});

test('records below the wanted offset are passed over, and taking goes on where it stopped', async () => {
  const raw = batchBytes({ baseOffset: 0, records: [0, 1, 2, 3, 4].map(simple) });
  const batch = batchAt(raw, 0);
  const cursor = new RecordCursor(batch as never);
  expect(cursor.take(2, 1).map(({ offset }) => offset)).toEqual([1, 2]);
  expect(cursor.isDone).toBe(false);
  expect(cursor.take(9, 1).map(({ offset }) => offset)).toEqual([3, 4]);
  expect(cursor.isDone).toBe(true);
});

test('numbers that run on and lengths that leave the batch are errors, not records', async () => {
  const raw = batchBytes({ baseOffset: 0, records: [simple(0)] });
  const endless = Buffer.concat([raw.subarray(0, 61), Buffer.alloc(20, 0xff)]);
  endless.writeInt32BE(endless.length - 12, 8);
  await expect(readAll(endless)).rejects.toThrow('five bytes');
  const outside = Buffer.from(raw);
  outside[61] = 0x7e;
  await expect(readAll(outside)).rejects.toThrow('outside its batch');
});
