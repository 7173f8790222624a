// Sees that the topics of an experiment are there before anything is opened on them.
import { type EventLog, Fault, type TopicInfo } from '@parallax/core';

/** Resolves with all there are. Parallax writes nothing to the systems' topics, so it does not make them either. */
export async function checkTopics(
  log: Pick<EventLog, 'topics' | 'address'>,
  topics: readonly string[],
): Promise<readonly TopicInfo[]> {
  const infos = await log.topics();
  const there = infos.map(({ topic }) => topic);
  const absent = topics.filter((topic) => !there.includes(topic));
  if (absent.length === 0) return infos;
  throw new Fault(
    `The event log ${log.address} has no topic ${absent.join(', ')}. It has ${there.length === 0 ? 'none' : there.join(', ')}.`,
    {
      code: 'topics-absent',
      cure: 'Start the systems that publish to them first, or put events in with `parallax feed TOPIC --create`.',
    },
  );
}
