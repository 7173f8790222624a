// What one more event means: it starts a pair, joins one, repeats what was there, or comes too late. Hot path: once for
// every event read.
import type { Content } from '../compare/spec.ts';
import type { Side } from '../outcome.ts';
import type { LogRecord } from '../ports/log.ts';
import type { Accounts } from './accounts.ts';
import type { Closing } from './closing.ts';
import type { JoinConfig } from './config.ts';
import { partsOf, sameContent } from './content.ts';
import type { Deciding } from './deciding.ts';
import { digestContent, digestWords, spread } from './digest.ts';
import { isTooMany } from './hot-ids.ts';
import { agreement, agreementOf } from './judgement.ts';
import { EVENT_BYTES, type OpenPairs } from './open-pairs.ts';
import { other, type Pair, type PairEvent, typeOf } from './pair.ts';
import type { Reopening } from './reopening.ts';

/** How a record came: when it became readable, whether it was there before us, whether it was open at the cut. */
export interface Arrival {
  readonly arrived: number;
  readonly behind: boolean;
  readonly wasOpen: boolean;
}

export class Pairing {
  readonly #config: JoinConfig;
  readonly #accounts: Accounts;
  readonly #pairs: OpenPairs;
  readonly #closing: Closing;
  readonly #reopening: Reopening;
  readonly #deciding: Deciding;

  constructor(
    config: JoinConfig,
    accounts: Accounts,
    pairs: OpenPairs,
    closing: Closing,
    reopening: Reopening,
    deciding: Deciding,
  ) {
    this.#config = config;
    this.#accounts = accounts;
    this.#pairs = pairs;
    this.#closing = closing;
    this.#reopening = reopening;
    this.#deciding = deciding;
  }

  take(side: Side, id: string, record: LogRecord, arrival: Arrival, now: number): void {
    const content = partsOf(record, this.#config);
    const hash = spread(id);
    let known: Pair | undefined;
    /** It had agreed, and waits for nothing yet. */
    let isWoken = false;
    let isCompared = false;
    // An id is in one place at most, and nearly always among those that rest, whose tables take the hash at hand.
    const { lone, agreed } = this.#pairs;
    const entry = lone.find(id, hash);
    const agreeing = entry >= 0 ? -1 : agreed.find(id, hash);
    if (entry >= 0) {
      if (lone.sideOf(entry) === side && lone.isRepeated(entry, content)) {
        this.#accounts.end(side, record.offset, 'duplicate');
        return;
      }
      const found = this.#agreeResting(entry, side, id, hash, record, content, arrival, now);
      if (found === 'agrees') return;
      isCompared = found === 'differs';
      known = this.#pairs.wake(entry);
    } else if (agreeing >= 0) {
      known = this.#pairs.wakeAgreed(agreeing);
      isWoken = true;
    } else {
      known = this.#pairs.find(id);
      if (known === undefined && this.#closing.find(id, hash) === undefined) {
        this.#begin(side, id, hash, record, content, arrival);
        return;
      }
    }
    const twin = known === undefined ? undefined : this.#twin(known, side, content);
    const event: PairEvent = {
      offset: record.offset,
      timestamp: record.timestamp,
      arrived: arrival.arrived,
      digest: twin?.digest ?? digestContent(content),
      type: this.#config.typeOf(side, record),
      behind: arrival.behind,
      content,
      agrees: twin === undefined ? undefined : 'match',
      unmet: false,
      bytes: (content.value?.length ?? 0) + EVENT_BYTES,
    };
    const pair = known === undefined ? this.#reopen(side, id, event) : this.#join(known, side, event, arrival, now);
    if (pair !== undefined) this.#add(pair, side, event, isCompared, now);
    else if (known !== undefined && isWoken) this.#deciding.decide(known, now);
    this.#pairs.keepLent();
  }

  /**
   * The usual second event: the other side's, of an id of which one event rests that nothing was asked or shown of, and it
   * agrees. Otherwise nothing has been done: they do not agree, or it was not asked.
   */
  #agreeResting(
    entry: number,
    side: Side,
    id: string,
    hash: number,
    record: LogRecord,
    content: Content,
    { arrived, behind, wasOpen }: Arrival,
    now: number,
  ): 'agrees' | 'differs' | 'unasked' {
    const { lone } = this.#pairs;
    if (wasOpen || lone.sideOf(entry) === side || !lone.isPlain(entry)) return 'unasked';
    const held = lone.contentOf(entry);
    const isTwin = this.#config.bytesDecide && sameContent(content, held);
    const [legacy, candidate] = side === 'legacy' ? [content, held] : [held, content];
    const ofRecord = this.#config.typeOf(side, record);
    const type = side === 'legacy' ? ofRecord : lone.typeOf(entry);
    const agrees = isTwin ? 'match' : agreementOf(legacy, candidate, this.#config.plan, type);
    if (agrees === undefined) return 'differs';
    const at = this.#pairs.agree(entry, id, hash, type, agrees, held);
    const { agreed } = this.#pairs;
    const read = agreed[side];
    read.put(at, record.offset, record.timestamp, arrived, behind);
    if (isTwin) read.digests.take(at, agreed[other(side)].digests, at);
    else read.digests.put(at, digestWords(content));
    this.#accounts[side].open.add(record.offset);
    this.#deciding.matched(agreed.legacy.first(at), agreed.candidate.first(at), now);
    return 'agrees';
  }

  /** The first event of its id: it rests until there is something to decide. */
  #begin(
    side: Side,
    id: string,
    hash: number,
    record: LogRecord,
    content: Content,
    { arrived, behind, wasOpen }: Arrival,
  ): void {
    const { lookupEvery } = this.#config;
    const event = {
      id,
      side,
      offset: record.offset,
      timestamp: record.timestamp,
      arrived,
      behind,
      type: this.#config.typeOf(side, record),
      // Whatever was open at the cut may have been judged, and its row written, before the process ended.
      mustAsk: wasOpen || lookupEvery <= 1 || hash % lookupEvery === 0,
      asked: false,
      notBefore: Number.NEGATIVE_INFINITY,
      shown: '',
      parked: false,
      content,
      digest: '',
    };
    this.#pairs.begin(event, hash);
  }

