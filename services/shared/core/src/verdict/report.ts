// What a run looks like to people: the verdict with its numbers, the kinds of divergence, one pair.
import type { DifferenceKind, Outcome, Severity } from '../outcome.ts';
import type { PairRow } from '../rows.ts';
import type { Halt } from './doubts.ts';
import type { OutcomeCounts, Thresholds, Verdict } from './judge.ts';
import type { Balance, SideLedgers } from './reconcile.ts';

export interface VerdictReport extends Verdict {
  readonly experiment: string;
  readonly run: string;
  readonly thresholds: Thresholds;
  readonly outcomes: OutcomeCounts;
  /** Pairs shown, but not judged yet: in no other number. */
  readonly provisional: number;
  readonly outputs: readonly { readonly output: string; readonly outcomes: OutcomeCounts }[];
  /** Events. */
  readonly ledger: SideLedgers;
  readonly balance: Balance;
  /** Time of the last checkpoint, ISO 8601; null before the first. */
  readonly asOf: string | null;
  /** Why comparing ended by itself after that; null where it did not, or has gone on. */
  readonly halted: Halt | null;
  readonly outages: { readonly ended: number; readonly lasting: number };
}

export interface ShownDifference {
  readonly path: string;
  readonly kind: DifferenceKind;
  /** JSON text; null where the side has no value. */
  readonly legacy: string | null;
  readonly candidate: string | null;
  /** Name of the rule that excuses it; '' when it counts. */
  readonly rule: string;
  /** Of that rule; absent where it states none. */
  readonly severity?: Severity;
  /** Which event of the pair, from 0; absent where each side has one. */
  readonly event?: number;
}

export interface SignatureReport {
  readonly output: string;
  /** '' for pairs of which one side is missing altogether. */
  readonly signature: string;
  readonly outcome: Outcome;
  readonly pairs: number;
  /** Of the judged pairs of the output, 0 to 1. */
  readonly share: number;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly kinds: readonly string[];
  readonly patterns: readonly string[];
  readonly example: { readonly id: string; readonly differences: readonly ShownDifference[] };
}

export interface PairReport {
  readonly pair: PairRow;
  readonly differences: readonly ShownDifference[];
}
