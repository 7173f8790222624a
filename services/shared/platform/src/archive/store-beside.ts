// Storing an object of records that others may hold too, cut in other places: what contradicts them is set aside.
import { type Archive, Fault, type Manifest } from '@parallax/core';
import { firstContradiction, holdsAll, type Stored, setAside, storeObject } from './store-object.ts';

/**
 * As {@link storeObject}, after a look at the objects among `others` that hold offsets of this one: nothing is stored where
 * one of them holds all its records, and ours is set aside where one holds another record at an offset of ours. A damaged
 * object contradicts nothing: `verify` names it.
 */
export async function storeBeside(
  archive: Archive,
  manifest: Manifest,
  body: Uint8Array,
  others: readonly Manifest[],
): Promise<Stored> {
  for (const other of others) {
    if (other.key === manifest.key || other.last < manifest.first || other.first > manifest.last) continue;
    const there = await archive.read(other.key).catch(damagedOnly);
    if (there === undefined) continue;
    const relation = compared(there, body, other.key);
    if (relation === 'held') return { kind: 'exists', last: manifest.last };
    if (typeof relation === 'number') {
      return setAside(archive, manifest, body, `${other.key} has another record at offset ${relation}`);
    }
  }
  return storeObject(archive, manifest, body);
}

/** The offset of a contradiction; 'held' where `there` has every record of `body`. */
function compared(there: Uint8Array, body: Uint8Array, key: string): number | 'held' | 'beside' {
  try {
    const offset = firstContradiction(there, body, key);
    if (offset !== undefined) return offset;
    return holdsAll(there, body, key) ? 'held' : 'beside';
  } catch (error) {
    damagedOnly(error);
    return 'beside';
  }
}

function damagedOnly(error: unknown): undefined {
  if (error instanceof Fault && !error.retryable) return undefined;
  throw error;
}
