// The ids of two sides by their 64-bit hashes: some 40 bytes an id, where a Map of texts takes three times as much.
//
// Two ids may have one hash: whoever takes events out by group compares their ids.
import { HASH64_SEED, hash64 } from '@parallax/core';

const FIRST_SLOTS = 1 << 12;

/** A list of 32-bit integers that grows. */
export class IntList {
  length = 0;
  #items = new Int32Array(1024);

  push(item: number): number {
    if (this.length === this.#items.length) {
      const grown = new Int32Array(this.#items.length * 2);
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[this.length++] = item;
    return this.length;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }

  add(index: number, amount: number): void {
    this.#items[index] = (this.#items[index] as number) + amount;
  }
}

export class IdTable {
  /** Events of each group. */
  readonly events = { legacy: new IntList(), candidate: new IntList() };
  /** Of each group, epoch ms of its first event. */
  #first = new Float64Array(1024);
  #slots = new Int32Array(FIRST_SLOTS).fill(-1);
  readonly #high = new IntList();
  readonly #low = new IntList();
  readonly #hash: (id: string) => { readonly high: number; readonly low: number };

  constructor(hash: (id: string) => { readonly high: number; readonly low: number } = (id) => hash64(HASH64_SEED, id)) {
    this.#hash = hash;
  }

  get groups(): number {
    return this.#high.length;
  }

  /** Counts an event, and gives the number of its group, from 0. */
  add(side: 'legacy' | 'candidate', id: string, timestamp: number): number {
    const group = this.#find(id);
    this.events[side].add(group, 1);
    if (timestamp < (this.#first[group] as number)) this.#first[group] = timestamp;
    return group;
  }

  first(group: number): number {
    return this.#first[group] as number;
  }

  #find(id: string): number {
    const { high, low } = this.#hash(id);
    const mask = this.#slots.length - 1;
    for (let slot = slotOf(high, low) & mask; ; slot = (slot + 1) & mask) {
      const group = this.#slots[slot] as number;
      if (group < 0) return this.#make(slot, high, low);
      if (this.#high.at(group) === high && this.#low.at(group) === low) return group;
    }
  }

  #make(slot: number, high: number, low: number): number {
    const group = this.#high.push(high) - 1;
    this.#low.push(low);
    this.events.legacy.push(0);
    this.events.candidate.push(0);
    if (group === this.#first.length) {
      const grown = new Float64Array(group * 2);
      grown.set(this.#first);
      this.#first = grown;
    }
    this.#first[group] = Number.POSITIVE_INFINITY;
    this.#slots[slot] = group;
    if (this.groups * 2 > this.#slots.length) this.#grow();
    return group;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let group = 0; group < this.groups; group++) {
      let slot = slotOf(this.#high.at(group), this.#low.at(group)) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = group;
    }
    this.#slots = slots;
  }
}

function slotOf(high: number, low: number): number {
  const mixed = Math.imul(high ^ (low >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13) ^ low) >>> 0;
}
