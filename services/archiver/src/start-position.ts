// Where archiving begins: which topics there are, and the first offset of each partition that is not yet safe.
import { type AssignedPartition, type EventLog, Fault, type TimestampType, topicsThere } from '@parallax/core';
import { hiddenTopic, type Telemetry } from '@parallax/platform';
import { logRestarted, partitionAssigned, recordsExpired } from './events.ts';

/** How each topic stamps its records. A topic that is not there is a fault that names it. */
export async function timestampTypesOf(
  log: Pick<EventLog, 'topics' | 'extents'>,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TimestampType>> {
  const known = new Map((await log.topics()).map(({ topic, timestamps }) => [topic, timestamps]));
  const unknown = topics.filter((topic) => !known.has(topic));
  if (topics.length > 0 && unknown.length === 0) return known;
  if (topics.length === 0) {
    throw new Fault('The archiver was given no topic', { code: 'unknown-topic', cure: 'Name the topics to archive.' });
  }
  throw (
    (await hiddenTopic(log, unknown)) ??
    new Fault(`The event log has no topic ${unknown.join(', ')}. ${topicsThere(unknown, [...known.keys()])}`, {
      code: 'unknown-topic',
      cure: 'Start the systems that publish to them first, or put events in with `parallax feed TOPIC --create`.',
    })
  );
}

/** What was committed, unless the log no longer has it or was created anew; both are told. */
export function startPosition(place: AssignedPartition, telemetry: Telemetry): number {
  const { topic, partition, start, end, committed } = place;
  const where = { topic, partition };
  let offset = committed?.offset ?? start;
  if (offset > end) {
    telemetry.record(logRestarted(where, offset, end));
    offset = start;
  } else if (offset < start) {
    telemetry.record(recordsExpired(where, offset, start));
    offset = start;
  }
  telemetry.record(partitionAssigned(where, offset));
  return offset;
}
