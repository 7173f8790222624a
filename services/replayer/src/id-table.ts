// The ids that are replayed, each with the number of its inputs that are not in the run's topic yet.
//
// Open addressing over pages, of which so many are in memory whatever the number of ids: up to 1,670,000 ids need no file.
// An id's place is by the first bits of its digest, so that a table that grows is gone through once, in order. Inputs,
// their acknowledgements and their answers come close together, so that an id is looked up in the file about once.
// Ids are known by 64 bits of their digest: among ten million, two are taken for one with a chance of 3 in a million.
import { digestBytes, MAX_ID_BYTES } from '@parallax/core';
import { PAGE_WORDS, Pages } from './pages.ts';

/** 25 MB. */
const PAGES_IN_MEMORY = 8192;
const PAGE_SLOTS = PAGE_WORDS / 3;
const PAGE_BITS = 8;
const SLOT_IN_PAGE = PAGE_SLOTS - 1;
/** Where on a page the columns of its slots begin: after the first halves of digests the second ones, then … */
const LOW = PAGE_SLOTS;
/** … the inputs waited for, plus one where the slot is taken. */
const MARKS = 2 * PAGE_SLOTS;
const FIRST_BITS = 10;
/** So full that 1,500,000 ids still need no file: with them in it, looking each up once more took 5.5 s of CPU and not 2.1. */
const MOST_LOAD = 0.8;

/** Index of an id; stays valid once nothing is added any more. */
export type Slot = number;

export class IdTable {
  readonly #pages: Pages;
  /** The table has 2^bits slots, from this page on. */
  #bits = FIRST_BITS;
  #firstPage = 0;
  #size = 0;
  readonly #scratch = Buffer.allocUnsafe(MAX_ID_BYTES);

  /** @param pages for tests; default: 8,192 in memory */
  constructor(pages = new Pages(PAGES_IN_MEMORY)) {
    this.#pages = pages;
  }

  get size(): number {
    return this.#size;
  }

  /** `isWaitedFor`: one more input of this id is to be fed. */
  add(id: string, isWaitedFor: boolean): void {
    const slot = this.addDigest(...this.#hash(id));
    if (!isWaitedFor) return;
    const page = this.#pages.write(this.#pageOf(slot));
    const at = MARKS + (slot & SLOT_IN_PAGE);
    page[at] = (page[at] as number) + 1;
  }

  /** As {@link digests} gives them. The slot is valid until the next one is added. */
  addDigest(high: number, low: number): Slot {
    if (this.#size >= MOST_LOAD * 2 ** this.#bits) this.#grow();
    const slot = this.#locate(high, low);
    if (this.#mark(slot) === 0) {
      this.#put(slot, high, low, 1);
      this.#size += 1;
    }
    return slot;
  }

  /** Of every id, in no order: 64 bits each. Nothing may be added meanwhile. */
  *digests(): Generator<readonly [high: number, low: number]> {
    for (let slot = 0; slot < 2 ** this.#bits; slot++) {
      const page = this.#pages.read(this.#pageOf(slot));
      const at = slot & SLOT_IN_PAGE;
      if (page[MARKS + at] !== 0) yield [page[at] as number, page[LOW + at] as number];
    }
  }

  /** undefined: no input with this id is replayed. */
  find(id: string): Slot | undefined {
    const slot = this.#locate(...this.#hash(id));
    return this.#mark(slot) === 0 ? undefined : slot;
  }

  waits(slot: Slot): boolean {
    return this.#mark(slot) > 1;
  }

  /** One input of this id is in the run's topic. */
  acknowledge(slot: Slot): void {
    const left = this.#mark(slot);
    if (left > 1) this.#pages.write(this.#pageOf(slot))[MARKS + (slot & SLOT_IN_PAGE)] = left - 1;
  }

  #pageOf(slot: Slot): number {
    return this.#firstPage + Math.floor(slot / PAGE_SLOTS);
  }

  #mark(slot: Slot): number {
    return this.#pages.read(this.#pageOf(slot))[MARKS + (slot & SLOT_IN_PAGE)] as number;
  }

  #put(slot: Slot, high: number, low: number, mark: number): void {
    const page = this.#pages.write(this.#pageOf(slot));
    const at = slot & SLOT_IN_PAGE;
    page[at] = high;
    page[LOW + at] = low;
    page[MARKS + at] = mark;
  }

  /** Its slot, or the one it would take. */
  #locate(high: number, low: number): Slot {
    let slot = high >>> (32 - this.#bits);
    for (;;) {
      const page = this.#pages.read(this.#pageOf(slot));
      for (let at = slot & SLOT_IN_PAGE; at < PAGE_SLOTS; at++, slot++) {
        if (page[MARKS + at] === 0 || (page[at] === high && page[LOW + at] === low)) return slot;
      }
      if (slot === 2 ** this.#bits) slot = 0;
    }
  }

  /** Behind the old table, whose pages go as soon as they are read. */
  #grow(): void {
    const first = this.#firstPage;
    const count = 2 ** (this.#bits - PAGE_BITS);
    this.#firstPage = first + count;
    this.#bits += 1;
    // A copy: the page may have to make room for those that are filled.
    const old = new Uint32Array(PAGE_WORDS);
    for (let page = first; page < first + count; page++) {
      old.set(this.#pages.read(page));
      this.#pages.drop(page);
      for (let at = 0; at < PAGE_SLOTS; at++) {
        const mark = old[MARKS + at] as number;
        if (mark === 0) continue;
        const [high, low] = [old[at] as number, old[LOW + at] as number];
        this.#put(this.#locate(high, low), high, low, mark);
      }
    }
  }

  #hash(id: string): [high: number, low: number] {
    const bytes = this.#scratch.subarray(0, this.#scratch.write(id));
    const digest = digestBytes(bytes);
    return [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
  }
}
