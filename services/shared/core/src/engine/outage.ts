// Outages: one silent side is one outage, not a thousand missing events.
//
// Side X is out when the other side S has delivered at least 20 events since S's events last found a match, the first of
// them at least `outage` ago: while a frozen broker delivers nothing, nobody is silent. For events read live that is wall
// time, and the outage began with that first one; for events that were there before we came it is S's own
// record timestamps, so that they are judged as they would have been live and X's clock plays no part. It ends when a
// match's lag is below the deadline again; past `maxOutage` it protects nothing any more.
//
// While we are behind on X, S may have been read far ahead of it: then silence is counted only as far as X has
// been read, begins no outage, and merely leaves the judgement to when all of X has been read. So does a silence that
// is over, for all that S delivered up to its end: X may have caught up in any order.
const ENOUGH = 20;

export interface OutageWindow {
  readonly outageMs: number;
  readonly maxOutageMs: number;
  readonly deadlineMs: number;
}

/** Seen from the delivering side S; what may be out is the side opposite. */
export class OutageWatch {
  readonly #window: OutageWindow;
  #deliveredSince = 0;
  /** When the first of them was read. */
  #deliveredFrom: number;
  #matchedTime = Number.NEGATIVE_INFINITY;
  #firstTime = Number.POSITIVE_INFINITY;
  #silentUntil = Number.NEGATIVE_INFINITY;
  /** The largest timestamps delivered, ascending: more than a handful of wrong clocks are needed to fake progress. */
  readonly #newest: number[] = [];
  /** Wall ms; undefined when there is none. */
  began: number | undefined;
  /** When the last one ended: what waited through it gets a new deadline from there. */
  ended = Number.NEGATIVE_INFINITY;
  waiting = 0;

  constructor(window: OutageWindow, now: number) {
    this.#window = window;
    this.#deliveredFrom = now;
  }

  delivered(timestamp: number, now: number): void {
    if (this.#deliveredSince++ === 0) this.#deliveredFrom = now;
    if (timestamp < this.#firstTime) this.#firstTime = timestamp;
    const newest = this.#newest;
    if (newest.length === ENOUGH && timestamp <= (newest[0] as number)) return;
    let i = newest.length;
    newest.push(timestamp);
    for (; i > 0 && (newest[i - 1] as number) > timestamp; i--) newest[i] = newest[i - 1] as number;
    newest[i] = timestamp;
    if (newest.length > ENOUGH) newest.shift();
  }

  /** An event of S found its partner; `timestamp` is S's, `lagMs` how long the partner took. Returns whether an outage ended. */
  matched(timestamp: number, lagMs: number, now: number): boolean {
    this.#deliveredSince = 0;
    if (timestamp - this.#answeredFrom >= this.#window.outageMs) {
      this.#silentUntil = Math.max(this.#silentUntil, timestamp);
    }
    if (timestamp > this.#matchedTime) this.#matchedTime = timestamp;
    if (this.began === undefined || lagMs >= this.#window.deadlineMs) return false;
    this.began = undefined;
    this.ended = now;
    return true;
  }

  /** Whether a lone event of S may not be called missing now. `behind`: it was there before we came. */
  protects(behind: boolean, now: number): boolean {
    if (this.began === undefined && !(behind ? this.#silentInLogTime() : this.#silentInWallTime(now))) return false;
    // Of what was there before we came it is known how long the silence lasted, not when by our clock.
    this.began ??= behind ? Math.max(this.ended, now - this.#window.outageMs) : this.#deliveredFrom;
    return now - this.began < this.#window.maxOutageMs;
  }

  /** Whether X, read as far as `logTime`, may have been out when it should have answered S's event of this timestamp. */
  mayHaveBeenOut(timestamp: number, logTime: number): boolean {
    return this.began !== undefined || timestamp <= this.#silentUntil || this.#silentInLogTime(logTime);
  }

  restore(began: number, waiting: number): void {
    this.began = began;
    this.waiting = waiting;
  }

  #silentInWallTime(now: number): boolean {
    return this.#deliveredSince >= ENOUGH && now - this.#deliveredFrom >= this.#window.outageMs;
  }

  #silentInLogTime(until = Number.POSITIVE_INFINITY): boolean {
    const oldest = this.#newest[0];
    if (oldest === undefined || this.#newest.length < ENOUGH || oldest <= this.#matchedTime) return false;
    return Math.min(this.#newest.at(-1) as number, until) - this.#answeredFrom >= this.#window.outageMs;
  }

  /** S's time up to which X has answered, or from which it could have. */
  get #answeredFrom(): number {
    return Math.max(this.#matchedTime, this.#firstTime);
  }
}
