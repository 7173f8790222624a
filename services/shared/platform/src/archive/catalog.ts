// The catalog: which objects the archive has of a partition, and what each holds.
import {
  type ArchiveObject,
  type ArchiveReader,
  kindPrefix,
  type Manifest,
  type ObjectName,
  parseObjectKey,
  partitionPrefix,
  topicPrefix,
} from '@parallax/core';
import { inspectObject, readManifest } from './describe-object.ts';

export interface Catalogued extends Manifest {
  readonly name: ObjectName;
  /** It has no manifest, as its writer leaves it when killed before that; the object itself was read. */
  readonly isInspected: boolean;
}

/** Topics with at least one object, in the order of their names. */
export async function archivedTopics(archive: ArchiveReader): Promise<string[]> {
  const names = await namesUnder(archive, [kindPrefix('full'), kindPrefix('tail')]);
  return [...new Set(names.map(({ topic }) => topic))].sort();
}

/** Partitions of a topic with at least one object, ascending. */
export async function archivedPartitions(archive: ArchiveReader, topic: string): Promise<number[]> {
  const names = await namesUnder(archive, [topicPrefix('full', topic), topicPrefix('tail', topic)]);
  return [...new Set(names.map(({ partition }) => partition))].sort((a, b) => a - b);
}

/**
 * Every object of a partition with its manifest. One without is read whole to find out, and one that is removed meanwhile
 * is left out.
 */
export async function catalogue(archive: ArchiveReader, topic: string, partition: number): Promise<Catalogued[]> {
  const found: Catalogued[] = [];
  for (const kind of ['full', 'tail'] as const) {
    for await (const { key } of archive.list(partitionPrefix(kind, topic, partition))) {
      const name = parseObjectKey(key);
      if (name === undefined) continue;
      const told = await readManifest(archive, key);
      const manifest = told ?? (await inspect(archive, key));
      if (manifest !== undefined) found.push({ ...manifest, name, isInspected: told === undefined });
    }
  }
  return found;
}

/** Keys of a partition's tails. */
export async function tailKeys(archive: ArchiveReader, topic: string, partition: number): Promise<string[]> {
  const objects: ArchiveObject[] = await Array.fromAsync(archive.list(partitionPrefix('tail', topic, partition)));
  return objects.map(({ key }) => key).filter((key) => parseObjectKey(key) !== undefined);
}

async function inspect(archive: ArchiveReader, key: string): Promise<Manifest | undefined> {
  const body = await archive.read(key);
  return body && inspectObject(key, body);
}

async function namesUnder(archive: ArchiveReader, prefixes: readonly string[]): Promise<ObjectName[]> {
  const names: ObjectName[] = [];
  for (const prefix of prefixes) {
    for await (const { key } of archive.list(prefix)) {
      const name = parseObjectKey(key);
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}
