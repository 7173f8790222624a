// The closed vocabularies of judging: sides, outcomes, ledger columns, kinds of difference.

export type Side = 'legacy' | 'candidate';
export const SIDES: readonly Side[] = ['legacy', 'candidate'];

export type Outcome =
  | 'match'
  | 'equivalent'
  | 'known'
  | 'improved'
  | 'mismatch'
  | 'missing-legacy'
  | 'missing-candidate'
  | 'inconclusive';

export type Standing = 'agreed' | 'accepted' | 'diverged' | 'undecided';

/** Which of the four standings an outcome counts as. */
export function standing(outcome: Outcome): Standing {
  switch (outcome) {
    case 'match':
    case 'equivalent':
      return 'agreed';
    case 'known':
    case 'improved':
      return 'accepted';
    case 'mismatch':
    case 'missing-legacy':
    case 'missing-candidate':
      return 'diverged';
    case 'inconclusive':
      return 'undecided';
  }
}

/** Where an event can end; every consumed event is in exactly one. */
export type LedgerColumn =
  | 'open'
  | Standing
  | 'duplicate'
  | 'superseded'
  | 'late'
  | 'no-id'
  | 'undecodable'
  | 'not-mirrored'
  | 'not-selected'
  | 'before-start'
  | 'lost';

export const LEDGER_COLUMNS: readonly LedgerColumn[] = [
  'open',
  'agreed',
  'accepted',
  'diverged',
  'undecided',
  'duplicate',
  'superseded',
  'late',
  'no-id',
  'undecodable',
  'not-mirrored',
  'not-selected',
  'before-start',
  'lost',
];

/** How grave a divergence is that a rule excuses, as the rule says: shown with it, of no effect on the outcome. */
export type Severity = 'info' | 'minor' | 'major' | 'critical';
export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const satisfies readonly Severity[];

export type DifferenceKind = 'changed' | 'type-changed' | 'removed' | 'added' | 'reordered' | 'count';

export interface Difference {
  /** JSON Pointer into the value ('' is the whole); `key:` or `header:<name>` where those are compared. */
  readonly path: string;
  readonly kind: DifferenceKind;
  /** Lossless JSON text of the value; absent where that side has none. Long values are abbreviated to a JSON string. */
  readonly legacy?: string;
  readonly candidate?: string;
  /** Name of the rule that excuses it, as the same, as better or as known. Absent: it counts. */
  readonly rule?: string;
  /** Of that rule, where it states one. */
  readonly severity?: Severity;
  /** Which event of the pair, from 0, where a side has several. */
  readonly event?: number;
}

/** How two sets of contents compare. A `match` or `equivalent` is only ever given after everything was compared. */
export type Comparison =
  | { readonly kind: 'match' }
  | { readonly kind: 'equivalent'; readonly differences: readonly Difference[] }
  /** The same, but for what is better on the candidate's side. */
  | { readonly kind: 'improved'; readonly differences: readonly Difference[] }
  /** All that counts otherwise is known; the signature is that of those differences. */
  | { readonly kind: 'known'; readonly differences: readonly Difference[]; readonly signature: string }
  | { readonly kind: 'mismatch'; readonly differences: readonly Difference[]; readonly signature: string }
  | { readonly kind: 'inconclusive'; readonly reason: string };
