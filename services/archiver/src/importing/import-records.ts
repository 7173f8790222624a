// Records from elsewhere into the archive: those that tell where they stood keep it, the others get places in their order.
import { type Archive, Fault, type Header, partitionOfKey, type TimestampType } from '@parallax/core';
import { expiredBelow } from '@parallax/platform';
import { type Conflict, type Imported, Intake, type IntakeOptions } from './intake.ts';

export interface GivenRecord {
  readonly topic: string;
  /** Absent: by the key as Java's default partitioner does (murmur2), in turn where there is none. */
  readonly partition?: number;
  /** Absent: the next one of the partition, from 0. All records of a partition tell it, or none. */
  readonly offset?: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Default `create`. */
  readonly timestampType?: TimestampType;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** For messages: where the record was found. */
  readonly place: string;
}

export interface RecordImportOptions extends IntakeOptions {
  /** Of topics whose records do not tell theirs; default 1. */
  readonly partitions?: number;
  readonly onProgress?: (records: number) => void;
}

export interface RecordImport extends Imported {
  readonly topics: readonly string[];
  /** Left out: they stand where the archive let go. */
  readonly expired: number;
}

interface Target {
  readonly intake: Intake;
  /** Nothing below this offset is kept any more. */
  readonly keptFrom: number;
  next: number;
  readonly assigns: boolean;
}

/**
 * Places are a function of the records, so importing the same again changes nothing, and the same with more at its end goes
 * on. Ends at the first record that cannot be taken: full chunks before it are stored, open ones are not.
 * @throws Fault `import-out-of-order`, `import-mixed-offsets`, and those of the records' source
 */
export async function importRecords(
  archive: Archive,
  batches: AsyncIterable<readonly GivenRecord[]>,
  { partitions = 1, onProgress, ...options }: RecordImportOptions = {},
): Promise<RecordImport> {
  const targets = new Map<string, Target>();
  const turns = new Map<string, number>();
  let taken = 0;
  let expired = 0;

  const partitionOf = ({ topic, partition, key }: GivenRecord): number => {
    if (partition !== undefined) return partition;
    if (key !== null) return partitionOfKey(key, partitions);
    const turn = turns.get(topic) ?? 0;
    turns.set(topic, turn + 1);
    return turn % partitions;
  };

  for await (const batch of batches) {
    for (const record of batch) {
      const { topic, timestamp, timestampType = 'create', key, value, headers } = record;
      const partition = partitionOf(record);
      const name = `${topic}/${partition}`;
      let target = targets.get(name);
      if (target === undefined) {
        const intake = await Intake.open(archive, { topic, partition, timestampType }, options);
        const keptFrom = await expiredBelow(archive, topic, partition);
        target = { intake, keptFrom, next: 0, assigns: record.offset === undefined };
        targets.set(name, target);
      }
      if (target.assigns !== (record.offset === undefined)) throw mixed(record, partition);
      const offset = record.offset ?? target.next;
      if (offset < target.next) throw outOfOrder(record, partition, target.next);
      target.next = offset + 1;
      if (offset < target.keptFrom) expired += 1;
      else await target.intake.add({ offset, timestamp, key, value, headers }, timestampType);
    }
    taken += batch.length;
    onProgress?.(taken);
  }
  const total = { objects: 0, found: 0, records: 0 };
  const conflicts: Conflict[] = [];
  for (const { intake } of targets.values()) {
    await intake.end('tail');
    const { objects, found, records, conflicts: more } = intake.result();
    total.objects += objects;
    total.found += found;
    total.records += records;
    conflicts.push(...more);
  }
  const topics = [...new Set([...targets.keys()].map((name) => name.slice(0, name.lastIndexOf('/'))))];
  return { ...total, conflicts, topics, expired };
}

function outOfOrder({ topic, offset, place }: GivenRecord, partition: number, next: number): Fault {
  return new Fault(
    `${place}: offset ${offset} of ${topic}, partition ${partition}, where ${next} or a later one is due`,
    {
      code: 'import-out-of-order',
      cure: 'Records of a partition come in the order of their offsets, each once, as `parallax archive cat` prints them.',
    },
  );
}

function mixed({ topic, place }: GivenRecord, partition: number): Fault {
  return new Fault(`${place}: some records of ${topic}, partition ${partition}, tell their offset, others do not`, {
    code: 'import-mixed-offsets',
    cure: 'Give every record of a topic its offset, or none.',
  });
}
