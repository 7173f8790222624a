// Pairs that differ and do not settle: people see them before they are judged.
//
// The deadline counts from when the last event was read, not from when the broker had it: while we are behind that would be
// over before the pair could settle, and every mismatch would be shown, then judged.
import { agreed } from './judgement.ts';
import type { Pair } from './pair.ts';
import { WaitingQueue } from './waiting.ts';

export class Unsettled {
  readonly #deadlineMs: number;
  /** An entry is void once its pair has one event more, not when it waits for another side's quiet. */
  readonly #queue = new WaitingQueue((pair) => pair.legacy.length + pair.candidate.length);

  constructor(deadlineMs: number) {
    this.#deadlineMs = deadlineMs;
  }

  /** A whole pair has one event more. Where one was judged before, its row stays in sight instead. */
  watch(pair: Pair, now: number): void {
    if (pair.base === undefined && agreed(pair.legacy, pair.candidate) === undefined) this.#queue.push(pair, now);
  }

  /** The next pair that has not settled for a deadline; each once, until it changes. */
  take(now: number): Pair | undefined {
    return this.#queue.take(now - this.#deadlineMs);
  }
}
