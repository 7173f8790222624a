// A batch that is written is the batch that is read: times, keys, values, headers in order.
import type { Header } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BatchRecord, encodeBatch, recordSize } from './batch-encoder.ts';
import { decompress } from './codecs.ts';
import { batchAt, RecordCursor } from './record-batches.ts';

const NOBODY = { producerId: -1, epoch: -1, sequence: -1 };
const content = fc.option(fc.uint8Array({ maxLength: 300 }), { nil: null });
const name = fc.oneof(fc.constantFrom('a', '1', '10', '__proto__', ''), fc.string({ unit: 'binary' }));
const headers: fc.Arbitrary<Header[]> = fc.array(fc.tuple(name, content), { maxLength: 5 });
const timestamp = fc.oneof(fc.constantFrom(0, 9, 10, 1_700_000_000_000), fc.nat(4_102_444_800_000));
const record: fc.Arbitrary<BatchRecord> = fc.record({ timestamp, key: content, value: content, headers });

test.each(['none', 'gzip', 'lz4'] as const)(
  'packed with %s, every record is read as it was written',
  async (compression) => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 8 }), async (records) => {
        const bytes = await encodeBatch(records, { producerId: 2 ** 40, epoch: 3, sequence: 2 ** 31 - 1 }, compression);
        const batch = batchAt(bytes, 0);
        if (batch === undefined) throw new Error('no batch');
        expect(batch.end).toBe(bytes.length);
        const unpacked = batch.codec === 0 ? batch.records : await decompress(batch.codec, batch.records);
        const read = new RecordCursor({ ...batch, records: unpacked })
          .take(100)
          .map(({ timestamp, key, value, headers }) => {
            return { timestamp, key, value, headers };
          });
        expect(read).toEqual(records);
        expect(batch.maxTimestamp).toBe(Math.max(...records.map((each) => each.timestamp)));
        expect(batch.producerId).toBe(2n ** 40n);
        expect(bytes.readInt16BE(51)).toBe(3);
        expect(bytes.readInt32BE(53)).toBe(2 ** 31 - 1);
      }),
      { numRuns: 60 },
    );
  },
);

test('the size said of a record is never below what it takes', async () => {
  await fc.assert(
    fc.asyncProperty(record, async (one) => {
      expect(recordSize(one) + 61).toBeGreaterThanOrEqual((await encodeBatch([one], NOBODY, 'none')).length);
    }),
  );
});
