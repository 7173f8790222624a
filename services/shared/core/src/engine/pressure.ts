// Memory held by open pairs of one partition, against its budget.
//
// At 80 % settled pairs are judged without waiting and the side that holds more pauses; the other is never paused, for
// both paused would wait for each other for ever. At 60 % reading goes on, and so it does when the side that runs has
// nothing more to bring. What still does not fit is given up as inconclusive, oldest first, and revised when its partner
// comes (relief.ts).
import type { Side } from '../outcome.ts';
import { other } from './pair.ts';

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
    if (this.#paused !== undefined && this.isLow) this.#paused = undefined;
  }

  get bytes(): number {
    return this.#held.legacy + this.#held.candidate;
  }

  get isLow(): boolean {
    return this.bytes < this.#budget * LOW;
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

  /** Bytes that must go before memory is no longer high. */
  get excess(): number {
    return this.bytes - this.#budget * HIGH;
  }

  get paused(): Side | undefined {
    return this.#paused;
  }

  /** Pauses the side that holds more; changes over once the other holds more than twice as much. */
  pause(): void {
    const paused = this.#paused ?? (this.#held.legacy >= this.#held.candidate ? 'legacy' : 'candidate');
    this.#paused = this.#held[other(paused)] > 2 * this.#held[paused] ? other(paused) : paused;
  }

  resume(): void {
    this.#paused = undefined;
  }
}
