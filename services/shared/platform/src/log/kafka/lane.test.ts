// A lane keeps order, sends a batch until it is done, and tells each append what became of it.
import type { Position } from '@parallax/core';
import { expect, test } from 'vitest';
import { type Append, Lane } from './lane.ts';
import { batchAt } from './record-batches.ts';

function appendOf(count: number): { append: Append; outcome: Promise<readonly Position[]> } {
  const { promise, resolve, reject } = Promise.withResolvers<readonly Position[]>();
  promise.catch(() => undefined);
  const append = { positions: new Array(count), until: 0, remaining: count, settled: false, resolve, reject };
  return { append, outcome: promise };
}

function laneWith(limit: number, ...counts: number[]) {
  const lane = new Lane('topic', 3, limit);
  const outcomes = counts.map((count) => {
    const { append, outcome } = appendOf(count);
    for (let slot = 0; slot < count; slot++) {
      lane.push({ timestamp: 0, key: null, value: Buffer.alloc(70), headers: [], append, slot });
    }
    return outcome;
  });
  return { lane, outcomes };
}

function sequenceOf(bytes: Buffer): number {
  expect(batchAt(bytes, 0)?.end).toBe(bytes.length);
  return bytes.readInt32BE(53);
}

test('several appends go together, and each is told its own positions', async () => {
  const { lane, outcomes } = laneWith(10_000, 2, 1);
  expect(lane.current()).toHaveLength(3);
  lane.done(40);
  expect(await outcomes[0]).toEqual([40, 41].map((offset) => ({ topic: 'topic', partition: 3, offset })));
  expect(await outcomes[1]).toEqual([{ topic: 'topic', partition: 3, offset: 42 }]);
  expect(lane.isEmpty).toBe(true);
});

test('a batch is the same bytes until it is done, and the next follows it in sequence', async () => {
  const { lane } = laneWith(200, 5);
  lane.session = { producerId: 7, epoch: 0 };
  const first = await lane.encoded('none');
  expect(await lane.encoded('none')).toBe(first);
  expect(sequenceOf(first)).toBe(0);
  expect(lane.current()).toHaveLength(2);
  lane.done(0);
  expect(sequenceOf(await lane.encoded('none'))).toBe(2);
});

test('a batch that is too large goes in halves, in order, with the same sequence', async () => {
  const { lane, outcomes } = laneWith(10_000, 5);
  lane.session = { producerId: 7, epoch: 0 };
  await lane.encoded('none');
  expect(lane.split()).toBe(true);
  expect(lane.current().map(({ slot }) => slot)).toEqual([0, 1, 2]);
  expect(sequenceOf(await lane.encoded('none'))).toBe(0);
  lane.done(0);
  expect(lane.current().map(({ slot }) => slot)).toEqual([3, 4]);
  lane.done(3);
  expect((await outcomes[0])?.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4]);
});

test('one record cannot be halved', () => {
  expect(laneWith(10, 1).lane.split()).toBe(false);
});

test('an append that is given up sends nothing more, and others go on', async () => {
  const { lane, outcomes } = laneWith(200, 5, 1);
  lane.current();
  lane.giveUp(new Error('no'));
  await expect(outcomes[0]).rejects.toThrow('no');
  expect(lane.hasBatch()).toBe(true);
  expect(lane.current()).toHaveLength(1);
  lane.done(9);
  expect(await outcomes[1]).toMatchObject([{ offset: 9 }]);
});

test('a lane whose appends were all rejected elsewhere has nothing to send', () => {
  const { lane } = laneWith(200, 3);
  for (const { append } of lane.current()) append.settled = true;
  lane.giveUp(new Error('no'));
  expect(lane.hasBatch()).toBe(false);
  expect(lane.isEmpty).toBe(true);
});

test('after a new start the sequence begins anew, for another producer', async () => {
  const { lane } = laneWith(200, 4);
  lane.session = { producerId: 7, epoch: 0 };
  lane.done(0);
  lane.restart();
  lane.session = { producerId: 8, epoch: 0 };
  const bytes = await lane.encoded('none');
  expect(sequenceOf(bytes)).toBe(0);
  expect(Number(bytes.readBigInt64BE(43))).toBe(8);
});

test('closing rejects what is on its way and what waits', async () => {
  const { lane, outcomes } = laneWith(200, 2, 2);
  lane.current();
  lane.rejectAll(new Error('closed'));
  for (const outcome of outcomes) await expect(outcome).rejects.toThrow('closed');
  expect(lane.isEmpty).toBe(true);
});
