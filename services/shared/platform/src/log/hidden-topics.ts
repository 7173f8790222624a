// Topics that a listing leaves out: a cluster hides those that its user may not describe.
import { type EventLog, Fault } from '@parallax/core';

/** What the log says of them asked by name, where that is that they may not be seen; undefined: they are not there. */
export async function hiddenTopic(
  log: Pick<EventLog, 'extents'>,
  absent: readonly string[],
): Promise<Fault | undefined> {
  for (const topic of absent) {
    try {
      await log.extents([topic]);
    } catch (error) {
      if (error instanceof Fault && error.code === 'log-forbidden') return error;
    }
  }
  return undefined;
}
