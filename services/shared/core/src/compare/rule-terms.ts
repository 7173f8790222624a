// What every rule may carry, whatever its kind.
import type { Severity, Side } from '../outcome.ts';

/** A condition on one side's value, as it came: with exactly one of `equals`, `matches` and `present`. */
export interface Condition {
  readonly side: Side;
  /** A path pattern: one place that fulfils it is enough. */
  readonly path: string;
  /** JSON text of the value that must stand there. */
  readonly equals?: string;
  /** Linear-time regular expression that the whole text there must match. */
  readonly matches?: string;
  readonly present?: boolean;
}

export interface RuleTerms {
  /** As written in the file, else the kind and its place in the list: `ignore#1`. Shown with what the rule excuses. */
  readonly name: string;
  readonly severity?: Severity;
  /** Event types it is for; absent: all. */
  readonly types?: readonly string[];
  /** It holds for a pair only if all of these do. */
  readonly when?: readonly Condition[];
}
