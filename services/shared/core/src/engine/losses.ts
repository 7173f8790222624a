// Events that will never be read: expired by retention, compacted away, taken back by an aborted transaction, or lost by a
// log that ends before where it had reached.
//
// Where the offset is known to have held an event (it was open, or retention overtook reading), the event ends as `lost`.
// In every case its id is unknown, so what the other side published meanwhile may be its answer: see taint.ts. A log is
// compacted by key, which need not be the id, so of what a compacted log skips nothing is known, not even how many events
// it was: it taints, and is not counted, except for events that another process's row names.
import { SIDES, type Side } from '../outcome.ts';
import type { Accounts } from './accounts.ts';
import type { JoinConfig, SideCut } from './config.ts';
import type { Deciding } from './deciding.ts';
import type { SideEvidence } from './evidence.ts';
import type { OffsetRun, OffsetRuns } from './offset-runs.ts';
import type { OpenPairs } from './open-pairs.ts';
import { isHalf, type Pair } from './pair.ts';
import type { Taints } from './taint.ts';

export class Losses {
  readonly #config: JoinConfig;
  readonly #accounts: Accounts;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #deciding: Deciding;
  readonly #taints: Taints;
  /** What was skipped, while it is unknown why. */
  readonly #skipped: Record<Side, OffsetRun[]> = { legacy: [], candidate: [] };

  constructor(
    config: JoinConfig,
    accounts: Accounts,
    evidence: Readonly<Record<Side, SideEvidence>>,
    pairs: OpenPairs,
    deciding: Deciding,
    taints: Taints,
  ) {
    this.#config = config;
    this.#accounts = accounts;
    this.#evidence = evidence;
    this.#pairs = pairs;
    this.#deciding = deciding;
    this.#taints = taints;
  }

  /**
   * The log is about to skip offsets. Until {@link begins} is told where the log begins now, nothing of this side is called
   * absent.
   */
  doubt(side: Side): void {
    this.#evidence[side].isDoubted = true;
  }

  isDoubted(side: Side): boolean {
    return this.#evidence[side].isDoubted;
  }

