// What a handler is given is what was written, whatever becomes of the memory of other answers: here it is overwritten as
// soon as it is given back.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Batch } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AnswerMemory, SharedAnswer } from '../answer-memory.ts';
import { Fetched } from '../fetched.ts';
import { batchBytes } from '../testing/batch-bytes.ts';
import { Cursor } from './cursor.ts';
import { Pump } from './pump.ts';

const POISON = 0xdd;
/** So that what is lent is lent, and not a piece of Node's own pool. */
const FILLING = 64 * 1024;

class PoisonedMemory extends AnswerMemory {
  given = 0;

  override give(memory: ArrayBufferLike): void {
    new Uint8Array(memory).fill(POISON);
    this.given++;
    super.give(memory);
  }
}

const valueAt = (partition: number, offset: number) => `value ${offset} of partition ${partition}`;
const PACKED = [
  { codec: 0 },
  { codec: 1, compress: (bytes: Buffer): Buffer => gzipSync(bytes) },
  { codec: 4, compress: (bytes: Buffer): Buffer => zstdCompressSync(bytes) },
];

const plan = fc.record({
  partitions: fc.integer({ min: 1, max: 4 }),
  /** Records of each batch, and how it is packed. */
  batches: fc.array(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(PACKED.length - 1)), {
    minLength: 1,
    maxLength: 8,
  }),
  batchRecords: fc.integer({ min: 1, max: 40 }),
  /** What the handler does, call by call: nothing, go back, stop for a while, drop what is queued, stop for good. */
  reactions: fc.array(fc.constantFrom('', '', '', 'seek', 'pause', 'forget'), { maxLength: 40 }),
});

test('nothing that is delivered was overwritten, and what was delivered is given back', async () => {
  const memories: number[] = [];
  const property = fc.asyncProperty(plan, async ({ partitions, batches, batchRecords, reactions }) => {
    const memory = new PoisonedMemory();
    const written = batches.map(([count, how], turn) => {
      const baseOffset = batches.slice(0, turn).reduce((sum, [before]) => sum + before, 0);
      return { baseOffset, count, last: baseOffset + count - 1, packing: PACKED[how] };
    });
    const end = (written.at(-1)?.last ?? -1) + 1;
    const cursors = Array.from({ length: partitions }, (_, partition) => {
      return new Cursor({ topic: 't', partition, offset: 0 }, false);
    });
    const rawOf = (partition: number, from: number): Buffer => {
      const next = written.filter(({ last }) => last >= from).slice(0, 2);
      const bytes = next.map(({ baseOffset, count, packing }) => {
        const records = Array.from({ length: count }, (_, offsetDelta) => {
          const value = Buffer.from(valueAt(partition, baseOffset + offsetDelta));
          return { offsetDelta, timestampDelta: 0, key: null, value, headers: [] };
        });
        return batchBytes({ baseOffset, records, ...packing });
      });
      return Buffer.concat(bytes);
    };
    /** One answer for all that have nothing queued, in lent memory. */
    const fetch = (): void => {
      const dry = cursors.filter(({ queue, fetchFrom }) => queue.length < 2 && fetchFrom < end);
      const parts = dry.map((cursor) => ({ cursor, raw: rawOf(cursor.partition, cursor.fetchFrom) }));
      if (parts.length === 0) return;
      const answer = memory.take(FILLING + parts.reduce((sum, { raw }) => sum + raw.length, 0));
      const shared = new SharedAnswer(answer.buffer, memory);
      let at = 0;
      for (const { cursor, raw } of parts) {
        raw.copy(answer, at);
        const fetched = new Fetched(answer.subarray(at, at + raw.length), [], cursor.fetchFrom, shared);
        at += raw.length;
        cursor.queue.push(fetched);
        cursor.fetchFrom = fetched.end;
      }
    };
    const wrong: string[] = [];
    const done = Promise.withResolvers<void>();
    const goOn = (): void => {
      fetch();
      pump.wake();
    };
    let turn = 0;
    const deliver = ({ partition, records }: Batch): void => {
      for (const { offset, value } of records) {
        const text = Buffer.from(value ?? []).toString();
        if (text !== valueAt(partition, offset)) wrong.push(`${partition}/${offset}: ${text}`);
      }
      const other = cursors[turn % partitions];
      const reaction = reactions[turn++];
      if (reaction === 'seek') other?.seek(Math.floor(other.offset / 2));
      if (reaction === 'forget') other?.forget();
      if (reaction === 'pause' && other !== undefined) {
        other.isPaused = true;
        setImmediate(() => {
          other.isPaused = false;
          goOn();
        });
      }
      if (reaction !== undefined && reaction !== '') setImmediate(goOn);
      if (cursors.every(({ offset }) => offset >= end)) done.resolve();
    };
    const pump = new Pump({ generation: 1, cursors, batchRecords, deliver, drained: goOn, failed: done.reject });
    goOn();
    await done.promise;
    pump.close();
    expect(wrong).toEqual([]);
    memories.push(memory.given);
  });
  await fc.assert(property, { numRuns: 100 });
  expect(Math.max(...memories)).toBeGreaterThan(1);
});
