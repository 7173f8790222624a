// Where both sides began on a fresh start. A lone event near the beginning of a log that has lost its head may have been
// answered before that beginning: it is `before-start`, never missing.
import type { Side } from '../outcome.ts';
import type { SideStart } from './config.ts';
import { other, type Pair, type PairEvent } from './pair.ts';

export class Beginning {
  readonly #start: Record<Side, SideStart>;
  readonly #deadlineMs: number;

  constructor(start: Readonly<Record<Side, SideStart>>, deadlineMs: number) {
    this.#start = { legacy: { ...start.legacy }, candidate: { ...start.candidate } };
    this.#deadlineMs = deadlineMs;
  }

  read(side: Side, timestamp: number): void {
    this.#start[side].firstTime ??= timestamp;
  }

  /** The log of this side did not begin with the side's first event. */
  loseHead(side: Side): void {
    this.#start[side] = { ...this.#start[side], headLost: true };
  }

  state(side: Side): SideStart {
    return { ...this.#start[side] };
  }

  /** The log of the side that lacks begins after this event may have been answered. */
  precedes(pair: Pair): boolean {
    if (pair.base !== undefined || (pair.legacy.length > 0 && pair.candidate.length > 0)) return false;
    const present: Side = pair.legacy.length > 0 ? 'legacy' : 'candidate';
    const { headLost, firstTime } = this.#start[other(present)];
    if (!headLost) return false;
    const { timestamp, behind } = pair[present][0] as PairEvent;
    return firstTime === undefined ? behind : timestamp < firstTime + this.#deadlineMs;
  }
}
