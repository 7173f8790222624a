// When both sides have answered: the pair is settled once each side has been quiet, in its own time, for `settle`.
// That needs no proof, because a later event opens the pair again and revises it.
import { SIDES, type Side } from '../outcome.ts';
import type { AgreedPairs, AgreedSide } from './agreed-pairs.ts';
import type { SideEvidence } from './evidence.ts';
import type { Pair, PairEvent } from './pair.ts';
import { WaitingHeap, WaitingQueue } from './waiting.ts';

export class Settling {
  readonly #settleMs: number;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #byArrival = { legacy: new WaitingQueue(), candidate: new WaitingQueue() };
  readonly #byTimestamp = { legacy: new WaitingHeap(), candidate: new WaitingHeap() };

  constructor(settleMs: number, evidence: Readonly<Record<Side, SideEvidence>>) {
    this.#settleMs = settleMs;
    this.#evidence = evidence;
  }

  quiet(pair: Pair, side: Side): boolean {
    const last = pair[side].at(-1) as PairEvent;
    const evidence = this.#evidence[side];
    return evidence.reach >= last.arrived + this.#settleMs || evidence.logTime >= last.timestamp + this.#settleMs;
  }

  /** Whether both sides of one that agreed have been quiet. */
  isSettled(agreed: AgreedPairs, entry: number): boolean {
    return this.#isQuiet(agreed.legacy, 'legacy', entry) && this.#isQuiet(agreed.candidate, 'candidate', entry);
  }

  #isQuiet(events: AgreedSide, side: Side, entry: number): boolean {
    const { reach, logTime } = this.#evidence[side];
    return reach >= events.arrived(entry) + this.#settleMs || logTime >= events.timestamp(entry) + this.#settleMs;
  }

  settled(pair: Pair): boolean {
    return this.quiet(pair, 'legacy') && this.quiet(pair, 'candidate');
  }

  /** Waits for one side that is not quiet; once it is, the other is asked. */
  wait(pair: Pair): void {
    const side: Side = this.quiet(pair, 'legacy') ? 'candidate' : 'legacy';
    const last = pair[side].at(-1) as PairEvent;
    pair.token++;
    this.#byArrival[side].push(pair, last.arrived);
    this.#byTimestamp[side].push(pair, last.timestamp);
  }

  /** The next pair whose awaited side has become quiet. */
  take(): Pair | undefined {
    for (const side of SIDES) {
      const { reach, logTime } = this.#evidence[side];
      const pair =
        this.#byTimestamp[side].take(logTime - this.#settleMs) ?? this.#byArrival[side].take(reach - this.#settleMs);
      if (pair !== undefined) return pair;
    }
    return undefined;
  }

  /** Every pair that waits here, quiet or not. */
  takeAll(): ReadonlySet<Pair> {
    const all = new Set<Pair>();
    for (const side of SIDES) {
      for (const queue of [this.#byTimestamp[side], this.#byArrival[side]]) {
        for (let pair = queue.take(Infinity); pair !== undefined; pair = queue.take(Infinity)) all.add(pair);
      }
    }
    return all;
  }
}
