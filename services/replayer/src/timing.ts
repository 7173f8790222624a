// How far sending was from when it was due: a histogram, so that its size does not depend on the traffic.

export interface SendError {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Buckets grow by an eighth; the first holds what is under a tenth of a millisecond. */
const FIRST_MS = 0.1;
const GROWTH = 1.125;

export class SendTiming {
  readonly #buckets: number[] = [];
  #count = 0;
  #max = 0;

  add(errorMs: number): void {
    const error = Math.max(0, errorMs);
    const bucket = error < FIRST_MS ? 0 : 1 + Math.floor(Math.log(error / FIRST_MS) / Math.log(GROWTH));
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#max = Math.max(this.#max, error);
  }

  /** Quantiles are upper bounds of their bucket; undefined before anything was due. */
  error(): SendError | undefined {
    if (this.#count === 0) return undefined;
    return { p50Ms: this.#quantile(0.5), p99Ms: this.#quantile(0.99), maxMs: this.#max };
  }

  #quantile(share: number): number {
    let left = Math.ceil(this.#count * share);
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      left -= this.#buckets[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#max, Number((FIRST_MS * GROWTH ** bucket).toFixed(3)));
    }
    return this.#max;
  }
}
