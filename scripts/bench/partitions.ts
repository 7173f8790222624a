// How what a pair costs grows with the partitions of one process: it should not.
//   node scripts/bench/partitions.ts
import { feedOf, round } from './in-memory.ts';

const PARTITIONS = [1, 10, 100, 1000] as const;
const PAIRS = 200_000;
const ROUNDS = 3;

export interface PartitionCost {
  readonly partitions: number;
  /** Microseconds of CPU a pair: the best of the rounds. */
  readonly us: number;
}

export function costOfPartitions(): readonly PartitionCost[] {
  round(feedOf({ pairs: PAIRS }, 4)); // compiled before anything is measured
  return PARTITIONS.map((partitions) => {
    const feed = feedOf({ pairs: PAIRS }, partitions);
    const best = Math.min(...Array.from({ length: ROUNDS }, () => round(feed).cpuUs));
    return { partitions, us: Math.round((best / PAIRS) * 100) / 100 };
  });
}

if (import.meta.main) for (const cost of costOfPartitions()) process.stdout.write(`${JSON.stringify(cost)}\n`);
