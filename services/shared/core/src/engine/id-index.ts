// Which entry holds a hash: open addressing in one typed array, for millions of entries without an object each.
//
// Slots hold entry + 1. What is deleted leaves no mark: what was displaced by it moves back, so that searches stay short.

/** Tells whether an entry is the one of this id. */
export interface Named {
  isOf(entry: number, id: string): boolean;
}

const FIRST_SLOTS = 64;
/** Searches grow long beyond. */
const FULLEST = 0.75;

export class IdIndex {
  #slots = new Int32Array(FIRST_SLOTS);
  #mask = FIRST_SLOTS - 1;
  #size = 0;

  /** The entry of this id, or -1. `hashes`: of all entries. */
  find(id: string, hash: number, hashes: Int32Array, named: Named): number {
    const slots = this.#slots;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return -1;
      if (hashes[entry] === hash && named.isOf(entry, id)) return entry;
    }
  }

  add(entry: number, hashes: Int32Array): void {
    if (this.#size + 1 > this.#slots.length * FULLEST) this.#grow(hashes);
    this.#size++;
    this.#put(entry, hashes[entry] as number);
  }

  delete(entry: number, hashes: Int32Array): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = (hashes[entry] as number) & mask;
    while (slots[hole] !== entry + 1) hole = (hole + 1) & mask;
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = (hashes[(slots[slot] as number) - 1] as number) & mask;
      // It may fill the hole only if the hole lies between its home and where it is.
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      slots[hole] = slots[slot] as number;
      hole = slot;
    }
    slots[hole] = 0;
    this.#size--;
  }

  /** Forgets all entries; the room stays. */
  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  #put(entry: number, hash: number): void {
    let slot = hash & this.#mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = entry + 1;
  }

  #grow(hashes: Int32Array): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    this.#mask = this.#slots.length - 1;
    for (const held of before) if (held !== 0) this.#put(held - 1, hashes[held - 1] as number);
  }
}
