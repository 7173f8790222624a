// A difference as the store answers it.
import { type DifferenceKind, SEVERITIES, type ShownDifference } from '@parallax/core';
import { type Answer, count, text, textOrNull } from './cells.ts';

const KINDS: readonly DifferenceKind[] = ['changed', 'type-changed', 'removed', 'added', 'reordered', 'count'];

/** Of a row with the columns path, kind, legacy, candidate, rule, severity and event. */
export function shownDifference(row: Answer): ShownDifference {
  const severity = SEVERITIES.find((known) => known === row.severity);
  return {
    path: text(row, 'path'),
    kind: KINDS.find((kind) => kind === row.kind) ?? 'changed',
    legacy: textOrNull(row, 'legacy'),
    candidate: textOrNull(row, 'candidate'),
    rule: text(row, 'rule'),
    ...(severity === undefined ? {} : { severity }),
    ...(row.event === null || row.event === undefined ? {} : { event: count(row, 'event') }),
  };
}
