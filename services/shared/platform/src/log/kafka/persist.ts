// Tries again what may pass by itself, for a bounded time: a broker that moves is no reason to bother anyone.
import { systemClock } from '../../lifecycle/clock.ts';
import { isPassing } from './failures.ts';

const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/** A dead broker is replaced in 2 to 16 s; after that its caller is told, with `retryable`. */
export const PATIENCE_MS = 30_000;

/** Rejects with the last failure: one that does not pass, or the one at which time or log had ended. */
export async function persist<T>(closed: AbortSignal, work: () => Promise<T>, forMs: number = PATIENCE_MS): Promise<T> {
  const until = performance.now() + forMs;
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(LONGEST_MS, waitMs * 2)) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || closed.aborted || performance.now() + waitMs > until) throw error;
      await systemClock.sleep(waitMs, closed);
    }
  }
}
