// What a comparison is asked to do, as plain data, and what it compares.
import type { ComparedParts, Counts, Format, KeyFormat, Pick } from '../experiment/experiment.ts';
import type { Header } from '../ports/log.ts';
import type { PrivacySpec } from './privacy.ts';
import type { RuleSpec } from './rules.ts';

/** What is compared of one event. A null value is a tombstone: nothing, which is not the document `null`. */
export interface Content {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export interface CompareSpec {
  /** Name of the output; part of the signature. */
  readonly output: string;
  readonly format: { readonly legacy: Format; readonly candidate: Format };
  /** How keys that are compared are read; absent: as the format lets one expect. */
  readonly keyFormat?: { readonly legacy?: KeyFormat; readonly candidate?: KeyFormat };
  /** JSON Pointers to the part of each side's value that is compared; absent: the whole. */
  readonly select: { readonly legacy?: string; readonly candidate?: string };
  readonly compare: ComparedParts;
  readonly pick: Pick;
  readonly counts: Counts;
  /** Later rules win where two speak of the same place. */
  readonly rules: readonly RuleSpec[];
  /** What may be shown of values; absent: all. */
  readonly privacy?: PrivacySpec;
  readonly budgets: {
    /** Differences listed; never how much is compared. */
    readonly differencesPerPair: number;
    /** A larger value is not compared: inconclusive (budget-bytes). */
    readonly payloadBytes: number;
    /** A deeper document is not compared: inconclusive (budget-depth). */
    readonly depth: number;
  };
}
