// Sees that the topics of an experiment are there before anything is opened on them.
import { type EventLog, Fault } from '@parallax/core';

/** Parallax writes nothing to the systems' topics, so it does not make them either. */
export async function checkTopics(log: Pick<EventLog, 'topics' | 'address'>, topics: readonly string[]): Promise<void> {
  const there = (await log.topics()).map(({ topic }) => topic);
  const absent = topics.filter((topic) => !there.includes(topic));
  if (absent.length === 0) return;
  throw new Fault(
    `The event log ${log.address} has no topic ${absent.join(', ')}. It has ${there.length === 0 ? 'none' : there.join(', ')}.`,
    {
      code: 'topics-absent',
      cure: 'Start the systems that publish to them first, or put events in with `parallax feed TOPIC --create`.',
    },
  );
}
