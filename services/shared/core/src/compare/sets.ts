// Several events of each side compared without order: the pairing that agrees most, chosen as a whole.
import type { PairResult } from './contents.ts';
import type { Findings } from './findings.ts';
import { completeMatching, OutOfWork, PAIRING_WORK, spend, type Work } from './matching.ts';
import type { Content } from './spec.ts';

/** Comparisons made to find the pairing. */
const MOST = 10_000;
/** A comparison takes a unit of work for so many bytes of both events, besides what it counts itself. */
const BYTES = 16;

type Judge = (one: Content, other: Content) => PairResult;

/**
 * `take` gets the result of every pair, the index of its legacy event and of its candidate event. Where finding the pairing
 * takes too many comparisons, or too much of them by their bytes and by what they counted, findings are stopped
 * (budget-work).
 */
export function pairSet(
  legacy: readonly Content[],
  candidate: readonly Content[],
  judge: Judge,
  take: (result: PairResult, event: number, candidate: number) => void,
  findings: Findings,
): void {
  const results = new Results(legacy, candidate, judge);
  try {
    const partners = pairing(legacy.length, candidate.length, results);
    partners.forEach((partner, i) => {
      if (partner >= 0) take(results.of(i, partner), i, partner);
    });
  } catch (error) {
    if (!(error instanceof OutOfWork)) throw error;
    findings.stopped ??= error.reason;
  }
}

/** For each legacy event the index of its partner, or -1. Throws OutOfWork. */
function pairing(n: number, m: number, results: Results): Int32Array {
  const partners = new Int32Array(n).fill(-1);
  const free = new Set(Array.from({ length: m }, (_, j) => j));
  const assign = (i: number, j: number): void => {
    partners[i] = j;
    free.delete(j);
  };
  for (let i = 0; i < n; i++) {
    for (const j of free) {
      if (!results.of(i, j).identical) continue;
      assign(i, j);
      break;
    }
  }
  const agreed = (i: number, j: number): boolean => {
    const { counting, stopped } = results.of(i, j).findings;
    return counting === 0 && stopped === undefined;
  };
  completeMatching(partners, m, agreed, { left: Number.POSITIVE_INFINITY });
  for (const j of partners) free.delete(j);
  for (let i = 0; i < n; i++) {
    if ((partners[i] as number) >= 0) continue;
    const counting = (j: number): number => results.of(i, j).findings.counting;
    const least = [...free].sort((one, other) => counting(one) - counting(other) || one - other)[0];
    if (least !== undefined) assign(i, least);
  }
  return partners;
}

/** Made when first asked for: events that come in the same order on both sides are compared with few others. */
class Results {
  private readonly legacy: readonly Content[];
  private readonly candidate: readonly Content[];
  private readonly judge: Judge;
  private readonly made = new Map<number, PairResult>();
  private readonly work: Work = { left: PAIRING_WORK };

  constructor(legacy: readonly Content[], candidate: readonly Content[], judge: Judge) {
    this.legacy = legacy;
    this.candidate = candidate;
    this.judge = judge;
  }

  /** Throws OutOfWork. */
  of(i: number, j: number): PairResult {
    const { candidate, work, made } = this;
    const key = i * candidate.length + j;
    const known = made.get(key);
    if (known !== undefined) return known;
    if (made.size >= MOST) throw new OutOfWork('too many comparisons');
    const [one, other] = [this.legacy[i] as Content, candidate[j] as Content];
    spend(work, Math.ceil(((one.value?.length ?? 0) + (other.value?.length ?? 0)) / BYTES));
    const result = this.judge(one, other);
    spend(work, result.findings.spent);
    made.set(key, result);
    return result;
  }
}
