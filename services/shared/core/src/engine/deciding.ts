// What becomes of an open pair now: judged, or what it waits for.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import { Absence, type Proof } from './absence.ts';
import { AgreedDue } from './agreed-due.ts';
import type { Beginning } from './beginning.ts';
import type { Fetch, JoinConfig } from './config.ts';
import type { SideEvidence } from './evidence.ts';
import { Fetching } from './fetching.ts';
import { HOT_ID } from './hot-ids.ts';
import { OPEN_TRANSACTION } from './judgement.ts';
import type { Judging } from './judging.ts';
import { LoneDue } from './lone-due.ts';
import type { OpenPairs } from './open-pairs.ts';
import type { Outages } from './outages.ts';
import { isHalf, other, type Pair, type PairEvent, type Tombstone } from './pair.ts';
import { Settling } from './settling.ts';
import { splitId } from './split-id.ts';
import type { Taints } from './taint.ts';
import { Unsettled } from './unsettled.ts';

/** Questions to the store that may wait, and lone events decided on in one go. */
const AT_ONCE = 10_000;

type FirstEvent = Pick<PairEvent, 'timestamp' | 'arrived' | 'behind'>;

export class Deciding {
  readonly #config: JoinConfig;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #outages: Outages;
  readonly #beginning: Beginning;
  readonly #judging: Judging;
  readonly #taints: Taints;
  readonly #settling: Settling;
  readonly #agreedDue: AgreedDue;
  readonly #unsettled: Unsettled;
  readonly #absence: Readonly<Record<Side, Absence>>;
  readonly #loneDue: LoneDue;
  readonly #fetching: Fetching;
  readonly #complete: Record<Side, boolean> = { legacy: false, candidate: false };
  #asks: Pair[] = [];

  constructor(
    config: JoinConfig,
    evidence: Readonly<Record<Side, SideEvidence>>,
    pairs: OpenPairs,
    outages: Outages,
    beginning: Beginning,
    judging: Judging,
    taints: Taints,
  ) {
    this.#config = config;
    this.#evidence = evidence;
    this.#pairs = pairs;
    this.#outages = outages;
    this.#beginning = beginning;
    this.#judging = judging;
    this.#taints = taints;
    this.#settling = new Settling(config.settleMs, evidence);
    this.#agreedDue = new AgreedDue(pairs, this.#settling, judging);
    this.#unsettled = new Unsettled(config.deadlineMs);
    const absence = (side: Side) => new Absence(side, config, evidence);
    this.#absence = { legacy: absence('legacy'), candidate: absence('candidate') };
    this.#fetching = new Fetching(config, pairs);
    this.#loneDue = new LoneDue(pairs.lone, evidence, outages, this.#absence);
  }

  consumed(upTo: number, now: number): void {
    this.#absence.candidate.consumed(upTo, now);
    this.#taints.consumed(upTo, now);
  }

  /** How long candidate's answers may take, as measured. */
  get answersWithinMs(): number {
    return this.#absence.candidate.deadlineMs;
  }

  waitsForInput(pair: Pair): boolean {
    return this.#absence.candidate.waitsForInput(pair);
  }

  /** Both sides of an id have been seen: its first events. */
  matched(legacy: FirstEvent, candidate: FirstEvent, now: number): void {
    this.#config.joins.seen = true;
    const isLive = !legacy.behind && !candidate.behind;
    const recorded = this.#config.sharesTime ? candidate.timestamp - legacy.timestamp : 0;
    const lag = isLive ? candidate.arrived - legacy.arrived : recorded;
    if (isLive) this.#absence.candidate.matched(lag);
    else for (const side of SIDES) this.#absence[side].matchedBehind(side === 'candidate' ? recorded : -recorded);
    this.#outages.matched({ legacy: legacy.timestamp, candidate: candidate.timestamp }, lag, now);
  }

