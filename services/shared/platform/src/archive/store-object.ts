// Storing an object next to whatever is there: created, found to be there already, or set aside beside what contradicts it.
import {
  type Archive,
  type ArchivedRecord,
  Fault,
  type Manifest,
  manifestKey,
  quarantineKey,
  sameRecord,
} from '@parallax/core';
import { inspectObject, readManifest, writeManifest } from './describe-object.ts';
import { decodeObject } from './object-decoder.ts';

export type Stored =
  /** The archive holds these records under this key; `last` is where the object there ends: before, at, or after ours. */
  | { readonly kind: 'created' | 'exists'; readonly last: number }
  /** The key holds other records, or a damaged object: ours went to `quarantine`. */
  | { readonly kind: 'conflict'; readonly quarantine: string; readonly why: string };

/** Resolves when object and manifest are durable. Doing it again changes nothing. */
export async function storeObject(archive: Archive, manifest: Manifest, body: Uint8Array): Promise<Stored> {
  const { key } = manifest;
  if ((await archive.create(key, body)) === 'created') {
    await writeManifest(archive, manifest);
    return { kind: 'created', last: manifest.last };
  }
  const there = await archive.read(key).catch(faultOfDamage);
  // Removed between the two calls, as tails are.
  if (there === undefined) return storeObject(archive, manifest, body);
  if (there instanceof Fault) return setAside(archive, manifest, body, there.message);
  const existing = inspected(key, there);
  if (existing instanceof Fault) return setAside(archive, manifest, body, existing.message);
  if (existing.records !== manifest.records) {
    const stray = firstMissing(there, body, existing.last, key);
    if (stray !== undefined) return setAside(archive, manifest, body, `offset ${stray.offset} differs`);
  }
  // Its writer may have been killed before the manifest; `from` is known only when the objects are the same.
  await writeManifest(archive, existing.sha256 === manifest.sha256 ? manifest : existing);
  return { kind: 'exists', last: existing.last };
}

/** Whether every record of `part` is in `whole`, byte for byte. */
export function holdsAll(whole: Uint8Array, part: Uint8Array, key: string): boolean {
  return firstMissing(whole, part, Number.MAX_SAFE_INTEGER, key) === undefined;
}

/**
 * Removes those of the tails whose every record the object `by` holds, and names them. `known` are tails of which the
 * caller knows that, having written them from the same records; the others are read and compared.
 */
export async function removeSuperseded(
  archive: Archive,
  by: { readonly manifest: Manifest; readonly body: Uint8Array },
  tails: readonly string[],
  known: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const removed: string[] = [];
  for (const key of tails) {
    if (key === by.manifest.key) continue;
    if (!known.has(key) && !(await isSuperseded(archive, by, key))) continue;
    // The manifest first: a tail without one is still found and removed next time, a manifest alone would stay.
    await archive.remove(manifestKey(key));
    await archive.remove(key);
    removed.push(key);
  }
  return removed;
}

async function isSuperseded(
  archive: Archive,
  by: { readonly manifest: Manifest; readonly body: Uint8Array },
  key: string,
): Promise<boolean> {
  const told = await readManifest(archive, key).catch(onlyIfUnreadable);
  if (told !== undefined && (told.first < by.manifest.first || told.last > by.manifest.last)) return false;
  const body = await archive.read(key).catch(faultOfDamage);
  if (body === undefined || body instanceof Fault) return false;
  return !(inspected(key, body) instanceof Fault) && holdsAll(by.body, body, key);
}

function onlyIfUnreadable(error: unknown): undefined {
  if (error instanceof Fault && !error.retryable) return undefined;
  throw error;
}

/** An archive that keeps checksums finds damage itself. */
function faultOfDamage(error: unknown): Fault {
  if (error instanceof Fault && error.code === 'archive-object-damaged') return error;
  throw error;
}

function inspected(key: string, body: Uint8Array): Manifest | Fault {
  try {
    return inspectObject(key, body);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
}

function firstMissing(whole: Uint8Array, part: Uint8Array, upTo: number, key: string): ArchivedRecord | undefined {
  for (const [held, record] of merged(whole, part, key)) {
    if (record === undefined) continue;
    if (record.offset > upTo) return undefined;
    if (held === undefined || !sameRecord(held, record)) return record;
  }
  return undefined;
}

/** The first offset at which both objects have a record and not the same one. */
export function firstContradiction(a: Uint8Array, b: Uint8Array, key: string): number | undefined {
  for (const [ours, theirs] of merged(a, b, key)) {
    if (ours !== undefined && theirs !== undefined && !sameRecord(ours, theirs)) return ours.offset;
  }
  return undefined;
}

/** Both objects' records side by side, by offset. */
function* merged(
  a: Uint8Array,
  b: Uint8Array,
  key: string,
): Generator<readonly [ArchivedRecord | undefined, ArchivedRecord | undefined]> {
  const [left, right] = [recordsOf(a, key), recordsOf(b, key)];
  let [l, r] = [left.next(), right.next()];
  while (!l.done || !r.done) {
    const offset = Math.min(
      l.done ? Number.POSITIVE_INFINITY : l.value.offset,
      r.done ? Number.POSITIVE_INFINITY : r.value.offset,
    );
    const fromLeft = !l.done && l.value.offset === offset ? l.value : undefined;
    const fromRight = !r.done && r.value.offset === offset ? r.value : undefined;
    yield [fromLeft, fromRight];
    if (fromLeft !== undefined) l = left.next();
    if (fromRight !== undefined) r = right.next();
  }
}

function* recordsOf(body: Uint8Array, key: string): Generator<ArchivedRecord> {
  for (const block of decodeObject(body, key)) yield* block;
}

export async function setAside(archive: Archive, manifest: Manifest, body: Uint8Array, why: string): Promise<Stored> {
  const quarantine = quarantineKey(manifest.key, manifest.records);
  await archive.create(quarantine, body);
  return { kind: 'conflict', quarantine, why };
}
