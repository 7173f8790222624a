// Runs a process's work until it is done or a signal comes: the first SIGINT or SIGTERM stops in order, the second at once.
import { Fault } from '@parallax/core';
import { Lifecycle } from './lifecycle.ts';

const EXIT_TROUBLE = 2;
/** For what is said last to get through. */
const LINGER_MS = 500;
/** Supervisors expect an end within ten seconds, and kill without a word. */
const GRACE_MS = 9_500;
const NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof NUMBERS;

/** Codes of faults that say no more than that something was closed or stopped. */
const AFTERMATH = /-(closed|stopped)$/;

/** What is needed of `process`. */
export interface SignalSource {
  on(signal: StopSignal, listener: () => void): unknown;
  off(signal: StopSignal, listener: () => void): unknown;
  exit(code: number): unknown;
}

export interface RunOptions {
  /** Told of the first signal, so that the screen can say that a second one stops at once. */
  readonly onSignal?: (signal: string) => void;
  /** Told of what the work or a release threw. Required: a failure must not end in silence. */
  readonly onError: (error: unknown) => void;
  /** An ordered stop that takes longer is cut short. Milliseconds; default 9,500. */
  readonly graceMs?: number;
  readonly source?: SignalSource;
}

/**
 * Resolves with the exit code once the work has ended and everything it owns is released: the work's own number,
 * 2 when it or a release failed. After a signal the work has until its resources are released to end
 * with a number of its own; otherwise the code is 128 + the signal's number, and what fails in it only because a
 * resource was closed under its hands is no failure. A service waits for `life.stopping` and returns. The caller sets `process.exitCode`.
 */
export async function runUntilSignal(
  work: (life: Lifecycle) => Promise<number>,
  { onSignal, onError, graceMs = GRACE_MS, source = process }: RunOptions,
): Promise<number> {
  const life = new Lifecycle();
  let failed = false;
  let isOver = false;
  let signalled: number | undefined;
  let overdue: NodeJS.Timeout | undefined;
  const fail = (error: unknown): undefined => {
    failed = true;
    onError(error);
  };
  const listeners = (Object.keys(NUMBERS) as StopSignal[]).map((signal) => {
    const listener = () => {
      const code = 128 + NUMBERS[signal];
      if (signalled !== undefined) {
        source.exit(code);
        return;
      }
      signalled = code;
      overdue = setTimeout(() => {
        onError(new Error(`Stopping took longer than ${graceMs} ms and was cut short.`));
        source.exit(code);
      }, graceMs).unref();
      onSignal?.(signal);
      life.stop(signal).catch(() => undefined);
    };
    source.on(signal, listener);
    return { signal, listener };
  });

  let result: number | undefined;
  const ended = Promise.resolve()
    .then(() => work(life))
    .then((value) => {
      result = value;
    })
    .catch((error: unknown) => {
      const isAftermath = error instanceof Fault && AFTERMATH.test(error.code);
      // Work that was left behind fails in its own way, which is no news.
      if (!isOver && !(life.signal.aborted && isAftermath)) fail(error);
    });
  await Promise.race([ended, life.stopping]);
  await life.stop('work ended').catch(() => undefined);
  // Everything is released, so whatever the work still waited for has been answered: give its last steps a turn, and
  // release what it acquired in it. The failures of both stops come together.
  await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))]);
  await life.stop().catch(fail);
  isOver = true;

  clearTimeout(overdue);
  for (const { signal, listener } of listeners) source.off(signal, listener);
  const code = failed ? EXIT_TROUBLE : (result ?? signalled ?? EXIT_TROUBLE);
  // Everything is released: a request that a server never answers must not keep a process that was told to end.
  if (signalled !== undefined) setTimeout(() => source.exit(code), LINGER_MS).unref();
  return code;
}
