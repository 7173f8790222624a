// The ids that are replayed, each with the number of its inputs that are not in the run's topic yet.
//
// Open addressing over typed arrays: 24 bytes an id at half load, where a Map of strings takes well over a hundred. Ids
// are known by 64 bits of their digest: among ten million, two are taken for one with a chance of 3 in a million.
import { digestBytes, MAX_ID_BYTES } from '@parallax/core';

const FIRST_CAPACITY = 1024;

/** Index of an id; stays valid once nothing is added any more. */
export type Slot = number;

export class IdTable {
  #capacity = FIRST_CAPACITY;
  #high = new Uint32Array(FIRST_CAPACITY);
  #low = new Uint32Array(FIRST_CAPACITY);
  /** Inputs waited for, plus one where the slot is taken. */
  #marks = new Uint32Array(FIRST_CAPACITY);
  #size = 0;
  readonly #scratch = Buffer.allocUnsafe(MAX_ID_BYTES);

  get size(): number {
    return this.#size;
  }

  /** `isWaitedFor`: one more input of this id is to be fed. */
  add(id: string, isWaitedFor: boolean): void {
    const slot = this.addDigest(...this.#hash(id));
    if (isWaitedFor) this.#marks[slot] = (this.#marks[slot] ?? 0) + 1;
  }

  /** As {@link digests} gives them. The slot is valid until the next one is added. */
  addDigest(high: number, low: number): Slot {
    if (this.#size * 2 >= this.#capacity) this.#grow();
    const slot = this.#locate(high, low);
    if (this.#marks[slot] === 0) {
      this.#high[slot] = high;
      this.#low[slot] = low;
      this.#marks[slot] = 1;
      this.#size += 1;
    }
    return slot;
  }

  /** Of every id, in no order: 64 bits each. */
  *digests(): Generator<readonly [high: number, low: number]> {
    for (let slot = 0; slot < this.#capacity; slot++) {
      if (this.#marks[slot] !== 0) yield [this.#high[slot] ?? 0, this.#low[slot] ?? 0];
    }
  }

  /** undefined: no input with this id is replayed. */
  find(id: string): Slot | undefined {
    const slot = this.#locate(...this.#hash(id));
    return this.#marks[slot] === 0 ? undefined : slot;
  }

  waits(slot: Slot): boolean {
    return (this.#marks[slot] ?? 0) > 1;
  }

  /** One input of this id is in the run's topic. */
  acknowledge(slot: Slot): void {
    this.#marks[slot] = Math.max(1, (this.#marks[slot] ?? 1) - 1);
  }

  #locate(high: number, low: number): Slot {
    const mask = this.#capacity - 1;
    let slot = (low ^ high) & mask;
    while (this.#marks[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const [high, low, marks] = [this.#high, this.#low, this.#marks];
    this.#capacity *= 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#marks = new Uint32Array(this.#capacity);
    for (const [from, mark] of marks.entries()) {
      if (mark === 0) continue;
      const slot = this.#locate(high[from] ?? 0, low[from] ?? 0);
      this.#high[slot] = high[from] ?? 0;
      this.#low[slot] = low[from] ?? 0;
      this.#marks[slot] = mark;
    }
  }

  #hash(id: string): [high: number, low: number] {
    const bytes = this.#scratch.subarray(0, this.#scratch.write(id));
    const digest = digestBytes(bytes);
    return [Number.parseInt(digest.slice(0, 8), 16), Number.parseInt(digest.slice(8, 16), 16)];
  }
}
