// Whatever versions there are, what is found is what reading all of them would find.
import type { PairRow } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pairRow } from '../testing/store-rows.ts';
import { recentPairs } from './recent.ts';

const NOW = Date.UTC(2026, 2, 1);

interface Version {
  readonly id: string;
  readonly version: bigint;
  readonly judged_at: number;
  readonly legacy_partition: number;
  readonly state: 'final' | 'provisional';
}

const version: fc.Arbitrary<Version> = fc.record({
  id: fc.integer({ min: 0, max: 600 }).map(String),
  version: fc.bigInt({ min: 1n, max: 5n }),
  // Many at one time, many long ago.
  judged_at: fc.integer({ min: 0, max: 200 }).map((ago) => NOW - ago * 60_000),
  legacy_partition: fc.constantFrom(0, 1),
  state: fc.constantFrom('final', 'final', 'provisional'),
});

function around(rows: readonly PairRow[]) {
  const reads: { limit: number; since: number }[] = [];
  return {
    reads,
    now: () => NOW,
    async candidates(limit: number, since: number) {
      reads.push({ limit, since });
      return rows
        .filter((row) => row.state !== 'provisional' && row.legacy_partition === 0 && row.judged_at >= since)
        .toSorted((left, right) => right.judged_at - left.judged_at)
        .slice(0, limit)
        .map(({ id, judged_at }) => ({ id, judgedAt: judged_at }));
    },
    lookup: async (ids: readonly string[]) => latest(rows).filter(({ id }) => ids.includes(id)),
  };
}

function latest(rows: readonly PairRow[]): PairRow[] {
  const found = new Map<string, PairRow>();
  for (const row of rows) if (row.version >= (found.get(row.id)?.version ?? 0n)) found.set(row.id, row);
  return [...found.values()];
}

test('superseded versions that were judged later never displace a row that counts', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(version, { maxLength: 800 }),
      fc.integer({ min: 1, max: 40 }),
      async (versions, limit) => {
        // Rows of one version of an id are the same row.
        const unique = new Map(versions.map((one) => [`${one.id} ${one.version}`, one]));
        const rows = [...unique.values()].map((one) => pairRow({ ...one, candidate_partition: null }));
        const expected = latest(rows)
          .filter((row) => row.state !== 'provisional' && row.legacy_partition === 0)
          .sort((left, right) => right.judged_at - left.judged_at || (left.id < right.id ? -1 : 1))
          .slice(0, limit);
        const found = await recentPairs(around(rows), 0, limit);
        expect(found.map(({ id, judged_at }) => ({ id, judged_at }))).toEqual(
          expected.map(({ id, judged_at }) => ({ id, judged_at })),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('what was judged lately is found without looking further back, and all of it when there is too little', async () => {
  const lately = Array.from({ length: 200 }, (_, n) => pairRow({ id: `${n}`, judged_at: NOW - n }));
  const enough = around(lately);
  expect(await recentPairs(enough, 0, 10)).toHaveLength(10);
  expect(enough.reads.map(({ since }) => since)).toEqual([NOW - 3_600_000]);
  const little = around(lately.slice(0, 5));
  expect(await recentPairs(little, 0, 10)).toHaveLength(5);
  expect(little.reads.map(({ since }) => since)).toEqual([NOW - 3_600_000, Number.NEGATIVE_INFINITY]);
});

test('more candidates are taken while superseded ones fill their place', async () => {
  const rows = Array.from({ length: 3_000 }, (_, n) => [
    pairRow({ id: `${n}`, version: 1n, judged_at: NOW - n }),
    pairRow({ id: `${n}`, version: 2n, judged_at: NOW - 1_000_000 - n }),
  ]).flat();
  const store = around(rows);
  const found = await recentPairs(store, 0, 20);
  expect(found.map(({ judged_at }) => judged_at)).toEqual(Array.from({ length: 20 }, (_, n) => NOW - 1_000_000 - n));
  expect(store.reads.length).toBeGreaterThan(1);
});
