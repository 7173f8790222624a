// A difference as the store answers it.
import type { DifferenceKind, ShownDifference } from '@parallax/core';
import { type Answer, count, text, textOrNull } from './cells.ts';

const KINDS: readonly DifferenceKind[] = ['changed', 'type-changed', 'removed', 'added', 'reordered', 'count'];

/** Of a row with the columns path, kind, legacy, candidate, rule and event. */
export function shownDifference(row: Answer): ShownDifference {
  return {
    path: text(row, 'path'),
    kind: KINDS.find((kind) => kind === row.kind) ?? 'changed',
    legacy: textOrNull(row, 'legacy'),
    candidate: textOrNull(row, 'candidate'),
    rule: text(row, 'rule'),
    ...(row.event === null || row.event === undefined ? {} : { event: count(row, 'event') }),
  };
}
