// What is too old goes from a partition's start, whole objects at a time; a crash on the way leaves no hole.
import { type Archive, objectKey } from '@parallax/core';
import { expect, test } from 'vitest';
import { memoryArchive } from '../testing/memory-archive.ts';
import { manifestOf } from './describe-object.ts';
import { type Expired, expireArchive, expiredBelow } from './expiry.ts';
import { ObjectEncoder } from './object-encoder.ts';
import { readArchived } from './reader.ts';
import { storeObject } from './store-object.ts';
import { verifyArchive } from './verify.ts';

/** An object of ten records, each as old as `time` says. */
async function add(to: Archive, first: number, time: (offset: number) => number, kind: 'full' | 'tail' = 'full') {
  const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
  for (let offset = first; offset < first + 10; offset++) {
    encoder.add({ offset, timestamp: time(offset), key: null, value: null, headers: [] });
  }
  const object = encoder.snapshot();
  const key = objectKey({ kind, topic: 't', partition: 0, first, ...(kind === 'tail' ? { count: 10 } : {}) });
  await storeObject(to, manifestOf(key, 't', 0, first, object), object.body);
}

async function archive(): Promise<Archive> {
  const made = memoryArchive();
  for (const first of [0, 10, 20, 30]) await add(made, first, (offset) => offset);
  await add(made, 40, (offset) => offset, 'tail');
  return made;
}

const all = (of: Archive, before: number, dryRun = false): Promise<Expired[]> =>
  Array.fromAsync(expireArchive(of, { before, dryRun }));

async function offsets(of: Archive): Promise<number[]> {
  return (await Array.fromAsync(readArchived(of, 't', 0))).flat().map(({ offset }) => offset);
}

async function problems(of: Archive): Promise<string[]> {
  const found: string[] = [];
  await verifyArchive(of, { onProblem: ({ code, place }) => void found.push(`${code} ${place}`) });
  return found;
}

test('objects all of whose records are too old go, and the archive is sound without them', async () => {
  const of = await archive();
  expect(await all(of, 25)).toMatchObject([{ topic: 't', partition: 0, objects: 2, first: 0, last: 19, latest: 19 }]);
  expect((await offsets(of))[0]).toBe(20);
  expect(await expiredBelow(of, 't', 0)).toBe(20);
  expect(await problems(of)).toEqual([]);
  expect(await all(of, 25)).toEqual([]);
});

test('a dry run tells the same and removes nothing', async () => {
  const of = await archive();
  const told = await all(of, 25, true);
  expect(await offsets(of)).toHaveLength(50);
  expect(await expiredBelow(of, 't', 0)).toBe(0);
  expect(await all(of, 25)).toEqual(told);
});

test('an old object behind one that stays is kept: there would be a hole', async () => {
  const of = memoryArchive();
  await add(of, 0, () => 100);
  await add(of, 10, () => 1);
  expect(await all(of, 50)).toEqual([]);
  expect(await offsets(of)).toHaveLength(20);
});

test('when everything is too old, tails too, all of it goes, and the place is known', async () => {
  const of = await archive();
  expect(await all(of, 1_000)).toMatchObject([{ objects: 5, last: 49 }]);
  expect(await Array.fromAsync(of.list(''))).toMatchObject([{ key: 'expired/t/partition=0/0000000050' }]);
  expect(await problems(of)).toEqual([]);
});

test('killed after any step, the archive has no hole, and the next time finishes', async () => {
  const undisturbed = await archive();
  await all(undisturbed, 35);
  const expected = (await Array.fromAsync(undisturbed.list(''))).map(({ key }) => key);
  for (let steps = 0; steps < 8; steps++) {
    const of = await archive();
    let left = steps;
    const live = async <T>(work: () => Promise<T>): Promise<T> => {
      if (left-- <= 0) throw new Error('killed');
      return work();
    };
    const dying: Archive = {
      ...of,
      create: (key, body) => live(() => of.create(key, body)),
      remove: (key) => live(() => of.remove(key)),
    };
    await all(dying, 35).catch(() => undefined);
    const left0 = await offsets(of);
    expect(left0.every((offset, n) => offset === (left0[0] ?? 0) + n)).toBe(true);
    expect(await problems(of)).toEqual([]);
    await all(of, 35);
    expect((await Array.fromAsync(of.list(''))).map(({ key }) => key)).toEqual(expected);
  }
});
