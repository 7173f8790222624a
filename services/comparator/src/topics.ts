// Sees that the topics of an experiment are there, and go together, before anything is opened on them.
import {
  type EventLog,
  Fault,
  isPlacedById,
  SIDES,
  type Side,
  shuffleCure,
  type TopicInfo,
  topicsThere,
} from '@parallax/core';
import { hiddenTopic } from '@parallax/platform';
import { countsDiffer, type Sides, type UnequalOutput } from './sides.ts';

/** Of each partition, to see who places ids by murmur2. */
const SAMPLED = 50;

/** Resolves with all there are. Parallax writes nothing to the systems' topics, so it does not make them either. */
export async function checkTopics(
  log: Pick<EventLog, 'topics' | 'extents' | 'address'>,
  topics: readonly string[],
): Promise<readonly TopicInfo[]> {
  const infos = await log.topics();
  const there = infos.map(({ topic }) => topic);
  const absent = topics.filter((topic) => !there.includes(topic));
  if (absent.length === 0) return infos;
  throw (
    (await hiddenTopic(log, absent)) ??
    new Fault(`The event log ${log.address} has no topic ${absent.join(', ')}. ${topicsThere(absent, there)}`, {
      code: 'topics-absent',
      cure: 'Start the systems that publish to them first, or put events in with `parallax feed TOPIC --create`.',
    })
  );
}

/**
 * Before anything is read: a member of a group may be given partitions that both topics have, and never see the others.
 * @throws Fault `partition-counts-differ`
 */
export async function checkPartitions(
  log: Pick<EventLog, 'extents' | 'read'>,
  sides: Sides,
  infos: readonly TopicInfo[],
): Promise<void> {
  const [unequal] = sides.unequal(infos);
  if (unequal === undefined) return;
  const { output, legacy, candidate } = unequal;
  const misplaced: Side[] = [];
  for (const side of SIDES) if (await isMisplaced(log, unequal, side)) misplaced.push(side);
  throw countsDiffer(
    output.output,
    `${legacy.topic} has ${legacy.partitions}`,
    `${candidate.topic} has ${candidate.partitions}`,
    // Where both place ids by murmur2, into different numbers of partitions, one of them is enough.
    shuffleCure(misplaced.length === 0 ? ['candidate'] : misplaced),
  );
}

/** Whether its records do not lie where Java's partitioner puts their ids; false where there are none. */
async function isMisplaced(
  log: Pick<EventLog, 'extents' | 'read'>,
  unequal: UnequalOutput,
  side: Side,
): Promise<boolean> {
  const { topic, partitions } = unequal[side];
  if (unequal.output[side].shuffle) return false;
  const records = [];
  for (const { partition, end, start } of await log.extents([topic])) {
    const read = await log.read(topic, partition, Math.max(start, end - SAMPLED), SAMPLED);
    records.push(...read.map((record) => ({ ...record, partition })));
  }
  return records.length > 0 && !isPlacedById(records, partitions, unequal.output[side].correlation);
}
