// Evidence of one side of one partition: what the broker says was written, what we have read of it, and when.
//
// A sample says: everything below `end` was written by the time we `asked`. Once the cursor has reached `end`,
// everything written by then has been read: the side is covered up to `asked`. Pausing, rebalancing or lagging merely
// stops `covered`; nothing wrong is ever concluded from time alone.
import type { TimestampType } from '../ports/log.ts';
import { medianOf } from './median.ts';

export interface Sample {
  /** Wall ms before asking for the log end. */
  readonly asked: number;
  /** Wall ms after the answer. */
  readonly answered: number;
  readonly end: number;
}

const MEDIAN_OF = 256;
const MEDIAN_EVERY = 32;
/** For one call at a time. */
const SCRATCH = new Float64Array(MEDIAN_OF);
const MAX_PENDING = 4096;
/** Clocks of two brokers, or of one before and after, may be this far apart; stamps that fall further prove nothing. */
export const CLOCKS_APART_MS = 10_000;

/** Answers this far apart say nothing of the time between them: the broker may have been away. */
const LOOKS_APART_MS = 5_000;

export class SideEvidence {
  /** Next offset to read, skipped ones counted. */
  cursor: number;
  /** Everything written by this wall time has been read. */
  covered = Number.NEGATIVE_INFINITY;
  /** Log end of the first sample; below it the events were there before we came. */
  firstEnd = Number.POSITIVE_INFINITY;
  /** The broker stamps this log, and its stamps were never seen to fall by more than its clocks may be apart. */
  stampsHold: boolean;
  /**
   * The log holds more, but nothing has come for so long that an open transaction must hold it back: what was to come by
   * this time was written within it, if at all. Minus infinity while reading goes on.
   */
  stuckUpTo = Number.NEGATIVE_INFINITY;
  /** Offsets were skipped, and whether events were lost with them is being asked: until then nothing is called absent. */
  isDoubted = false;
  readonly #type: TimestampType;
  #pending: { asked: number; answered: number; end: number }[] = [];
  #head = 0;
  readonly #ring = new Float64Array(MEDIAN_OF);
  #observed = 0;
  #stale = 0;
  #logTime = Number.NEGATIVE_INFINITY;
  #seenAt = Number.NEGATIVE_INFINITY;
  #seenCursor = -1;
  #stillSince = Number.POSITIVE_INFINITY;
  #highest: number;

  /** `highest`: how far the log is known to have reached, by a process before this one. */
  constructor(cursor: number, type: TimestampType, highest = 0) {
    this.cursor = cursor;
    this.#type = type;
    this.stampsHold = type === 'append';
    this.#highest = highest;
  }

  /** How far the log is known to have reached, read or not. */
  get highest(): number {
    return Math.max(this.#highest, this.cursor);
  }

  /**
   * The log ends here now. Returns how many records below where it was known to reach are gone and were never read. Their
   * offsets are given to others: what was asked before proves nothing of those.
   */
  reaches(end: number): number {
    const lost = this.#highest - Math.max(end, this.cursor);
    if (end < this.#highest) {
      this.#pending = [];
      this.#head = 0;
    }
    this.#highest = end;
    return Math.max(0, lost);
  }

  /** Offsets that are known to be there and have not been read. */
  get unread(): number {
    const last = this.#head < this.#pending.length ? this.#pending.at(-1) : undefined;
    return last === undefined ? 0 : Math.max(0, last.end - this.cursor);
  }

  sample(sample: Sample): void {
    if (this.firstEnd === Number.POSITIVE_INFINITY) this.firstEnd = sample.end;
    if (sample.end <= this.cursor) {
      this.covered = Math.max(this.covered, sample.asked);
      return;
    }
    const last = this.#pending.at(-1);
    // A sample with the same end proves more (asked later), but events below it were known since the first answer.
    // When many wait, merging two neighbours only makes both proofs later: never wrong.
    if (last !== undefined && this.#head < this.#pending.length) {
      if (sample.end <= last.end) {
        if (sample.end === last.end) last.asked = Math.max(last.asked, sample.asked);
        return;
      }
      if (this.#pending.length - this.#head >= MAX_PENDING) {
        last.asked = sample.asked;
        last.end = sample.end;
        last.answered = sample.answered;
        return;
      }
    }
    this.#pending.push({ asked: sample.asked, answered: sample.answered, end: sample.end });
  }

  /** What the log held when it was first asked for its end has not all been read. */
  get isBehind(): boolean {
    return this.cursor < this.firstEnd && this.firstEnd !== Number.POSITIVE_INFINITY;
  }

  /** Everything sampled so far has been read: this side has nothing more to bring, as far as is known. */
  get isCaughtUp(): boolean {
    return this.firstEnd !== Number.POSITIVE_INFINITY && this.#head === this.#pending.length;
  }

  /**
   * To be called after each sample: has reading come to a stand below the log's end, for `afterMs`? `isHeld`: the log has
   * said that a transaction holds the rest back; a reader whom no broker answers stands still, too.
   */
  look(now: number, isHeld: boolean, afterMs: number): void {
    const isStill = isHeld && this.#seenCursor === this.cursor && this.#head < this.#pending.length;
    if (!isStill || now - this.#seenAt > LOOKS_APART_MS) this.#stillSince = now;
    this.#seenAt = now;
    this.#seenCursor = this.cursor;
    this.stuckUpTo = isStill && now - this.#stillSince >= afterMs ? now : Number.NEGATIVE_INFINITY;
  }

  get isStuck(): boolean {
    return this.stuckUpTo !== Number.NEGATIVE_INFINITY;
  }

  /** What was to be read by then has been, or is held back by a transaction. */
  get reach(): number {
    return Math.max(this.covered, this.stuckUpTo);
  }

  /** When this event became readable, as far as we can tell: never later than `now`. Call before advancing past it. */
  arrived(offset: number, now: number): number {
    const head = this.#pending[this.#head];
    return head !== undefined && head.end > offset ? Math.min(now, head.answered) : now;
  }

  advance(next: number): void {
    if (next <= this.cursor) return;
    this.cursor = next;
    this.stuckUpTo = Number.NEGATIVE_INFINITY;
    for (let head = this.#pending[this.#head]; head !== undefined && head.end <= next; ) {
      this.covered = Math.max(this.covered, head.asked);
      this.#head++;
      head = this.#pending[this.#head];
    }
    if (this.#head > 64 && this.#head * 2 > this.#pending.length) {
      this.#pending = this.#pending.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Notes a record's timestamp. */
  observe(timestamp: number): void {
    if (this.#type === 'append') {
      if (timestamp > this.#logTime) this.#logTime = timestamp;
      else if (timestamp < this.#logTime - CLOCKS_APART_MS) this.stampsHold = false;
      return;
    }
    this.#ring[this.#observed % MEDIAN_OF] = timestamp;
    this.#observed++;
    this.#stale++;
  }

  /**
   * The side's own time, which never falls: the last stamp where the broker stamps; else the median of the last 256, so
   * that one producer's wrong clock moves nothing. It schedules; only the broker's stamps are evidence of absence.
   */
  get logTime(): number {
    if (this.#stale >= MEDIAN_EVERY || (this.#stale > 0 && this.#observed <= MEDIAN_EVERY)) {
      SCRATCH.set(this.#ring);
      this.#logTime = Math.max(this.#logTime, medianOf(SCRATCH, Math.min(this.#observed, MEDIAN_OF)));
      this.#stale = 0;
    }
    return this.#logTime;
  }
}
