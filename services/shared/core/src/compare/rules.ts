// The rules of an experiment: what does not count as a divergence. Later rules win where two speak of the same place.
//
// A pattern is a JSON Pointer in which the segment `*` stands for any one segment and `**` for any number of them;
// `~0` is `~`, `~1` is `/`, `~2` a literal `*`. Patterns and pointers are kept as written.

interface Named {
  /** As written in the file, else the kind and its place in the list: `ignore#1`. Shown with what the rule excuses. */
  readonly name: string;
}

/** These places are not compared. */
export interface IgnoreRule extends Named {
  readonly kind: 'ignore';
  readonly paths: readonly string[];
}

/** Only these places are compared. */
export interface IncludeRule extends Named {
  readonly kind: 'include';
  readonly paths: readonly string[];
}

/** Numbers this close are the same: it is enough that one of the stated limits holds. All limits are >= 0. */
export interface ToleranceRule extends Named {
  readonly kind: 'tolerance';
  readonly path: string;
  /** Largest |legacy - candidate|. */
  readonly absolute?: number;
  /** Largest |legacy - candidate| as a share of the larger magnitude. */
  readonly relative?: number;
  /** Largest distance in representable doubles. */
  readonly ulp?: number;
  /** Equal when rounded to this many significant digits, at least 1. */
  readonly digits?: number;
}

/** The array at `path` is compared without order: as a multiset, or its elements matched by `key`. */
export interface UnorderedRule extends Named {
  readonly kind: 'unordered';
  readonly path: string;
  /** Pointers relative to the element; together they name it. Absent: a multiset. */
  readonly key?: readonly string[];
}

export type Nullish = 'null' | 'missing' | 'empty';

/** These ways to have nothing are the same; `empty` is `""`, `[]` and `{}`, which among themselves stay different. */
export interface NullishRule extends Named {
  readonly kind: 'nullish';
  readonly path: string;
  readonly same: readonly Nullish[];
}

/** The member `from` of one side is compared under the name `to`. */
export interface RenameRule extends Named {
  readonly kind: 'rename';
  readonly side: 'legacy' | 'candidate';
  readonly from: string;
  readonly to: string;
}

export type RuleSpec = IgnoreRule | IncludeRule | ToleranceRule | UnorderedRule | NullishRule | RenameRule;
