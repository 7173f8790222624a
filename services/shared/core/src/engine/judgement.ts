// Judges one pair from the contents at hand. Pure: the same events and plan always give the same judgement.
import { compareContents } from '../compare/compare.ts';
import type { ComparePlan } from '../compare/plan.ts';
import type { Content } from '../compare/spec.ts';
import type { Difference, Outcome } from '../outcome.ts';
import { HOT_ID } from './hot-ids.ts';
import type { PairEvent } from './pair.ts';
import { TAINTS, type TaintReason } from './taint.ts';

export interface Judgement {
  readonly outcome: Outcome;
  /** Low-cardinality code; '' when the outcome needs none. */
  readonly reason: string;
  readonly differences: readonly Difference[];
  readonly signature: string;
}

export const NOTHING: readonly Difference[] = [];

/** Reason of what was given up for want of memory. */
export const GIVEN_UP = 'budget';
/** Reason of what may be answered in a transaction that has not ended. */
export const OPEN_TRANSACTION = 'open-transaction';
/** Reason of what would have to be compared with what is gone. */
const EVIDENCE_LOST: TaintReason = 'evidence-lost';

/** Reason of what another process may have been able to decide: an event's end under it cannot be told by judging again. */
const UNPROVEN: ReadonlySet<string> = new Set([GIVEN_UP, HOT_ID, OPEN_TRANSACTION, ...TAINTS]);

export function isUnproven(reason: string): boolean {
  return UNPROVEN.has(reason);
}

export function undecided(reason: string): Judgement {
  return { outcome: 'inconclusive', reason, differences: NOTHING, signature: '' };
}

/**
 * What the events' own comparisons, made when both were in memory, say of the whole: counterparts equal to the byte make
 * a match of any number of events, one pair found equal under the rules is equivalent. undefined: contents are needed.
 */
export function agreed(
  legacy: readonly PairEvent[],
  candidate: readonly PairEvent[],
): 'match' | 'equivalent' | undefined {
  if (legacy.length !== candidate.length) return undefined;
  if (legacy.length === 1) return (legacy[0] as PairEvent).agrees;
  return legacy.every((event) => event.agrees === 'match') ? 'match' : undefined;
}

/** Whether these agree, from the contents at hand; undefined when they do not, or it cannot be told. */
export function agreement(
  legacy: readonly PairEvent[],
  candidate: readonly PairEvent[],
  plan: ComparePlan,
  type: string,
): 'match' | 'equivalent' | undefined {
  const { outcome } = judge(legacy, candidate, plan, type);
  return outcome === 'match' || outcome === 'equivalent' ? outcome : undefined;
}

/** The same for one event a side. */
export function agreementOf(
  legacy: Content,
  candidate: Content,
  plan: ComparePlan,
  type: string,
): 'match' | 'equivalent' | undefined {
  const { kind } = compareContents([legacy], [candidate], plan, type);
  return kind === 'match' || kind === 'equivalent' ? kind : undefined;
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
  const known = agreed(legacy, candidate);
  if (known !== undefined) return { outcome: known, reason: '', differences: NOTHING, signature: '' };
  const left = contents(legacy);
  const right = contents(candidate);
  if (left === undefined || right === undefined) return undecided(EVIDENCE_LOST);
  const comparison = compareContents(left, right, plan, type, newest(legacy, candidate));
  switch (comparison.kind) {
    case 'match':
      return { outcome: 'match', reason: '', differences: NOTHING, signature: '' };
    case 'equivalent':
      return { outcome: 'equivalent', reason: '', differences: comparison.differences, signature: '' };
    case 'improved':
      return { outcome: 'improved', reason: '', differences: comparison.differences, signature: '' };
    case 'known':
    case 'mismatch':
      return {
        outcome: comparison.kind,
        reason: '',
        differences: comparison.differences,
        signature: comparison.signature,
      };
    case 'inconclusive':
      return undecided(comparison.reason);
  }
}

/** Epoch ms of the newest record: what the passing of time means for a pair is read off the pair itself. */
function newest(legacy: readonly PairEvent[], candidate: readonly PairEvent[]): number {
  let at = 0;
  for (const { timestamp } of legacy) at = Math.max(at, timestamp);
  for (const { timestamp } of candidate) at = Math.max(at, timestamp);
  return at;
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
