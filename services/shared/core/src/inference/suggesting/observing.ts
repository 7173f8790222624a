// What differs between the pairs of a sample, path by path, with some of the values: what rules are suggested from.
import { compareWith } from '../../compare/compare.ts';
import { generalise } from '../../compare/generalise.ts';
import type { ComparePlan } from '../../compare/plan.ts';
import type { DifferenceKind } from '../../outcome.ts';
import type { Matched } from '../matching.ts';

/** Pairs looked at. */
export const PAIRS = 2_000;
const VALUES = 400;
const PATHS = 2_000;

export interface Observed {
  readonly id: string;
  /** JSON text; absent where that side has none. */
  readonly legacy?: string;
  readonly candidate?: string;
}

export interface ObservedPath {
  /** As a rule writes it. */
  readonly pattern: string;
  readonly kinds: readonly DifferenceKind[];
  /** Indexes into the sample of the pairs that differ here. */
  readonly pairs: readonly number[];
  /** At most some hundred, in the order of the sample. */
  readonly values: readonly Observed[];
  /** Patterns, this one among them, that hold a value this one holds in the same document. */
  readonly shares: ReadonlySet<string>;
}

export interface ObservedSample {
  /** Pairs compared with an outcome. */
  readonly pairs: number;
  readonly agreeing: number;
  /** Pairs that could not be compared. */
  readonly undecided: number;
  /** What differs in most pairs first. */
  readonly paths: readonly ObservedPath[];
}

interface Noting {
  readonly kinds: Set<DifferenceKind>;
  readonly pairs: number[];
  readonly values: Observed[];
  readonly shares: Set<string>;
}

/** Differences that count, under the rules of the plan. */
export function observe(sample: readonly Matched[], plan: ComparePlan): ObservedSample {
  const noted = new Map<string, Noting>();
  let [agreeing, undecided, compared] = [0, 0, 0];
  for (const [index, { id, legacy, candidate }] of sample.slice(0, PAIRS).entries()) {
    if (legacy.length === 0 || candidate.length === 0) continue;
    const comparison = compareWith(legacy, candidate, plan, '', true);
    if (comparison.kind === 'inconclusive') undecided++;
    else compared++;
    if (comparison.kind === 'match' || comparison.kind === 'equivalent') agreeing++;
    if (comparison.kind !== 'mismatch') continue;
    // Where a value of this pair stands, to see which paths hold one id.
    const standing = new Map<string, Set<string>>();
    for (const { path, kind, rule, legacy: was, candidate: is } of comparison.differences) {
      if (rule !== undefined) continue;
      const pattern = generalise(path);
      const note = noted.get(pattern) ?? { kinds: new Set(), pairs: [], values: [], shares: new Set() };
      if (!noted.has(pattern)) {
        if (noted.size >= PATHS) continue;
        noted.set(pattern, note);
      }
      note.kinds.add(kind);
      if (note.pairs.at(-1) !== index) note.pairs.push(index);
      if (note.values.length < VALUES) {
        const values = {
          ...(was === undefined ? {} : { legacy: was }),
          ...(is === undefined ? {} : { candidate: is }),
        };
        note.values.push({ id, ...values });
      }
      if (was !== undefined && isScalar(was)) {
        const there = standing.get(was) ?? new Set();
        // Twice under one pattern: elements of an array that hold one id.
        if (there.has(pattern)) note.shares.add(pattern);
        standing.set(was, there.add(pattern));
      }
    }
    for (const patterns of standing.values()) {
      if (patterns.size < 2) continue;
      for (const pattern of patterns) for (const other of patterns) noted.get(pattern)?.shares.add(other);
    }
  }
  const paths = [...noted].map(([pattern, { kinds, pairs, values, shares }]) => ({
    pattern,
    kinds: [...kinds],
    pairs,
    values,
    shares,
  }));
  return {
    pairs: compared,
    agreeing,
    undecided,
    paths: paths.toSorted((a, b) => b.pairs.length - a.pairs.length || (a.pattern < b.pattern ? -1 : 1)),
  };
}

/** Of these pairs, how many still differ at such a pattern, or cannot be compared any more. */
export function stillDiffering(
  sample: readonly Matched[],
  indexes: readonly number[],
  plan: ComparePlan,
  isHere: (pattern: string) => boolean,
): number {
  let left = 0;
  for (const index of indexes) {
    const { legacy, candidate } = sample[index] as Matched;
    const comparison = compareWith(legacy, candidate, plan, '', true);
    if (comparison.kind === 'inconclusive') left++;
    if (comparison.kind !== 'mismatch') continue;
    const here = ({ path, rule }: (typeof comparison.differences)[number]) =>
      rule === undefined && isHere(generalise(path));
    if (comparison.differences.some(here)) left++;
  }
  return left;
}

function isScalar(text: string): boolean {
  return !text.startsWith('{') && !text.startsWith('[');
}
