// A histogram of amounts (milliseconds, bytes) whose memory does not grow with what it is told.
//
// Amounts below 64 fall into buckets of one, the others into 64 buckets for each doubling, as HdrHistogram has them
// (https://hdrhistogram.org): a quantile is the upper bound of its bucket, so it is never understated, and overstated by
// 1 or by 1/64 of it, whichever is more. Amounts below 0 count as 0.

const EXACT = 64;
const EXACT_BITS = 6;
const DOUBLINGS = 53 - EXACT_BITS;

/** Amounts of one kind at a glance, in its unit. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Exact. */
  readonly max: number;
}

export class Histogram {
  readonly #buckets = new Float64Array(EXACT * (1 + DOUBLINGS));
  #count = 0;
  #max = 0;

  /** Amounts that are not finite are left out. */
  add(amount: number): void {
    if (!Number.isFinite(amount)) return;
    const value = Math.max(0, amount);
    const bucket = bucketOf(value);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count += 1;
    if (value > this.#max) this.#max = value;
  }

  get count(): number {
    return this.#count;
  }

  /** The amount that a share (0 to 1) of all do not exceed; 0 of nothing. */
  quantile(share: number): number {
    let left = Math.max(1, Math.ceil(this.#count * share));
    for (let bucket = 0; bucket < this.#buckets.length; bucket++) {
      left -= this.#buckets[bucket] ?? 0;
      if (left <= 0) return Math.min(this.#max, upperBound(bucket));
    }
    return this.#max;
  }

  /** undefined of nothing. */
  spread(): Spread | undefined {
    if (this.#count === 0) return undefined;
    const [p50, p95, p99] = [this.quantile(0.5), this.quantile(0.95), this.quantile(0.99)];
    return { count: this.#count, p50, p95, p99, max: this.#max };
  }
}

/** Of amounts from 0 on. */
function bucketOf(value: number): number {
  const whole = Math.min(Math.ceil(value), Number.MAX_SAFE_INTEGER);
  if (whole < EXACT) return whole;
  // Exact, where a logarithm may be off by one at the powers of two.
  const doubling = whole < 2 ** 31 ? 31 - Math.clz32(whole) : 31 + highBit(Math.floor(whole / 2 ** 31));
  const step = 2 ** (doubling - EXACT_BITS);
  return EXACT * (doubling - EXACT_BITS) + Math.floor(whole / step);
}

function highBit(word: number): number {
  return 31 - Math.clz32(word);
}

function upperBound(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const doubling = Math.floor(bucket / EXACT) - 1;
  return ((bucket % EXACT) + EXACT + 1) * 2 ** doubling - 1;
}
