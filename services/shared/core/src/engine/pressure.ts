// Memory held by open pairs of one partition, against its budget.
//
// At 80 % settled pairs are judged without waiting and the side that holds more pauses; the other is never paused, for
// both paused would wait for each other for ever. At 60 % reading goes on. What still does not fit is given up as
// inconclusive, oldest first, and revised when its partner comes.
import type { Side } from '../outcome.ts';

const HIGH = 0.8;
const LOW = 0.6;

export class Pressure {
  readonly #budget: number;
  readonly #held: Record<Side, number> = { legacy: 0, candidate: 0 };
  #paused: Side | undefined;

  constructor(budget: number) {
    this.#budget = budget;
  }

  add(side: Side, bytes: number): void {
    this.#held[side] += bytes;
  }

  remove(side: Side, bytes: number): void {
    this.#held[side] -= bytes;
    if (this.#paused !== undefined && this.bytes < this.#budget * LOW) this.#paused = undefined;
  }

  get bytes(): number {
    return this.#held.legacy + this.#held.candidate;
  }

  get isHigh(): boolean {
    return this.bytes >= this.#budget * HIGH;
  }

  /** High, or not yet relieved: a paused side's evidence stands still, so nothing may wait for it. */
  get isTight(): boolean {
    return this.isHigh || this.#paused !== undefined;
  }

  get isFull(): boolean {
    return this.bytes >= this.#budget;
  }

  get paused(): Side | undefined {
    return this.#paused;
  }

  pause(): Side {
    this.#paused ??= this.#held.legacy >= this.#held.candidate ? 'legacy' : 'candidate';
    return this.#paused;
  }
}
