// Records are counted once, in the period of their own timestamp, whichever objects hold them.
import { type Archive, objectKey } from '@parallax/core';
import { expect, test } from 'vitest';
import { memoryArchive } from '../testing/memory-archive.ts';
import { manifestOf } from './describe-object.ts';
import { ObjectEncoder } from './object-encoder.ts';
import { listPeriods, type PeriodOptions } from './periods.ts';
import { storeObject } from './store-object.ts';

async function add(to: Archive, first: number, count: number, kind: 'full' | 'tail' = 'full') {
  const encoder = new ObjectEncoder({ topic: 't', partition: 0, timestampType: 'create' });
  for (let offset = first; offset < first + count; offset++) {
    encoder.add({ offset, timestamp: offset * 100, key: null, value: null, headers: [] });
  }
  const object = encoder.snapshot();
  const key = objectKey({ kind, topic: 't', partition: 0, first, ...(kind === 'tail' ? { count } : {}) });
  await storeObject(to, manifestOf(key, 't', 0, first, object), object.body);
}

async function rows(options: PeriodOptions) {
  const archive = memoryArchive();
  await add(archive, 0, 25);
  await add(archive, 20, 10, 'tail');
  await add(archive, 40, 10);
  return Array.fromAsync(listPeriods(archive, options));
}

test('by period: across objects, overlaps and periods, with the gap behind the record before it', async () => {
  const found = await rows({ everyMs: 1_000 });
  expect(found.map(({ period, records, first, last }) => [period, records, first, last])).toEqual([
    [0, 10, 0, 9],
    [1_000, 10, 10, 19],
    [2_000, 10, 20, 29],
    [4_000, 10, 40, 49],
  ]);
  expect(found.map(({ gaps }) => gaps)).toEqual([[], [], [{ from: 30, to: 40 }], []]);
});

test('between two moments: from the first on, before the second', async () => {
  const found = await rows({ from: 700, to: 4_100 });
  expect(found).toMatchObject([{ records: 24, first: 7, last: 40, earliest: 700, latest: 4_000 }]);
  expect(found[0]?.period).toBeUndefined();
  expect(await rows({ from: 3_000, to: 3_900 })).toEqual([]);
});

test('bytes of all periods are those of the objects that were read', async () => {
  const [whole] = await rows({});
  const parts = await rows({ everyMs: 700 });
  const sum = parts.reduce((total, { bytes }) => total + bytes, 0);
  expect(Math.abs(sum - (whole?.bytes ?? 0))).toBeLessThan(parts.length);
});
