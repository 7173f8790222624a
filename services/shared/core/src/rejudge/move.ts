// What became of one pair when the rules were changed.
import type { Judged } from '../files/group.ts';
import type { Difference } from '../outcome.ts';
import { standing } from '../outcome.ts';

export const MOVES = ['hidden', 'revealed', 'undecided', 'decided', 'reshaped', 'relabelled'] as const;

/**
 * `hidden`: diverged, now agreed or accepted. `revealed`: diverges now, and did not. `undecided`: no longer decided.
 * `decided`: agreed or accepted, and was undecided. `reshaped`: diverges as before, in other places. `relabelled`: another
 * outcome or reason that stands for the same.
 */
export type Move = (typeof MOVES)[number];

/** undefined: nothing did. */
export function moveOf(before: Judged, after: Judged): Move | undefined {
  const [was, is] = [standing(before.outcome), standing(after.outcome)];
  if (is === 'diverged') {
    if (was !== 'diverged') return 'revealed';
    return before.signature === after.signature && before.outcome === after.outcome ? undefined : 'reshaped';
  }
  if (was === 'diverged') return is === 'undecided' ? 'undecided' : 'hidden';
  if (is === 'undecided') {
    if (was !== 'undecided') return 'undecided';
    return before.reason === after.reason ? undefined : 'relabelled';
  }
  if (was === 'undecided') return 'decided';
  return before.outcome === after.outcome ? undefined : 'relabelled';
}

/** Whether they are one judgement: differences are not looked at, for their signature stands for them. */
export function sameJudgement(one: Judged, other: Judged): boolean {
  return one.outcome === other.outcome && one.signature === other.signature && one.reason === other.reason;
}

/** Differences that count in the one and not in the other. */
export function countingOnlyIn(one: Judged, other: Judged): readonly Difference[] {
  const there = new Set(other.differences.filter(({ rule }) => rule === undefined).map(placeOf));
  return one.differences.filter((difference) => difference.rule === undefined && !there.has(placeOf(difference)));
}

function placeOf({ event, path, kind }: Difference): string {
  return `${event ?? 0} ${kind} ${path}`;
}
