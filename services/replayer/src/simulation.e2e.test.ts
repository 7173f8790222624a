// A run that one process after another feeds, against an undisturbed replay: many seeds of crashes, stops, torn appends and
// failing calls, at any pace.
import { describe, expect, test } from 'vitest';
import { type ReplayerSimulation, simulateReplayer } from './testing/index.ts';

const SEEDS = 200;
const BLOCK = 50;

async function failuresOf(seed: number): Promise<readonly string[]> {
  const again = `replay with: npm run simulate -- --of replayer --seed ${seed}`;
  try {
    return (await simulateReplayer(seed)).failures.map((failure) => `${failure} (${again})`);
  } catch (cause) {
    throw new Error(again, { cause });
  }
}

describe('whatever befalls processes, log and archive, a run is fed what an undisturbed one is, at any pace', () => {
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
    expect(await simulateReplayer(7)).toEqual(await simulateReplayer(7));
  });

  test('kills and stops processes often, while much is fed', async () => {
    const runs: ReplayerSimulation[] = [];
    for (let seed = 1; seed <= 20; seed++) runs.push(await simulateReplayer(seed));
    const sum = (of: (one: ReplayerSimulation) => number) => runs.reduce((total, one) => total + of(one), 0);
    expect(sum(({ crashes }) => crashes)).toBeGreaterThan(100);
    expect(sum(({ fed }) => fed)).toBeGreaterThan(500);
  });
});
