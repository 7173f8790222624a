// Several events of each side compared without order: the pairing that agrees most, chosen as a whole.
import type { PairResult } from './contents.ts';
import type { Findings } from './findings.ts';
import { completeMatching } from './matching.ts';
import type { Content } from './spec.ts';

/** Comparisons made to find the pairing. */
const MOST = 10_000;

/** `take` gets the result of every pair, the index of its legacy event and of its candidate event. */
export function pairSet(
  legacy: readonly Content[],
  candidate: readonly Content[],
  judge: (one: Content, other: Content) => PairResult,
  take: (result: PairResult, event: number, candidate: number) => void,
  findings: Findings,
): void {
  if (legacy.length * candidate.length > MOST) {
    findings.stopped ??= 'budget-work';
    return;
  }
  const results = legacy.map((one) => candidate.map((other) => judge(one, other)));
  const result = (i: number, j: number): PairResult => (results[i] as PairResult[])[j] as PairResult;
  const agreed = (i: number, j: number): boolean =>
    result(i, j).findings.counting === 0 && result(i, j).findings.stopped === undefined;
  const partners = new Int32Array(legacy.length).fill(-1);
  const free = new Set(candidate.map((_, j) => j));
  const assign = (i: number, j: number): void => {
    partners[i] = j;
    free.delete(j);
  };
  legacy.forEach((_, i) => {
    for (const j of free) {
      if (!result(i, j).identical) continue;
      assign(i, j);
      return;
    }
  });
  completeMatching(partners, candidate.length, agreed, { left: Number.POSITIVE_INFINITY });
  free.clear();
  candidate.forEach((_, j) => {
    if (!partners.includes(j)) free.add(j);
  });
  legacy.forEach((_, i) => {
    if ((partners[i] as number) >= 0) return;
    const least = [...free].sort(
      (one, other) => result(i, one).findings.counting - result(i, other).findings.counting || one - other,
    )[0];
    if (least !== undefined) assign(i, least);
  });
  legacy.forEach((_, i) => {
    const partner = partners[i] as number;
    if (partner >= 0) take(result(i, partner), i, partner);
  });
}
