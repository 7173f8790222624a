// Delivery of what was fetched, steered from within the handler.
import type { Batch } from '@parallax/core';
import { expect, test } from 'vitest';
import { Fetched } from '../fetched.ts';
import { batchBytes } from '../testing/batch-bytes.ts';
import { Cursor } from './cursor.ts';
import { Pump } from './pump.ts';

function cursorWith(partition: number, count: number): Cursor {
  const cursor = new Cursor({ topic: 't', partition, offset: 0 }, true);
  const records = Array.from({ length: count }, (_, offsetDelta) => {
    return { offsetDelta, timestampDelta: 0, key: null, value: null, headers: [] };
  });
  cursor.queue.push(new Fetched(batchBytes({ baseOffset: 0, records }), [], 0));
  cursor.fetchFrom = count;
  return cursor;
}

interface Rig {
  readonly batches: Batch[];
  readonly failures: unknown[];
  readonly pump: Pump;
  drained: number;
  /** Resolves when so many batches have come. */
  until(count: number): Promise<void>;
  /** Resolves when whatever is going to be delivered has been. */
  settled(): Promise<void>;
}

function rig(cursors: readonly Cursor[], react: (batch: Batch, rig: Rig) => void = () => undefined): Rig {
  let watch: (() => void) | undefined;
  const made: Rig = {
    batches: [],
    failures: [],
    drained: 0,
    pump: new Pump({
      generation: 7,
      cursors,
      batchRecords: 10,
      deliver(batch) {
        made.batches.push(batch);
        react(batch, made);
        watch?.();
      },
      drained: () => {
        made.drained++;
      },
      failed(error) {
        made.failures.push(error);
        made.pump.close();
      },
    }),
    until: (count) =>
      new Promise((resolve) => {
        watch = () => made.batches.length >= count && resolve();
        watch();
      }),
    async settled() {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    },
  };
  made.pump.wake();
  return made;
}

test('partitions take turns, batch by batch, and each goes on where it ended', async () => {
  const { batches, until, settled } = rig([cursorWith(0, 25), cursorWith(1, 15)]);
  await until(5);
  await settled();
  expect(batches.map(({ partition, next }) => [partition, next])).toEqual([
    [0, 10],
    [1, 10],
    [0, 20],
    [1, 15],
    [0, 25],
  ]);
  expect(batches.every(({ generation }) => generation === 7)).toBe(true);
});

test('a paused partition keeps what was fetched, and goes on with it', async () => {
  const cursor = cursorWith(0, 25);
  const made = rig([cursor], (_, { batches }) => {
    cursor.isPaused = batches.length === 1;
  });
  await made.until(1);
  await made.settled();
  expect(made.batches).toHaveLength(1);
  cursor.isPaused = false;
  made.pump.wake();
  await made.until(3);
  expect(made.batches.map(({ next }) => next)).toEqual([10, 20, 25]);
  expect(made.drained).toBe(1);
});

test('a seek within the handler drops what was fetched, and its position stands', async () => {
  const cursor = cursorWith(0, 25);
  const made = rig([cursor], () => cursor.seek(3));
  await made.until(1);
  await made.settled();
  expect(made.batches).toHaveLength(1);
  expect([cursor.offset, cursor.fetchFrom, cursor.queue.length]).toEqual([3, 3, 0]);
});

test('nothing comes after it was closed, from within a handler too', async () => {
  const made = rig([cursorWith(0, 25)], (_, { pump }) => pump.close());
  await made.until(1);
  await made.settled();
  made.pump.wake();
  await made.settled();
  expect(made.batches).toHaveLength(1);
});

test('what a handler throws is told once, and nothing comes after it', async () => {
  const made = rig([cursorWith(0, 25), cursorWith(1, 5)], () => {
    throw new Error('mine');
  });
  await made.settled();
  expect(made.batches).toHaveLength(1);
  expect(made.failures).toEqual([new Error('mine')]);
});
