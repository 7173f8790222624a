// The clock of pipelines, handed in so that tests and the simulator have their own time.
import { setTimeout as timeout } from 'node:timers/promises';

export interface Clock {
  /** Epoch milliseconds, which never fall nor jump while the process lives. */
  now(): number;
  /** The same with fractions, for what is sent to the millisecond; absent: {@link now} is all there is. */
  fine?(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  // The wall clock as it was when the process began, and steady from then on: one that is set by two minutes while a process
  // runs would end every deadline at once.
  now: () => Math.round(performance.timeOrigin + performance.now()),
  fine: () => performance.timeOrigin + performance.now(),
  sleep: (ms, signal) => timeout(ms, undefined, signal && { signal }).catch(() => undefined),
};
