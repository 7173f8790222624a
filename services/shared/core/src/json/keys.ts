// Members of objects found by name, exactly, whatever the names: hashes first, then the text.
import { sameString, stringOf } from './strings.ts';
import type { Tape } from './tape.ts';

/** Up to this many members, looking at each is faster than a table. */
const FEW = 12;
/** Chains this much longer than expected mean names made to collide: V8's seeded strings decide instead. */
const PROBES = 32;

/** The value of the member of `object` named as `key` of another tape, or -1. Linear: for small objects and single look-ups. */
export function memberLike(tape: Tape, object: number, other: Tape, key: number): number {
  const hash = other.hash[key];
  const end = tape.next[object] as number;
  for (let k = object + 1; k < end; k = tape.next[k + 1] as number) {
    if (tape.hash[k] === hash && sameString(tape, k, other, key)) return k + 1;
  }
  return -1;
}

/** Whether an object names a member twice. */
export class DuplicateKeys {
  private table: Int32Array = new Int32Array(64);

  within(tape: Tape, object: number): boolean {
    const size = tape.size[object] as number;
    if (size < 2) return false;
    const end = tape.next[object] as number;
    if (size <= FEW) {
      for (let k = tape.next[object + 2] as number; k < end; k = tape.next[k + 1] as number) {
        const hash = tape.hash[k];
        for (let before = object + 1; before < k; before = tape.next[before + 1] as number) {
          if (tape.hash[before] === hash && sameString(tape, before, tape, k)) return true;
        }
      }
      return false;
    }
    return this.inTable(tape, object, size, end);
  }

  private inTable(tape: Tape, object: number, size: number, end: number): boolean {
    let slots = 64;
    while (slots < size * 2) slots *= 2;
    if (this.table.length < slots) this.table = new Int32Array(slots);
    else this.table.fill(0, 0, slots);
    const { table } = this;
    let probes = size * PROBES;
    for (let k = object + 1; k < end; k = tape.next[k + 1] as number) {
      const hash = tape.hash[k] as number;
      let slot = slotOf(hash, slots);
      for (; table[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
        const before = (table[slot] as number) - 1;
        if (tape.hash[before] === hash && sameString(tape, before, tape, k)) return true;
        if (--probes < 0) return duplicateText(tape, object, end);
      }
      table[slot] = k + 1;
    }
    return false;
  }
}

function duplicateText(tape: Tape, object: number, end: number): boolean {
  const names = new Set<string>();
  for (let k = object + 1; k < end; k = tape.next[k + 1] as number) {
    const name = stringOf(tape, k);
    if (names.has(name)) return true;
    names.add(name);
  }
  return false;
}

/** Finds members of one object by the keys of another; guesses that both have the same order. */
export class MemberFinder {
  private readonly tape: Tape;
  private readonly object: number;
  private readonly end: number;
  /** The key the next look-up is likely to name. */
  private cursor: number;
  /** By their hashes, keys and 1; 0 where there is none. */
  private table: Int32Array | undefined;
  private probes = 0;
  /** Where names were made to collide. */
  private index: Map<string, number> | undefined;

  constructor(tape: Tape, object: number) {
    this.tape = tape;
    this.object = object;
    this.end = tape.next[object] as number;
    this.cursor = object + 1;
  }

  /** The value node, or -1. */
  find(other: Tape, key: number): number {
    const { tape, cursor } = this;
    if (cursor < this.end && tape.hash[cursor] === other.hash[key] && sameString(tape, cursor, other, key)) {
      this.cursor = tape.next[cursor + 1] as number;
      return cursor + 1;
    }
    const value =
      (tape.size[this.object] as number) <= FEW ? memberLike(tape, this.object, other, key) : this.lookUp(other, key);
    if (value >= 0) this.cursor = tape.next[value] as number;
    return value;
  }

  private lookUp(other: Tape, key: number): number {
    const { tape } = this;
    this.table ??= this.tableOf();
    if (this.index === undefined) {
      const { table } = this;
      const hash = other.hash[key] as number;
      for (let slot = slotOf(hash, table.length); ; slot = (slot + 1) & (table.length - 1)) {
        const found = (table[slot] as number) - 1;
        if (found < 0) return -1;
        if (tape.hash[found] === hash && sameString(tape, found, other, key)) return found + 1;
        if (--this.probes < 0) break;
      }
    }
    return this.byText().get(stringOf(other, key)) ?? -1;
  }

  private tableOf(): Int32Array {
    const { tape } = this;
    const size = tape.size[this.object] as number;
    let slots = 64;
    while (slots < size * 2) slots *= 2;
    const table = new Int32Array(slots);
    this.probes = size * PROBES;
    for (let k = this.object + 1; k < this.end; k = tape.next[k + 1] as number) {
      let slot = slotOf(tape.hash[k] as number, slots);
      while (table[slot] !== 0 && --this.probes >= 0) slot = (slot + 1) & (slots - 1);
      table[slot] = k + 1;
      if (this.probes >= 0) continue;
      // The table is never asked.
      this.byText();
      break;
    }
    return table;
  }

  private byText(): Map<string, number> {
    if (this.index === undefined) {
      this.index = new Map();
      for (let k = this.object + 1; k < this.end; k = this.tape.next[k + 1] as number) {
        this.index.set(stringOf(this.tape, k), k + 1);
      }
    }
    return this.index;
  }
}

/** `slots`: a power of two. */
function slotOf(hash: number, slots: number): number {
  return (hash ^ (hash >>> 15)) & (slots - 1);
}
