// What the last committed cut of a run counts as unreadable, for people to look at.
import { type EventLog, MAX_COMMIT_METADATA, noUnread, type Unread } from '@parallax/core';
import { NO_CRASH_POINTS } from '@parallax/platform';
import { Checkpoints } from './checkpoint.ts';
import { CheckpointTopic } from './checkpoint-topic.ts';
import { comparatorGroup } from './comparing.ts';

/**
 * By `topic/partition`; partitions of which nothing was committed are absent.
 * @param topics of the run, both sides
 * @throws Fault `bad-checkpoint` for a commit that no build of ours made
 */
export async function readUnread(
  log: EventLog,
  experiment: string,
  run: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, Unread>> {
  const group = comparatorGroup(experiment, run);
  const there = (await log.topics()).map(({ topic }) => topic);
  const known = topics.filter((topic) => there.includes(topic));
  const committed = known.length === 0 ? [] : await log.committed(group, known);
  if (committed.length === 0) return new Map();
  const topic = await CheckpointTopic.open(log, experiment, group);
  const checkpoints = new Checkpoints(topic, MAX_COMMIT_METADATA, NO_CRASH_POINTS);
  const unread = new Map<string, Unread>();
  for (const one of committed) {
    const { cut } = await checkpoints.peek(one);
    unread.set(`${one.topic}/${one.partition}`, cut.unread ?? noUnread());
  }
  return unread;
}
