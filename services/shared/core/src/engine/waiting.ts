// Pairs waiting for a time to pass: in order of arrival (a queue) or of record timestamps (a heap).
//
// An entry is void once its pair has changed or closed; void entries are swept when they outnumber the live ones, so a
// long row of quickly matched pairs never piles up here.
import type { Pair } from './pair.ts';

const SWEEP_FROM = 1024;

function tokenOf(pair: Pair): number {
  return pair.token;
}

/** Keys must come nearly ascending: an entry out of order waits for those before it. */
export class WaitingQueue {
  /** Differs from what it was once a pair has changed. */
  readonly #mark: (pair: Pair) => number;
  #pairs: Pair[] = [];
  #keys: number[] = [];
  #marks: number[] = [];
  #head = 0;
  #sweepAt = SWEEP_FROM;

  constructor(mark: (pair: Pair) => number = tokenOf) {
    this.#mark = mark;
  }

  push(pair: Pair, key: number): void {
    if (this.#pairs.length - this.#head >= this.#sweepAt) this.#sweep();
    this.#pairs.push(pair);
    this.#keys.push(key);
    this.#marks.push(this.#mark(pair));
  }

  /** Nothing is left, not even void entries. */
  get isEmpty(): boolean {
    return this.#head === this.#pairs.length;
  }

  /** Takes the first live pair whose key is at most `key`. */
  take(key: number): Pair | undefined {
    while (this.#head < this.#pairs.length && (this.#keys[this.#head] as number) <= key) {
      const pair = this.#pairs[this.#head] as Pair;
      const live = pair.stage === 'waiting' && this.#mark(pair) === this.#marks[this.#head];
      this.#head++;
      if (live) return pair;
    }
    if (this.#head > SWEEP_FROM && this.#head * 2 > this.#pairs.length) this.#drop();
    return undefined;
  }

  #drop(): void {
    this.#pairs = this.#pairs.slice(this.#head);
    this.#keys = this.#keys.slice(this.#head);
    this.#marks = this.#marks.slice(this.#head);
    this.#head = 0;
  }

  #sweep(): void {
    let to = 0;
    for (let i = this.#head; i < this.#pairs.length; i++) {
      const pair = this.#pairs[i] as Pair;
      if (pair.stage !== 'waiting' || this.#mark(pair) !== this.#marks[i]) continue;
      this.#pairs[to] = pair;
      this.#keys[to] = this.#keys[i] as number;
      this.#marks[to] = this.#marks[i] as number;
      to++;
    }
    this.#pairs.length = to;
    this.#keys.length = to;
    this.#marks.length = to;
    this.#head = 0;
    this.#sweepAt = Math.max(SWEEP_FROM, to * 2);
  }
}

/** A binary min-heap by key. */
export class WaitingHeap {
  #entries: { pair: Pair; key: number; token: number }[] = [];
  #sweepAt = SWEEP_FROM;

  push(pair: Pair, key: number): void {
    if (this.#entries.length >= this.#sweepAt) this.#sweep();
    this.#entries.push({ pair, key, token: pair.token });
    this.#up(this.#entries.length - 1);
  }

  take(key: number): Pair | undefined {
    for (let top = this.#entries[0]; top !== undefined && top.key <= key; top = this.#entries[0]) {
      const last = this.#entries.pop() as { pair: Pair; key: number; token: number };
      if (this.#entries.length > 0) {
        this.#entries[0] = last;
        this.#down(0);
      }
      if (top.pair.stage === 'waiting' && top.pair.token === top.token) return top.pair;
    }
    return undefined;
  }

  #sweep(): void {
    const live = this.#entries.filter(({ pair, token }) => pair.stage === 'waiting' && pair.token === token);
    this.#entries = live.sort((a, b) => a.key - b.key);
    this.#sweepAt = Math.max(SWEEP_FROM, live.length * 2);
  }

  #up(from: number): void {
    const entries = this.#entries;
    let i = from;
    const entry = entries[i] as { pair: Pair; key: number; token: number };
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      const above = entries[parent] as { pair: Pair; key: number; token: number };
      if (above.key <= entry.key) break;
      entries[i] = above;
      i = parent;
    }
    entries[i] = entry;
  }

  #down(from: number): void {
    const entries = this.#entries;
    let i = from;
    const entry = entries[i] as { pair: Pair; key: number; token: number };
    for (;;) {
      let child = 2 * i + 1;
      if (child >= entries.length) break;
      const right = entries[child + 1];
      if (right !== undefined && right.key < (entries[child] as { key: number }).key) child++;
      const below = entries[child] as { pair: Pair; key: number; token: number };
      if (below.key >= entry.key) break;
      entries[i] = below;
      i = child;
    }
    entries[i] = entry;
  }
}
