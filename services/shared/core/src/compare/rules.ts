// The rules of an experiment: what does not count as a divergence. Later rules win where two speak of the same place.
//
// A pattern is a JSON Pointer in which the segment `*` stands for any one segment and `**` for any number of them;
// `~0` is `~`, `~1` is `/`, `~2` a literal `*`. Patterns and pointers are kept as written. The
// rules that judge values are one file each in kinds/.
import type { BetterRule } from './kinds/better.ts';
import type { BijectionRule } from './kinds/bijection.ts';
import type { CoerceRule } from './kinds/coerce.ts';
import type { KnownRule } from './kinds/known.ts';
import type { NullishRule } from './kinds/nullish.ts';
import type { ReferenceRule } from './kinds/reference.ts';
import type { TextRule } from './kinds/text.ts';
import type { TimeRule } from './kinds/time.ts';
import type { ToleranceRule } from './kinds/tolerance.ts';
import type { DecodeRule } from './rewriting/decode.ts';
import type { TransformRule } from './rewriting/transform.ts';
import type { RuleTerms } from './rule-terms.ts';

/** These places are not compared. */
export interface IgnoreRule extends RuleTerms {
  readonly kind: 'ignore';
  readonly paths: readonly string[];
}

/** Only these places are compared. */
export interface IncludeRule extends RuleTerms {
  readonly kind: 'include';
  readonly paths: readonly string[];
}

/** The array at `path` is compared without order: as a multiset, or its elements matched by `key`. */
export interface UnorderedRule extends RuleTerms {
  readonly kind: 'unordered';
  readonly path: string;
  /** Pointers relative to the element; together they name it. Absent: a multiset. */
  readonly key?: readonly string[];
}

/** The member `from` of one side is compared under the name `to`. */
export interface RenameRule extends RuleTerms {
  readonly kind: 'rename';
  readonly side: 'legacy' | 'candidate';
  readonly from: string;
  readonly to: string;
}

/** Rules that may call two different values the same. */
export type JudgingRule =
  | ToleranceRule
  | NullishRule
  | BijectionRule
  | ReferenceRule
  | TimeRule
  | TextRule
  | CoerceRule
  | BetterRule;

/** Rules that rewrite documents before they are compared. */
export type RewritingRule = RenameRule | DecodeRule | TransformRule;

export type RuleSpec = IgnoreRule | IncludeRule | UnorderedRule | RewritingRule | JudgingRule | KnownRule;
