// How long recorded time goes by where idle time is shortened: known from one pass in any order, in bounded memory.

const MOST_SLOTS = 1 << 20;

export interface Stretch {
  /** Epoch ms. */
  readonly earliest: number;
  readonly latest: number;
}

/** Which slots of a stretch of time hold an input. A slot is as long as the idle time allowed, or longer, to bound their number. */
export class BusyTime {
  readonly #from: number;
  readonly #slotMs: number;
  readonly #idleMs: number;
  readonly #slots: Uint8Array;

  constructor({ earliest, latest }: Stretch, idleMs: number) {
    const span = Math.max(0, latest - earliest);
    this.#from = earliest;
    this.#idleMs = idleMs;
    this.#slotMs = Math.max(1, idleMs, span / (MOST_SLOTS - 1));
    this.#slots = new Uint8Array(Math.floor(span / this.#slotMs) + 1);
  }

  add(time: number): void {
    const slot = Math.floor((time - this.#from) / this.#slotMs);
    this.#slots[Math.min(this.#slots.length - 1, Math.max(0, slot))] = 1;
  }

  /** Milliseconds, never understated by more than a slot: a busy slot counts whole, the empty ones after it as one idle time. */
  get spanMs(): number {
    let span = 0;
    let last = -1;
    for (const [slot, isBusy] of this.#slots.entries()) {
      if (isBusy === 0) continue;
      if (last >= 0) span += this.#slotMs + (slot > last + 1 ? this.#idleMs : 0);
      last = slot;
    }
    return span;
  }
}
