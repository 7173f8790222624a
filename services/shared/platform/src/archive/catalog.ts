// The catalog: which objects the archive has of a partition, and what each holds.
import {
  type ArchiveObject,
  type ArchiveReader,
  Fault,
  kindPrefix,
  MANIFEST_PREFIX,
  type Manifest,
  manifestKey,
  manifestSubject,
  type ObjectName,
  parseObjectKey,
  partitionPrefix,
  topicPrefix,
} from '@parallax/core';
import { inspectObject, readManifest } from './describe-object.ts';
import { missingProblem, type OnProblem, objectFault, objectProblem } from './problems.ts';

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

/** Partitions of a topic with at least one object, ascending; with `onProblem` those too that have manifests only. */
export async function archivedPartitions(
  archive: ArchiveReader,
  topic: string,
  onProblem?: OnProblem,
): Promise<number[]> {
  const objects = [topicPrefix('full', topic), topicPrefix('tail', topic)];
  const manifests = onProblem === undefined ? [] : objects.map((prefix) => `${MANIFEST_PREFIX}${prefix}`);
  const names = await namesUnder(archive, [...objects, ...manifests]);
  return [...new Set(names.map(({ partition }) => partition))].sort((a, b) => a - b);
}

/**
 * Every object of a partition with its manifest. One without is read whole to find out, and one that is removed meanwhile
 * is left out. What cannot be used ends it with a fault; with `onProblem` it is told and left out, as are objects that
 * have another size than their manifest says or are gone while that is there.
 */
export async function catalogue(
  archive: ArchiveReader,
  topic: string,
  partition: number,
  onProblem?: OnProblem,
): Promise<Catalogued[]> {
  const found: Catalogued[] = [];
  const listed = new Set<string>();
  for (const kind of ['full', 'tail'] as const) {
    for await (const { key, bytes } of archive.list(partitionPrefix(kind, topic, partition))) {
      const name = parseObjectKey(key);
      if (name === undefined) continue;
      listed.add(key);
      const object = await described(archive, key, onProblem === undefined ? undefined : bytes).catch(
        onProblem === undefined ? rethrown : objectFault,
      );
      if (object instanceof Fault) onProblem?.(objectProblem(key, object));
      else if (object !== undefined) found.push({ ...object, name });
    }
  }
  if (onProblem !== undefined) await tellMissing(archive, topic, partition, listed, onProblem);
  return found;
}

/** Keys of a partition's tails. */
export async function tailKeys(archive: ArchiveReader, topic: string, partition: number): Promise<string[]> {
  const objects: ArchiveObject[] = await Array.fromAsync(archive.list(partitionPrefix('tail', topic, partition)));
  return objects.map(({ key }) => key).filter((key) => parseObjectKey(key) !== undefined);
}

type Described = Manifest & { readonly isInspected: boolean };

/** @param bytes the size the archive says it has, to be held against the manifest's */
async function described(
  archive: ArchiveReader,
  key: string,
  bytes: number | undefined,
): Promise<Described | undefined> {
  const told = await readManifest(archive, key);
  if (told !== undefined && bytes !== undefined && told.bytes !== bytes) {
    throw new Fault(`${key} is damaged: it has ${bytes} bytes, its manifest says ${told.bytes}`, {
      code: 'archive-object-damaged',
    });
  }
  if (told !== undefined) return { ...told, isInspected: false };
  const body = await archive.read(key);
  return body && { ...inspectObject(key, body), isInspected: true };
}

async function tellMissing(
  archive: ArchiveReader,
  topic: string,
  partition: number,
  listed: ReadonlySet<string>,
  onProblem: OnProblem,
): Promise<void> {
  for (const kind of ['full', 'tail'] as const) {
    for await (const { key } of archive.list(`${MANIFEST_PREFIX}${partitionPrefix(kind, topic, partition)}`)) {
      const subject = manifestSubject(key);
      if (subject === undefined || listed.has(subject) || parseObjectKey(subject) === undefined) continue;
      // It may have come, or both may have gone, since the objects were listed.
      const there = await archive.read(subject).catch(objectFault);
      if (there instanceof Fault) onProblem(objectProblem(subject, there));
      if (there !== undefined) continue;
      if ((await archive.read(manifestKey(subject))) === undefined) continue;
      const told = await readManifest(archive, subject).catch(objectFault);
      onProblem(missingProblem(subject, told instanceof Fault ? undefined : told));
    }
  }
}

function rethrown(error: unknown): never {
  throw error;
}

async function namesUnder(archive: ArchiveReader, prefixes: readonly string[]): Promise<ObjectName[]> {
  const names: ObjectName[] = [];
  for (const prefix of prefixes) {
    for await (const { key } of archive.list(prefix)) {
      const name = parseObjectKey(manifestSubject(key) ?? key);
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}
