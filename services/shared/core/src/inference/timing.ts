// How long to wait, from how long the sides took: gaps between their answers, and between the events of one id.
import type { Matched } from './matching.ts';
import { quantile } from './sample.ts';

export interface Gaps {
  readonly pairs: number;
  /** Candidate's first event less legacy's first, by record timestamps; negative where the candidate was first. Milliseconds. */
  readonly p50Ms: number;
  /** Of the gap whichever side was first. */
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Share of pairs in which the candidate was first. */
  readonly candidateFirst: number;
  /** Ids with several events on a side, and between which their events lie. */
  readonly several: number;
  readonly betweenP99Ms: number;
  readonly betweenMaxMs: number;
}

export interface ProposedWindow {
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly lateMs: number;
  /** What measured more than a window should be long: to be looked at. */
  readonly isCapped: boolean;
}

export function gapsOf(matched: readonly Matched[]): Gaps {
  const signed: number[] = [];
  const between: number[] = [];
  let candidateFirst = 0;
  let several = 0;
  for (const { legacy, candidate } of matched) {
    const gap = (candidate[0]?.timestamp ?? 0) - (legacy[0]?.timestamp ?? 0);
    signed.push(gap);
    if (gap < 0) candidateFirst++;
    if (legacy.length > 1 || candidate.length > 1) several++;
    for (const side of [legacy, candidate]) {
      for (const [index, event] of side.entries()) {
        const before = side[index - 1];
        if (before !== undefined) between.push(Math.max(0, event.timestamp - before.timestamp));
      }
    }
  }
  const absolute = signed.map(Math.abs);
  return {
    pairs: matched.length,
    p50Ms: quantile(signed, 0.5),
    p99Ms: quantile(absolute, 0.99),
    maxMs: quantile(absolute, 1),
    candidateFirst: matched.length === 0 ? 0 : candidateFirst / matched.length,
    several,
    betweenP99Ms: between.length === 0 ? 0 : quantile(between, 0.99),
    betweenMaxMs: between.length === 0 ? 0 : quantile(between, 1),
  };
}

const S = 1_000;
const M = 60 * S;
const H = 60 * M;
const STEPS = [S, 2 * S, 5 * S, 10 * S, 15 * S, 30 * S, M, 2 * M, 5 * M, 10 * M, 15 * M, 30 * M, H, 2 * H, 4 * H];
const LEAST_DEADLINE_MS = 10 * S;
const LONGEST_SETTLE_MS = 10 * M;
const LONGEST_DEADLINE_MS = 4 * H;
const LATE_MS = 24 * H;

/** @param retentionMs the shorter one of both topics; undefined: not known, or without end */
export function proposeWindow(gaps: Gaps, retentionMs: number | undefined): ProposedWindow {
  const settle = 2 * gaps.betweenP99Ms;
  const deadline = Math.max(LEAST_DEADLINE_MS, 3 * gaps.p99Ms, 1.5 * gaps.maxMs, 5 * settle);
  const settleMs = Math.min(LONGEST_SETTLE_MS, upTo(settle));
  // Waiting must end long before what is waited for is deleted.
  const bound = Math.min(LONGEST_DEADLINE_MS, (retentionMs ?? Number.POSITIVE_INFINITY) / 4);
  const wanted = Math.max(upTo(deadline), upTo(settleMs * 2));
  const deadlineMs = wanted <= bound ? wanted : (STEPS.findLast((step) => step <= bound) ?? LEAST_DEADLINE_MS);
  const lateMs = retentionMs === undefined || retentionMs >= 2 * LATE_MS ? LATE_MS : Math.floor(retentionMs / 2);
  return {
    settleMs: Math.min(settleMs, deadlineMs / 2),
    deadlineMs,
    lateMs: Math.max(lateMs, deadlineMs),
    isCapped: wanted > bound || upTo(settle) > LONGEST_SETTLE_MS,
  };
}

function upTo(ms: number): number {
  return STEPS.find((step) => step >= ms) ?? Number.POSITIVE_INFINITY;
}
