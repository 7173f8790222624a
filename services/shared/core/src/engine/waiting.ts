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

/** A binary min-heap by key, in columns: an object for each entry would outlive the garbage collector's first looks. */
export class WaitingHeap {
  readonly #pairs: Pair[] = [];
  readonly #keys: number[] = [];
  readonly #tokens: number[] = [];
  #sweepAt = SWEEP_FROM;

  push(pair: Pair, key: number): void {
    if (this.#pairs.length >= this.#sweepAt) this.#sweep();
    this.#pairs.push(pair);
    this.#keys.push(key);
    this.#tokens.push(pair.token);
    this.#up(this.#pairs.length - 1, pair, key, pair.token);
  }

  take(key: number): Pair | undefined {
    while (this.#pairs.length > 0 && (this.#keys[0] as number) <= key) {
      const pair = this.#pairs[0] as Pair;
      const token = this.#tokens[0] as number;
      const last = this.#pairs.pop() as Pair;
      const lastKey = this.#keys.pop() as number;
      const lastToken = this.#tokens.pop() as number;
      if (this.#pairs.length > 0) this.#down(last, lastKey, lastToken);
      if (pair.stage === 'waiting' && pair.token === token) return pair;
    }
    return undefined;
  }

  #sweep(): void {
    const live: number[] = [];
    for (let i = 0; i < this.#pairs.length; i++) {
      const pair = this.#pairs[i] as Pair;
      if (pair.stage === 'waiting' && pair.token === this.#tokens[i]) live.push(i);
    }
    live.sort((a, b) => (this.#keys[a] as number) - (this.#keys[b] as number));
    const pairs = live.map((i) => this.#pairs[i] as Pair);
    const keys = live.map((i) => this.#keys[i] as number);
    const tokens = live.map((i) => this.#tokens[i] as number);
    this.#pairs.length = this.#keys.length = this.#tokens.length = live.length;
    for (let i = 0; i < live.length; i++) this.#put(i, pairs[i] as Pair, keys[i] as number, tokens[i] as number);
    this.#sweepAt = Math.max(SWEEP_FROM, live.length * 2);
  }

  #up(from: number, pair: Pair, key: number, token: number): void {
    const keys = this.#keys;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >>> 1;
      if ((keys[parent] as number) <= key) break;
      this.#put(i, this.#pairs[parent] as Pair, keys[parent] as number, this.#tokens[parent] as number);
      i = parent;
    }
    if (i !== from) this.#put(i, pair, key, token);
  }

  /** Puts an entry at the top and lets it sink. */
  #down(pair: Pair, key: number, token: number): void {
    const keys = this.#keys;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= keys.length) break;
      if (child + 1 < keys.length && (keys[child + 1] as number) < (keys[child] as number)) child++;
      if ((keys[child] as number) >= key) break;
      this.#put(i, this.#pairs[child] as Pair, keys[child] as number, this.#tokens[child] as number);
      i = child;
    }
    this.#put(i, pair, key, token);
  }

  #put(i: number, pair: Pair, key: number, token: number): void {
    this.#pairs[i] = pair;
    this.#keys[i] = key;
    this.#tokens[i] = token;
  }
}
