// Two runs side by side, pair by pair: what the later build fixed, what remains, what is new.
import { type Outcome, standing } from '../outcome.ts';

/**
 * `fixed`: diverged before, agrees now. `remaining`: diverges in both. `new`: agreed before, diverges now. `steady`:
 * agrees in both. `undecided`: in one run or both. `only-before`, `only-after`: judged in one run alone. "Agrees" takes
 * in what is accepted.
 */
export const CHANGES = ['fixed', 'remaining', 'new', 'steady', 'undecided', 'only-before', 'only-after'] as const;
export type Change = (typeof CHANGES)[number];

/** undefined: the run has not judged the pair. */
export function changeOf(before: Outcome | undefined, after: Outcome | undefined): Change {
  if (before === undefined) return 'only-after';
  if (after === undefined) return 'only-before';
  const [was, is] = [standing(before), standing(after)];
  if (was === 'undecided' || is === 'undecided') return 'undecided';
  if (was === 'diverged') return is === 'diverged' ? 'remaining' : 'fixed';
  return is === 'diverged' ? 'new' : 'steady';
}

/** Pairs that went the same way: the same outcome and signature before, and the same after. */
export interface PairGroup {
  readonly output: string;
  readonly before: Outcome | undefined;
  readonly after: Outcome | undefined;
  readonly signatureBefore: string;
  readonly signatureAfter: string;
  readonly pairs: number;
  /** Ids, some of them. */
  readonly examples: readonly string[];
}

/** One kind of divergence that was fixed, remains or is new. */
export interface ChangedKind {
  readonly output: string;
  /** What it is now; where it was fixed, what it was. */
  readonly outcome: Outcome;
  readonly signature: string;
  readonly pairs: number;
  readonly examples: readonly string[];
}

export interface RunComparison {
  /** Pairs. */
  readonly counts: Readonly<Record<Change, number>>;
  /** Of the pairs judged in `after` alone, those that diverge. */
  readonly divergedOnlyAfter: number;
  /** The most frequent first. */
  readonly kinds: Readonly<Record<'fixed' | 'remaining' | 'new', readonly ChangedKind[]>>;
}

const EXAMPLES = 3;

export function compareRuns(groups: readonly PairGroup[]): RunComparison {
  const counts: Record<Change, number> = {
    fixed: 0,
    remaining: 0,
    new: 0,
    steady: 0,
    undecided: 0,
    'only-before': 0,
    'only-after': 0,
  };
  const kinds = { fixed: new Map<string, ChangedKind>(), remaining: new Map(), new: new Map() };
  let divergedOnlyAfter = 0;
  for (const group of groups) {
    const { before, after, pairs } = group;
    const change = changeOf(before, after);
    counts[change] += pairs;
    if (change === 'only-after' && after !== undefined && standing(after) === 'diverged') divergedOnlyAfter += pairs;
    if (change !== 'fixed' && change !== 'remaining' && change !== 'new') continue;
    const outcome = change === 'fixed' ? before : after;
    const signature = change === 'fixed' ? group.signatureBefore : group.signatureAfter;
    if (outcome === undefined) continue;
    const key = JSON.stringify([group.output, outcome, signature]);
    const known = kinds[change].get(key);
    kinds[change].set(key, {
      output: group.output,
      outcome,
      signature,
      pairs: (known?.pairs ?? 0) + pairs,
      examples: [...(known?.examples ?? []), ...group.examples].sort().slice(0, EXAMPLES),
    });
  }
  return {
    counts,
    divergedOnlyAfter,
    kinds: { fixed: ranked(kinds.fixed), remaining: ranked(kinds.remaining), new: ranked(kinds.new) },
  };
}

function ranked(kinds: ReadonlyMap<string, ChangedKind>): readonly ChangedKind[] {
  return [...kinds].sort(([keyA, a], [keyB, b]) => b.pairs - a.pairs || (keyA < keyB ? -1 : 1)).map(([, kind]) => kind);
}