  /** The event at the next place on the other side, if its bytes are the same: then so is its digest. */
  #twin(pair: Pair, side: Side, content: Content): PairEvent | undefined {
    const partner = pair[other(side)][pair[side].length];
    if (!this.#config.bytesDecide || partner?.content === undefined || partner.content === null) return undefined;
    return sameContent(content, partner.content) ? partner : undefined;
  }

  /** The closed pair of this id, opened again; undefined when the event ends here. */
  #reopen(side: Side, id: string, event: PairEvent): Pair | undefined {
    const tombstone = this.#closing.find(id);
    if (tombstone === undefined || !this.#closing.meet(tombstone, side, event, tombstone[side])) return undefined;
    this.#closing.forget(id);
    return this.#reopening.reopen(tombstone);
  }

  /** The open pair the event is to be added to; undefined when it repeats one, or is one that a stored row holds. */
  #join(pair: Pair, side: Side, event: PairEvent, { wasOpen }: Arrival, now: number): Pair | undefined {
    const stored =
      pair.base === undefined ? undefined : pair[side].find((one) => one.unmet && one.offset === event.offset);
    if (stored !== undefined) {
      this.#pairs.keepContent(event);
      this.#pairs.meet(pair, side, stored, event);
      this.#deciding.decide(pair, now);
      return undefined;
    }
    if (this.#closing.repeats(pair[side], event)) {
      this.#accounts.end(side, event.offset, 'duplicate');
      return undefined;
    }
    if (wasOpen) pair.mustAsk = true;
    if (!pair.hot && !isTooMany(pair, event, this.#config)) return pair;
    pair.hot = true;
    this.#accounts.end(side, event.offset, 'undecided');
    // Until the pair is closed another process's row may turn up that holds this very event: then this is where it stands.
    this.#accounts[side].givenUp.add(event.offset);
    if (pair.stage === 'waiting') this.#deciding.decide(pair, now);
    return undefined;
  }

  /** `isCompared`: they were found not to agree. */
  #add(pair: Pair, side: Side, event: PairEvent, isCompared: boolean, now: number): void {
    const index = pair[side].length;
    const isLast = this.#pairs.add(pair, side, event);
    const partner = pair[other(side)][index];
    if (!isLast || partner === undefined || isCompared || !this.#agree(pair, event, partner))
      this.#pairs.keepContent(event);
    else {
      this.#pairs.letGo(side, event);
      this.#pairs.letGo(other(side), partner);
    }
    if (partner !== undefined && index === 0) {
      if (partner.content === undefined && partner.agrees === undefined) this.#deciding.fetch(pair);
      this.#deciding.matched(pair.legacy[0] as PairEvent, pair.candidate[0] as PairEvent, now);
    }
    this.#deciding.grown(pair, now);
  }

  /** Compared as soon as both are there, so that what agrees need not be kept while the pair settles. */
  #agree(pair: Pair, event: PairEvent, partner: PairEvent): boolean {
    if (event.agrees === undefined && pair.legacy.length === 1 && pair.candidate.length === 1) {
      event.agrees = agreement(pair.legacy, pair.candidate, this.#config.plan, typeOf(pair));
    }
    if (event.agrees === undefined) return false;
    partner.agrees = event.agrees;
    return true;
  }
}
