// What a comparator costs once it is warm, by the cuts it tells of: CPU and pairs from the first cut after its first 50,000
// pairs to its last.

/** Until then a process loads, connects, and runs code that is not compiled yet. */
const WARM_PAIRS = 50_000;

export interface Steady {
  readonly pairs: number;
  readonly cpuSeconds: number;
}

interface Moment {
  readonly events: number;
  readonly cpuSeconds: number;
}

export class Warmth {
  readonly #cpuSeconds: () => number | undefined;
  #warm: Moment | undefined;
  #last: Moment | undefined;

  constructor(cpuSeconds: () => number | undefined) {
    this.#cpuSeconds = cpuSeconds;
  }

  /** A line of its log. */
  hear(line: string): void {
    if (!line.includes('cut-committed')) return;
    const { judged } = JSON.parse(line) as { readonly judged?: number };
    const cpuSeconds = this.#cpuSeconds();
    if (judged === undefined || cpuSeconds === undefined || judged < 2 * WARM_PAIRS) return;
    this.#last = { events: judged, cpuSeconds };
    this.#warm ??= this.#last;
  }

  /** Undefined where it was never warm, or told of one cut only since. */
  get steady(): Steady | undefined {
    const [warm, last] = [this.#warm, this.#last];
    if (warm === undefined || last === undefined || last.events <= warm.events) return undefined;
    return { pairs: (last.events - warm.events) / 2, cpuSeconds: last.cpuSeconds - warm.cpuSeconds };
  }
}
