// Which of several changes moved a pair: found by judging it again with the change alone, and with all changes but it.
//
// The rule that is named beside an excused difference would not do: what is ignored is never looked at, a removed rule
// excuses nothing any more, and where two rules are needed only one is named.

import type { Judged } from '../files/group.ts';
import { standing } from '../outcome.ts';
import type { Move } from './move.ts';
import { sameJudgement } from './move.ts';
import type { RuleChange } from './rule-changes.ts';

/**
 * What a change has to do with a move. `alone`: it is enough, and without it the pair would not have moved. `either`: it
 * is enough, and so is what else was changed. `together`: needed, but not enough. undefined: nothing.
 */
export type Part = 'alone' | 'either' | 'together';

/** Judges the pair in question with these changes made and no others. */
export type Rejudge = (made: ReadonlySet<RuleChange>) => Judged;

export interface Sets {
  readonly change: RuleChange;
  readonly only: ReadonlySet<RuleChange>;
  readonly allBut: ReadonlySet<RuleChange>;
}

/** Made once: plans are kept by these sets. */
export function setsOf(changes: readonly RuleChange[]): readonly Sets[] {
  return changes.map((change) => ({
    change,
    only: new Set([change]),
    allBut: new Set(changes.filter((one) => one !== change)),
  }));
}

export function attribute(
  move: Move,
  before: Judged,
  after: Judged,
  sets: readonly Sets[],
  rejudge: Rejudge,
): ReadonlyMap<RuleChange, Part> {
  const parts = new Map<RuleChange, Part>();
  // The only change that can have made it has.
  if (sets.length === 1) for (const { change } of sets) parts.set(change, 'alone');
  if (sets.length < 2) return parts;
  for (const { change, only, allBut } of sets) {
    const [alone, without] = [rejudge(only), rejudge(allBut)];
    // A pair that still diverges is moved by whatever takes part in what is left of it.
    const isEnough = move === 'reshaped' ? !sameJudgement(alone, before) : hasMoved(move, after, alone);
    const isNeeded = move === 'reshaped' ? !sameJudgement(without, after) : !hasMoved(move, after, without);
    if (isEnough) parts.set(change, isNeeded ? 'alone' : 'either');
    else if (isNeeded) parts.set(change, 'together');
  }
  return parts;
}

/** Whether this judgement has moved from the one before as the one after has. */
function hasMoved(move: Exclude<Move, 'reshaped'>, after: Judged, judged: Judged): boolean {
  const is = standing(judged.outcome);
  switch (move) {
    case 'hidden':
    case 'decided':
      return is === 'agreed' || is === 'accepted';
    case 'revealed':
      return is === 'diverged';
    case 'undecided':
      return is === 'undecided';
    case 'relabelled':
      return sameJudgement(judged, after);
  }
}
