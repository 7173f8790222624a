// Lone pairs that may not be called missing now: they are parked until the outage ends, or for good reason never.
import { SIDES, type Side } from '../outcome.ts';
import type { OutageRow } from '../rows.ts';
import type { JoinConfig, SideCut } from './config.ts';
import type { LoneEvents } from './lone-events.ts';
import { OutageWatch } from './outage.ts';
import { other, type Pair, type PairEvent } from './pair.ts';

export class Outages {
  readonly #config: JoinConfig;
  /** By the side that delivers; what may be out is the other. */
  readonly #watch: Readonly<Record<Side, OutageWatch>>;
  /** By the side that is lacking. */
  readonly #parked: Readonly<Record<Side, Set<Pair>>> = { legacy: new Set(), candidate: new Set() };
  /** Those of them that rest, by the side that is there. */
  readonly #lone: LoneEvents;
  readonly #since: number;
  /** When the sides were first seen to answer each other: what waited for that gets a new deadline from then. */
  #joinedAt: number | undefined;
  #rows: OutageRow[] = [];

  constructor(config: JoinConfig, lone: LoneEvents, now: number) {
    this.#config = config;
    this.#lone = lone;
    this.#since = now;
    if (config.joins.seen) this.#joinedAt = Number.NEGATIVE_INFINITY;
    this.#watch = { legacy: new OutageWatch(config, now), candidate: new OutageWatch(config, now) };
  }

  restore(side: Side, outage: SideCut['outage']): void {
    if (outage !== undefined) this.#watch[other(side)].restore(outage.began, outage.events);
  }

  state(side: Side): SideCut['outage'] {
    const { began } = this.#watch[other(side)];
    return began === undefined ? undefined : { began, events: this.#waiting(side) };
  }

  delivered(side: Side, timestamp: number, now: number): void {
    this.#watch[side].delivered(timestamp, now);
  }

  /** Both sides of a pair have been seen, with these timestamps. */
  matched(times: Readonly<Record<Side, number>>, lagMs: number, now: number): void {
    for (const side of SIDES) {
      const watch = this.#watch[side];
      const { began } = watch;
      if (!watch.matched(times[side], Math.abs(lagMs), now)) continue;
      this.#report(other(side), began as number, now);
    }
  }

  /** Whether `lacking` is out, or was never seen to answer, so that its absence proves nothing. Returns why. */
  protects(pair: Pair, lacking: Side, now: number): 'outage' | 'no-joins' | undefined {
    if (this.#isWithheld(now)) {
      return now - this.#since < this.#config.maxOutageMs ? 'no-joins' : undefined;
    }
    const watch = this.#watch[other(lacking)];
    const { began } = watch;
    const last = pair[other(lacking)].at(-1) as PairEvent;
    if (!watch.protects(last.behind, now)) return undefined;
    if (began === undefined) this.#report(lacking, watch.began as number, null);
    return 'outage';
  }

  /** Whether an outage may explain that nothing of `lacking` was found for an event of this timestamp, read as far as `logTime`. */
  mayExplain(timestamp: number, lacking: Side, logTime: number): boolean {
    if (!this.#config.joins.seen) return true;
    return this.#watch[other(lacking)].mayHaveBeenOut(timestamp, logTime);
  }

  /** The sides have not been seen to answer each other, or for less than a deadline: how long answers take is not known. */
  #isWithheld(now: number): boolean {
    const { joins, deadlineMs } = this.#config;
    if (!joins.seen) return true;
    this.#joinedAt ??= now;
    return now - this.#joinedAt < deadlineMs;
  }

  park(pair: Pair, lacking: Side): void {
    pair.stage = 'parked';
    this.#parked[lacking].add(pair);
    this.parkedMore(lacking);
  }

  /** One more waits for `lacking` to be back. */
  parkedMore(lacking: Side): void {
    const watch = this.#watch[other(lacking)];
    watch.waiting = Math.max(watch.waiting, this.#waiting(lacking));
  }

  unpark(pair: Pair): void {
    for (const side of SIDES) this.#parked[side].delete(pair);
  }

  #waiting(lacking: Side): number {
    return this.#parked[lacking].size + this.#lone.count(other(lacking), true);
  }

  /** The pairs whose protection has ended; what rests waits again. */
  released(now: number): readonly Pair[] {
    const free: Pair[] = [];
    const isWithheld = this.#isWithheld(now);
    for (const side of SIDES) {
      if (this.#waiting(side) === 0) continue;
      const watch = this.#watch[other(side)];
      const began = watch.began ?? (isWithheld ? this.#since : undefined);
      if (began !== undefined && now - began < this.#config.maxOutageMs) continue;
      // What waited through an outage gets a new deadline from its end: the side may be catching up out of order.
      const notBefore = Math.max(watch.ended, this.#joinedAt ?? Number.NEGATIVE_INFINITY);
      for (const pair of this.#parked[side]) {
        pair.stage = 'waiting';
        pair.notBefore = Math.max(pair.notBefore, notBefore);
        free.push(pair);
      }
      this.#parked[side].clear();
      this.#lone.release(other(side), notBefore);
    }
    return free;
  }

  drain(): OutageRow[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  #report(side: Side, began: number, ended: number | null): void {
    const { experiment, run, output, partition } = this.#config;
    const { waiting } = this.#watch[other(side)];
    this.#rows.push({ experiment, run, output, partition, side, began, ended, events: waiting });
    if (ended !== null) this.#watch[other(side)].waiting = 0;
  }
}
