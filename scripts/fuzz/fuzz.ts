// Hostile pairs by the million: `node scripts/fuzz/fuzz.ts`, and what it may be asked for with `--help`.
// Prints each failure once, as small as it could be made, with the seed; ends in 1 where there is one.
//
// JSON pairs are compared under the strict rules and one set of the others in turn, hard ones under all; one pair in
// FORMATS_EVERY is of other formats, compared under the strict rules and one set of the others as well. On each: no crash,
// no hang, walk and full comparison agree, exchanged sides agree, and what it must come to (by the oracle, or by how it
// was made). On one in eight: the same once more.

import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Checker, type Failure, type Found } from './check.ts';
import { FormatChecker } from './format-check.ts';
import { type FormatPair, formatPairs } from './formats.ts';
import { type BytePair, bytePairs } from './pairs.ts';
import { smaller } from './smaller.ts';

export interface Fuzzing {
  readonly pairs: number;
  readonly seconds: number;
  readonly failures: ReadonlyMap<Failure, number>;
  /** The first of each kind of failure under each set of rules. */
  readonly shown: readonly string[];
  readonly slowest: { readonly ms: number; readonly by: string };
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Ends after so many pairs or seconds, whichever comes first. `hostile`: one JSON pair in so many is large. */
export interface FuzzOptions {
  readonly pairs: number;
  readonly seconds: number;
  readonly seed: number;
  readonly hostile?: number;
}

const FORMATS_EVERY = 4;

export function fuzz({ pairs: most, seconds: longest, seed, hostile }: FuzzOptions): Fuzzing {
  const [json, formats] = [new Checker(), new FormatChecker()];
  const failures = new Map<Failure, number>();
  const shown = new Map<string, string>();
  const note = (found: Found | undefined, tell: (name: string, found: Found) => string): void => {
    if (found === undefined) return;
    failures.set(found.failure, (failures.get(found.failure) ?? 0) + 1);
    const name = `${found.failure} (${found.rules})`;
    if (!shown.has(name)) shown.set(name, `${name}, seed ${seed}, pair ${pairs}, ${tell(name, found)}`);
  };
  const began = performance.now();
  let pairs = 0;
  const others = formatPairs(seed, (schema) => formats.register(schema));
  for (const pair of bytePairs(seed, hostile)) {
    pairs++;
    note(json.check(pair), (_, found) => toldBytes(found, pair));
    if (pairs % (FORMATS_EVERY - 1) === 0) {
      const { value } = others.next() as { readonly value: FormatPair };
      pairs++;
      note(formats.check(value), (_, found) => toldFormats(found, value));
    }
    if (pairs >= most || performance.now() - began > longest * 1000) break;
  }
  const seconds = (performance.now() - began) / 1000;
  const slowest = [json.watch.slowest, formats.watch.slowest].reduce((a, b) => (a.ms > b.ms ? a : b));
  return {
    pairs,
    seconds,
    failures,
    shown: [...shown.values()],
    slowest,
    outcomes: new Map([...json.outcomes, ...formats.outcomes]),
  };
}

/** In so many threads, each with pairs of its own. */
export async function fuzzInThreads(options: FuzzOptions, threads: number): Promise<Fuzzing> {
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, i) =>
      inThread({ ...options, pairs: Math.ceil(options.pairs / threads), seed: options.seed * threads + i }),
    ),
  );
  const counts = <K>(of: (part: Fuzzing) => ReadonlyMap<K, number>): ReadonlyMap<K, number> => {
    const all = new Map<K, number>();
    for (const part of parts) for (const [name, times] of of(part)) all.set(name, (all.get(name) ?? 0) + times);
    return all;
  };
  return {
    pairs: parts.reduce((sum, part) => sum + part.pairs, 0),
    seconds: Math.max(...parts.map((part) => part.seconds)),
    failures: counts((part) => part.failures),
    shown: parts.flatMap((part) => part.shown),
    slowest: parts.map((part) => part.slowest).reduce((a, b) => (a.ms > b.ms ? a : b)),
    outcomes: counts((part) => part.outcomes),
  };
}

function inThread(fuzzOptions: FuzzOptions): Promise<Fuzzing> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { fuzzOptions } });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

const text = (bytes: Uint8Array): string =>
  bytes.length > 600 ? `${bytes.length} bytes` : JSON.stringify(Buffer.from(bytes).toString('latin1'));

