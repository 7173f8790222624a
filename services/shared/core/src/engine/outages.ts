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
  #rows: OutageRow[] = [];

  constructor(config: JoinConfig, lone: LoneEvents, now: number) {
    this.#config = config;
    this.#lone = lone;
    this.#since = now;
    this.#watch = { legacy: new OutageWatch(config, now), candidate: new OutageWatch(config, now) };
  }

  restore(side: Side, outage: SideCut['outage']): void {
    if (outage !== undefined) this.#watch[other(side)].restore(outage.began, outage.events);
  }

  state(side: Side): SideCut['outage'] {
    const { began } = this.#watch[other(side)];
    return began === undefined ? undefined : { began, events: this.#waiting(side) };
  }

  delivered(side: Side, timestamp: number): void {
    this.#watch[side].delivered(timestamp);
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
    if (!this.#config.joins.seen) {
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
    for (const side of SIDES) {
      if (this.#waiting(side) === 0) continue;
      const watch = this.#watch[other(side)];
      const began = watch.began ?? (this.#config.joins.seen ? undefined : this.#since);
      if (began !== undefined && now - began < this.#config.maxOutageMs) continue;
      for (const pair of this.#parked[side]) {
        pair.stage = 'waiting';
        // What waited through an outage gets a new deadline from its end: the side may be catching up out of order.
        pair.notBefore = Math.max(pair.notBefore, watch.ended);
        free.push(pair);
      }
      this.#parked[side].clear();
      this.#lone.release(other(side), watch.ended);
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
