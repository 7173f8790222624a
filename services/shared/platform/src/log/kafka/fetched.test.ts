// What a fetch brought, read in pieces: the cursor counts what is hidden, gone or cut off, and nothing aborted is seen.
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AbortedTransaction } from './aborted.ts';
import { Fetched } from './fetched.ts';
import { batchBytes, type WrittenRecord } from './testing/batch-bytes.ts';

const record = (offsetDelta: number, key: Uint8Array | null = null): WrittenRecord => {
  return { offsetDelta, timestampDelta: 0, key, value: Buffer.from('v'), headers: [] };
};
const FOUR_ZEROS = Buffer.from([0, 0, 0, 0]);

function marker(baseOffset: number, producerId: bigint, kind: 'abort' | 'commit'): Buffer {
  const key = Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]);
  return batchBytes({ baseOffset, producerId, isTransactional: true, isControl: true, records: [record(0, key)] });
}

/** Everything, taken `limit` at a time. */
async function readAll(
  fetched: Fetched,
  limit = 1_000,
): Promise<{ offsets: number[]; nexts: number[]; hidden: number; marked: number }> {
  const [offsets, nexts]: [number[], number[]] = [[], []];
  let [hidden, marked] = [0, 0];
  while (!fetched.isDone) {
    if (fetched.isPacked) await fetched.unpack();
    const { records, next, aborted, markers } = fetched.take(limit);
    hidden += aborted;
    marked += markers;
    expect(records.length).toBeLessThanOrEqual(limit);
    offsets.push(...records.map(({ offset }) => offset));
    nexts.push(next);
  }
  return { offsets, nexts, hidden, marked };
}

describe('a fetch', () => {
  test('carries the cursor over the compacted tail of a batch, and over batches of which nothing is left', async () => {
    const raw = Buffer.concat([
      batchBytes({ baseOffset: 0, lastOffsetDelta: 9, records: [record(2)] }),
      batchBytes({ baseOffset: 10, lastOffsetDelta: 4, records: [] }),
    ]);
    const fetched = new Fetched(raw, [], 0);
    expect(fetched.end).toBe(15);
    expect(await readAll(fetched)).toEqual({ offsets: [2], nexts: [15], hidden: 0, marked: 0 });
  });

  test('tells in which epoch of its leader the last whole batch was written', () => {
    const batches = [3, 3, 7, 9].map((epoch, i) => batchBytes({ baseOffset: i, epoch, records: [record(0)] }));
    const raw = Buffer.concat(batches);
    expect(new Fetched(raw.subarray(0, -1), [], 0).epoch).toBe(7);
    expect(new Fetched(raw, [], 0).epoch).toBe(9);
    expect(new Fetched(batchBytes({ baseOffset: 0, records: [record(0)] }), [], 0).epoch).toBeUndefined();
    expect(new Fetched(Buffer.alloc(0), [], 0).epoch).toBeUndefined();
  });

  test('begins where it was asked to, within a batch', async () => {
    const raw = batchBytes({ baseOffset: 5, records: [record(0), record(1), record(2)] });
    expect(await readAll(new Fetched(raw, [], 6))).toEqual({ offsets: [6, 7], nexts: [8], hidden: 0, marked: 0 });
  });

  test('leaves a batch that was cut off to the next one, and is empty when there is no other', () => {
    const whole = batchBytes({ baseOffset: 0, records: [record(0), record(1)] });
    const cut = batchBytes({ baseOffset: 2, records: [record(0)] }).subarray(0, -1);
    expect(new Fetched(Buffer.concat([whole, cut]), [], 0).end).toBe(2);
    expect(new Fetched(cut, [], 2).isEmpty).toBe(true);
  });

  test('unpacks one batch at a time, and stops before the next', async () => {
    const packed = (baseOffset: number) =>
      batchBytes({ baseOffset, codec: 1, compress: gzipSync, records: [record(0), record(1)] });
    const fetched = new Fetched(Buffer.concat([packed(0), packed(2)]), [], 0);
    expect(fetched.take(9)).toEqual({ records: [], next: 0, aborted: 0, markers: 0 });
    await fetched.unpack();
    expect(fetched.take(9).next).toBe(2);
    expect(fetched.isPacked).toBe(true);
    expect(await readAll(fetched)).toEqual({ offsets: [2, 3], nexts: [4], hidden: 0, marked: 0 });
  });

  test('says which bytes cannot be read', () => {
    const raw = batchBytes({ baseOffset: 3, records: [record(0)] });
    raw.writeInt8(99, 61);
    expect(() => new Fetched(raw, [], 3).take(1)).toThrow(expect.objectContaining({ code: 'log-corrupt' }));
    const old = batchBytes({ baseOffset: 3, records: [record(0)] });
    old.writeInt8(1, 16);
    expect(() => new Fetched(old, [], 3)).toThrow(expect.objectContaining({ code: 'log-format' }));
  });
});

