// What gives way when memory runs short: first the wait for quiet, then one side's reading, then the payloads of what
// waits alone, at last the oldest pairs.
//
// A paused side's evidence stands still. So that nothing waits for it for ever: payloads shrink to stubs, and reading
// goes on, once the side that runs has nothing more to bring, or has moved on by a deadline in its own time without
// finding a single partner; reading changes over when the side that runs holds more; and what lacks an event of the
// paused side is given up when none of that helps.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Deciding } from './deciding.ts';
import type { SideEvidence } from './evidence.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Outages } from './outages.ts';
import { isHalf, other, type Pair } from './pair.ts';

export class Relief {
  readonly #deadlineMs: number;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #outages: Outages;
  readonly #deciding: Deciding;
  /** Given up, but held until the store has answered. */
  #leaving: Pair[] = [];
  /** The side that ran, its time, and the pairs joined, when it last found a partner or began to run alone. */
  #since: { readonly side: Side; readonly time: number; readonly joined: number } | undefined;

  constructor(
    deadlineMs: number,
    evidence: Readonly<Record<Side, SideEvidence>>,
    pairs: OpenPairs,
    outages: Outages,
    deciding: Deciding,
  ) {
    this.#deadlineMs = deadlineMs;
    this.#evidence = evidence;
    this.#pairs = pairs;
    this.#outages = outages;
    this.#deciding = deciding;
  }

  relieve(now: number): void {
    const { pressure } = this.#pairs;
    this.#deciding.dueUnderPressure(now);
    if (pressure.isHigh) pressure.pause();
    if (pressure.paused === undefined) {
      this.#since = undefined;
      return;
    }
    const { paused } = pressure;
    const isStuck = this.#evidence[other(paused)].isCaughtUp;
    if (pressure.isHigh && (isStuck || pressure.isFull || this.#isBarren(other(paused)))) {
      this.#pairs.shrinkLone(paused);
      if (!pressure.isTight) return;
    }
    const isLost = pressure.isFull || (isStuck && pressure.isHigh);
    if (isLost) this.#giveUp(now, pressure.isFull ? undefined : paused);
    // Rows of which half is unread hold the memory: only reading helps, a little at a time, for it is high again at once.
    // What rests of the paused side goes by itself, once the other answers or is proven not to.
    const isHeld = this.#leaving.length > 0 || this.#pairs.lone.size > 0;
    if (isStuck && !(isLost && isHeld)) pressure.resume();
  }

  /** The side that runs has moved on by a deadline, in its own time, and found no partner for what waits. */
  #isBarren(running: Side): boolean {
    const time = this.#evidence[running].logTime;
    const { joined } = this.#pairs;
    const { side, joined: before, time: from } = this.#since ?? {};
    // A side of which nothing was read yet has no time.
    if (this.#since === undefined || side !== running || before !== joined || from === Number.NEGATIVE_INFINITY) {
      this.#since = { side: running, time, joined };
      return false;
    }
    return time - this.#since.time >= this.#deadlineMs;
  }

  /** The oldest; only what lacks an event of `lacking`, if given. What rests is older than what was looked at again. */
  #giveUp(now: number, lacking: Side | undefined): void {
    this.#leaving = this.#leaving.filter(({ givenUp, stage }) => givenUp && stage !== 'closed');
    const { pressure, lone } = this.#pairs;
    let excess = pressure.excess;
    for (const pair of this.#leaving) excess -= bytesOf(pair);
    for (let entry = this.#oldest(lacking); entry >= 0; entry = this.#oldest(lacking)) {
      if (excess < 0 || !this.#deciding.hasRoom) return;
      excess -= lone.bytesOf(entry);
      const pair = this.#pairs.wake(entry);
      this.#pairs.keepLent();
      this.#letGo(pair, now);
    }
    for (const pair of this.#pairs.awake()) {
      if (excess < 0 || !this.#deciding.hasRoom) return;
      if ((pair.stage !== 'waiting' && pair.stage !== 'parked') || !(lacking === undefined || lacks(pair, lacking))) {
        continue;
      }
      // Half a row is not judged: what is lacking of it must be read.
      if (isHalf(pair)) continue;
      if (pair.stage === 'parked') this.#outages.unpark(pair);
      excess -= bytesOf(pair);
      this.#letGo(pair, now);
    }
  }

  #letGo(pair: Pair, now: number): void {
    pair.givenUp = true;
    pair.stage = 'waiting';
    this.#deciding.decide(pair, now);
    this.#leaving.push(pair);
  }

  #oldest(lacking: Side | undefined): number {
    const { lone } = this.#pairs;
    if (lacking !== undefined) return lone.first(other(lacking), false);
    let oldest = -1;
    for (const side of SIDES) {
      for (const parked of [true, false]) {
        const entry = lone.first(side, parked);
        if (entry >= 0 && (oldest < 0 || lone.arrivedAt(entry) < lone.arrivedAt(oldest))) oldest = entry;
      }
    }
    return oldest;
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
