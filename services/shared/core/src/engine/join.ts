// The join of one output's partition: reads both sides, pairs events by id, decides when a pair may be judged, and keeps
// the accounts. Synchronous and pure: time comes in as wall milliseconds, effects go out as rows, look-ups and fetches.
//
// Every event read ends in exactly one ledger column. A pair is judged when it is settled (both sides quiet) or when a
// side's absence is proven; a later event opens it again. See pair.ts for the life of a pair.
import type { LedgerColumn, Outcome, Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import type { PairRow } from '../rows.ts';
import { Absence } from './absence.ts';
import { Accounts } from './accounts.ts';
import { Beginning } from './beginning.ts';
import { Closing, type KnownEvent } from './closing.ts';
import type { Emissions, Fetch, JoinConfig, JoinCut, SideCut, SideStart, Unreadable } from './config.ts';
import { keepContent, sameBytes } from './content.ts';
import { digestContent, spread } from './digest.ts';
import { type Sample, SideEvidence } from './evidence.ts';
import { allSame, type Judgement, judge, undecided } from './judgement.ts';
import { Outages } from './outages.ts';
import {
  holds,
  isAhead,
  isCounted,
  isNothingNew,
  lastTime,
  newPair,
  other,
  type Pair,
  type PairEvent,
  reopened,
  sortByOffset,
  type Tombstone,
  typeOf,
} from './pair.ts';
import { Pressure } from './pressure.ts';
import { Settling } from './settling.ts';

/** What an open event weighs besides its payload, by measurement of the heap. */
const EVENT_BYTES = 256;

export type JoinStart = JoinCut | Readonly<Record<Side, { readonly position: number; readonly headLost: boolean }>>;

export class Join {
  readonly config: JoinConfig;
  readonly accounts: Accounts;
  readonly evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #closing: Closing;
  readonly #pairs = new Map<string, Pair>();
  readonly #absence: Readonly<Record<Side, Absence>>;
  readonly #settling: Settling;
  readonly #outages: Outages;
  readonly #beginning: Beginning;
  readonly #complete: Record<Side, boolean> = { legacy: false, candidate: false };
  readonly #pressure: Pressure;
  #asks: Pair[] = [];
  #fetches: Fetch[] = [];
  #unreadable: Unreadable[] = [];
  /** Ids found again in the store beyond their window: reuse that the tombstones no longer remember. */
  reused = 0;

  constructor(config: JoinConfig, start: JoinStart, now: number) {
    this.config = config;
    const from = (side: Side): SideCut | undefined => {
      const given = start[side];
      return 'open' in given ? given : undefined;
    };
    this.accounts = new Accounts(
      config.pick,
      from('legacy') ?? start.legacy.position,
      from('candidate') ?? start.candidate.position,
    );
    const evidence = (side: Side) => new SideEvidence(this.resumeAt(side), config.timestamps[side]);
    this.evidence = { legacy: evidence('legacy'), candidate: evidence('candidate') };
    this.#closing = new Closing(config, this.accounts);
    const absence = (side: Side) => new Absence(side, config, this.evidence[side]);
    this.#absence = { legacy: absence('legacy'), candidate: absence('candidate') };
    this.#settling = new Settling(config.settleMs, this.evidence);
    this.#outages = new Outages(config, now);
    this.#pressure = new Pressure(config.openBytes);
    const begun = (side: Side): SideStart => {
      const given = start[side];
      return 'open' in given ? given.start : { headLost: given.headLost, firstTime: undefined };
    };
    this.#beginning = new Beginning({ legacy: begun('legacy'), candidate: begun('candidate') }, config.deadlineMs);
    for (const side of SIDES) this.#outages.restore(side, from(side)?.outage);
  }

  /** The offset a side must be read from: its smallest open event, else the position. */
  resumeAt(side: Side): number {
    const { open, resumedAt } = this.accounts[side];
    return Math.min(open.min() ?? resumedAt, resumedAt);
  }

  get openPairs(): number {
    return this.#pairs.size;
  }

  get openBytes(): number {
    return this.#pressure.bytes;
  }

  /** Reads one record. Records of a side must come in offset order; what was read before is ignored. */
  read(side: Side, record: LogRecord, now: number): void {
    const evidence = this.evidence[side];
    if (record.offset < evidence.cursor) return;
    const arrived = evidence.arrived(record.offset, now);
    const behind = record.offset < evidence.firstEnd;
    evidence.observe(record.timestamp);
    evidence.advance(record.offset + 1);
    const account = this.accounts[side];
    const wasOpen = account.open.has(record.offset);
    if (record.offset < account.resumedAt && !wasOpen) return;
    this.#beginning.read(side, record.timestamp);
    const correlated = this.config.correlate(side, record);
    if (correlated.kind !== 'id') {
      this.accounts.end(side, record.offset, correlated.kind);
      const reason = correlated.kind === 'undecodable' ? correlated.reason : '';
      this.#unreadable.push({ side, offset: record.offset, column: correlated.kind, reason });
      return;
    }
    const content = keepContent(record, this.config);
    const event: PairEvent = {
      offset: record.offset,
      timestamp: record.timestamp,
      arrived,
      digest: digestContent(content),
      type: this.config.typeOf(side, record),
      behind,
      content,
      same: false,
      unmet: false,
      bytes: (content.value?.length ?? 0) + EVENT_BYTES,
    };
    this.#outages.delivered(side, record.timestamp);
    this.#take(side, correlated.id, event, wasOpen, now);
  }

  /** The cursor after a batch: it counts what was skipped, too. */
  advance(side: Side, next: number): void {
    this.evidence[side].advance(next);
  }

  sample(side: Side, sample: Sample): void {
    this.evidence[side].sample(sample);
  }

  /** The candidate has consumed all input that had arrived by `upTo`. */
  consumed(upTo: number, now: number): void {
    this.#absence.candidate.consumed(upTo, now);
  }

  /** All there is of this side has been read: its end is complete evidence. */
  complete(side: Side, now: number): void {
    this.#complete[side] = true;
    if (!this.#isComplete) return;
    for (const pair of [...this.#pairs.values()]) {
      if (pair.stage === 'waiting' || pair.stage === 'parked') this.#decide(pair, now);
    }
  }

  /** Works off everything that is due. Call after reading, after samples, and a few times a second. */
  tick(now: number): void {
    for (const pair of this.#outages.released(now)) this.#decide(pair, now);
    for (let pair = this.#settling.take(); pair !== undefined; pair = this.#settling.take()) this.#decide(pair, now);
    for (const side of SIDES) {
      const absence = this.#absence[side];
      for (let pair = absence.take(); pair !== undefined; pair = absence.take()) this.#decide(pair, now);
    }
    if (this.#pressure.isTight) this.#relieve(now);
  }

  /** Ids to ask the store for; each is answered once, by {@link answer}. */
  takeLookups(limit: number): readonly string[] {
    if (this.#asks.length === 0) return [];
    return this.#asks.splice(0, limit).map((pair) => pair.id);
  }

  /** What the store knows of these ids: its latest row each, provisional ones included. */
  answer(ids: readonly string[], rows: readonly PairRow[], now: number): void {
    const known = new Map(rows.map((row) => [row.id, row]));
    for (const id of ids) {
      const pair = this.#pairs.get(id);
      if (pair === undefined || pair.stage !== 'asking') continue;
      pair.asked = true;
      pair.stage = 'waiting';
      const row = known.get(id);
      const tombstone = row === undefined ? undefined : this.#adopt(row);
      if (tombstone === undefined || isNothingNew(tombstone)) this.#decide(pair, now);
      else this.#unite(pair, tombstone, now);
    }
  }

  takeFetches(): readonly Fetch[] {
    const fetches = this.#fetches;
    this.#fetches = [];
    return fetches;
  }

  /** Answers one fetch; undefined when the record is no longer there. */
  supply(fetch: Fetch, record: LogRecord | undefined, now: number): void {
    const pair = this.#pairs.get(fetch.id);
    const event = pair?.[fetch.side].find(({ offset }) => offset === fetch.offset);
    if (pair === undefined || event === undefined || event.content !== undefined) return;
    const content = record === undefined ? null : keepContent(record, this.config);
    event.content = content === null || digestContent(content) !== event.digest ? null : content;
    if (pair.stage !== 'fetching') return;
    if (SIDES.every((side) => pair[side].every((one) => one.content !== undefined))) {
      pair.stage = 'waiting';
      this.#decide(pair, now);
    }
  }

  /** Remembers pairs closed by an earlier process, oldest first. */
  recall(rows: readonly PairRow[]): void {
    for (const row of rows) {
      if (row.state === 'provisional') continue;
      const tombstone = this.#adopt(row);
      // A row ahead of the accounts is judged again once its open events have been read again.
      if (isCounted(tombstone)) this.#closing.keep(tombstone);
      else this.#reopen(tombstone);
    }
  }

  /** Shows everything still open, for a run that ends here. */
  showOpen(reason: string, now: number): void {
    for (const pair of this.#pairs.values()) this.#show(pair, reason, now);
  }

  drain(): Emissions {
    return { ...this.#closing.drain(), outages: this.#outages.drain() };
  }

  takeUnreadable(): readonly Unreadable[] {
    const unreadable = this.#unreadable;
    this.#unreadable = [];
    return unreadable;
  }

  get emitted(): number {
    return this.#closing.emitted;
  }

  acknowledged(upTo: number): void {
    this.#closing.acknowledged(upTo);
  }

  /** Which side should not be read for now: never both. */
  get paused(): Side | undefined {
    return this.#pressure.paused;
  }

  /** A synchronous copy of all that must survive. */
  cut(): JoinCut {
    const side = (which: Side): SideCut => {
      const account = this.accounts[which];
      return {
        position: Math.max(this.evidence[which].cursor, account.resumedAt),
        open: account.open.copy(),
        counts: account.ledger.counts(),
        start: this.#beginning.state(which),
        outage: this.#outages.state(which),
      };
    };
    return { legacy: side('legacy'), candidate: side('candidate') };
  }

  columns(side: Side): Readonly<Record<LedgerColumn, number>> {
    return this.accounts.columns(side);
  }

  /**
   * What the open events below these offsets wait for: nothing is open there any more; only for a side that is out or
   * input not yet consumed; or for something that time and reading will bring.
   */
  remaining(ends: Readonly<Record<Side, number>>): 'none' | 'protected' | 'waiting' {
    let left: 'none' | 'protected' = 'none';
    for (const pair of this.#pairs.values()) {
      if (!SIDES.some((side) => pair[side].some(({ offset }) => offset < ends[side]))) continue;
      if (pair.stage !== 'parked' && !this.#absence.candidate.waitsForInput(pair)) return 'waiting';
      left = 'protected';
    }
    return left;
  }

  get #isComplete(): boolean {
    return this.#complete.legacy && this.#complete.candidate;
  }

  #take(side: Side, id: string, event: PairEvent, wasOpen: boolean, now: number): void {
    let pair = this.#pairs.get(id);
    if (pair === undefined) {
      const tombstone = this.#closing.find(id);
      if (tombstone !== undefined) {
        if (!this.#closing.meet(tombstone, side, event, tombstone[side])) return;
        this.#closing.forget(id);
        pair = this.#reopen(tombstone);
      } else {
        pair = newPair(id);
        // Whatever was open at the cut may have been judged, and its row written, before the process ended.
        pair.mustAsk = wasOpen || this.config.lookupEvery <= 1 || spread(id) % this.config.lookupEvery === 0;
        this.#pairs.set(id, pair);
      }
    } else {
      const stored = pair[side].find(({ offset, unmet }) => unmet && offset === event.offset);
      if (stored !== undefined) {
        this.#meet(pair, side, stored, event);
        this.#decide(pair, now);
        return;
      }
      if (this.#closing.repeats(pair[side], event)) {
        this.accounts.end(side, event.offset, 'duplicate');
        return;
      }
      if (wasOpen) pair.mustAsk = true;
    }
    this.#add(pair, side, event, now);
  }

  #add(pair: Pair, side: Side, event: PairEvent, now: number): void {
    const events = pair[side];
    const opposite = pair[other(side)];
    const index = events.length;
    events.push(event);
    const isLast = index === 0 || (events[index - 1] as PairEvent).offset < event.offset;
    if (!isLast) sortByOffset(pair);
    this.accounts[side].open.add(event.offset);
    this.#pressure.add(side, event.bytes);
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'waiting';
    pair.givenUp = false;
    const partner = opposite[index];
    if (partner !== undefined) {
      if (isLast && this.config.bytesDecide && sameBytes(event, partner)) {
        event.same = true;
        partner.same = true;
        this.#letGo(side, event);
        this.#letGo(other(side), partner);
      }
      if (index === 0) this.#matched(pair, now);
    }
    this.#decide(pair, now);
  }

  #letGo(side: Side, event: PairEvent): void {
    this.#pressure.remove(side, event.bytes - EVENT_BYTES);
    event.bytes = EVENT_BYTES;
    event.content = undefined;
  }

  #matched(pair: Pair, now: number): void {
    this.config.joins.seen = true;
    const legacy = pair.legacy[0] as PairEvent;
    const candidate = pair.candidate[0] as PairEvent;
    const isLive = !legacy.behind && !candidate.behind;
    const lag = isLive ? candidate.arrived - legacy.arrived : candidate.timestamp - legacy.timestamp;
    if (isLive) this.#absence.candidate.matched(lag);
    this.#outages.matched(pair, lag, now);
  }

  /** Decides what becomes of a pair now: judged, or what it waits for. */
  #decide(pair: Pair, now: number): void {
    if (pair.base !== undefined && SIDES.some((side) => pair[side].some((event) => event.unmet))) return;
    const legacy = pair.legacy.length;
    const candidate = pair.candidate.length;
    const isWhole = legacy > 0 && candidate > 0 && (legacy === candidate || this.config.counts === 'ignore');
    if (isWhole) {
      if (!this.#isSettled(pair)) {
        this.#settling.wait(pair);
        return;
      }
    } else {
      if (!this.#isComplete && !pair.givenUp && !this.#isAbsent(pair, legacy > candidate ? 'candidate' : 'legacy', now))
        return;
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
    if (this.#beginning.precedes(pair)) this.#endBeforeStart(pair);
    else this.#close(pair, pair.givenUp && !isWhole ? undecided('budget') : this.#judge(pair), now);
  }

  /** Whether the lacking side's absence is proven and means something; otherwise the pair is left waiting. */
  #isAbsent(pair: Pair, lacking: Side, now: number): boolean {
    if (!this.#absence[lacking].proven(pair)) {
      this.#absence[lacking].wait(pair, now);
      return false;
    }
    const why = this.#outages.protects(pair, lacking, now);
    if (why === undefined) return true;
    this.#outages.park(pair, lacking);
    this.#show(pair, why, now);
    return false;
  }

  #reopen(tombstone: Tombstone): Pair {
    const pair = newPair(tombstone.id);
    pair.base = tombstone;
    for (const side of SIDES) pair[side].push(...reopened(tombstone, side, this.evidence[side].cursor));
    this.#pairs.set(pair.id, pair);
    return pair;
  }

  #adopt(row: PairRow): Tombstone {
    return this.#closing.adopt(row, (side) => this.evidence[side].cursor);
  }

  /** The store holds a row of this id: its events and the pair's are one pair. */
  #unite(pair: Pair, tombstone: Tombstone, now: number): void {
    const isReuse =
      pair.legacy.length > 0 &&
      pair.candidate.length > 0 &&
      SIDES.every((side) => pair[side].every((event) => event.timestamp - lastTime(tombstone) > this.config.lateMs));
    if (isReuse) {
      this.reused++;
      this.#decide(pair, now);
      return;
    }
    this.#drop(pair);
    const union = this.#reopen(tombstone);
    let joined = false;
    for (const side of SIDES) {
      for (const event of pair[side]) {
        const stored = union[side].find(({ offset }) => offset === event.offset);
        if (stored !== undefined) {
          this.#meet(union, side, stored, event);
        } else if (this.#closing.meet(tombstone, side, event, union[side])) {
          joined = true;
          union[side].push({ ...event, same: false });
          this.#pressure.add(side, event.bytes);
        }
      }
    }
    if (!joined && isCounted(tombstone)) {
      this.#drop(union);
      this.#closing.keep(tombstone);
      return;
    }
    sortByOffset(union);
    if (union.legacy.length > 0 && union.candidate.length > 0) this.#matched(union, now);
    this.#decide(union, now);
  }

  /** An event the stored row holds has been read again: it is open until the pair is judged. */
  #meet(pair: Pair, side: Side, stored: PairEvent, event: PairEvent): void {
    stored.unmet = false;
    stored.content = event.content;
    stored.bytes = event.bytes;
    this.accounts[side].open.add(event.offset);
    this.#pressure.add(side, event.bytes);
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'waiting';
  }

  #drop(pair: Pair): void {
    pair.stage = 'closed';
    for (const side of SIDES) for (const event of pair[side]) this.#pressure.remove(side, event.bytes);
    this.#outages.unpark(pair);
    this.#pairs.delete(pair.id);
  }

  #isSettled(pair: Pair): boolean {
    if (this.#isComplete || this.#pressure.isTight) return true;
    if (this.config.pick === 'first' && this.config.counts === 'ignore') return true;
    return this.#settling.settled(pair);
  }

  #needsFetch(pair: Pair): boolean {
    if (!isAhead(pair)) {
      if (pair.legacy.length === 0 || pair.candidate.length === 0) return false;
      if (allSame(pair.legacy, pair.candidate)) return false;
    }
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

  #judge(pair: Pair): Judgement {
    return judge(pair.legacy, pair.candidate, this.config.plan, typeOf(pair));
  }

  #close(pair: Pair, judgement: Judgement, now: number): void {
    this.#drop(pair);
    this.#closing.close(pair, judgement, this.#standing(pair), now);
  }

  /** The outcome under which the ledger holds the counted events of a pair that was opened again; '' when none is. */
  #standing(pair: Pair): Outcome | '' {
    const { base } = pair;
    if (base === undefined) return '';
    if (isCounted(base) && !base.isProvisional) return base.outcome;
    const counted = (side: Side): PairEvent[] =>
      pair[side].filter(({ offset }) => holds(base, side, offset)?.counted === true);
    const legacy = counted('legacy');
    const candidate = counted('candidate');
    if (legacy.length === 0 && candidate.length === 0) return '';
    const isLone = legacy.length === 0 || candidate.length === 0;
    // A lone side may have been given up for want of memory: only the row remembers that.
    if (isLone && base.was === 'inconclusive') return base.was;
    const alone = judge(legacy, candidate, this.config.plan, base.type);
    return alone.reason === 'evidence-lost' && base.was !== '' ? base.was : alone.outcome;
  }

  /** A provisional row, once per reason: it never displaces a judged one. */
  #show(pair: Pair, reason: string, now: number): void {
    if (pair.shown === reason || pair.base !== undefined) return;
    pair.shown = reason;
    const lone = pair.legacy.length === 0 || pair.candidate.length === 0;
    this.#closing.show(pair, lone ? { ...this.#judge(pair), reason } : undecided(reason), now);
  }

  #endBeforeStart(pair: Pair): void {
    this.#drop(pair);
    for (const side of SIDES) for (const { offset } of pair[side]) this.accounts.end(side, offset, 'before-start');
  }

  #relieve(now: number): void {
    for (const pair of this.#pairs.values()) {
      if (pair.stage === 'waiting' && pair.legacy.length > 0 && pair.candidate.length > 0) this.#decide(pair, now);
    }
    if (!this.#pressure.isHigh) return;
    this.#pressure.pause();
    if (!this.#pressure.isFull) return;
    for (const pair of this.#pairs.values()) {
      if (!this.#pressure.isHigh) return;
      if (pair.stage !== 'waiting' && pair.stage !== 'parked') continue;
      pair.givenUp = true;
      this.#outages.unpark(pair);
      pair.stage = 'waiting';
      this.#decide(pair, now);
    }
  }
}
