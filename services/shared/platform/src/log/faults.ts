// The faults every event log has in common, whatever keeps its records.
import { Fault } from '@parallax/core';

export function unknownTopic(topic: string, address: string): Fault {
  return new Fault(`There is no topic "${topic}" in ${address}.`, {
    code: 'unknown-topic',
    cure: 'Create the topic, or correct its name.',
  });
}

export function unknownPartition(topic: string, partition: number, partitions: number): Fault {
  return new Fault(`Topic "${topic}" has no partition ${partition}: it has 0 to ${partitions - 1}.`, {
    code: 'unknown-partition',
    cure: 'Leave the partition out to have it chosen from the key, or name one the topic has.',
  });
}

export function keyRequired(topic: string): Fault {
  return new Fault(`Topic "${topic}" keeps the newest record of each key, and this record has none.`, {
    code: 'key-required',
    cure: 'Give the record a key, or write it to a topic that is not compacted.',
  });
}

export function notOwned(topic: string, partition: number, group: string): Fault {
  return new Fault(`Group "${group}" does not own partition ${partition} of "${topic}" in this generation.`, {
    code: 'not-owned',
    cure: 'Commit only partitions that the latest assignment named.',
  });
}

export function groupLocked(group: string, address: string, holder: string): Fault {
  return new Fault(`Group "${group}" of ${address} is already being consumed by ${holder}.`, {
    code: 'group-locked',
    cure: 'Stop that process, or use another folder (--log).',
  });
}

export function logClosed(address: string, cause?: unknown): Fault {
  return new Fault(`The event log ${address} is closed.`, {
    code: 'log-closed',
    cure: 'Open it again before using it.',
    cause,
  });
}
