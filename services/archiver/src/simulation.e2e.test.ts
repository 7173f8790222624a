// Whole archivers against the log and an undisturbed archiver: many seeds of crashes, standstills, rebalances, stale writes
// and failing calls.
import { describe, expect, test } from 'vitest';
import { type ArchiverSimulation, simulateArchiver } from './testing/index.ts';

const SEEDS = 200;
const BLOCK = 50;

async function failuresOf(seed: number): Promise<readonly string[]> {
  const again = `replay with: npm run simulate -- --of archiver --seed ${seed}`;
  try {
    return (await simulateArchiver(seed)).failures.map((failure) => `${failure} (${again})`);
  } catch (cause) {
    throw new Error(again, { cause });
  }
}

describe('whatever befalls processes, log and archive, each record is archived once, in the same objects as undisturbed', () => {
  test.each(Array.from({ length: SEEDS / BLOCK }, (_, block) => block * BLOCK + 1))(
    '%i and the seeds after it',
    async (from) => {
      const failures: string[] = [];
      for (let seed = from; seed < from + BLOCK; seed++) failures.push(...(await failuresOf(seed)));
      expect(failures).toEqual([]);
    },
  );
});

describe('the simulation itself', () => {
  test('is the same world for the same seed', async () => {
    expect(await simulateArchiver(7)).toEqual(await simulateArchiver(7));
  });

  test('kills and stops processes often, over many objects', async () => {
    const runs: ArchiverSimulation[] = [];
    for (let seed = 1; seed <= 20; seed++) runs.push(await simulateArchiver(seed));
    const sum = (of: (one: ArchiverSimulation) => number) => runs.reduce((total, one) => total + of(one), 0);
    expect(sum(({ crashes }) => crashes)).toBeGreaterThan(100);
    expect(sum(({ objects }) => objects)).toBeGreaterThan(100);
  });
});
