// What Confluent's S3 sink connector wrote, as records to import.
//
// Its files hold payloads only, so offsets are counted from the file's name. One partition's files follow each other,
// unless a partitioner by field or time, or tombstones, spread its records over several folders: then they take turns. Of
// those only the first of each file is known to stand where its name says; the others come in the order of their times.
import type { GivenRecord } from '@parallax/archiver';
import { type ArchiveReader, Fault } from '@parallax/core';
import { archivedPartitions, archivedTopics, isArchiveObject, readArchived } from '@parallax/platform';
import { type SinkFile, sinkFiles } from './sink-files.ts';
import { recordsOf, type SinkOptions } from './sink-records.ts';

/** What the files could not say; counted while they are read. */
export interface SinkLosses {
  files: number;
  /** Offsets between files that no file holds: tombstones and control records are left out by the connector. */
  missing: number;
  withoutKeys: number;
  withoutHeaders: number;
  /** Records of files that take turns: their offsets are not those they had. */
  interleaved: number;
}

export function noLosses(): SinkLosses {
  return { files: 0, missing: 0, withoutKeys: 0, withoutHeaders: 0, interleaved: 0 };
}

const AT_ONCE = 5_000;

/**
 * In the order of topic, partition and offset. Memory: the files of a partition that take turns, else one.
 * @throws Fault `import-nothing`, `import-overlapping-files`, and what is wrong with a file
 */
export async function* sinkRecords(
  source: ArchiveReader & { readonly address: string },
  options: SinkOptions,
  losses: SinkLosses,
): AsyncGenerator<readonly GivenRecord[]> {
  const files = await sinkFiles(source, options.topic);
  const copied = new Set<string>();
  for await (const topic of manifested(source, options.topic)) {
    copied.add(topic);
    yield* ofArchive(source, topic);
  }
  if (files.length === 0 && copied.size === 0) throw nothing(source.address, options.topic);
  for (const own of Map.groupBy(files, ({ topic, partition }) => `${topic}+${partition}`).values()) {
    const [first] = own;
    if (first === undefined || copied.has(first.topic)) continue;
    const body = first.values === undefined ? undefined : await source.read(first.values);
    if (body !== undefined && isArchiveObject(body)) {
      copied.add(first.topic);
      yield* ofArchive(source, first.topic);
    } else {
      yield* ofPartition(source, own, options, losses);
    }
  }
}

interface OpenFile {
  readonly file: SinkFile;
  readonly records: readonly GivenRecord[];
  at: number;
  /** Another was open at the same time. */
  takesTurns: boolean;
}

async function* ofPartition(
  source: ArchiveReader,
  files: readonly SinkFile[],
  options: SinkOptions,
  losses: SinkLosses,
): AsyncGenerator<readonly GivenRecord[]> {
  let open: OpenFile[] = [];
  let next = files[0]?.first ?? 0;
  let coming = 0;
  let batch: GivenRecord[] = [];
  for (;;) {
    for (let file = files[coming]; file !== undefined && file.first <= next; file = files[++coming]) {
      checkApart(open, file);
      const opened = await read(source, file, options, losses);
      if (opened === undefined) continue;
      open.push(opened);
      if (open.length > 1) for (const one of open) one.takesTurns = true;
    }
    const from = turnOf(open, next);
    if (from === undefined) {
      const following = files[coming];
      if (following === undefined) break;
      losses.missing += following.first - next;
      next = following.first;
      continue;
    }
    const record = from.records[from.at];
    if (record !== undefined) batch.push({ ...record, offset: next });
    if (from.takesTurns && from.at > 0) losses.interleaved += 1;
    from.at += 1;
    next += 1;
    if (from.at === from.records.length) open = open.filter((one) => one !== from);
    if (batch.length === AT_ONCE) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

/** The file that begins here, else the one whose record is the oldest, else the one that began first. */
function turnOf(open: readonly OpenFile[], next: number): OpenFile | undefined {
  let turn: OpenFile | undefined;
  for (const one of open) {
    if (one.at === 0 && one.file.first === next) return one;
    if (turn === undefined || timeOf(one) < timeOf(turn)) turn = one;
  }
  return turn;
}

function timeOf({ records, at }: OpenFile): number {
  return records[at]?.timestamp ?? 0;
}

/** One folder's files follow each other, and no two begin with the same record. */
function checkApart(open: readonly OpenFile[], file: SinkFile): void {
  for (const { file: other, records, at } of open) {
    if (other.folder !== file.folder && other.first !== file.first) continue;
    throw new Fault(
      `${other.key} ends at offset ${other.first + records.length - 1} or later, and ${file.key} begins ${at === 0 ? 'with the same offset' : 'before that'}`,
      {
        code: 'import-overlapping-files',
        cure: 'Two connectors wrote to the same place, or the topic was created anew: import each into an archive of its own.',
      },
    );
  }
}

async function read(
  source: ArchiveReader,
  file: SinkFile,
  options: SinkOptions,
  losses: SinkLosses,
): Promise<OpenFile | undefined> {
  const values = file.values === undefined ? undefined : await source.read(file.values);
  if (file.values !== undefined && values === undefined) return undefined;
  const records = await recordsOf(source, file, values, options);
  losses.files += 1;
  if (file.keys === undefined) losses.withoutKeys += records.length;
  if (file.headers === undefined) losses.withoutHeaders += records.length;
  return records.length === 0 ? undefined : { file, records, at: 0, takesTurns: false };
}

/** Topics of an archive of Parallax, which alone has manifests; some may have tails only. */
async function* manifested(source: ArchiveReader, topic: string | undefined): AsyncGenerator<string> {
  for await (const _ of source.list('manifests/')) {
    const topics = await archivedTopics(source);
    yield* topic === undefined ? topics : topics.filter((one) => one === topic);
    return;
  }
}

/** Parallax's own archive has the same layout, and holds the records themselves. */
async function* ofArchive(source: ArchiveReader, topic: string): AsyncGenerator<readonly GivenRecord[]> {
  for (const partition of await archivedPartitions(source, topic)) {
    for await (const batch of readArchived(source, topic, partition)) {
      yield batch.map((record) => ({ ...record, place: `${topic}, partition ${partition}, offset ${record.offset}` }));
    }
  }
}

function nothing(address: string, topic: string | undefined): Fault {
  return new Fault(`${address} holds no files of an S3 sink${topic === undefined ? '' : ` for topic ${topic}`}`, {
    code: 'import-nothing',
    cure: 'Give the folder or prefix that topics.dir is in, or topics.dir itself: below are <topic>+<partition>+<first offset>.avro, .json, .json.gz, .bin or .bin.gz.',
  });
}
