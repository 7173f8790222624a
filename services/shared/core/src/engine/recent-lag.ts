// How long most partners took lately: of so many recent pairs the ninth decile, not the one that was lost in between.

const RECENT = 64;
const RESORT = 16;

export class RecentLag {
  readonly #lags: number[] = [];
  #at = 0;
  #ms = 0;

  get ms(): number {
    return this.#ms;
  }

  /** A partner that came first took no time. */
  add(lagMs: number): void {
    this.#lags[this.#at] = Math.max(0, lagMs);
    this.#at = (this.#at + 1) % RECENT;
    if (this.#at % RESORT !== 0 && this.#lags.length >= RESORT) return;
    const sorted = [...this.#lags].sort((a, b) => a - b);
    this.#ms = sorted[Math.floor(sorted.length * 0.9)] as number;
  }
}
