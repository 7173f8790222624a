// The corpus judged in threads, one for each processor of a small machine: the sum of what they found, the same each time.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import type { RuleSet } from './corpus.ts';
import { type Score, score } from './judge.ts';

export type Scores = Readonly<Record<RuleSet, Score>>;

interface Part {
  readonly corpusPairs: number;
  readonly seed: number;
}

const THREADS = 2;

/** `pairs`: under each set of rules. */
export async function scores(pairs: number, seed: number): Promise<Scores> {
  const parts = await Promise.all(
    Array.from({ length: THREADS }, (_, i) => inThread({ corpusPairs: pairs / THREADS, seed: seed * THREADS + i })),
  );
  return { strict: sum(parts.map(({ strict }) => strict)), typical: sum(parts.map(({ typical }) => typical)) };
}

function inThread(part: Part): Promise<Scores> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

function sum(parts: readonly Score[]): Score {
  const total = (of: (part: Score) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const counts = (of: (part: Score) => ReadonlyMap<string, number>): ReadonlyMap<string, number> => {
    const all = new Map<string, number>();
    for (const part of parts) for (const [name, times] of of(part)) all.set(name, (all.get(name) ?? 0) + times);
    return all;
  };
  return {
    changes: total(({ changes }) => changes),
    semantic: total(({ semantic }) => semantic),
    found: total(({ found }) => found),
    excusedBy: counts(({ excusedBy }) => excusedBy),
    harmless: total(({ harmless }) => harmless),
    reported: total(({ reported }) => reported),
    quiet: counts(({ quiet }) => quiet),
    unreadable: total(({ unreadable }) => unreadable),
    judged: total(({ judged }) => judged),
    wrong: parts.flatMap(({ wrong }) => wrong),
    kinds: counts(({ kinds }) => kinds),
    places: counts(({ places }) => places),
  };
}

function isPart(data: unknown): data is Part {
  return typeof data === 'object' && data !== null && 'corpusPairs' in data;
}

if (!isMainThread && isPart(workerData)) {
  const { corpusPairs, seed } = workerData;
  const scored: Scores = { strict: score(corpusPairs, seed, 'strict'), typical: score(corpusPairs, -seed, 'typical') };
  parentPort?.postMessage(scored);
}
