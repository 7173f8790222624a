// What the broker's stamps prove of a side's absence while we are behind: still reading what was there before us.
//
// Where the broker stamps both logs, the lacking side's stamps say how far it has been read in time. Once that is past an
// event's own stamp by the deadline, by what recent partners took, and by as much as the clocks of two brokers may be
// apart, its partner did not come in time. Stamps by producers prove nothing, for one wrong clock would close every
// window; nor do stamps that fall, or those of a replay, whose sides are of two times. When the candidate consumed its
// input stamps do not say either: where that is observed, its deadline is only counted in real time.
import type { Side } from '../outcome.ts';
import { CLOCKS_APART_MS, type SideEvidence } from './evidence.ts';
import { other, type Pair, type PairEvent } from './pair.ts';
import { RecentLag } from './recent-lag.ts';
import { WaitingQueue } from './waiting.ts';

export interface StampWindow {
  readonly deadlineMs: number;
  readonly sharesTime: boolean;
  readonly tracksConsumption: boolean;
}

/** Absence of one side, X. */
export class StampedAbsence {
  readonly #side: Side;
  readonly #deadlineMs: number;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #applies: boolean;
  readonly #lag = new RecentLag();
  /** By the stamp of the event that waits. */
  #due = new WaitingQueue();

  constructor(side: Side, window: StampWindow, evidence: Readonly<Record<Side, SideEvidence>>) {
    this.#side = side;
    this.#deadlineMs = window.deadlineMs;
    this.#evidence = evidence;
    const isStamped = evidence.legacy.stampsHold && evidence.candidate.stampsHold;
    this.#applies = isStamped && window.sharesTime && !(side === 'candidate' && window.tracksConsumption);
  }

  proven(pair: Pair): boolean {
    return this.#isOn && this.#from(pair) <= this.#reach;
  }

  /** What is proven and yet waits may be explained by an outage: that is known only at the log's end. */
  wait(pair: Pair): void {
    if (!this.#isOn) return;
    const from = this.#from(pair);
    if (from > this.#reach && from !== Number.POSITIVE_INFINITY) this.#due.push(pair, from);
  }

  /** Partners of events stamped by then would have been read; undefined where stamps prove nothing. */
  get reach(): number | undefined {
    return this.#isOn ? this.#reach : undefined;
  }

  /** By the stamps, X's event came this long after its partner. */
  matched(lagMs: number): void {
    if (this.#isOn) this.#lag.add(lagMs);
  }

  /** The next pair whose wait is over. */
  take(): Pair | undefined {
    if (this.#isOn) return this.#due.take(this.#reach);
    if (!this.#due.isEmpty) this.#due = new WaitingQueue();
    return undefined;
  }

  get #isOn(): boolean {
    const { legacy, candidate } = this.#evidence;
    return this.#applies && this.#evidence[this.#side].isBehind && legacy.stampsHold && candidate.stampsHold;
  }

  get #reach(): number {
    return this.#evidence[this.#side].logTime - CLOCKS_APART_MS - this.#deadlineMs - this.#lag.ms;
  }

  /** What was judged before, or waits since an outage, has no deadline in log time. */
  #from(pair: Pair): number {
    if (pair.base !== undefined || pair.notBefore !== Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
    return (pair[other(this.#side)].at(-1) as PairEvent).timestamp;
  }
}
