// Judges one pair from the contents at hand. Pure: the same events and plan always give the same judgement.
import { compareContents } from '../compare/compare.ts';
import type { ComparePlan } from '../compare/plan.ts';
import type { Content } from '../compare/spec.ts';
import type { Difference, Outcome } from '../outcome.ts';
import type { PairEvent } from './pair.ts';

export interface Judgement {
  readonly outcome: Outcome;
  /** Low-cardinality code; '' when the outcome needs none. */
  readonly reason: string;
  readonly differences: readonly Difference[];
  readonly signature: string;
}

export const NOTHING: readonly Difference[] = [];

export function undecided(reason: string): Judgement {
  return { outcome: 'inconclusive', reason, differences: NOTHING, signature: '' };
}

/** Every event of one side has its equal, in order, on the other: their bytes were compared when both were in memory. */
export function allSame(legacy: readonly PairEvent[], candidate: readonly PairEvent[]): boolean {
  return legacy.length === candidate.length && legacy.every((event) => event.same);
}

/** At least one side has events; every content needed is there (null: it can no longer be had). */
export function judge(
  legacy: readonly PairEvent[],
  candidate: readonly PairEvent[],
  plan: ComparePlan,
  type: string,
): Judgement {
  if (candidate.length === 0) return missing('missing-candidate');
  if (legacy.length === 0) return missing('missing-legacy');
  if (allSame(legacy, candidate)) {
    return { outcome: 'match', reason: '', differences: NOTHING, signature: '' };
  }
  const left = contents(legacy);
  const right = contents(candidate);
  if (left === undefined || right === undefined) return undecided('evidence-lost');
  const comparison = compareContents(left, right, plan, type);
  switch (comparison.kind) {
    case 'match':
      return { outcome: 'match', reason: '', differences: NOTHING, signature: '' };
    case 'equivalent':
      return { outcome: 'equivalent', reason: '', differences: comparison.differences, signature: '' };
    case 'mismatch':
      return {
        outcome: 'mismatch',
        reason: '',
        differences: comparison.differences,
        signature: comparison.signature,
      };
    case 'inconclusive':
      return undecided(comparison.reason);
  }
}

function missing(outcome: 'missing-legacy' | 'missing-candidate'): Judgement {
  return { outcome, reason: '', differences: NOTHING, signature: '' };
}

function contents(events: readonly PairEvent[]): Content[] | undefined {
  const list: Content[] = [];
  for (const { content } of events) {
    if (content === undefined || content === null) return undefined;
    list.push(content);
  }
  return list;
}
