// What an object holds: by its manifest, or, where there is none, by reading all of it.
import { createHash } from 'node:crypto';
import {
  type Archive,
  type ArchiveReader,
  Fault,
  formatManifest,
  type Manifest,
  manifestKey,
  parseManifest,
  parseObjectKey,
} from '@parallax/core';
import { decodeObject } from './object-decoder.ts';
import type { EncodedObject } from './object-encoder.ts';
import { SchemaSightings } from './schema-sightings.ts';

/** The manifest of an object just encoded. `from` is the offset its chunk was read from. */
export function manifestOf(
  key: string,
  topic: string,
  partition: number,
  from: number,
  object: EncodedObject,
): Manifest {
  const { first, last, count, sha256, records, earliest, latest, schemas } = object;
  const bytes = object.body.length;
  const described = { version: 1, key, topic, partition, from, first, last, count, bytes, sha256 } as const;
  return { ...described, records, earliest, latest, ...(schemas === undefined ? {} : { schemas }) };
}

/** The stored manifest; undefined when there is none, a fault when it cannot be used. */
export async function readManifest(archive: ArchiveReader, key: string): Promise<Manifest | undefined> {
  const stored = await archive.read(manifestKey(key));
  return stored === undefined ? undefined : parseManifest(stored, key);
}

export async function writeManifest(archive: Pick<Archive, 'create'>, manifest: Manifest): Promise<void> {
  await archive.create(manifestKey(manifest.key), formatManifest(manifest));
}

/**
 * The manifest this body deserves, after checking all of it: a fault when it is damaged, when it is not what its key
 * says, or when it is empty.
 */
export function inspectObject(key: string, body: Uint8Array): Manifest {
  const name = parseObjectKey(key);
  if (name === undefined) throw misplaced(key, 'the key is not one of an archived object');
  const { topic, partition } = name;
  let [count, first, last] = [0, -1, -1];
  let [earliest, latest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let records = '';
  const sightings = new SchemaSightings();
  const onDigest = (digest: string) => {
    records = digest;
  };
  for (const block of decodeObject(body, key, { onDigest })) {
    for (const record of block) {
      if (record.topic !== topic || record.partition !== partition) {
        throw misplaced(key, `it holds a record of ${record.topic}, partition ${record.partition}`);
      }
      if (count === 0) first = record.offset;
      last = record.offset;
      count += 1;
      earliest = Math.min(earliest, record.timestamp);
      latest = Math.max(latest, record.timestamp);
      sightings.see(record);
    }
  }
  if (first !== name.first) throw misplaced(key, count === 0 ? 'it holds no record' : `it begins at offset ${first}`);
  if (name.count !== undefined && name.count !== count) throw misplaced(key, `it holds ${count} records`);
  const sha256 = sha256Of(body);
  const bytes = body.length;
  const schemas = sightings.seen();
  return {
    version: 1,
    key,
    topic,
    partition,
    from: first,
    first,
    last,
    count,
    bytes,
    sha256,
    records,
    earliest,
    latest,
    ...(schemas === undefined ? {} : { schemas }),
  };
}

export function sha256Of(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

function misplaced(key: string, why: string): Fault {
  return new Fault(`${key} is not what its name says: ${why}`, {
    code: 'archive-object-misplaced',
    cure: 'Move the file back to where it came from, or restore the object from a copy.',
  });
}
