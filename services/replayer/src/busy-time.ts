// How long recorded time goes by where idle time is shortened: known from one pass in any order, in bounded memory.

const MOST_SLOTS = 1 << 20;

export interface Stretch {
  /** Epoch ms. */
  readonly earliest: number;
  readonly latest: number;
}

/** The first and the last input of each slot of a stretch of time. A slot is as long as the idle time allowed, or longer, to bound their number. */
export class BusyTime {
  readonly #from: number;
  readonly #slotMs: number;
  readonly #idleMs: number;
  /** Milliseconds after the beginning of the stretch; a slot without an input has its first after its last. */
  readonly #first: Float64Array;
  readonly #last: Float64Array;

  constructor({ earliest, latest }: Stretch, idleMs: number) {
    const span = Math.max(0, latest - earliest);
    this.#from = earliest;
    this.#idleMs = idleMs;
    this.#slotMs = Math.max(1, idleMs, span / (MOST_SLOTS - 1));
    const slots = Math.floor(span / this.#slotMs) + 1;
    this.#first = new Float64Array(slots).fill(Number.POSITIVE_INFINITY);
    this.#last = new Float64Array(slots).fill(Number.NEGATIVE_INFINITY);
  }

  add(time: number): void {
    const after = time - this.#from;
    const slot = Math.min(this.#first.length - 1, Math.max(0, Math.floor(after / this.#slotMs)));
    this.#first[slot] = Math.min(this.#first[slot] ?? after, after);
    this.#last[slot] = Math.max(this.#last[slot] ?? after, after);
  }

  /** Milliseconds; exact, unless slots are longer than the idle time: then idle time within a slot counts whole. */
  get spanMs(): number {
    let span = 0;
    let before: number | undefined;
    for (const [slot, first] of this.#first.entries()) {
      const last = this.#last[slot] ?? first;
      if (first > last) continue;
      if (before !== undefined) span += Math.min(this.#idleMs, first - before);
      span += last - first;
      before = last;
    }
    return span;
  }
}
