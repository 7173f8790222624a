// Named steps at which a crash matters. A test names one, and the process kills itself there, as a power cut would; in
// production a step costs the call of an empty function.
import { Fault } from '@parallax/core';

export interface CrashPoints<Name extends string = string> {
  /** This step has been reached. */
  reach(point: Name): void;
}

/** What runs in production. */
export const NO_CRASH_POINTS: CrashPoints = { reach: () => undefined };

/**
 * @param names every step there is
 * @param at `name`, or `name:n` for the n-th time it is reached; undefined or '': never
 * @param crash must not return; default: SIGKILL to the own process
 * @throws Fault `unknown-crash-point` with the names there are
 */
export function crashPoints<Name extends string>(
  names: readonly Name[],
  at: string | undefined,
  crash: () => void = killOwnProcess,
): CrashPoints<Name> {
  if (at === undefined || at === '') return NO_CRASH_POINTS;
  const [, chosen, count = '1'] = /^([^:]+)(?::([1-9]\d*))?$/.exec(at) ?? [];
  if (!names.some((name) => name === chosen)) {
    throw new Fault(`There is no crash point ${JSON.stringify(at)}.`, {
      code: 'unknown-crash-point',
      cure: `Leave it out: it is for tests. There are, each with :n for the n-th time: ${names.join(', ')}.`,
    });
  }
  let left = Number(count);
  return {
    reach(point) {
      if (point === chosen && --left === 0) crash();
    },
  };
}

function killOwnProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}