/** A log written by producers whose transactions overlap, with data keys that look like markers. */
interface Step {
  readonly producer: number;
  readonly act: 'write' | 'commit' | 'abort' | 'plain';
  readonly count: number;
}

function write(steps: readonly Step[]) {
  const batches: { base: number; last: number; bytes: Buffer }[] = [];
  const transactions: { producer: number; first: number; offsets: number[]; end?: { at: number; abort: boolean } }[] =
    [];
  const open = new Map<number, (typeof transactions)[number]>();
  const plain: number[] = [];
  let at = 0;
  const put = (count: number, bytes: (base: number) => Buffer) => {
    batches.push({ base: at, last: at + count - 1, bytes: bytes(at) });
    at += count;
  };
  const end = (producer: number, abort: boolean) => {
    const ending = open.get(producer);
    if (ending === undefined) return;
    ending.end = { at, abort };
    open.delete(producer);
    put(1, (base) => marker(base, BigInt(producer), abort ? 'abort' : 'commit'));
  };
  for (const { producer, act, count } of steps) {
    if (act === 'commit' || act === 'abort') {
      end(producer, act === 'abort');
      continue;
    }
    const records = Array.from({ length: count }, (_, delta) => record(delta, delta % 2 === 0 ? FOUR_ZEROS : null));
    const offsets = records.map((_, delta) => at + delta);
    const isTransactional = act === 'write';
    if (isTransactional) {
      const known = open.get(producer) ?? { producer, first: at, offsets: [] };
      if (!open.has(producer)) transactions.push(known);
      open.set(producer, known);
      known.offsets.push(...offsets);
    } else plain.push(...offsets);
    // A producer may write within a transaction and another without one under the same kind of id.
    const producerId = isTransactional ? BigInt(producer) : -1n;
    put(count, (baseOffset) => batchBytes({ baseOffset, producerId, isTransactional, records }));
  }
  for (const producer of [...open.keys()]) end(producer, true);
  const visible = [
    ...plain,
    ...transactions.filter((each) => each.end?.abort === false).flatMap(({ offsets }) => offsets),
  ];
  const hidden = transactions.filter((each) => each.end?.abort === true).flatMap(({ offsets }) => offsets);
  return { batches, transactions, visible: visible.sort((a, b) => a - b), hidden, end: at };
}

test('nothing aborted is seen but all of it told, and nothing committed is missed, from wherever reading begins', async () => {
  const step = fc.record({
    producer: fc.integer({ min: 1, max: 3 }),
    act: fc.constantFrom<Step['act']>('write', 'write', 'commit', 'abort', 'plain'),
    count: fc.integer({ min: 1, max: 3 }),
  });
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 20 }),
    fc.nat(),
    fc.integer({ min: 1, max: 5 }),
    async (steps, anywhere, limit) => {
      const log = write(steps);
      if (log.end === 0) return;
      const from = anywhere % log.end;
      const sent = log.batches.filter(({ last }) => last >= from);
      // What a broker lists: aborted transactions that reach into what it sends.
      const aborted = log.transactions
        .filter(({ end }) => end?.abort === true && end.at >= from)
        .map(({ producer, first }): AbortedTransaction => ({ producerId: BigInt(producer), firstOffset: first }));
      const fetched = new Fetched(Buffer.concat(sent.map(({ bytes }) => bytes)), aborted.reverse(), from);
      const { offsets, nexts, hidden, marked } = await readAll(fetched, limit);
      expect(hidden).toBe(log.hidden.filter((offset) => offset >= from).length);
      expect(offsets).toEqual(log.visible.filter((offset) => offset >= from));
      expect(offsets.length + hidden + marked).toBe(log.end - from);
      expect(nexts.at(-1)).toBe(log.end);
      expect(nexts).toEqual([...nexts].sort((a, b) => a - b));
    },
  );
  await fc.assert(property, { numRuns: 300 });
});
