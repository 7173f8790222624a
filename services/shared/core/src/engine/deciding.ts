// What becomes of an open pair now: judged, or what it waits for.

import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import { Absence } from './absence.ts';
import type { Beginning } from './beginning.ts';
import type { Fetch, JoinConfig } from './config.ts';
import { copyContent, partsOf } from './content.ts';
import { digestContent } from './digest.ts';
import type { SideEvidence } from './evidence.ts';
import { agreed } from './judgement.ts';
import type { Judging } from './judging.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Outages } from './outages.ts';
import { isAhead, isLone, type Pair, type PairEvent } from './pair.ts';
import { Settling } from './settling.ts';

export class Deciding {
  readonly #config: JoinConfig;
  readonly #pairs: OpenPairs;
  readonly #outages: Outages;
  readonly #beginning: Beginning;
  readonly #judging: Judging;
  readonly #settling: Settling;
  readonly #absence: Readonly<Record<Side, Absence>>;
  readonly #complete: Record<Side, boolean> = { legacy: false, candidate: false };
  #asks: Pair[] = [];
  #fetches: Fetch[] = [];

  constructor(
    config: JoinConfig,
    evidence: Readonly<Record<Side, SideEvidence>>,
    pairs: OpenPairs,
    outages: Outages,
    beginning: Beginning,
    judging: Judging,
  ) {
    this.#config = config;
    this.#pairs = pairs;
    this.#outages = outages;
    this.#beginning = beginning;
    this.#judging = judging;
    this.#settling = new Settling(config.settleMs, evidence);
    const absence = (side: Side) => new Absence(side, config, evidence[side]);
    this.#absence = { legacy: absence('legacy'), candidate: absence('candidate') };
  }

  consumed(upTo: number, now: number): void {
    this.#absence.candidate.consumed(upTo, now);
  }

  waitsForInput(pair: Pair): boolean {
    return this.#absence.candidate.waitsForInput(pair);
  }

  /** Both sides of a pair have been seen. */
  matched(pair: Pair, now: number): void {
    this.#config.joins.seen = true;
    const legacy = pair.legacy[0] as PairEvent;
    const candidate = pair.candidate[0] as PairEvent;
    const isLive = !legacy.behind && !candidate.behind;
    const recorded = this.#config.sharesTime ? candidate.timestamp - legacy.timestamp : 0;
    const lag = isLive ? candidate.arrived - legacy.arrived : recorded;
    if (isLive) this.#absence.candidate.matched(lag);
    this.#outages.matched(pair, lag, now);
  }

  /** All there is of this side has been read. Once both sides are complete nothing waits any more. */
  complete(side: Side, now: number): void {
    this.#complete[side] = true;
    if (!this.#isComplete) return;
    for (const pair of [...this.#pairs.all()]) {
      if (pair.stage === 'parked') {
        this.#outages.unpark(pair);
        pair.stage = 'waiting';
      }
      if (pair.stage === 'waiting') this.decide(pair, now);
    }
  }

  /** Decides everything whose wait is over. */
  due(now: number): void {
    for (const pair of this.#outages.released(now)) this.decide(pair, now);
    for (let pair = this.#settling.take(); pair !== undefined; pair = this.#settling.take()) this.decide(pair, now);
    for (const side of SIDES) {
      const absence = this.#absence[side];
      for (let pair = absence.take(); pair !== undefined; pair = absence.take()) this.decide(pair, now);
    }
  }

  /** Judges what only waits for both sides to be quiet: under pressure it may. */
  dueUnderPressure(now: number): void {
    for (const pair of this.#settling.takeAll()) this.decide(pair, now);
  }

  decide(pair: Pair, now: number): void {
    // Half a row is never judged: the rest of its events is open and will be read again.
    if (pair.base !== undefined && SIDES.some((side) => pair[side].some((event) => event.unmet))) return;
    const legacy = pair.legacy.length;
    const candidate = pair.candidate.length;
    const isWhole = legacy > 0 && candidate > 0 && (legacy === candidate || this.#config.counts === 'ignore');
    if (isWhole) {
      if (!this.#isSettled(pair)) {
        this.#settling.wait(pair);
        return;
      }
    } else {
      const lacking: Side = legacy > candidate ? 'candidate' : 'legacy';
      if (!this.#isComplete && !pair.givenUp && !this.#isAbsent(pair, lacking, now)) return;
      pair.mustAsk = true;
    }
    if (pair.mustAsk && !pair.asked && pair.base === undefined) {
      pair.stage = 'asking';
      this.#asks.push(pair);
      return;
    }
    if (this.#needsFetch(pair)) {
      pair.stage = 'fetching';
      return;
    }
    if (this.#beginning.precedes(pair)) this.#judging.endBeforeStart(pair);
    else this.#judging.close(pair, isWhole, now);
  }

  show(pair: Pair, reason: string, now: number): void {
    this.#judging.show(pair, reason, now);
  }

  takeLookups(limit: number): readonly string[] {
    if (this.#asks.length === 0) return [];
    return this.#asks.splice(0, limit).map((pair) => pair.id);
  }

  takeFetches(): readonly Fetch[] {
    const fetches = this.#fetches;
    this.#fetches = [];
    return fetches;
  }

  supply(fetch: Fetch, record: LogRecord | undefined, now: number): void {
    const pair = this.#pairs.find(fetch.id);
    const event = pair?.[fetch.side].find(({ offset }) => offset === fetch.offset);
    if (pair === undefined || event === undefined || event.content !== undefined) return;
    const content = record === undefined ? null : copyContent(partsOf(record, this.#config));
    event.content = content === null || digestContent(content) !== event.digest ? null : content;
    if (pair.stage !== 'fetching') return;
    if (SIDES.every((side) => pair[side].every((one) => one.content !== undefined))) {
      pair.stage = 'waiting';
      this.decide(pair, now);
    }
  }

  get #isComplete(): boolean {
    return this.#complete.legacy && this.#complete.candidate;
  }

  #isSettled(pair: Pair): boolean {
    if (this.#isComplete || this.#pairs.pressure.isTight) return true;
    if (this.#config.pick === 'first' && this.#config.counts === 'ignore') return true;
    return this.#settling.settled(pair);
  }

  /** Whether the lacking side's absence is proven and means something; otherwise the pair is left waiting. */
  #isAbsent(pair: Pair, lacking: Side, now: number): boolean {
    if (!this.#absence[lacking].proven(pair)) {
      this.#absence[lacking].wait(pair);
      return false;
    }
    // Answered before the beginning, if at all: no outage of today has to do with it.
    if (this.#beginning.precedes(pair)) return true;
    const why = this.#outages.protects(pair, lacking, now);
    if (why === undefined) return true;
    this.#outages.park(pair, lacking);
    this.#judging.show(pair, why, now);
    return false;
  }

  /** Asks for the payloads that were let go, where judging needs them. */
  #needsFetch(pair: Pair): boolean {
    if (!isAhead(pair) && (isLone(pair) || agreed(pair.legacy, pair.candidate) !== undefined)) return false;
    let lacking = false;
    for (const side of SIDES) {
      for (const event of pair[side]) {
        if (event.content !== undefined) continue;
        lacking = true;
        this.#fetches.push({ id: pair.id, side, offset: event.offset });
      }
    }
    return lacking;
  }
}
