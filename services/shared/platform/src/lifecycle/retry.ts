// Tries what may succeed later again, ever more slowly: an outside system that is down means waiting, not losing.
import { isRetryable } from '@parallax/core';
import type { Clock } from './clock.ts';

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

export interface RetryAround {
  readonly clock: Clock;
  /** Once aborted, the next failure is the last. */
  readonly stopping: AbortSignal;
  /** Told of every failure that is retried; `attempt` counts from 1. */
  readonly onFailure: (error: unknown, attempt: number, retryMs: number) => void;
  /** Milliseconds after which a failure is the last, too; absent: there is no end of trying. */
  readonly patienceMs?: number;
  /** Told when it succeeds after failures. */
  readonly onBack: (attempts: number) => void;
}

/** Rejects with the first failure that is not retryable, or with the last one when stopping or out of patience. */
export async function retrying<T>(work: () => Promise<T>, around: RetryAround): Promise<T> {
  const last = around.clock.now() + (around.patienceMs ?? Number.POSITIVE_INFINITY);
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await work();
      if (attempt > 1) around.onBack(attempt);
      return result;
    } catch (error) {
      if (!isRetryable(error) || around.stopping.aborted) throw error;
      const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
      if (around.clock.now() + waitMs > last) throw error;
      around.onFailure(error, attempt, waitMs);
      await around.clock.sleep(waitMs, around.stopping);
    }
  }
}
