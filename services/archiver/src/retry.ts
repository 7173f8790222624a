// Tries what may succeed later again, ever more slowly, and says so once.
import { isRetryable } from '@parallax/core';
import type { Clock, Telemetry } from '@parallax/platform';
import { archiveBack, archiveUnavailable } from './events.ts';

const FIRST_MS = 100;
const LONGEST_MS = 10_000;

export interface RetrySurroundings {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Once aborted, the next failure is the last. */
  readonly stopping: AbortSignal;
}

export async function retrying<T>(work: () => Promise<T>, around: RetrySurroundings): Promise<T> {
  const { clock, telemetry, stopping } = around;
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await work();
      if (attempt > 1) telemetry.record(archiveBack(attempt));
      return result;
    } catch (error) {
      if (!isRetryable(error) || stopping.aborted) throw error;
      const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1));
      telemetry.record(archiveUnavailable(error, attempt, waitMs));
      await clock.sleep(waitMs, stopping);
    }
  }
}
