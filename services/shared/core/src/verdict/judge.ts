// The plain verdict: parity and undecided share against the criteria. It claims no confidence beyond the 3/n bound.
import { type Outcome, standing } from '../outcome.ts';

export type VerdictName = 'PARITY' | 'DIVERGING' | 'INCONCLUSIVE' | 'NO DATA';

/** Judged pairs by outcome, provisional ones left out. */
export type OutcomeCounts = Readonly<Record<Outcome, number>>;

/** Shares from 0 to 1. */
export interface Thresholds {
  /** Least parity. */
  readonly parity: number;
  /** Largest undecided share. */
  readonly undecided: number;
}

/** Where nobody has agreed to anything: any divergence is too many, and 1 % may stay undecided. */
export const STRICT: Thresholds = { parity: 1, undecided: 0.01 };

export interface Verdict {
  readonly verdict: VerdictName;
  /** What decided it, each a sentence. */
  readonly reasons: readonly string[];
  readonly pairs: number;
  readonly agreed: number;
  readonly accepted: number;
  readonly diverged: number;
  readonly undecided: number;
  /** (agreed + accepted) / (pairs − undecided); null without a decided pair. */
  readonly parity: number | null;
  /** undecided / pairs; null without pairs. */
  readonly undecidedShare: number | null;
  /**
   * With zero divergences in n decided pairs the true rate may still be as high as about 3/n (95 %, "rule of three",
   * Hanley and Lippman-Hand 1983); null when there were divergences, or no decided pair.
   */
  readonly zeroBound: number | null;
}

/** The outcomes in the order in which people read them. */
export const OUTCOMES: readonly Outcome[] = [
  'match',
  'equivalent',
  'known',
  'improved',
  'mismatch',
  'missing-legacy',
  'missing-candidate',
  'inconclusive',
];

export function noCounts(): Record<Outcome, number> {
  return {
    match: 0,
    equivalent: 0,
    known: 0,
    improved: 0,
    mismatch: 0,
    'missing-legacy': 0,
    'missing-candidate': 0,
    inconclusive: 0,
  };
}

/**
 * DIVERGING when parity misses its criterion even if every undecided pair had agreed; PARITY when it meets it and few
 * enough pairs are undecided; INCONCLUSIVE between the two.
 * @param doubts reasons for which nothing better than INCONCLUSIVE may be said, whatever the counts
 */
export function judgeCounts(
  counts: OutcomeCounts,
  thresholds: Thresholds = STRICT,
  doubts: readonly string[] = [],
): Verdict {
  const sums = { agreed: 0, accepted: 0, diverged: 0, undecided: 0 };
  for (const outcome of OUTCOMES) sums[standing(outcome)] += counts[outcome];
  const good = sums.agreed + sums.accepted;
  const decided = good + sums.diverged;
  const pairs = decided + sums.undecided;
  const parity = decided === 0 ? null : good / decided;
  const undecidedShare = pairs === 0 ? null : sums.undecided / pairs;
  const zeroBound = decided > 0 && sums.diverged === 0 ? Math.min(1, 3 / decided) : null;
  const measured = { ...sums, pairs, parity, undecidedShare, zeroBound };

  if (pairs === 0) return { verdict: 'NO DATA', reasons: ['No pair has been judged.', ...doubts], ...measured };
  const required = `required is ${formatPercentage(thresholds.parity, 'down')}`;
  // Even if every undecided pair had agreed: no amount of looking again would save it.
  const atBest = (good + sums.undecided) / pairs;
  if (parity !== null && parity < thresholds.parity && atBest < thresholds.parity) {
    const reason = `${formatCount(sums.diverged, 'pair')} of ${formatCount(decided, 'decided pair')} ${sums.diverged === 1 ? 'diverges' : 'diverge'}: parity ${formatPercentage(parity, 'down')}, ${required}.`;
    return { verdict: 'DIVERGING', reasons: [reason, ...doubts], ...measured };
  }
  const reasons = [...doubts];
  if (parity === null) reasons.push('No pair could be decided.');
  else if (parity < thresholds.parity) {
    reasons.push(
      `Parity is ${formatPercentage(parity, 'down')}, ${required}, but the undecided pairs could make up for it.`,
    );
  }
  if (undecidedShare !== null && undecidedShare > thresholds.undecided) {
    const share = formatPercentage(undecidedShare, 'up');
    reasons.push(
      `${share} of the pairs are undecided; at most ${formatPercentage(thresholds.undecided, 'up')} may be.`,
    );
  }
  if (reasons.length > 0) return { verdict: 'INCONCLUSIVE', reasons, ...measured };
  const reason = `Parity is ${formatPercentage(parity ?? 0, 'down')} of ${formatCount(decided, 'decided pair')}, ${required}.`;
  return { verdict: 'PARITY', reasons: [reason], ...measured };
}

/** 0 PARITY, 1 DIVERGING, 2 everything that must not be green in a build. */
export function verdictExitCode(verdict: VerdictName): 0 | 1 | 2 {
  if (verdict === 'PARITY') return 0;
  return verdict === 'DIVERGING' ? 1 : 2;
}

/**
 * A share as a percentage with two decimals, or as many as it takes to show that it is not quite 0 or 1. What is held
 * against a limit is rounded to the side that flatters nobody (parity down, undecided up), any other share to the nearest.
 */
export function formatPercentage(share: number, round: 'down' | 'up' | 'nearest'): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  const rounding = { down: Math.floor, up: Math.ceil, nearest: Math.round }[round];
  for (let digits = 2; digits <= 12; digits += 2) {
    const scale = 10 ** digits;
    // The product of a short decimal and a power of ten may miss the integer by a rounding error of the double.
    const scaled = Number((share * 100 * scale).toPrecision(15));
    const rounded = rounding(scaled) / scale;
    if (rounded > 0 && rounded < 100) return `${rounded.toFixed(digits).replace(/\.?0+$/, '')} %`;
  }
  return share < 0.5 ? '> 0 %' : '< 100 %';
}

/** `1 pair`, `1,204 pairs`. */
export function formatCount(count: number, noun: string): string {
  return `${groupThousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** The same everywhere, whatever the machine's language. */
export function groupThousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}
