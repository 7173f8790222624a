// Which files an S3 sink wrote, by their names, and what lies beside each.
//
//   <topics.dir>/<topic>/<what the partitioner makes of a record>/<topic>+<partition>+<first offset>.avro|json|bin
//   …/<topic>+<partition>+<first offset>.keys.avro|json|bin       store.kafka.keys, in keys.format.class
//   …/<topic>+<partition>+<first offset>.headers.avro|json|bin    store.kafka.headers, in headers.format.class
//   …/tombstone/…                                                 behavior.on.null.values=write: keys, and no values
//
// Source: the connector's TopicPartitionWriter (fileKeyToCommit), RecordViews, TombstoneSupportedPartitioner.
import type { ArchiveReader } from '@parallax/core';

export interface SinkFile {
  /** Of the values; of tombstones, which have none, the keys'. */
  readonly key: string;
  /** Records of one partition in one folder do not overlap; those of several folders may take turns. */
  readonly folder: string;
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly values: string | undefined;
  readonly keys: string | undefined;
  readonly headers: string | undefined;
}

const NAME =
  /^((?:.*\/)?)([\w.-]{1,249})\+(\d{1,9})\+(\d{1,16})(\.keys|\.headers)?\.(?:avro|json|json\.gz|bin|bin\.gz)$/;

/** In the order of topic, partition and offset. `topic`: only of this one. */
export async function sinkFiles(source: ArchiveReader, topic: string | undefined): Promise<SinkFile[]> {
  const found = new Map<string, SinkFile>();
  for (const key of await keysOf(source)) {
    const [, folder = '', name, partition, first, view] = NAME.exec(key) ?? [];
    if (name === undefined || (topic !== undefined && name !== topic)) continue;
    const id = `${folder}${name}+${partition}+${first}`;
    const place = { folder, topic: name, partition: Number(partition), first: Number(first) };
    const known = found.get(id) ?? { ...place, key, values: undefined, keys: undefined, headers: undefined };
    const is = view === undefined ? { values: key, key } : view === '.keys' ? { keys: key } : { headers: key };
    found.set(id, { ...known, ...is });
  }
  return [...found.values()]
    .filter(({ values, keys }) => values !== undefined || keys !== undefined)
    .sort((a, b) => (a.topic < b.topic ? -1 : a.topic > b.topic ? 1 : a.partition - b.partition || a.first - b.first));
}

/** Below "topics/", as topics.dir is by default; where there is nothing, everywhere. */
async function keysOf(source: ArchiveReader): Promise<string[]> {
  const usual = (await Array.fromAsync(source.list('topics/'))).map(({ key }) => key);
  return usual.length > 0 ? usual : (await Array.fromAsync(source.list(''))).map(({ key }) => key);
}
