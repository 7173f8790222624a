// Removing a replay: first its groups, so that nobody can be at work in it, then its topics, its rows last.
//
// The rows say which topics those are: as long as they are there, removing that was interrupted can be done again.
import { type DivergenceStore, type EventLog, Fault, topicOfRun } from '@parallax/core';
import type { RunSummary } from '@parallax/platform';
import type { ReplayDetails } from '@parallax/replayer';

/** undefined where the run keeps none, as `live`. */
export function detailsOf({ kind, details }: RunSummary): ReplayDetails | undefined {
  if (kind !== 'replay' || details === '') return undefined;
  return JSON.parse(details) as ReplayDetails;
}

export interface Removed {
  readonly topics: readonly string[];
  readonly groups: readonly string[];
}

/** @throws Fault `run-in-use` while anyone feeds, consumes or compares it; nothing of value is removed then */
export async function removeRun(
  log: EventLog,
  store: DivergenceStore,
  summary: RunSummary,
  moreGroups: readonly string[],
): Promise<Removed> {
  const { experiment, run } = summary;
  const details = detailsOf(summary);
  // Whatever a row says, only a topic that carries the run's name is the run's own.
  const own = topicOfRun('', run);
  const topics = (details?.topics ?? []).filter((topic) => topic.endsWith(own));
  // The replayer's group holds the plan and stands last.
  const groups = [...moreGroups, ...(details?.groups ?? [])];
  for (const group of groups) {
    try {
      await log.deleteGroup(group);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code !== 'group-locked') throw cause;
      throw new Fault(`Run ${run} is in use: ${cause.message}`, {
        code: 'run-in-use',
        cure: 'Stop the replay, the build or the comparator first.',
        cause,
      });
    }
  }
  const removed: string[] = [];
  for (const topic of topics) if ((await log.deleteTopic(topic)) === 'deleted') removed.push(topic);
  await store.deleteRun(experiment, run);
  return { topics: removed, groups };
}
