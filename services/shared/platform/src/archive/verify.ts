// Verifies the archive: every object read, decoded and digested, then each partition's sequence; every fault by its place.
import {
  type Archive,
  type ArchiveObject,
  Fault,
  gaps,
  MANIFEST_PREFIX,
  type Manifest,
  manifestSubject,
  overlaps,
  parseObjectKey,
  QUARANTINE_PREFIX,
} from '@parallax/core';
import { inspectObject, readManifest } from './describe-object.ts';
import { expiredBelow, isExpiryMark } from './expiry.ts';
import { gapProblem, lastingFault, missingProblem, type OnProblem, RESTORE } from './problems.ts';
import { firstContradiction } from './store-object.ts';

export interface Verification {
  readonly objects: number;
  readonly records: number;
  /** Stored bytes read. */
  readonly bytes: number;
  readonly problems: number;
}

export interface VerifyOptions {
  /** Told of each problem as it is found. */
  readonly onProblem: OnProblem;
  /** Told after each object, with the stored bytes there are to read. */
  readonly onProgress?: (soFar: Verification, totalBytes: number) => void;
}

/** Memory: two objects, and for each its key and manifest. Objects that come or go meanwhile are no problem. */
export async function verifyArchive(archive: Archive, { onProblem, onProgress }: VerifyOptions): Promise<Verification> {
  let [objects, records, bytes, problems] = [0, 0, 0, 0];
  const report = (code: string, place: string, message: string, cure: string) => {
    problems += 1;
    onProblem({ code, place, message, cure });
  };
  const sound = new Map<string, Manifest[]>();

  const all = await Array.fromAsync(archive.list(''));
  const listed = new Set(all.map(({ key }) => key));
  const totalBytes = all.reduce(
    (sum, object) => sum + (parseObjectKey(object.key) === undefined ? 0 : object.bytes),
    0,
  );
  // The next object is on its way while this one is looked at: memory for two.
  const bodies = readAhead(
    archive,
    all.filter(({ key }) => parseObjectKey(key) !== undefined).map(({ key }) => key),
  );
  for (const object of all) {
    const name = parseObjectKey(object.key);
    if (name === undefined) {
      await verifyOther(archive, object, listed, report);
      continue;
    }
    const body = await bodies();
    // A tail that was superseded since it was listed.
    if (body === undefined) continue;
    if (body instanceof Fault) {
      if (body.code !== 'archive-object-damaged') throw body;
      report(body.code, object.key, body.message, RESTORE);
      objects += 1;
      bytes += object.bytes;
      continue;
    }
    const manifest = await verifyObject(archive, object.key, body, report);
    objects += 1;
    bytes += body.length;
    records += manifest?.count ?? 0;
    if (manifest !== undefined) {
      const partition = `${name.topic}, partition ${name.partition}`;
      const known = sound.get(partition);
      if (known === undefined) sound.set(partition, [manifest]);
      else known.push(manifest);
    }
    onProgress?.({ objects, records, bytes, problems }, totalBytes);
  }
  for (const manifests of sound.values()) await verifySequence(archive, manifests, report);
  return { objects, records, bytes, problems };
}

/** Gives the objects' bytes in their order, undefined where one is gone. An archive that keeps checksums finds damage itself. */
function readAhead(archive: Archive, keys: readonly string[]): () => Promise<Uint8Array | Fault | undefined> {
  let at = 0;
  const start = () => {
    const key = keys[at++];
    const reading = key === undefined ? Promise.resolve(undefined) : archive.read(key).catch(lastingFault);
    // Awaited later; until then a failure is nobody's.
    reading.catch(() => undefined);
    return reading;
  };
  let next = start();
  return () => {
    const reading = next;
    next = start();
    return reading;
  };
}

type Report = (code: string, place: string, message: string, cure: string) => void;

