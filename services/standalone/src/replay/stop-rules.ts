// When a replay stops by itself before everything is fed: it is then paused, and can be gone on with.
import type { ComparatorStats } from '@parallax/comparator';

export interface StopRules {
  /** As {@link divergencesOf} counts them. */
  readonly divergences?: number | undefined;
  /** Milliseconds since it began, in this life of the run. */
  readonly afterMs?: number | undefined;
}

/** `ramp`: every step was taken, or the build was left behind at one. */
export type StoppedBy = 'divergences' | 'time' | 'ramp';

/** Events that stand in pairs that diverge, of each output those of the side that has more. */
export function divergencesOf({ ledger }: ComparatorStats): number {
  return Object.values(ledger).reduce(
    (sum, { legacy, candidate }) => sum + Math.max(legacy.diverged, candidate.diverged),
    0,
  );
}

export function stopReason(
  { divergences, afterMs }: StopRules,
  stats: ComparatorStats,
  elapsedMs: number,
): StoppedBy | undefined {
  if (divergences !== undefined && divergencesOf(stats) >= divergences) return 'divergences';
  return afterMs !== undefined && elapsedMs >= afterMs ? 'time' : undefined;
}
