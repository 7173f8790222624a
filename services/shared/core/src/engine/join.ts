// The join of one output's partition: reads both sides, pairs events by id, decides when a pair may be judged, and keeps
// the accounts. Synchronous and pure: time comes in as wall milliseconds, effects go out as rows, look-ups and fetches.
//
// Every event read ends in exactly one ledger column. A pair is judged when it is settled (both sides quiet) or when a
// side's absence is proven; a later event opens it again. See pair.ts for the life of a pair.
import type { LedgerColumn, Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import type { PairRow } from '../rows.ts';
import { Accounts } from './accounts.ts';
import { Beginning } from './beginning.ts';
import { Closing } from './closing.ts';
import type { Emissions, Fetch, JoinConfig, JoinCut, SideCut, SideStart, Unreadable } from './config.ts';
import { Deciding } from './deciding.ts';
import { type Sample, SideEvidence } from './evidence.ts';
import { Judging } from './judging.ts';
import { LoneEvents } from './lone-events.ts';
import { Losses } from './losses.ts';
import { OpenPairs } from './open-pairs.ts';
import { Outages } from './outages.ts';
import { Pairing } from './pairing.ts';
import { Pressure } from './pressure.ts';
import { Relief } from './relief.ts';
import { Reopening } from './reopening.ts';
import { Taints } from './taint.ts';
import { copyUnread } from './unread.ts';

export type JoinStart = JoinCut | Readonly<Record<Side, { readonly position: number; readonly headLost: boolean }>>;

/** Reading must have come to a stand for this long, or a deadline if longer, before a transaction is held to blame. */
const LEAST_STUCK_MS = 10_000;

/** Rows of what waits alone that are made before they are drained. */
const SHOWN_AT_ONCE = 10_000;

export class Join {
  readonly config: JoinConfig;
  readonly accounts: Accounts;
  readonly losses: Losses;
  readonly evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #pairs: OpenPairs;
  readonly #closing: Closing;
  readonly #deciding: Deciding;
  readonly #reopening: Reopening;
  readonly #pairing: Pairing;
  readonly #relief: Relief;
  readonly #outages: Outages;
  readonly #beginning: Beginning;
  #unreadable: Unreadable[] = [];

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
    const evidence = (side: Side) =>
      new SideEvidence(this.resumeAt(side), config.timestamps[side], from(side)?.reached);
    this.evidence = { legacy: evidence('legacy'), candidate: evidence('candidate') };
    const begun = (side: Side): SideStart => {
      const given = start[side];
      return 'open' in given ? given.start : { headLost: given.headLost, firstTime: undefined };
    };
    this.#beginning = new Beginning({ legacy: begun('legacy'), candidate: begun('candidate') }, config.deadlineMs);
    const lone = new LoneEvents();
    this.#outages = new Outages(config, lone, now);
    for (const side of SIDES) this.#outages.restore(side, from(side)?.outage);
    this.#closing = new Closing(config, this.accounts);
    this.#pairs = new OpenPairs(this.accounts, this.#outages, lone, new Pressure(config.openBytes));
    const judging = new Judging(config, this.accounts, this.#pairs, this.#closing);
    const { tracksConsumption } = config;
    const deadlineMs = () => this.#deciding.answersWithinMs;
    const taints = new Taints({ tracksConsumption, deadlineMs }, this.evidence);
    for (const side of SIDES) taints.restore(side, from(side)?.losses?.taints ?? {}, now);
    const { evidence: known } = this;
    this.#deciding = new Deciding(config, known, this.#pairs, this.#outages, this.#beginning, judging, taints);
    this.losses = new Losses(config, this.accounts, known, this.#pairs, this.#deciding, taints);
    for (const side of SIDES) this.losses.restore(side, from(side)?.losses?.skipped ?? []);
    this.#reopening = new Reopening(config, this.evidence, this.#pairs, this.#closing, this.#deciding);
    this.#pairing = new Pairing(config, this.accounts, this.#pairs, this.#closing, this.#reopening, this.#deciding);
    this.#relief = new Relief(config.deadlineMs, this.evidence, this.#pairs, this.#outages, this.#deciding);
  }

  /** The offset a side must be read from: its smallest open event, else the position. */
  resumeAt(side: Side): number {
    const { open, resumedAt } = this.accounts[side];
    return Math.min(open.min() ?? resumedAt, resumedAt);
  }

  /** The next offset that has to be read: after a restart, what was accounted for need not be. */
  wanted(side: Side): number {
    const { open, resumedAt } = this.accounts[side];
    const { cursor } = this.evidence[side];
    return cursor >= resumedAt ? cursor : Math.min(open.firstFrom(cursor) ?? resumedAt, resumedAt);
  }

  get openPairs(): number {
    return this.#pairs.size;
  }

  get openBytes(): number {
    return this.#pairs.pressure.bytes;
  }

  /** Payloads let go of because memory was short: read again if their partner comes. */
  get shrunk(): number {
    return this.#pairs.shrunk;
  }

  /** Ids found again in the store beyond their window: reuse that the tombstones no longer remember. */
  get reused(): number {
    return this.#reopening.reused;
  }

  /** Reads one record. Records of a side must come in offset order; what was read before is ignored. */
  read(side: Side, record: LogRecord, now: number): void {
    const evidence = this.evidence[side];
    if (record.offset < evidence.cursor) return;
    if (record.offset > evidence.cursor) this.losses.skip(side, record.offset, now);
    const arrived = evidence.arrived(record.offset, now);
    const behind = record.offset < evidence.firstEnd;
    evidence.observe(record.timestamp);
    evidence.advance(record.offset + 1);
    const account = this.accounts[side];
    const wasOpen = account.open.has(record.offset);
    if (record.offset < account.resumedAt && !wasOpen) return;
    this.#beginning.read(side, record.timestamp);
    const correlated = this.config.correlate(side, record);
    if (correlated.kind === 'not-selected') {
      this.accounts.end(side, record.offset, 'not-selected');
      return;
    }
    if (correlated.kind !== 'id') {
      this.accounts.endUnread(side, record.offset, correlated.kind);
      const reason = correlated.kind === 'undecodable' ? correlated.reason : '';
      this.#unreadable.push({ side, offset: record.offset, column: correlated.kind, reason, record, wasOpen });
      return;
    }
    this.#outages.delivered(side, record.timestamp, now);
    this.#pairing.take(side, correlated.id, record, { arrived, behind, wasOpen }, now);
  }

  /** What this side published before it was first read is not in the log, although the log begins at 0. */
  loseHead(side: Side): void {
    this.#beginning.loseHead(side);
  }

  /** The cursor after a batch: it counts what was skipped, too. */
  advance(side: Side, next: number, now: number): void {
    if (next > this.evidence[side].cursor) this.losses.skip(side, next, now);
    this.evidence[side].advance(next);
  }

  /** Call after each sample; `isHeld`: an open transaction holds back what this side has left, and nothing else does. */
  look(side: Side, isHeld: boolean, now: number): void {
    this.evidence[side].look(now, isHeld, Math.max(this.config.deadlineMs, LEAST_STUCK_MS));
  }

  sample(side: Side, sample: Sample): void {
    this.evidence[side].sample(sample);
  }

  /** The candidate has consumed all input that had arrived by `upTo`. */
  consumed(upTo: number, now: number): void {
    this.#deciding.consumed(upTo, now);
  }

  /** All there is of this side has been read: its end is complete evidence. */
  complete(side: Side, now: number): void {
    this.#deciding.complete(side, now);
  }

  /** Works off everything that is due. Call after reading, after samples, and a few times a second. */
  tick(now: number): void {
    this.losses.replaced(now);
    this.#deciding.due(now);
    if (this.#pairs.pressure.isTight) this.#relief.relieve(now);
  }

  /** Ids to ask the store for; each is answered once, by {@link answer}. */
  takeLookups(limit: number): readonly string[] {
    return this.#deciding.takeLookups(limit);
  }

  /** What the store knows of these ids: its latest row each, provisional ones included. Throws `split-id`. */
  answer(ids: readonly string[], rows: readonly PairRow[], now: number): void {
    this.#reopening.answer(ids, rows, now);
  }

  takeFetches(): readonly Fetch[] {
    return this.#deciding.takeFetches();
  }

  /** Answers one fetch; undefined when the record is no longer there. */
  supply(fetch: Fetch, record: LogRecord | undefined, now: number): void {
    this.#deciding.supply(fetch, record, now);
  }

  /** Whether an event of this side with this id was read and is remembered. */
  holds(id: string, side: Side): boolean {
    return this.#pairs.holds(id, side) || (this.#closing.find(id)?.[side].length ?? 0) > 0;
  }

  /** Remembers pairs closed by an earlier process, oldest first. Throws `split-id`. */
  recall(rows: readonly PairRow[]): void {
    this.#reopening.recall(rows);
  }

  /**
   * Shows what is still open, for a run that ends here; of what waits alone so many at once. Returns whether more is to be
   * shown, once the rows have been drained.
   */
  showOpen(reason: string, now: number, most = SHOWN_AT_ONCE): boolean {
    this.#deciding.wakeAgreed(now);
    for (const pair of this.#pairs.awake()) this.#deciding.show(pair, reason, now);
    const { lone } = this.#pairs;
    let shown = 0;
    for (const entry of lone.all()) {
      if (lone.shown(entry) === reason) continue;
      if (shown++ === most) return true;
      this.#deciding.show(this.#pairs.peek(entry), reason, now);
      lone.show(entry, reason);
    }
    return false;
  }

  drain(): Emissions {
    return { ...this.#closing.drain(), outages: this.#outages.drain() };
  }

  /** To be taken right after reading: the records are the log's. */
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
    return this.#pairs.pressure.paused;
  }

  /** A synchronous copy of all that must survive. */
  cut(): JoinCut {
    const side = (which: Side): SideCut => {
      const account = this.accounts[which];
      return {
        position: Math.max(this.evidence[which].cursor, account.resumedAt),
        open: account.open.copy(),
        givenUp: account.givenUp.copy(),
        counts: account.ledger.counts(),
        unread: copyUnread(account.unread),
        start: this.#beginning.state(which),
        outage: this.#outages.state(which),
        reached: this.evidence[which].highest,
        ...this.losses.cut(which),
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
    for (const pair of this.#pairs.awake()) {
      if (!SIDES.some((side) => pair[side].some(({ offset }) => offset < ends[side]))) continue;
      if (pair.stage !== 'parked' && !this.#deciding.waitsForInput(pair)) return 'waiting';
      left = 'protected';
    }
    const { lone, agreed } = this.#pairs;
    for (const entry of agreed.all())
      if (SIDES.some((side) => agreed[side].offset(entry) < ends[side])) return 'waiting';
    for (const entry of lone.all()) {
      if (lone.offsetOf(entry) >= ends[lone.sideOf(entry)]) continue;
      if (!lone.isParked(entry) && !this.#deciding.restsForInput(entry)) return 'waiting';
      left = 'protected';
    }
    return left;
  }
}
