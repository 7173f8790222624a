// The open pairs of a join: their events, the memory these hold, and the offsets that stay open until they are judged.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Accounts } from './accounts.ts';
import { copyContent } from './content.ts';
import type { Outages } from './outages.ts';
import { type Pair, type PairEvent, sortByOffset } from './pair.ts';
import type { Pressure } from './pressure.ts';

/** What an open event weighs besides its payload, by measurement of the heap. */
export const EVENT_BYTES = 256;

export class OpenPairs {
  readonly pressure: Pressure;
  readonly #accounts: Accounts;
  readonly #outages: Outages;
  readonly #byId = new Map<string, Pair>();

  constructor(accounts: Accounts, outages: Outages, pressure: Pressure) {
    this.#accounts = accounts;
    this.#outages = outages;
    this.pressure = pressure;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Oldest first. */
  all(): IterableIterator<Pair> {
    return this.#byId.values();
  }

  find(id: string): Pair | undefined {
    return this.#byId.get(id);
  }

  put(pair: Pair): void {
    this.#byId.set(pair.id, pair);
  }

  /** Adds an event; true when it is the last of its side in log order. */
  add(pair: Pair, side: Side, event: PairEvent): boolean {
    const events = pair[side];
    const before = events.at(-1);
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

  drop(pair: Pair): void {
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'closed';
    for (const side of SIDES) for (const event of pair[side]) this.pressure.remove(side, event.bytes);
    this.#byId.delete(pair.id);
  }

  #hold(pair: Pair, side: Side, event: PairEvent): void {
    this.#accounts[side].open.add(event.offset);
    this.pressure.add(side, event.bytes);
    if (pair.stage === 'parked') this.#outages.unpark(pair);
    pair.stage = 'waiting';
  }
}
