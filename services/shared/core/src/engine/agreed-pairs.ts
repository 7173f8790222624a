// Pairs of one event a side that were found to agree, and only wait for both sides to be quiet: nearly all pairs there
// are. They rest in columns, without an object each, in the order in which they were found. Whatever else becomes of one
// (a third event, an end that comes first) is decided on a pair, which is made when it leaves this table.
//
// Hot path: once for every pair, hence written for speed (scripts/bench/pairs.ts).
import { DigestColumn } from './digest-column.ts';
import { IdIndex, type Named } from './id-index.ts';
import type { LoneEvent } from './lone-events.ts';
import { filled, reordered } from './ring-columns.ts';

const FIRST_ENTRIES = 64;
const BEHIND = 1;

export class AgreedPairs implements Named {
  readonly legacy = new AgreedSide();
  readonly candidate = new AgreedSide();
  readonly #index = new IdIndex();
  /** A ring: entries from #head on, #count of them, those taken out of turn (whose id is undefined) included. */
  #head = 0;
  #count = 0;
  #size = 0;
  #ids: (string | undefined)[] = new Array(FIRST_ENTRIES);
  #types: string[] = new Array(FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
  #isMatch = new Uint8Array(FIRST_ENTRIES);

  get size(): number {
    return this.#size;
  }

  isOf(entry: number, id: string): boolean {
    return this.#ids[entry] === id;
  }

  /** `hash`: 32 bits, the same function of the id for all calls. -1: none. */
  find(id: string, hash: number): number {
    return this.#size === 0 ? -1 : this.#index.find(id, hash | 0, this.#hashes, this);
  }

  /** As the newest. Returns the entry, whose sides are to be put by the caller. */
  add(id: string, hash: number, type: string, agrees: 'match' | 'equivalent'): number {
    if (this.#count === this.#ids.length) this.#grow();
    const entry = (this.#head + this.#count) & (this.#ids.length - 1);
    this.#count++;
    this.#size++;
    this.#ids[entry] = id;
    this.#types[entry] = type;
    this.#hashes[entry] = hash;
    this.#isMatch[entry] = agrees === 'match' ? 1 : 0;
    this.#index.add(entry, this.#hashes);
    return entry;
  }

  idOf(entry: number): string {
    return this.#ids[entry] as string;
  }

  hashOf(entry: number): number {
    return this.#hashes[entry] as number;
  }

  typeOf(entry: number): string {
    return this.#types[entry] as string;
  }

  agreementOf(entry: number): 'match' | 'equivalent' {
    return this.#isMatch[entry] === 1 ? 'match' : 'equivalent';
  }

  remove(entry: number): void {
    this.#index.delete(entry, this.#hashes);
    this.#ids[entry] = undefined;
    this.#size--;
    this.#skip();
  }

  /** The one that has waited longest, or -1. */
  first(): number {
    return this.#size === 0 ? -1 : this.#head;
  }

  /** The one so many places behind the first, or -1; places of what was taken out of turn count. */
  at(place: number): number {
    if (place >= this.#count) return -1;
    const entry = (this.#head + place) & (this.#ids.length - 1);
    return this.#ids[entry] === undefined ? -1 : entry;
  }

  /** All, oldest first; none may be added or removed meanwhile. */
  *all(): Generator<number> {
    for (let place = 0; place < this.#count; place++) {
      const entry = this.at(place);
      if (entry >= 0) yield entry;
    }
  }

  /** The head never rests on an empty place. */
  #skip(): void {
    const mask = this.#ids.length - 1;
    while (this.#count > 0 && this.#ids[this.#head] === undefined) {
      this.#head = (this.#head + 1) & mask;
      this.#count--;
    }
  }

  /** Twice the room, the oldest first again. */
  #grow(): void {
    const before = this.#ids.length;
    const order = Int32Array.from({ length: before }, (_, i) => (this.#head + i) & (before - 1));
    this.#ids = reordered(this.#ids, order);
    this.#types = reordered(this.#types, order);
    this.#hashes = filled(new Int32Array(before * 2), this.#hashes, order);
    this.#isMatch = filled(new Uint8Array(before * 2), this.#isMatch, order);
    this.legacy.reorder(order);
    this.candidate.reorder(order);
    this.#head = 0;
    this.#index.clear();
    for (let entry = 0; entry < before; entry++) {
      if (this.#ids[entry] !== undefined) this.#index.add(entry, this.#hashes);
    }
  }
}

/** One side's events, by entry. */
export class AgreedSide {
  #offsets = new Float64Array(FIRST_ENTRIES);
  #timestamps = new Float64Array(FIRST_ENTRIES);
  #arrived = new Float64Array(FIRST_ENTRIES);
  #flags = new Uint8Array(FIRST_ENTRIES);
  readonly digests = new DigestColumn(FIRST_ENTRIES);

  /** All but its digest, which is put by the caller. */
  put(entry: number, offset: number, timestamp: number, arrived: number, behind: boolean): void {
    this.#offsets[entry] = offset;
    this.#timestamps[entry] = timestamp;
    this.#arrived[entry] = arrived;
    this.#flags[entry] = behind ? BEHIND : 0;
  }

  offset(entry: number): number {
    return this.#offsets[entry] as number;
  }

  /** What is measured of the first event of a side. */
  first(entry: number): Pick<LoneEvent, 'timestamp' | 'arrived' | 'behind'> {
    return { timestamp: this.timestamp(entry), arrived: this.arrived(entry), behind: this.isBehind(entry) };
  }

  timestamp(entry: number): number {
    return this.#timestamps[entry] as number;
  }

  arrived(entry: number): number {
    return this.#arrived[entry] as number;
  }

  isBehind(entry: number): boolean {
    return this.#flags[entry] === BEHIND;
  }

  digest(entry: number): string {
    return this.digests.text(entry);
  }

  reorder(order: Int32Array): void {
    this.#offsets = filled(new Float64Array(order.length * 2), this.#offsets, order);
    this.#timestamps = filled(new Float64Array(order.length * 2), this.#timestamps, order);
    this.#arrived = filled(new Float64Array(order.length * 2), this.#arrived, order);
    this.#flags = filled(new Uint8Array(order.length * 2), this.#flags, order);
    this.digests.reorder(order);
  }
}
