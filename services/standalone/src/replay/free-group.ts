// Waits until nobody consumes in a group: the build of a replay that was killed may still be on its way out.
import { type EventLog, Fault } from '@parallax/core';
import type { Clock } from '@parallax/platform';
import type { BuildSettings } from './build.ts';

/** Longer than a build that was told to end is given. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

/** @throws Fault `build-in-use` when another build of the run stays */
export async function untilGroupIsFree(
  log: Pick<EventLog, 'consume'>,
  { group, input }: BuildSettings,
  clock: Clock,
): Promise<void> {
  const until = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      // Joined and left before anything is read: only the log knows whether the group is free.
      const visit = await log.consume({ group, topics: [input] }, { assigned: async () => [], batch: () => undefined });
      await visit.stop();
      return;
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code !== 'group-locked') throw cause;
      if (clock.now() >= until) throw inUse(group, cause);
      await clock.sleep(LOOK_MS);
    }
  }
}

function inUse(group: string, cause: Fault): Fault {
  return new Fault(`Another build consumes in group ${group}, so this one could not: ${cause.message}`, {
    code: 'build-in-use',
    cure: 'Stop that one, then start the same replay again: it goes on where it was.',
    cause,
  });
}