function toldBytes(found: Found, pair: BytePair): string {
  // What takes long would take long again and again.
  const isQuick = found.failure !== 'hang';
  const again = (candidate: BytePair): Found | undefined => new Checker().check({ ...candidate, isHard: true });
  const small = !isQuick
    ? pair
    : smaller(pair, (candidate) => {
        const other = again(candidate);
        return other?.failure === found.failure && other.rules === found.rules;
      });
  const { detail } = (isQuick ? again(small) : undefined) ?? found;
  return `made by ${pair.by}\n  ${text(small.legacy)}\n  ${text(small.candidate)}\n  ${detail.slice(0, 600)}\n`;
}

function toldFormats(found: Found, { by, truth, legacy, candidate }: FormatPair): string {
  const side = ({ format, value, headers }: FormatPair['legacy']): string =>
    `${format} ${text(value)} ${headers.map(([name, held]) => `${name} ${text(held)}`).join()}`;
  return `made by ${by}, ${truth}\n  ${side(legacy)}\n  ${side(candidate)}\n  ${found.detail.slice(0, 600)}\n`;
}

function isTask(data: unknown): data is { readonly fuzzOptions: FuzzOptions } {
  return typeof data === 'object' && data !== null && 'fuzzOptions' in data;
}

if (!isMainThread && isTask(workerData)) parentPort?.postMessage(fuzz(workerData.fuzzOptions));

const USAGE = `usage: node scripts/fuzz/fuzz.ts [--pairs N] [--seconds S] [--seed N] [--hostile N] [--threads N]
  --pairs N     pairs of payloads, at most (1000000)
  --seconds S   seconds, at most (180)
  --seed N      the same seed and number of threads give the same pairs (another each time, printed)
  --hostile N   one JSON pair in N is large, deep or made to take long; 0 for none (8000)
  --threads N   threads, each with pairs of its own (2)

  node scripts/fuzz/fuzz.ts --pairs 1000000 --seconds 3600
  node scripts/fuzz/fuzz.ts --seed 9102 --threads 1 --pairs 20000 --hostile 0    to see a failure again
Prints failures as small as they could be made; ends in 1 where there is one, in 2 where it was asked for something else.
`;
const TROUBLE = 2;

/** What was asked for; text to be printed where it is the usage, an error where it cannot be done. */
export function asked(args: readonly string[], seed: number): (FuzzOptions & { readonly threads: number }) | string {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: text,
      seconds: text,
      seed: text,
      hostile: text,
      threads: text,
      help: { type: 'boolean', short: 'h' },
    },
    strict: true,
  });
  if (values.help === true) return USAGE;
  const number = (name: 'pairs' | 'seconds' | 'seed' | 'hostile' | 'threads', otherwise: number, least = 0): number => {
    const given = values[name];
    const value = given === undefined ? otherwise : Number(given.trim() === '' ? Number.NaN : given);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new Error(`--${name} is ${JSON.stringify(given)}: allowed is a whole number of at least ${least}`);
  };
  return {
    pairs: number('pairs', 1_000_000, 1),
    seconds: number('seconds', 180, 1),
    seed: number('seed', seed),
    ...(values.hostile === undefined ? {} : { hostile: number('hostile', 0) }),
    threads: number('threads', 2, 1),
  };
}

async function main(): Promise<number> {
  let options: ReturnType<typeof asked>;
  try {
    options = asked(process.argv.slice(2), Date.now() % 1_000_000);
  } catch (error) {
    process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return TROUBLE;
  }
  if (typeof options === 'string') {
    process.stdout.write(options);
    return 0;
  }
  process.stderr.write(`seed ${options.seed}\n`);
  const { pairs, seconds, failures, shown, slowest, outcomes } = await fuzzInThreads(options, options.threads);
  for (const failure of shown) process.stdout.write(failure);
  process.stdout.write(`${pairs} pairs in ${seconds.toFixed(0)} s; ${JSON.stringify(Object.fromEntries(outcomes))}\n`);
  process.stdout.write(`slowest ${slowest.ms.toFixed(1)} ms: ${slowest.by}\n`);
  process.stdout.write(`failures ${JSON.stringify(Object.fromEntries(failures))}\n`);
  return failures.size > 0 ? 1 : 0;
}

if (import.meta.main && isMainThread) process.exitCode = await main();
