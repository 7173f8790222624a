// Records from elsewhere into the archive: those that tell where they stood keep it, the others get places in their order.
import { type Archive, Fault } from '@parallax/core';
import { expiredBelow } from '@parallax/platform';
import type { GivenRecord } from './given-record.ts';
import { type Conflict, type Imported, Intake, type IntakeOptions } from './intake.ts';
import { checkPartitions, LOOKED_AT } from './partition-check.ts';
import { Placing } from './placing.ts';

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
 * @throws Fault `import-other-partitions` before anything of the topic is stored, `import-out-of-order`,
 * `import-mixed-offsets`, and those of the records' source
 */
export async function importRecords(
  archive: Archive,
  batches: AsyncIterable<readonly GivenRecord[]>,
  { partitions = 1, onProgress, ...options }: RecordImportOptions = {},
): Promise<RecordImport> {
  const targets = new Map<string, Target>();
  let taken = 0;
  let expired = 0;

  const placing = new Placing(partitions);
  for await (const batch of checked(archive, batches, partitions)) {
    for (const record of batch) {
      const { topic, timestamp, timestampType = 'create', key, value, headers } = record;
      const partition = placing.partitionOf(record);
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

/** The batches as they come, once the first of them are seen to have the places they had. */
async function* checked(
  archive: Archive,
  batches: AsyncIterable<readonly GivenRecord[]>,
  partitions: number,
): AsyncGenerator<readonly GivenRecord[]> {
  const first: (readonly GivenRecord[])[] = [];
  let count = 0;
  let isChecked = false;
  const check = async () => {
    isChecked = true;
    const placeless = first.flat().filter(({ partition, offset }) => partition === undefined && offset === undefined);
    for (const [topic, records] of Map.groupBy(placeless, (record) => record.topic)) {
      await checkPartitions(archive, topic, records, partitions);
    }
  };
  for await (const batch of batches) {
    if (isChecked) {
      yield batch;
      continue;
    }
    first.push(batch);
    count += batch.length;
    if (count < LOOKED_AT && batch.every(({ partition }) => partition === undefined)) continue;
    await check();
    yield* first.splice(0);
  }
  if (!isChecked) await check();
  yield* first;
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