  /** The log of this side begins here now: what was skipped or not read before is lost. Returns how many events. */
  begins(side: Side, start: number, now: number): number {
    const evidence = this.#evidence[side];
    const skipped = this.#skipped[side];
    this.#skipped[side] = [];
    evidence.isDoubted = false;
    let lost = 0;
    for (const [from, length] of skipped) {
      lost += this.#accounts.loseUnread(side, from, Math.min(from + length, start));
    }
    if (evidence.cursor < start) lost += this.#accounts.lose(side, evidence.cursor, start);
    evidence.advance(start);
    if (lost > 0) this.#taints.strike(side, 'evidence-lost', now);
    if (lost > 0 || (skipped.length > 0 && this.#isCompacted(side))) this.#free(side, evidence.cursor, now);
    return lost;
  }

  /**
   * The log of this side ends here now. Where it was known to reach further, it has lost records that were never read (an
   * unclean leader election): they are counted, and what they may have answered is inconclusive. Returns how many.
   */
  ends(side: Side, end: number, now: number): number {
    const lost = this.#evidence[side].reaches(end);
    if (lost > 0) this.lostBefore(side, lost, now);
    for (const pair of this.#pairs.halves.beyond(side, end))
      this.#giveUp(pair, [side], (_, offset) => offset >= end, now);
    return lost;
  }

  /** Between the cursor and `next` nothing will come. */
  skip(side: Side, next: number, now: number): void {
    const { cursor, isDoubted } = this.#evidence[side];
    const account = this.#accounts[side];
    const lost = cursor < account.resumedAt ? this.#accounts.loseOpen(side, cursor, next) : 0;
    // What was resumed from is accounted for, but for the open events among it.
    const from = Math.max(cursor, account.resumedAt);
    if (isDoubted && from < next) this.#remember(side, from, next);
    const isCompacted = this.#isCompacted(side) && next > account.resumedAt;
    if (lost === 0 && !isCompacted) return;
    this.#taints.strike(side, 'evidence-lost', now);
    this.#free(side, isDoubted ? cursor : next, now);
  }

  /**
   * Where a row holds an event, and another record stands in its place, or none, the log has lost it since it was judged,
   * and may have lost more of its side: nobody knows how many. What else the row holds ends as the row says.
   */
  replaced(now: number): void {
    const { legacy, candidate } = this.#evidence;
    const passed = this.#pairs.halves.passed(legacy.cursor, candidate.cursor);
    // What was skipped is known to be gone once the log was asked where it begins.
    const isGone = (side: Side, offset: number) => {
      return offset < this.#evidence[side].cursor && !this.#evidence[side].isDoubted;
    };
    for (const pair of passed) this.#giveUp(pair, SIDES, isGone, now);
  }

  /** Waits no more for the events that a row holds and that are gone. */
  #giveUp(pair: Pair, sides: readonly Side[], isGone: (side: Side, offset: number) => boolean, now: number): void {
    for (const side of sides) {
      const { base } = pair;
      const gone = new Set<number>();
      for (const { unmet, offset } of pair[side]) if (unmet && isGone(side, offset)) gone.add(offset);
      if (gone.size === 0 || base === undefined) continue;
      const left = pair[side].filter(({ offset }) => !gone.has(offset));
      pair[side].splice(0, pair[side].length, ...left);
      pair.base = { ...base, [side]: base[side].filter(({ offset }) => !gone.has(offset)) };
      this.lostBefore(side, 0, now);
    }
    const { base } = pair;
    if (isHalf(pair) || base === undefined) return;
    if (SIDES.every((side) => pair[side].length === 0)) this.#pairs.drop(pair);
    else if (SIDES.every((side) => pair[side].length === base[side].length)) this.#deciding.endAsStored(pair, base);
    else this.#deciding.decide(pair, now);
  }

  /** What an earlier process skipped without an answer; resolved by {@link begins}. */
  restore(side: Side, skipped: OffsetRuns): void {
    this.#skipped[side].push(...skipped);
    if (skipped.length > 0) this.doubt(side);
  }

  /** Events were written and taken back: what they would have answered is not missing. */
  aborted(side: Side, now: number): void {
    this.#taints.strike(side, 'transaction-aborted', now);
  }

  /** Events that were lost before they came into this log, where it says so; of `events` 0 nobody knows how many. */
  lostBefore(side: Side, events: number, now: number): void {
    this.#accounts[side].ledger.add('lost', events);
    this.#taints.strike(side, 'evidence-lost', now);
  }

  cut(side: Side): Pick<SideCut, 'losses'> {
    const { lost } = this.#accounts[side];
    const taints = this.#taints.states(side);
    const skipped = [...this.#skipped[side]];
    const isWhole = lost.length === 0 && skipped.length === 0 && Object.keys(taints).length === 0;
    return isWhole ? {} : { losses: { lost, taints, skipped } };
  }

  /** Skips come in offset order; neighbours are one run, or a cut could not be read back. */
  #remember(side: Side, from: number, to: number): void {
    const skipped = this.#skipped[side];
    const [first, length] = skipped.at(-1) ?? [Number.NEGATIVE_INFINITY, 0];
    if (first + length === from) skipped[skipped.length - 1] = [first, to - first];
    else skipped.push([from, to - from]);
  }

  #isCompacted(side: Side): boolean {
    return this.#config.compacted?.[side] === true;
  }

  /**
   * What waits to read a lost event again waits no more. Nor what waits for one below `passed`, which a compacted log has
   * skipped: that there was an event is known from the row that holds it.
   */
  #free(side: Side, passed: number, now: number): void {
    for (const pair of [...this.#pairs.awake()]) {
      if (pair.base === undefined) continue;
      let isFreed = false;
      for (const event of pair[side]) {
        if (!event.unmet) continue;
        if (!this.#accounts.isLost(side, event.offset)) {
          if (event.offset >= passed || !this.#isCompacted(side)) continue;
          this.#accounts.loseUnread(side, event.offset, event.offset + 1);
        }
        event.unmet = false;
        isFreed = true;
      }
      if (isFreed && SIDES.every((each) => pair[each].every(({ unmet }) => !unmet))) this.#deciding.decide(pair, now);
    }
  }
}
