// The open pairs of a join: their events, the memory these hold, and the offsets that stay open until they are judged.
//
// An event that waits alone rests in a compact table (lone-events.ts); it is a pair only while something is decided about
// it. Everything else is a pair all the time.
import type { Content } from '../compare/spec.ts';
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Accounts } from './accounts.ts';
import { AgreedPairs } from './agreed-pairs.ts';
import { copyContent } from './content.ts';
import { digestContent, digestWords, spread } from './digest.ts';
import { HalfPairs } from './half-pairs.ts';
import type { LoneEvent, LoneEvents } from './lone-events.ts';
import type { Outages } from './outages.ts';
import { holds, newPair, other, type Pair, type PairEvent, sortByOffset } from './pair.ts';
import type { Pressure } from './pressure.ts';

/** What an event of a pair weighs besides its payload, by measurement of the heap. */
export const EVENT_BYTES = 256;
/** What an event of a pair that agreed weighs in its columns, its share of the id included. */
const AGREED_BYTES = 128;

type Agreement = 'match' | 'equivalent';

export class OpenPairs {
  readonly pressure: Pressure;
  readonly lone: LoneEvents;
  readonly agreed = new AgreedPairs();
  readonly halves = new HalfPairs();
  /** Pairs of which both sides have come. */
  joined = 0;
  /** Payloads let go of because memory was short. */
  shrunk = 0;
  readonly #accounts: Accounts;
  readonly #outages: Outages;
  readonly #byId = new Map<string, Pair>();
  /** Its content is a view of the table's memory, good until something rests. */
  #lent: PairEvent | undefined;

  constructor(accounts: Accounts, outages: Outages, lone: LoneEvents, pressure: Pressure) {
    this.#accounts = accounts;
    this.#outages = outages;
    this.lone = lone;
    this.pressure = pressure;
  }

  get size(): number {
    return this.#byId.size + this.lone.size + this.agreed.size;
  }

  /** All that do not rest, oldest first. */
  awake(): IterableIterator<Pair> {
    return this.#byId.values();
  }

  find(id: string): Pair | undefined {
    return this.#byId.get(id);
  }

