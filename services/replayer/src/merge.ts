// The order of feeding: by recorded time across partitions, by offset within each, and no answer before its inputs.
import type { IdTable } from './id-table.ts';
import type { Played, Tape } from './tape.ts';

export class Merge {
  readonly #tapes: readonly Tape[];
  readonly #ids: IdTable;

  constructor(tapes: readonly Tape[], ids: IdTable) {
    this.#tapes = tapes;
    this.#ids = ids;
  }

  get isLoaded(): boolean {
    return this.#tapes.every((tape) => tape.isLoaded);
  }

  get isEnded(): boolean {
    return this.#tapes.every((tape) => tape.isEnded);
  }

  /** Partitions whose next record waits for inputs of its id. */
  get held(): number {
    return this.#tapes.filter(({ head }) => head !== undefined && this.#isHeld(head)).length;
  }

  async load(): Promise<void> {
    await Promise.all(this.#tapes.map((tape) => tape.load()));
  }

  /**
   * The next record to feed, an input before an answer of the same time; undefined when all that is left waits for
   * inputs to be acknowledged, or nothing is left. An answer that waits holds up its partition, never an input, so that
   * feeding always gets on. All tapes must be loaded. Plain scan: a replay has tens of partitions, and this is not
   * what it spends its time on.
   */
  peek(): Played | undefined {
    let next: Played | undefined;
    for (const { head } of this.#tapes) {
      if (head === undefined || (next !== undefined && !isBefore(head, next)) || this.#isHeld(head)) continue;
      next = head;
    }
    return next;
  }

  async close(): Promise<void> {
    await Promise.all(this.#tapes.map((tape) => tape.close()));
  }

  #isHeld({ isInput, slot }: Played): boolean {
    return !isInput && slot !== undefined && this.#ids.waits(slot);
  }
}

function isBefore(one: Played, other: Played): boolean {
  return one.time < other.time || (one.time === other.time && one.isInput && !other.isInput);
}
