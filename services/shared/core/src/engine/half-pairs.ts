// Pairs opened from stored rows that hold events which this process has yet to read again: found once reading has passed
// such an event and it was not there, or the log ends before it.
import { SIDES, type Side } from '../outcome.ts';
import { isHalf, type Pair } from './pair.ts';

const NONE: readonly Pair[] = [];

export class HalfPairs {
  readonly #pairs = new Set<Pair>();
  /** No event that is waited for lies below. */
  readonly #from: Record<Side, number> = { legacy: Number.POSITIVE_INFINITY, candidate: Number.POSITIVE_INFINITY };
  readonly #beyond: Record<Side, ReadonlySet<Pair>> = { legacy: new Set(), candidate: new Set() };

  add(pair: Pair): void {
    if (!isHalf(pair)) return;
    this.#pairs.add(pair);
    this.#note(pair);
  }

  /** Those that wait for an event below what is read next: it has not come, and will not. */
  passed(legacy: number, candidate: number): readonly Pair[] {
    if (legacy <= this.#from.legacy && candidate <= this.#from.candidate) return NONE;
    const next = { legacy, candidate };
    const passed: Pair[] = [];
    for (const side of SIDES) this.#from[side] = Number.POSITIVE_INFINITY;
    for (const pair of this.#pairs) {
      if (pair.stage === 'closed' || !isHalf(pair)) this.#pairs.delete(pair);
      else {
        this.#note(pair);
        if (SIDES.some((side) => pair[side].some((event) => event.unmet && event.offset < next[side])))
          passed.push(pair);
      }
    }
    return passed;
  }

  /** Those that wait for an event of this side where its log has ended by now, and had when it was asked before. */
  beyond(side: Side, end: number): readonly Pair[] {
    const before = this.#beyond[side];
    if (this.#pairs.size === 0 && before.size === 0) return NONE;
    const lies = (pair: Pair) =>
      pair.stage !== 'closed' && pair[side].some((event) => event.unmet && event.offset >= end);
    this.#beyond[side] = new Set([...this.#pairs].filter(lies));
    return [...this.#beyond[side]].filter((pair) => before.has(pair));
  }

  #note(pair: Pair): void {
    for (const side of SIDES) {
      for (const { unmet, offset } of pair[side]) if (unmet) this.#from[side] = Math.min(this.#from[side], offset);
    }
  }
}
