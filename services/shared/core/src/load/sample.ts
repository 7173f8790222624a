// A sample of ids, the same for the same ids in any order: those whose hash is low enough. It is halved when it is full.
import { murmur2 } from '../partitioner.ts';

const encoder = new TextEncoder();
const HASHES = 2 ** 32;

export class IdSample<Value> {
  readonly #most: number;
  readonly #kept = new Map<string, Value>();
  #below = HASHES;

  /** @param most ids that are kept; at least half as many, where there are as many */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Share of all ids that is in the sample. */
  get share(): number {
    return this.#below / HASHES;
  }

  /** `join`: of what is known of an id and what is told now. */
  add(id: string, value: Value, join: (before: Value, now: Value) => Value): void {
    if (this.#below < HASHES && hash(id) >= this.#below) return;
    const before = this.#kept.get(id);
    this.#kept.set(id, before === undefined ? value : join(before, value));
    while (this.#kept.size > this.#most) {
      this.#below /= 2;
      for (const known of this.#kept.keys()) if (hash(known) >= this.#below) this.#kept.delete(known);
    }
  }

  get(id: string): Value | undefined {
    return this.#kept.get(id);
  }

  ids(): readonly string[] {
    return [...this.#kept.keys()];
  }
}

function hash(id: string): number {
  return murmur2(encoder.encode(id)) >>> 0;
}