async function verifyObject(
  archive: Archive,
  key: string,
  body: Uint8Array,
  report: Report,
): Promise<Manifest | undefined> {
  const found = attempt(() => inspectObject(key, body));
  const told = await readManifest(archive, key).catch(lastingFault);
  if (told instanceof Fault) report(told.code, key, told.message, told.cure ?? RESTORE);
  if (found instanceof Fault) {
    report(found.code, key, found.message, found.code === 'archive-object-damaged' ? RESTORE : (found.cure ?? RESTORE));
    return undefined;
  }
  if (told === undefined && found.last >= (await expiredBelow(archive, found.topic, found.partition))) {
    report(
      'archive-manifest-missing',
      key,
      `${key} has no manifest; the object itself is sound`,
      'Start the archiver again: it writes the manifest of an object it was interrupted at.',
    );
  }
  if (told === undefined || told instanceof Fault) return found;
  const { from: _, ...comparable } = found;
  // Manifests of former builds name no schemas.
  const { schemas, ...rest } = comparable;
  const named = told.schemas === undefined ? {} : { schemas };
  const differing = Object.entries({ ...rest, ...named }).filter(
    ([field, value]) => JSON.stringify(told[field as keyof Manifest]) !== JSON.stringify(value),
  );
  if (differing.length === 0) return told;
  const list = differing
    .map(([field, value]) => `${field} is ${shown(value)}, not ${shown(told[field as keyof Manifest])}`)
    .join('; ');
  report('archive-manifest-differs', key, `${key} is not what its manifest describes: ${list}`, RESTORE);
  return found;
}

async function verifyOther(
  archive: Archive,
  { key }: ArchiveObject,
  listed: ReadonlySet<string>,
  report: Report,
): Promise<void> {
  const subject = manifestSubject(key);
  if (subject !== undefined && parseObjectKey(subject) !== undefined) {
    if (listed.has(subject)) return;
    // It may have come, or both may have gone, since they were listed.
    const there = await archive.read(subject).catch(lastingFault);
    if (there instanceof Fault && there.code !== 'archive-object-damaged') throw there;
    if (there instanceof Fault) return report(there.code, subject, there.message, RESTORE);
    if (there !== undefined || (await archive.read(key)) === undefined) return;
    const told = await readManifest(archive, subject).catch(lastingFault);
    const { code, place, message, cure } = missingProblem(subject, told instanceof Fault ? undefined : told);
    report(code, place, message, cure);
  } else if (isExpiryMark(key)) {
    return;
  } else if (key.startsWith(QUARANTINE_PREFIX)) {
    report(
      'archive-quarantined',
      key,
      `${key} was set aside: its place holds other records`,
      'Was the topic deleted and created anew? Keep each life of a topic in an archive of its own; remove this object once it is understood.',
    );
  } else {
    const what = key.startsWith(MANIFEST_PREFIX) ? 'is no manifest of an object' : 'is no object of the archive';
    report('archive-stray', key, `${key} ${what}`, 'Keep other files out of the archive.');
  }
}

async function verifySequence(archive: Archive, manifests: readonly Manifest[], report: Report): Promise<void> {
  const [{ topic, partition } = { topic: '', partition: 0 }] = manifests;
  for (const hole of gaps(manifests)) {
    const { code, place, message, cure } = gapProblem(topic, partition, hole);
    report(code, place, message, cure);
  }
  for (const [a, b] of overlaps(manifests)) {
    const [bodyA, bodyB] = [await archive.read(a.key), await archive.read(b.key)];
    if (bodyA === undefined || bodyB === undefined) continue;
    const offset = firstContradiction(bodyA, bodyB, a.key);
    if (offset === undefined) continue;
    report(
      'archive-overlap',
      `${topic}, partition ${partition}, offset ${offset}`,
      `${a.key} and ${b.key} hold different records at offset ${offset}`,
      'Was the topic deleted and created anew? Keep each life of a topic in an archive of its own.',
    );
  }
}

function shown(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function attempt<T>(work: () => T): T | Fault {
  try {
    return work();
  } catch (error) {
    return lastingFault(error);
  }
}