  /** All there is of this side has been read. Once both sides are complete nothing waits any more. */
  complete(side: Side, now: number): void {
    this.#complete[side] = true;
    if (!this.#isComplete) return;
    this.#agreedDue.judgeAll(now);
    for (const side of SIDES) this.#pairs.lone.release(side, Number.NEGATIVE_INFINITY);
    for (const pair of [...this.#pairs.awake()]) {
      if (pair.stage === 'parked') {
        this.#outages.unpark(pair);
        pair.stage = 'waiting';
      }
      if (pair.stage === 'waiting') this.decide(pair, now);
    }
  }

  /** Decides everything whose wait is over. */
  due(now: number): void {
    this.#taints.look();
    for (const pair of this.#outages.released(now)) this.decide(pair, now);
    if (this.#settlesAtOnce) this.#agreedDue.judgeAll(now);
    else this.#agreedDue.judge(now, (pair) => this.decide(pair, now));
    for (let pair = this.#settling.take(); pair !== undefined; pair = this.#settling.take()) this.decide(pair, now);
    for (const side of SIDES) {
      const absence = this.#absence[side];
      for (let pair = absence.take(); pair !== undefined; pair = absence.take()) this.decide(pair, now);
    }
    this.#dueLone(now);
    const unsettled = this.#unsettled;
    for (let pair = unsettled.take(now); pair !== undefined; pair = unsettled.take(now)) {
      this.#judging.showDifferences(pair, now);
    }
  }

  /** Much may fall due at once, when an outage ends: what is asked for is bounded, the rest waits where it is. */
  #dueLone(now: number): void {
    for (let turns = 0; turns < AT_ONCE && this.hasRoom; turns++) {
      const entry = this.#loneDue.next(this.#isComplete);
      if (entry < 0) return;
      const pair = this.#pairs.wake(entry);
      this.#pairs.keepLent();
      this.decide(pair, now);
    }
  }

  /** Not too much is being asked already. */
  get hasRoom(): boolean {
    return this.#asks.length < AT_ONCE;
  }

  /** What a resting event waits for will not come before the candidate has read its input. */
  restsForInput(entry: number): boolean {
    return this.#loneDue.waitsForInput(entry);
  }

  /** What agreed waits on as pairs. */
  wakeAgreed(now: number): void {
    for (const pair of this.#agreedDue.wakeAll()) this.decide(pair, now);
  }

  /** Judges what only waits for both sides to be quiet: under pressure it may. */
  dueUnderPressure(now: number): void {
    this.#agreedDue.judgeAll(now);
    for (const pair of this.#settling.takeAll()) this.decide(pair, now);
  }

  /** One event more of this pair has been read. */
  grown(pair: Pair, now: number): void {
    this.decide(pair, now);
    if (pair.stage === 'waiting' && this.#isWhole(pair)) this.#unsettled.watch(pair, now);
  }

  decide(pair: Pair, now: number): void {
    // Half a row is never judged: the rest of its events is open and will be read again.
    if (isHalf(pair)) return;
    const isWhole = this.#isWhole(pair);
    if (pair.hot) pair.mustAsk = true;
    else if (isWhole) {
      if (!this.#isSettled(pair)) {
        this.#settling.wait(pair);
        return;
      }
    } else {
      const lacking = lackingSide(pair);
      if (!this.#isComplete && !pair.givenUp && !this.#isAbsent(pair, lacking, now)) return;
      pair.mustAsk = true;
    }
    if (pair.mustAsk && !pair.asked && pair.base === undefined) {
      pair.stage = 'asking';
      this.#asks.push(pair);
      return;
    }
    if (!pair.hot && this.#fetching.ask(pair)) {
      pair.stage = 'fetching';
      return;
    }
    if (this.#beginning.precedes(pair)) this.#judging.endBeforeStart(pair);
    else if (pair.hot) this.#judging.close(pair, HOT_ID, now);
    else this.#judging.close(pair, isWhole ? undefined : this.#unproven(pair), now);
  }

  endAsStored(pair: Pair, base: Tombstone): void {
    this.#judging.endAsStored(pair, base);
  }

  /** Why what is lacking, though it did not come, cannot be called absent. */
  #unproven(pair: Pair): string | undefined {
    const givenUp = this.#judging.givenUp(pair);
    if (givenUp !== undefined) return givenUp;
    const lacking = lackingSide(pair);
    const unanswered = pair[other(lacking)][pair[lacking].length] as PairEvent;
    const taint = this.#taints.explains(lacking, unanswered.offset);
    if (taint !== undefined) return taint;
    return !this.#isComplete && this.#proof(pair, lacking) === 'stuck' ? OPEN_TRANSACTION : undefined;
  }

  show(pair: Pair, reason: string, now: number): void {
    this.#judging.show(pair, reason, now);
  }

  takeLookups(limit: number): readonly string[] {
    if (this.#asks.length === 0) return [];
    return this.#asks.splice(0, limit).map((pair) => pair.id);
  }

  takeFetches(): readonly Fetch[] {
    return this.#fetching.take();
  }

  supply(fetch: Fetch, record: LogRecord | undefined, now: number): void {
    const pair = this.#fetching.supply(fetch, record);
    if (pair === undefined) return;
    pair.stage = 'waiting';
    this.decide(pair, now);
  }

  /** What was let go while it waited alone is read again as soon as its partner is here. */
  fetch(pair: Pair): void {
    this.#fetching.ask(pair);
  }

  /** Both sides are there, with as many events as they need. */
  #isWhole({ legacy, candidate }: Pair): boolean {
    if (legacy.length === 0 || candidate.length === 0) return false;
    return legacy.length === candidate.length || this.#config.counts === 'ignore';
  }

  get #isComplete(): boolean {
    return this.#complete.legacy && this.#complete.candidate;
  }

  #isSettled(pair: Pair): boolean {
    return this.#settlesAtOnce || this.#settling.settled(pair);
  }

  /** Nothing more can come, or would change anything, or memory is short. */
  get #settlesAtOnce(): boolean {
    if (this.#isComplete || this.#pairs.pressure.isTight) return true;
    return this.#config.pick === 'first' && this.#config.counts === 'ignore';
  }

  /** Whether the lacking side's absence is proven and means something; otherwise the pair is left waiting. */
  #isAbsent(pair: Pair, lacking: Side, now: number): boolean {
    const proof = this.#proof(pair, lacking);
    if (proof === undefined) {
      if (!this.#pairs.rest(pair, false)) this.#absence[lacking].wait(pair);
      return false;
    }
    // Answered before the beginning, if at all: no outage of today has to do with it.
    this.#checkElsewhere(pair, lacking);
    if (proof === 'stuck' || this.#beginning.precedes(pair)) return true;
    const why = proof === 'covered' ? this.#outages.protects(pair, lacking, now) : undefined;
    if (why === undefined) return true;
    this.#judging.show(pair, why, now);
    if (this.#pairs.rest(pair, true)) this.#outages.parkedMore(lacking);
    else this.#outages.park(pair, lacking);
    return false;
  }

  /** Stamps prove nothing that an outage may explain; that reading has come to a stand is to be said all the same. */
  #proof(pair: Pair, lacking: Side): Proof | undefined {
    const absence = this.#absence[lacking];
    const proof = absence.proof(pair);
    if (proof !== 'stamps') return proof;
    const { logTime } = this.#evidence[lacking];
    if (!this.#outages.mayExplain(lastTimeOf(pair, lacking), lacking, logTime)) return proof;
    return absence.isHeldBack(pair) ? 'stuck' : undefined;
  }

  /** What was read of this id in another partition would never be found by waiting. Throws `split-id`. */
  #checkElsewhere({ id, base }: Pair, lacking: Side): void {
    const { joins, partition } = this.#config;
    const found = base === undefined ? joins.elsewhere?.(id, lacking, partition) : undefined;
    if (found === undefined) return;
    const partitions = { legacy: partition, candidate: partition, [lacking]: found };
    throw splitId(this.#config, id, partitions);
  }
}

function lastTimeOf(pair: Pair, lacking: Side): number {
  return (pair[other(lacking)].at(-1) as PairEvent).timestamp;
}

/** The side that has fewer events of this id. */
function lackingSide({ legacy, candidate }: Pair): Side {
  return legacy.length > candidate.length ? 'candidate' : 'legacy';
}
