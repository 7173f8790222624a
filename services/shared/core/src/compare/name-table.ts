// Names that rules speak of, found by the hash a member's key has already: one probe, however many names there are.
import { hashName } from '../json/pointers.ts';
import { stringOf } from '../json/strings.ts';
import type { Tape } from '../json/tape.ts';

/** No name is here. */
const EMPTY = -1;

export class NameTable {
  readonly names: readonly string[];
  private readonly hashes: Int32Array;
  /** Index of a name, or EMPTY; open addressing, at most half full. */
  private readonly slots: Int32Array;
  private readonly mask: number;

  /** No name stands twice. */
  constructor(names: readonly string[]) {
    this.names = names;
    this.hashes = Int32Array.from(names, hashName);
    let size = 2;
    while (size < 2 * names.length) size *= 2;
    this.slots = new Int32Array(size).fill(EMPTY);
    this.mask = size - 1;
    this.hashes.forEach((hash, index) => {
      let slot = (hash ^ (hash >>> 15)) & this.mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & this.mask;
      this.slots[slot] = index;
    });
  }

  /** Index of the name of this key node, or -1. */
  ofKey(tape: Tape, key: number): number {
    const hash = tape.hash[key] as number;
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    for (let index = this.slots[slot] as number; index !== EMPTY; index = this.slots[slot] as number) {
      if (this.hashes[index] === hash && this.names[index] === stringOf(tape, key)) return index;
      slot = (slot + 1) & this.mask;
    }
    return EMPTY;
  }

  /** The same, given the hash of an unescaped key in ASCII and its bytes. */
  ofBytes(hash: number, bytes: Uint8Array, start: number, end: number): number {
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    for (let index = this.slots[slot] as number; index !== EMPTY; index = this.slots[slot] as number) {
      if (this.hashes[index] === hash && isAscii(this.names[index] as string, bytes, start, end)) return index;
      slot = (slot + 1) & this.mask;
    }
    return EMPTY;
  }

  /** The same, of a name. */
  of(name: string): number {
    const hash = hashName(name);
    let slot = (hash ^ (hash >>> 15)) & this.mask;
    for (let index = this.slots[slot] as number; index !== EMPTY; index = this.slots[slot] as number) {
      if (this.names[index] === name) return index;
      slot = (slot + 1) & this.mask;
    }
    return EMPTY;
  }
}

function isAscii(name: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
