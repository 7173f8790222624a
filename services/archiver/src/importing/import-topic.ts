// An existing topic into the archive: every record the log still has and the archive has not, with its offset.
import type { Archive, EventLog, LogRecord, Range } from '@parallax/core';
import { type Catalogued, expiredBelow } from '@parallax/platform';
import { timestampTypesOf } from '../start-position.ts';
import { type Imported, Intake, type IntakeOptions } from './intake.ts';

export interface TopicImportOptions extends IntakeOptions {
  /** Told of each partition's records that were read so far, and how many offsets there are to read at most. */
  readonly onProgress?: (records: number, offsets: number) => void;
}

export interface PartitionImport extends Imported {
  readonly partition: number;
}

/** Records asked for at once. */
const AT_ONCE = 5_000;

/**
 * Reads without a consumer group, so nothing is committed: where to go on follows from what the archive holds. Only the
 * ranges no full object covers are read. What is written to the topic meanwhile is left for the next time.
 * @throws Fault `unknown-topic`
 */
export async function importTopic(
  { log, archive }: { readonly log: Pick<EventLog, 'topics' | 'extents' | 'read'>; readonly archive: Archive },
  topic: string,
  { onProgress, ...options }: TopicImportOptions = {},
): Promise<PartitionImport[]> {
  const timestampType = (await timestampTypesOf(log, [topic])).get(topic) ?? 'create';
  const plans: { readonly partition: number; readonly intake: Intake; readonly ranges: readonly Range[] }[] = [];
  for (const { partition, start, end } of await log.extents([topic])) {
    const intake = await Intake.open(archive, { topic, partition, timestampType }, options);
    // What has expired here is not brought back because the log still has it.
    const from = Math.max(start, await expiredBelow(archive, topic, partition));
    plans.push({ partition, intake, ranges: uncovered(intake.others, { from, to: Math.max(from, end) }) });
  }
  const offsets = plans.flatMap(({ ranges }) => ranges).reduce((sum, { from, to }) => sum + to - from, 0);
  let read = 0;
  const results: PartitionImport[] = [];
  for (const { partition, intake, ranges } of plans) {
    for (const { from, to, isOpen } of ranges.map((range, n) => ({ ...range, isOpen: n === ranges.length - 1 }))) {
      intake.readFrom(from);
      for await (const record of recordsOf(log, topic, partition, from, to)) {
        await intake.add(record);
        read += 1;
        if (read % AT_ONCE === 0) onProgress?.(read, offsets);
      }
      await intake.end(isOpen && !isFollowed(intake.others, to) ? 'tail' : 'full');
    }
    results.push({ partition, ...intake.result() });
  }
  return results;
}

async function* recordsOf(
  log: Pick<EventLog, 'read'>,
  topic: string,
  partition: number,
  from: number,
  to: number,
): AsyncGenerator<LogRecord> {
  for (let next = from; next < to; ) {
    const records = await log.read(topic, partition, next, AT_ONCE);
    for (const record of records) {
      if (record.offset >= to) return;
      yield record;
    }
    const last = records.at(-1);
    if (last === undefined) return;
    next = last.offset + 1;
  }
}

/**
 * Tails cover nothing: the chunk they are part of is stored whole, as the archiver would. Nor does an object without its
 * manifest: storing it again writes that.
 */
function uncovered(objects: readonly Catalogued[], within: Range): Range[] {
  const found: Range[] = [];
  let next = within.from;
  for (const { from, last } of full(objects)) {
    if (last < next) continue;
    if (from > next) found.push({ from: next, to: Math.min(from, within.to) });
    next = Math.max(next, last + 1);
    if (next >= within.to) return found;
  }
  return [...found, { from: next, to: within.to }];
}

function isFollowed(objects: readonly Catalogued[], offset: number): boolean {
  return full(objects).some(({ from, last }) => from <= offset && last >= offset);
}

function full(objects: readonly Catalogued[]): Catalogued[] {
  return objects
    .filter(({ name, isInspected }) => name.kind === 'full' && !isInspected)
    .toSorted((a, b) => a.from - b.from);
}
