// What every event log refuses before it sends anything: names, counts, offsets and metadata out of bounds.
import { type Committed, Fault, MAX_COMMIT_METADATA, type TopicInfo, type TopicSpec } from '@parallax/core';
import { keyRequired, notOwned, unknownPartition } from './faults.ts';

const LEGAL_TOPIC = /^[a-zA-Z0-9._-]{1,249}$/;
const MAX_PARTITIONS = 10_000;

export function checkTopicSpec(spec: TopicSpec): void {
  if (!LEGAL_TOPIC.test(spec.topic) || spec.topic === '.' || spec.topic === '..') {
    throw new Fault(`"${spec.topic}" cannot be the name of a topic.`, {
      code: 'bad-topic',
      cure: 'Use 1 to 249 characters out of a-z A-Z 0-9 . _ - (not "." or ".." alone).',
    });
  }
  if (!Number.isSafeInteger(spec.partitions) || spec.partitions < 1 || spec.partitions > MAX_PARTITIONS) {
    throw new Fault(`Topic "${spec.topic}" cannot have ${spec.partitions} partitions.`, {
      code: 'bad-topic',
      cure: `Use 1 to ${MAX_PARTITIONS}.`,
    });
  }
}

/** `partition` undefined: to be chosen. */
export function checkRecord(
  topic: TopicInfo,
  { partition, timestamp, key }: { partition: number | undefined; timestamp: number; key: Uint8Array | null },
): void {
  if (partition !== undefined && !(Number.isInteger(partition) && partition >= 0 && partition < topic.partitions)) {
    throw unknownPartition(topic.topic, partition, topic.partitions);
  }
  if (topic.compacted && key === null) throw keyRequired(topic.topic);
  if (!Number.isSafeInteger(timestamp)) {
    throw new Fault(`${timestamp} is no timestamp for a record of "${topic.topic}".`, {
      code: 'bad-timestamp',
      cure: 'Give whole milliseconds since 1970, or none for now.',
    });
  }
}

export function checkGroup(group: string): void {
  if (group === '') {
    throw new Fault('A consumer group needs a name, and this one is empty.', {
      code: 'bad-group',
      cure: 'Name the group.',
    });
  }
}

/** `owned` holds {@link partitionKey}s. A broker may take one partition and refuse another, so all are checked first. */
export function checkCommit(group: string, offsets: readonly Committed[], owned: ReadonlySet<string>): void {
  for (const { topic, partition, offset, metadata } of offsets) {
    if (!owned.has(partitionKey(topic, partition))) throw notOwned(topic, partition, group);
    if (!isOffset(offset)) {
      throw new Fault(`${offset} cannot be committed as the offset of partition ${partition} of "${topic}".`, {
        code: 'bad-offset',
        cure: 'Commit the offset of the next record to read: an integer from 0.',
      });
    }
    const bytes = new TextEncoder().encode(metadata).length;
    if (bytes > MAX_COMMIT_METADATA) {
      throw new Fault(
        `The metadata committed for partition ${partition} of "${topic}" has ${bytes} bytes; at most ${MAX_COMMIT_METADATA} are kept.`,
        { code: 'metadata-too-large', cure: 'Keep the rest elsewhere and commit a reference to it.' },
      );
    }
  }
}

export function isOffset(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

export function partitionKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
