// Waiting by the real clock, cut short by a signal.
import type { Pace } from './feeder.ts';

/** Resolves after `delayMs`, or at once when the signal aborts. */
export function holdFor(delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, delayMs));
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}

export function realPace(): Pace {
  return {
    now: () => performance.now(),
    until: (time, signal) => holdFor(time - performance.now(), signal),
  };
}
