// What kind of difference two different values are.
import { type Tape, typeOf } from '../json/tape.ts';
import type { DifferenceKind } from '../outcome.ts';

/** Nodes; -1 where a side has nothing. */
export function kindOf(a: Tape, legacy: number, b: Tape, candidate: number): DifferenceKind {
  if (candidate < 0) return 'removed';
  if (legacy < 0) return 'added';
  return typeOf(a, legacy) === typeOf(b, candidate) ? 'changed' : 'type-changed';
}
