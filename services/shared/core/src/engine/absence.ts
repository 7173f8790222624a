// Proof that a side will not answer: by what the broker says was written and we have read, never by producers' timestamps.
//
// An event of side S waits for its partner on X. X's partner is absent iff X is covered to the event's arrival plus the
// deadline. Where the candidate's consumption of its input is observed, its deadline starts only once it has consumed
// what had arrived by then; where it is not, the deadline stretches by the lag seen on recent pairs. While we
// are behind, the broker's own stamps can be proof as well.
import type { Side } from '../outcome.ts';
import type { SideEvidence } from './evidence.ts';
import { lastArrived, other, type Pair } from './pair.ts';
import { RecentLag } from './recent-lag.ts';
import { StampedAbsence, type StampWindow } from './stamped-absence.ts';
import { WaitingQueue } from './waiting.ts';

/** Steps of consumption remembered; forgetting the older ones only makes proofs later. */
const STEPS = 4096;

export interface AbsenceWindow extends StampWindow {
  readonly maxOutageMs: number;
}

/**
 * All below the log's end has been read; or, while behind, the broker's stamps say so, unless an outage explains it. `stuck`
 * is no proof: what there is cannot be read before a transaction ends.
 */
export type Proof = 'covered' | 'stamps' | 'stuck';

/** Absence of one side, X. */
export class Absence {
  readonly #side: Side;
  readonly #window: AbsenceWindow;
  readonly #evidence: SideEvidence;
  /** Pairs whose deadline runs, by the time from which it counts. */
  readonly #due = new WaitingQueue();
  /** Pairs whose input the candidate may not have read yet, by arrival. */
  readonly #unconsumed = new WaitingQueue();
  /** What the candidate was seen to have consumed, and when that was noticed: both ascending. */
  #steps: { readonly upTo: number; readonly at: number }[] = [];
  readonly #lag = new RecentLag();
  readonly #stamped: StampedAbsence;

  constructor(side: Side, window: AbsenceWindow, evidence: Readonly<Record<Side, SideEvidence>>) {
    this.#side = side;
    this.#window = window;
    this.#evidence = evidence[side];
    this.#stamped = new StampedAbsence(side, window, evidence);
  }

  /** What proves this pair's lacking event on X absent, if anything does. */
  proof(pair: Pair): Proof | undefined {
    const { covered, isDoubted } = this.#evidence;
    if (isDoubted) return undefined;
    if (covered >= this.#countsFromOf(pair) + this.deadlineMs) return 'covered';
    if (this.#stamped.proven(pair)) return 'stamps';
    return this.isHeldBack(pair) ? 'stuck' : undefined;
  }

  /** Its wait is over, but what there is of X has not been read: a transaction holds it back. */
  isHeldBack(pair: Pair): boolean {
    const { covered, isDoubted, reach } = this.#evidence;
    const due = this.#countsFromOf(pair) + this.deadlineMs;
    return !isDoubted && covered < due && reach >= due;
  }

  /** Whether there may be proof for a lone event that arrived then: it is to be decided on. */
  isDue(arrived: number, notBefore: number): boolean {
    const { isDoubted, reach } = this.#evidence;
    return !isDoubted && reach >= this.countsFrom(arrived, notBefore) + this.deadlineMs;
  }

  /** What is stamped by then, and alone, is to be decided on; undefined where stamps prove nothing. */
  get stampedReach(): number | undefined {
    return this.#evidence.isDoubted ? undefined : this.#stamped.reach;
  }

  wait(pair: Pair): void {
    pair.token++;
    const from = this.#countsFromOf(pair);
    if (from === Number.POSITIVE_INFINITY) this.#unconsumed.push(pair, lastArrived(pair[other(this.#side)]));
    else this.#due.push(pair, from);
    this.#stamped.wait(pair);
  }

  /** A lone legacy pair whose input the candidate may not have consumed yet. */
  waitsForInput(pair: Pair): boolean {
    return pair.candidate.length === 0 && this.#countsFromOf(pair) === Number.POSITIVE_INFINITY;
  }

  /** The candidate has consumed everything that had arrived by `upTo`; noticed at `now`. */
  consumed(upTo: number, now: number): void {
    if (upTo <= (this.#steps.at(-1)?.upTo ?? Number.NEGATIVE_INFINITY)) return;
    if (this.#steps.length === STEPS) this.#steps = this.#steps.slice(STEPS / 2);
    this.#steps.push({ upTo, at: now });
    for (let pair = this.#unconsumed.take(upTo); pair !== undefined; pair = this.#unconsumed.take(upTo)) {
      this.wait(pair);
    }
  }

  /** The partner of an event read live took this long to come, by our own clock. */
  matched(lagMs: number): void {
    if (this.#side === 'candidate' && !this.#window.tracksConsumption) this.#lag.add(lagMs);
  }

  /** The same of an event that was there before us, by the timestamps. */
  matchedBehind(lagMs: number): void {
    this.#stamped.matched(lagMs);
  }

  /** The next pair whose wait is over. */
  take(): Pair | undefined {
    if (this.#evidence.isDoubted) return undefined;
    return this.#due.take(this.#evidence.reach - this.deadlineMs) ?? this.#stamped.take();
  }

  get #tracks(): boolean {
    return this.#side === 'candidate' && this.#window.tracksConsumption;
  }

  /** As long as an answer may take, as measured. */
  get deadlineMs(): number {
    return this.#window.deadlineMs + Math.min(this.#lag.ms, this.#window.maxOutageMs);
  }

  /** The wall time from which the deadline counts; infinite while the candidate has not read what it must answer. */
  countsFrom(arrived: number, notBefore: number): number {
    return Math.max(arrived, notBefore, this.#tracks ? this.#consumedAt(arrived) : arrived);
  }

  #countsFromOf(pair: Pair): number {
    return this.countsFrom(lastArrived(pair[other(this.#side)]), pair.notBefore);
  }

  /** When it was noticed that the candidate had consumed what had arrived by then. */
  #consumedAt(arrived: number): number {
    const steps = this.#steps;
    let low = 0;
    let high = steps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((steps[middle] as { upTo: number }).upTo < arrived) low = middle + 1;
      else high = middle;
    }
    return steps[low]?.at ?? Number.POSITIVE_INFINITY;
  }
}
