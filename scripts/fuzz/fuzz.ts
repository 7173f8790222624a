// Hostile pairs by the million: `node scripts/fuzz/fuzz.ts [--pairs N] [--seconds S] [--seed N] [--hostile N]`. Prints each
// failure once, as small as it could be made, with the seed; ends in 1 where there is one.
import { parseArgs } from 'node:util';
import { Checker, type Failure, type Found } from './check.ts';
import { type BytePair, bytePairs } from './pairs.ts';
import { smaller } from './smaller.ts';

export interface Fuzzing {
  readonly pairs: number;
  readonly seconds: number;
  readonly failures: ReadonlyMap<Failure, number>;
  /** The first of each kind of failure under each set of rules. */
  readonly shown: readonly string[];
  readonly slowest: Checker['slowest'];
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Ends after so many pairs or seconds, whichever comes first. `hostile`: one pair in so many is large. */
export function fuzz(options: { pairs: number; seconds: number; seed: number; hostile?: number }): Fuzzing {
  const checker = new Checker();
  const failures = new Map<Failure, number>();
  const shown = new Map<string, string>();
  const began = performance.now();
  let pairs = 0;
  for (const pair of bytePairs(options.seed, options.hostile)) {
    const found = checker.check(pair);
    pairs++;
    if (found !== undefined) {
      failures.set(found.failure, (failures.get(found.failure) ?? 0) + 1);
      const name = `${found.failure} (${found.rules} rules)`;
      if (!shown.has(name)) shown.set(name, told(name, found, pair, options.seed, pairs));
    }
    if (pairs >= options.pairs || performance.now() - began > options.seconds * 1000) break;
  }
  const seconds = (performance.now() - began) / 1000;
  return { pairs, seconds, failures, shown: [...shown.values()], slowest: checker.slowest, outcomes: checker.outcomes };
}

function told(name: string, found: Found, pair: BytePair, seed: number, at: number): string {
  // What takes long would take long again and again.
  const isQuick = found.failure !== 'hang';
  const small = !isQuick
    ? pair
    : smaller(pair, (candidate) => {
        const again = new Checker().check(candidate);
        return again?.failure === found.failure && again.rules === found.rules;
      });
  const text = (bytes: Uint8Array): string =>
    bytes.length > 600 ? `${bytes.length} bytes` : JSON.stringify(Buffer.from(bytes).toString('latin1'));
  const { detail } = (isQuick ? new Checker().check(small) : undefined) ?? found;
  return `${name}, made by ${pair.by}, seed ${seed}, pair ${at}\n  ${text(small.legacy)}\n  ${text(small.candidate)}\n  ${detail.slice(0, 600)}\n`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      pairs: { type: 'string', default: '1000000' },
      seconds: { type: 'string', default: '180' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      hostile: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  process.stderr.write(`seed ${seed}\n`);
  const { pairs, seconds, failures, shown, slowest, outcomes } = fuzz({
    pairs: Number(values.pairs),
    seconds: Number(values.seconds),
    seed,
    ...(values.hostile === undefined ? {} : { hostile: Number(values.hostile) }),
  });
  for (const failure of shown) process.stdout.write(failure);
  process.stdout.write(`${pairs} pairs in ${seconds.toFixed(0)} s; ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
  process.stdout.write(`slowest ${slowest.ms.toFixed(1)} ms: ${slowest.by}, ${slowest.rules} rules\n`);
  process.stdout.write(`failures ${JSON.stringify(Object.fromEntries(failures))}\n`);
  if (failures.size > 0) process.exitCode = 1;
}
