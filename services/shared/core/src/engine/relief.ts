// What gives way when memory runs short: first the wait for quiet, then one side's reading, at last the oldest pairs.
//
// A paused side's evidence stands still. So that nothing waits for it for ever: reading changes over to it when the
// side that runs holds more, or has nothing more to bring; and what lacks an event of the paused side is given up when
// neither helps.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Deciding } from './deciding.ts';
import type { SideEvidence } from './evidence.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Outages } from './outages.ts';
import { other, type Pair } from './pair.ts';

export class Relief {
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #outages: Outages;
  readonly #deciding: Deciding;
  /** Given up, but held until the store has answered. */
  #leaving: Pair[] = [];

  constructor(evidence: Readonly<Record<Side, SideEvidence>>, pairs: OpenPairs, outages: Outages, deciding: Deciding) {
    this.#evidence = evidence;
    this.#pairs = pairs;
    this.#outages = outages;
    this.#deciding = deciding;
  }

  relieve(now: number): void {
    const { pressure } = this.#pairs;
    this.#deciding.dueUnderPressure(now);
    if (pressure.isHigh) pressure.pause();
    const { paused } = pressure;
    if (paused === undefined) return;
    const isStuck = this.#evidence[other(paused)].isCaughtUp;
    if (pressure.isFull) this.#giveUp(now, () => true);
    else if (isStuck && pressure.isHigh) this.#giveUp(now, (pair) => lacks(pair, paused));
    else if (isStuck) pressure.resume();
  }

  #giveUp(now: number, mayGo: (pair: Pair) => boolean): void {
    this.#leaving = this.#leaving.filter(({ givenUp, stage }) => givenUp && stage !== 'closed');
    let excess = this.#pairs.pressure.excess;
    for (const pair of this.#leaving) excess -= bytesOf(pair);
    for (const pair of this.#pairs.all()) {
      if (excess < 0) return;
      if ((pair.stage !== 'waiting' && pair.stage !== 'parked') || !mayGo(pair)) continue;
      if (pair.stage === 'parked') this.#outages.unpark(pair);
      excess -= bytesOf(pair);
      pair.givenUp = true;
      pair.stage = 'waiting';
      this.#deciding.decide(pair, now);
      this.#leaving.push(pair);
    }
  }
}

function lacks(pair: Pair, side: Side): boolean {
  return pair.stage === 'waiting' && pair[side].length < pair[other(side)].length;
}

function bytesOf(pair: Pair): number {
  let bytes = 0;
  for (const side of SIDES) for (const event of pair[side]) bytes += event.bytes;
  return bytes;
}
