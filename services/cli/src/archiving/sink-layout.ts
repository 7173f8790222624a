// What Confluent's S3 sink connector wrote, as records to import: `topics/<topic>/…/<topic>+<partition>+<first offset>.avro`
// or `.json`, and beside it `.keys.avro|json` and `.headers.avro|json` where the connector was told to keep them.
//
// Its files hold payloads only, so offsets are counted from the file's name, and a payload is what Connect made of it.
// Source: the connector's documentation, "S3 Object Names", store.kafka.keys, store.kafka.headers.
import type { GivenRecord } from '@parallax/archiver';
import { type ArchiveReader, Fault, type Header } from '@parallax/core';
import { archivedPartitions, archivedTopics, isArchiveObject, readArchived } from '@parallax/platform';
import { type Payload, payloadsOf } from './sink-payloads.ts';
import type { TimeOf } from './time-of.ts';

export interface SinkOptions {
  /** Only this topic. */
  readonly topic: string | undefined;
  readonly timeOf: TimeOf;
  /** Puts the registry's frame with this number before Avro payloads again; absent: they become JSON text. */
  readonly schemaId: number | undefined;
}

/** What the files could not say; counted while they are read. */
export interface SinkLosses {
  files: number;
  /** Offsets between files that no file holds: tombstones and control records are left out by the connector. */
  missing: number;
  withoutKeys: number;
  withoutHeaders: number;
}

interface SinkFile {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
}

const NAME = /^topics\/(?:.*\/)?([\w.-]{1,249})\+(\d+)\+(\d{10,16})\.(?:avro|json|json\.gz)$/;

/**
 * In the order of topic, partition and offset.
 * @throws Fault `import-nothing`, `import-overlapping-files`, and what is wrong with a file
 */
export async function* sinkRecords(
  source: ArchiveReader & { readonly address: string },
  options: SinkOptions,
  losses: SinkLosses,
): AsyncGenerator<readonly GivenRecord[]> {
  const keys = (await Array.fromAsync(source.list('topics/'))).map(({ key }) => key);
  const present = new Set(keys);
  const files = keys
    .flatMap((key): SinkFile[] => {
      const [, topic, partition, first] = NAME.exec(key) ?? [];
      if (topic === undefined || (options.topic !== undefined && topic !== options.topic)) return [];
      return [{ key, topic, partition: Number(partition), first: Number(first) }];
    })
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition || a.first - b.first));
  const copied = new Set<string>();
  for await (const topic of manifested(source, options.topic)) {
    copied.add(topic);
    yield* ofArchive(source, topic);
  }
  if (files.length === 0 && copied.size === 0) throw nothing(source.address, options.topic);
  let end: { readonly file: SinkFile; readonly next: number } | undefined;
  for (const file of files) {
    const { topic, partition, key } = file;
    if (copied.has(topic)) continue;
    const body = await source.read(key);
    if (body === undefined) continue;
    if (isArchiveObject(body)) {
      copied.add(topic);
      yield* ofArchive(source, topic);
      continue;
    }
    const isSame = end !== undefined && end.file.topic === topic && end.file.partition === partition;
    if (isSame && end !== undefined && end.next > file.first) throw overlapping(end.file, file, end.next);
    if (isSame && end !== undefined) losses.missing += file.first - end.next;
    const records = await recordsOf(source, file, body, present, options, losses);
    losses.files += 1;
    end = { file, next: file.first + records.length };
    yield records;
  }
}

async function recordsOf(
  source: ArchiveReader,
  file: SinkFile,
  body: Uint8Array,
  present: ReadonlySet<string>,
  { timeOf, schemaId }: SinkOptions,
  losses: SinkLosses,
): Promise<GivenRecord[]> {
  const { topic, partition, first } = file;
  const values = payloadsOf(file.key, body);
  const beside = async (what: 'keys' | 'headers'): Promise<readonly Payload[] | undefined> => {
    const stem = file.key.replace(/\.(avro|json|json\.gz)$/, '');
    for (const ending of ['avro', 'json', 'json.gz']) {
      const key = `${stem}.${what}.${ending}`;
      const found = present.has(key) ? await source.read(key) : undefined;
      if (found === undefined) continue;
      const payloads = payloadsOf(key, found);
      if (payloads.length === values.length) return payloads;
      throw new Fault(`${key} holds ${payloads.length} ${what}, ${file.key} ${values.length} values`, {
        code: 'import-file-damaged',
        cure: 'Restore both files from the same copy, or take the keys file away to import without keys.',
      });
    }
    return undefined;
  };
  const [keys, headers] = [await beside('keys'), await beside('headers')];
  if (keys === undefined) losses.withoutKeys += values.length;
  if (headers === undefined) losses.withoutHeaders += values.length;
  return values.map((payload, n) => {
    const place = `${file.key}, value ${n + 1}`;
    const record = {
      topic,
      partition,
      offset: first + n,
      key: keyOf(keys?.[n]),
      value: schemaId !== undefined && payload.avro !== undefined ? framed(schemaId, payload.avro) : payload.json,
      headers: headersOf(headers?.[n], place),
      place,
    };
    return { ...record, timestamp: timeOf({ ...record, value: payload.json }, place) };
  });
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

/** A key that is a text is that text's bytes, as string serializers write it. */
function keyOf(payload: Payload | undefined): Uint8Array | null {
  if (payload === undefined) return null;
  const parsed: unknown = JSON.parse(new TextDecoder().decode(payload.json));
  if (parsed === null) return null;
  return typeof parsed === 'string' ? new TextEncoder().encode(parsed) : payload.json;
}

function headersOf(payload: Payload | undefined, place: string): Header[] {
  if (payload === undefined) return [];
  const parsed: unknown = JSON.parse(new TextDecoder().decode(payload.json));
  if (parsed === null) return [];
  if (!Array.isArray(parsed)) throw unknownHeaders(place);
  return parsed.map((one: unknown): Header => {
    if (typeof one !== 'object' || one === null || !('key' in one) || typeof one.key !== 'string') {
      throw unknownHeaders(place);
    }
    const value: unknown = 'value' in one ? one.value : null;
    if (value === null) return [one.key, null];
    return [one.key, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))];
  });
}

function framed(schemaId: number, bytes: Uint8Array): Uint8Array {
  const value = new Uint8Array(5 + bytes.length);
  new DataView(value.buffer).setUint32(1, schemaId);
  value.set(bytes, 5);
  return value;
}

function nothing(address: string, topic: string | undefined): Fault {
  return new Fault(`${address} holds no files of an S3 sink${topic === undefined ? '' : ` for topic ${topic}`}`, {
    code: 'import-nothing',
    cure: 'Give the folder or prefix that has "topics/" in it: below are <topic>+<partition>+<first offset>.avro, .json or .json.gz.',
  });
}

function overlapping(one: SinkFile, other: SinkFile, next: number): Fault {
  return new Fault(`${one.key} ends at offset ${next - 1}, and ${other.key} begins before that`, {
    code: 'import-overlapping-files',
    cure: 'Two connectors wrote to the same place, or the topic was created anew: import each into an archive of its own.',
  });
}

function unknownHeaders(place: string): Fault {
  return new Fault(`${place}: the headers are no list of {"key","value"}`, {
    code: 'import-unknown-headers',
    cure: 'Take the .headers files away to import without headers.',
  });
}
