// Holds the comparison against the labels of the corpus.
import { type ComparePlan, compareContents, compilePlan } from '@parallax/core';
import { corpus, type LabelledPair, TYPICAL } from './corpus.ts';

export interface Score {
  /** Semantic changes, and those found: a mismatch that names the changed part. */
  readonly semantic: number;
  readonly found: number;
  /** Changes that mean nothing, and those reported as anything but agreement. */
  readonly harmless: number;
  readonly reported: number;
  readonly wrong: readonly LabelledPair[];
  /** How often each kind of change was tried. */
  readonly kinds: ReadonlyMap<string, number>;
}

export function score(pairs: number, seed: number): Score {
  const plans = { strict: plan([]), typical: plan(TYPICAL) };
  const kinds = new Map<string, number>();
  const wrong: LabelledPair[] = [];
  const counts = { semantic: 0, found: 0, harmless: 0, reported: 0 };
  for (const pair of corpus(seed).take(pairs)) {
    kinds.set(pair.change, (kinds.get(pair.change) ?? 0) + 1);
    const comparison = compareContents([content(pair.legacy)], [content(pair.candidate)], plans[pair.rules]);
    const agreed = comparison.kind === 'match' || comparison.kind === 'equivalent';
    const named =
      comparison.kind === 'mismatch' &&
      comparison.differences.some(
        ({ path, rule }) => rule === undefined && (path.startsWith(pair.part) || pair.part.startsWith(path)),
      );
    if (pair.semantic) {
      counts.semantic++;
      if (named) counts.found++;
      else wrong.push(pair);
    } else {
      counts.harmless++;
      if (agreed) continue;
      counts.reported++;
      wrong.push(pair);
    }
  }
  return { ...counts, wrong, kinds };
}

function plan(rules: ComparePlan['spec']['rules']): ComparePlan {
  return compilePlan({
    output: 'corpus',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'sequence',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 100, payloadBytes: 64 * 1024 * 1024, depth: 10_000 },
  });
}

function content(text: string) {
  return { key: null, value: new TextEncoder().encode(text), headers: [] };
}