  /** An event of this side with this id is open. */
  holds(id: string, side: Side): boolean {
    const hash = spread(id);
    if (this.agreed.find(id, hash) >= 0) return true;
    const entry = this.lone.find(id, hash);
    return entry >= 0 ? this.lone.sideOf(entry) === side : (this.#byId.get(id)?.[side].length ?? 0) > 0;
  }

  put(pair: Pair): void {
    this.#byId.set(pair.id, pair);
    this.halves.add(pair);
  }

  /** Adds an event; true when it is the last of its side in log order. */
  add(pair: Pair, side: Side, event: PairEvent): boolean {
    const events = pair[side];
    const before = events.at(-1);
    if (before === undefined && pair[other(side)].length > 0) this.joined++;
    events.push(event);
    const isLast = before === undefined || before.offset < event.offset;
    if (!isLast) sortByOffset(pair);
    this.#hold(pair, side, event);
    pair.givenUp = false;
    return isLast;
  }

  /** An event the stored row holds has been read again: it is open until the pair is judged. */
  meet(pair: Pair, side: Side, stored: PairEvent, event: PairEvent): void {
    stored.unmet = false;
    stored.content = event.content;
    stored.bytes = event.bytes;
    this.#hold(pair, side, stored);
  }

  /** Another record stands where the stored row's event was: it is not that one which was counted. */
  lack(pair: Pair, side: Side, event: PairEvent): void {
    if (pair.base === undefined || holds(pair.base, side, event.offset) === undefined) return;
    event.unmet = true;
    this.halves.add(pair);
  }

  /** The first event of its id, which has just been read. `hash`: spread of the id. */
  begin(event: LoneEvent, hash: number): void {
    this.#accounts[event.side].open.add(event.offset);
    this.#addLone(event, hash);
  }

  /**
   * Puts a pair that waits back to rest, where it is one event alone; false when it is more than that. The pair is void
   * then.
   */
  rest(pair: Pair, parked: boolean): boolean {
    const { legacy, candidate } = pair;
    const event = legacy[0] ?? candidate[0];
    if (event === undefined || legacy.length + candidate.length > 1) return false;
    if (pair.base !== undefined || pair.givenUp || event.content === null) return false;
    const { offset, timestamp, arrived, behind, type, content, digest } = event;
    const { id, mustAsk, asked, notBefore, shown } = pair;
    const side = legacy.length > 0 ? 'legacy' : 'candidate';
    this.#byId.delete(id);
    this.pressure.remove(side, event.bytes);
    pair.stage = 'closed';
    const flags = { mustAsk, asked, notBefore, shown, parked };
    const lone: LoneEvent = { id, side, offset, timestamp, arrived, behind, type, content, digest, ...flags };
    this.#addLone(lone, spread(id));
    return true;
  }

  /** The pair of an event that rested. Its payload is only lent: {@link keepLent} before anything rests again. */
  wake(entry: number): Pair {
    const side = this.lone.sideOf(entry);
    this.pressure.remove(side, this.lone.bytesOf(entry));
    const pair = this.peek(entry);
    const event = pair[side][0] as PairEvent;
    this.lone.remove(entry);
    this.#byId.set(pair.id, pair);
    this.pressure.add(side, event.bytes);
    this.#lent = event;
    return pair;
  }

  /** The same without waking it: to be looked at, and forgotten. */
  peek(entry: number): Pair {
    const { id, side, parked, mustAsk, asked, notBefore, shown, ...event } = this.lone.get(entry);
    const { offset, timestamp, arrived, behind, type, content } = event;
    const pair = newPair(id);
    pair.mustAsk = mustAsk;
    pair.asked = asked;
    pair.notBefore = notBefore;
    pair.shown = shown;
    const digest = content === undefined ? event.digest : digestContent(content);
    const bytes = (content?.value?.length ?? 0) + EVENT_BYTES;
    const known = { offset, timestamp, arrived, digest, type, behind, content, bytes };
    pair[side].push({ ...known, agrees: undefined, unmet: false });
    return pair;
  }

  /**
   * One that rested, with the content `held`, was found to agree with an event just read: both wait to be settled. Returns
   * the entry of {@link agreed}, where what was read is to be put by the caller.
   */
  agree(entry: number, id: string, hash: number, type: string, agrees: Agreement, held: Content): number {
    const { lone, agreed } = this;
    const side = lone.sideOf(entry);
    const at = agreed.add(id, hash, type, agrees);
    const resting = agreed[side];
    resting.put(at, lone.offsetOf(entry), lone.timestampOf(entry), lone.arrivedAt(entry), lone.isBehind(entry));
    resting.digests.put(at, digestWords(held));
    this.pressure.remove(side, lone.bytesOf(entry));
    lone.remove(entry);
    for (const each of SIDES) this.pressure.add(each, AGREED_BYTES);
    this.joined++;
    return at;
  }

  /** It has been judged. */
  dropAgreed(entry: number): void {
    this.agreed.remove(entry);
    for (const side of SIDES) this.pressure.remove(side, AGREED_BYTES);
  }

  /** The pair of one that agreed, about which there is more to decide. */
  wakeAgreed(entry: number): Pair {
    const { agreed } = this;
    const pair = newPair(agreed.idOf(entry));
    for (const side of SIDES) {
      const events = agreed[side];
      pair[side].push({
        offset: events.offset(entry),
        timestamp: events.timestamp(entry),
        arrived: events.arrived(entry),
        digest: events.digest(entry),
        type: agreed.typeOf(entry),
        behind: events.isBehind(entry),
        content: undefined,
        agrees: agreed.agreementOf(entry),
        unmet: false,
        bytes: EVENT_BYTES,
      });
    }
    this.dropAgreed(entry);
    for (const side of SIDES) this.pressure.add(side, EVENT_BYTES);
    this.#byId.set(pair.id, pair);
    return pair;
  }

  keepLent(): void {
    if (this.#lent !== undefined) this.keepContent(this.#lent);
    this.#lent = undefined;
  }

  /** Keeps a copy of what an event just read was handed. */
  keepContent(event: PairEvent): void {
    if (event.content !== undefined && event.content !== null) event.content = copyContent(event.content);
  }

  /** The payload of an event found equal to its partner's; digest and coordinates stay. */
  letGo(side: Side, event: PairEvent): void {
    this.pressure.remove(side, event.bytes - EVENT_BYTES);
    event.bytes = EVENT_BYTES;
    event.content = undefined;
  }

  /** A payload that was let go is here again. */
  refill(side: Side, event: PairEvent, content: PairEvent['content']): void {
    event.content = content;
    const bytes = (content?.value?.length ?? 0) + EVENT_BYTES;
    this.pressure.add(side, bytes - event.bytes);
    event.bytes = bytes;
  }

  drop(pair: Pair): void {
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'closed';
    for (const side of SIDES) for (const event of pair[side]) this.pressure.remove(side, event.bytes);
    this.#byId.delete(pair.id);
  }

  /** Lets go of payloads of resting events, those that wait for an outage first, until memory is low. */
  shrinkLone(first: Side): void {
    for (const parked of [true, false]) {
      for (const side of [first, other(first)]) {
        while (!this.pressure.isLow) {
          const freed = this.lone.shrinkOldest(side, parked);
          if (freed === 0) break;
          this.shrunk++;
          this.pressure.remove(side, freed);
        }
      }
    }
  }

  #addLone(event: LoneEvent, hash: number): void {
    const entry = this.lone.add(event, hash);
    this.pressure.add(event.side, this.lone.bytesOf(entry));
  }

  #hold(pair: Pair, side: Side, event: PairEvent): void {
    this.#accounts[side].open.add(event.offset);
    this.pressure.add(side, event.bytes);
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'waiting';
  }
}
