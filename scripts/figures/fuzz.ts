// fuzz: hostile byte pairs in every format and under many rules; crashes, hangs, and whatever differs and is called equal.
import { fuzzInThreads } from '../fuzz/fuzz.ts';
import type { Measurement } from './measurement.ts';

export const about = 'failures (crash, hang, different called equal, walk against full) in a million hostile pairs';

const PAIRS = 1_000_000;
const SECONDS = 900;
const SEED = 1;
const THREADS = 2;

export default async function fuzz(): Promise<Measurement> {
  const { pairs, seconds, failures, shown, slowest, outcomes } = await fuzzInThreads(
    { pairs: PAIRS, seconds: SECONDS, seed: SEED },
    THREADS,
  );
  for (const failure of shown) process.stderr.write(failure);
  for (const [name, times] of [...outcomes].sort()) process.stderr.write(`  ${name}: ${times}\n`);
  const times = (name: Parameters<typeof failures.get>[0]): number => failures.get(name) ?? 0;
  return {
    value: [...failures.values()].reduce((sum, count) => sum + count, 0),
    unit: 'failures',
    runs: 1,
    pairs,
    crashes: times('crash'),
    hangs: times('hang'),
    differentCalledEqual: times('different called equal'),
    walkAgainstFull: times('walk and full comparison disagree'),
    slowestMs: Math.round(slowest.ms * 10) / 10,
    slowest: slowest.by,
    seconds: Math.round(seconds),
    seed: SEED,
  };
}
