// A rule that rewrites documents before they are compared, made ready. One file per kind; they are applied in the order
// of the file, each to what the ones before it have left.
import type { Side } from '../../outcome.ts';
import type { RuleTerms } from '../rule-terms.ts';
import type { Draft } from './places.ts';

/** What a rule has done at one place. */
export interface Rewritten {
  readonly rule: RuleTerms;
  /** Where, a JSON Pointer into the document as the rule met it. */
  readonly path: string;
  /** JSON text of what stood there. */
  readonly value: string;
  /** It is no longer there; else it was replaced. */
  readonly moved: boolean;
}

/** What is left of the budgets of one document. */
export interface Room {
  /** Bytes that may still be made. */
  bytes: number;
  /** Of expressions. */
  work: number;
  readonly depth: number;
  /** The whole value is raw bytes, kept as a string of one code unit a byte. */
  readonly rawBytes: boolean;
}

export interface Rewriting {
  readonly rule: RuleTerms;
  /** Whose documents it rewrites. */
  readonly side: Side | 'both';
  /** Changes the draft and adds to `done`; a reason where it cannot be told what the document would be. */
  apply(draft: Draft, room: Room, done: Rewritten[]): string | undefined;
}
