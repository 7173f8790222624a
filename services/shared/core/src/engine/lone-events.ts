// Events that wait alone: one of its id, on one side, nothing judged before. Most of what is open when a side lags is of
// this kind, so they rest in typed arrays and slabs, without an object each: about 80 bytes an event besides its id and
// its payload. What becomes of one (a second event, its deadline, memory running short) is decided on a pair, which is
// made when it leaves this table. A payload can be let go of: what is left is a stub, whose digest still tells repeats.
//
// Hot path: once for every event read, hence written for speed.
import type { Content } from '../compare/spec.ts';
import { SIDES, type Side } from '../outcome.ts';
import { Chains } from './chains.ts';
import { sameContent } from './content.ts';
import { digestContent } from './digest.ts';
import { IdIndex, type Named } from './id-index.ts';
import { type LoneRecord, LoneRecords } from './lone-records.ts';

export interface LoneEvent extends LoneRecord {
  readonly side: Side;
  readonly behind: boolean;
  readonly mustAsk: boolean;
  readonly asked: boolean;
  /** Minus infinity: nothing puts its deadline off. */
  readonly notBefore: number;
  readonly shown: string;
  /** Waits for an outage to end. */
  readonly parked: boolean;
}

/** What an event weighs in the columns and the index. */
const ENTRY_BYTES = 28;
const FIRST_ENTRIES = 64;
const NEVER = Number.NEGATIVE_INFINITY;

const CANDIDATE = 1;
const PARKED = 2;
const MUST_ASK = 4;
const ASKED = 8;
const BEHIND = 16;
const STUB = 32;
const CHAIN = CANDIDATE | PARKED;

/** In which what waits is worked through besides from the first on: by its stamps, and to let go of payloads. */
const BY_STAMP = 0;
const BY_PAYLOAD = 1;
const WAYS = 2;

export class LoneEvents implements Named {
  readonly #index = new IdIndex();
  readonly #records = new LoneRecords((entry, place) => {
    this.#places[entry] = place;
  });
  readonly #chains = new Chains(CHAIN + 1, WAYS, FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
  #places = new Uint32Array(FIRST_ENTRIES);
  #states = new Uint8Array(FIRST_ENTRIES);
  #shown = new Uint8Array(FIRST_ENTRIES);
  /** Reasons of rows that were shown: few. */
  readonly #reasons = [''];
  /** Only once there was an outage. */
  #notBefore: Float64Array | undefined;
  #used = 0;
  readonly #unused: number[] = [];

  get size(): number {
    return this.#used - this.#unused.length;
  }

  /** Bytes of memory, holes included. */
  get heldBytes(): number {
    return this.#records.heldBytes + this.#states.length * ENTRY_BYTES;
  }

  /** `hash`: 32 bits, the same function of the id for all calls. -1: none. */
  find(id: string, hash: number): number {
    return this.size === 0 ? -1 : this.#index.find(id, hash | 0, this.#hashes, this);
  }

  isOf(entry: number, id: string): boolean {
    return this.#records.isOf(this.#places[entry] as number, this.isStub(entry), id);
  }

  /** Copies what it is given. Returns the entry. */
  add(event: LoneEvent, hash: number): number {
    const entry = this.#unused.pop() ?? this.#used++;
    if (entry === this.#states.length) this.#grow();
    const state =
      chainOf(event.side, event.parked) |
      (event.mustAsk ? MUST_ASK : 0) |
      (event.asked ? ASKED : 0) |
      (event.behind ? BEHIND : 0) |
      (event.content === undefined ? STUB : 0);
    this.#states[entry] = state;
    this.#hashes[entry] = hash;
    this.show(entry, event.shown);
    this.#putOff(entry, event.notBefore);
    this.#places[entry] = this.#records.write(entry, event);
    this.#index.add(entry, this.#hashes);
    this.#chains.append(state & CHAIN, entry);
    return entry;
  }

  /** What {@link add} was given, its content as views. */
  get(entry: number): LoneEvent {
    const state = this.#states[entry] as number;
    return {
      ...this.#records.read(this.#places[entry] as number, this.isStub(entry)),
      side: this.sideOf(entry),
      behind: (state & BEHIND) !== 0,
      mustAsk: (state & MUST_ASK) !== 0,
      asked: (state & ASKED) !== 0,
      notBefore: this.notBefore(entry),
      shown: this.shown(entry),
      parked: this.isParked(entry),
    };
  }

  remove(entry: number): void {
    this.#index.delete(entry, this.#hashes);
    this.#chains.remove((this.#states[entry] as number) & CHAIN, entry);
    this.#records.free(this.#places[entry] as number);
    this.#unused.push(entry);
  }

  /** Lets go of the payload, where that makes room: a stub is left. */
  shrink(entry: number): void {
    if (this.isStub(entry) || !this.#records.isWorthShrinking(this.#places[entry] as number)) return;
    const place = this.#places[entry] as number;
    const record = this.#records.read(place, false);
    const digest = digestContent(this.#records.content(place));
    this.#records.free(place);
    this.#states[entry] = (this.#states[entry] as number) | STUB;
    this.#places[entry] = this.#records.write(entry, { ...record, content: undefined, digest });
  }

  /** An event of the same side with this content repeats it. */
  isRepeated(entry: number, content: Content): boolean {
    const place = this.#places[entry] as number;
    return this.isStub(entry)
      ? this.#records.digest(place) === digestContent(content)
      : sameContent(this.#records.content(place), content);
  }

  /** What it weighs, its share of the columns included. */
  bytesOf(entry: number): number {
    return this.#records.sizeOf(this.#places[entry] as number) + ENTRY_BYTES;
  }

  /** Its payload is here, and nothing is to be asked of the store before it is judged with its partner. */
  isPlain(entry: number): boolean {
    const state = this.#states[entry] as number;
    return (state & STUB) === 0 && (state & (MUST_ASK | ASKED)) !== MUST_ASK;
  }

  isBehind(entry: number): boolean {
    return ((this.#states[entry] as number) & BEHIND) !== 0;
  }

  isStub(entry: number): boolean {
    return ((this.#states[entry] as number) & STUB) !== 0;
  }

  isParked(entry: number): boolean {
    return ((this.#states[entry] as number) & PARKED) !== 0;
  }

  sideOf(entry: number): Side {
    return ((this.#states[entry] as number) & CANDIDATE) === 0 ? 'legacy' : 'candidate';
  }

  /** Views of the table's memory: only good until something is added. Of one that is no stub. */
  contentOf(entry: number): Content {
    return this.#records.content(this.#places[entry] as number);
  }

  typeOf(entry: number): string {
    return this.#records.type(this.#places[entry] as number, this.isStub(entry));
  }

  offsetOf(entry: number): number {
    return this.#records.offset(this.#places[entry] as number);
  }

  timestampOf(entry: number): number {
    return this.#records.timestamp(this.#places[entry] as number);
  }

  arrivedAt(entry: number): number {
    return this.#records.arrived(this.#places[entry] as number);
  }

  notBefore(entry: number): number {
    return this.#notBefore === undefined ? NEVER : (this.#notBefore[entry] as number);
  }

  shown(entry: number): string {
    return this.#reasons[this.#shown[entry] as number] as string;
  }

  show(entry: number, reason: string): void {
    const known = this.#reasons.indexOf(reason);
    this.#shown[entry] = known >= 0 ? known : this.#reasons.push(reason) - 1;
  }

  /** The one that has waited longest, or -1. */
  first(side: Side, parked: boolean): number {
    return this.#chains.first(chainOf(side, parked));
  }

  /** The one after it that waits for the same, or -1. */
  next(entry: number): number {
    return this.#chains.next(entry);
  }

  /** Those that wait before those that wait for an outage to end; each side's oldest first. */
  *all(): Generator<number> {
    for (const parked of [false, true]) {
      for (const side of SIDES) {
        for (let entry = this.first(side, parked); entry >= 0; entry = this.next(entry)) yield entry;
      }
    }
  }

  count(side: Side, parked: boolean): number {
    return this.#chains.size(chainOf(side, parked));
  }

  /** The first that waits and whose stamp has not been asked of yet, or -1. */
  firstByStamp(side: Side): number {
    return this.#chains.marked(BY_STAMP, chainOf(side, false));
  }

  passByStamp(side: Side): void {
    this.#chains.pass(BY_STAMP, chainOf(side, false));
  }

  /** Shrinks the oldest that has its payload. Returns the bytes that are free now; 0 when all are stubs. */
  shrinkOldest(side: Side, parked: boolean): number {
    const chain = chainOf(side, parked);
    for (let entry = this.#chains.marked(BY_PAYLOAD, chain); entry >= 0; ) {
      this.#chains.pass(BY_PAYLOAD, chain);
      const before = this.bytesOf(entry);
      this.shrink(entry);
      const freed = before - this.bytesOf(entry);
      if (freed > 0) return freed;
      entry = this.#chains.marked(BY_PAYLOAD, chain);
    }
    return 0;
  }

  /** What was parked waits again, behind what waits already, its deadline counted from `notBefore` on. */
  release(side: Side, notBefore: number): void {
    const [from, to] = [chainOf(side, true), chainOf(side, false)];
    for (let entry = this.#chains.first(from); entry >= 0; entry = this.#chains.first(from)) {
      this.#chains.remove(from, entry);
      this.#states[entry] = (this.#states[entry] as number) & ~PARKED;
      this.#putOff(entry, Math.max(this.notBefore(entry), notBefore));
      this.#chains.append(to, entry);
    }
  }

  #putOff(entry: number, notBefore: number): void {
    if (this.#notBefore === undefined) {
      if (notBefore === NEVER) return;
      this.#notBefore = new Float64Array(this.#states.length).fill(NEVER);
    }
    this.#notBefore[entry] = notBefore;
  }

  #grow(): void {
    const entries = this.#states.length * 2;
    const copied = <T extends Int32Array | Uint32Array | Uint8Array | Float64Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#hashes = copied(new Int32Array(entries), this.#hashes);
    this.#places = copied(new Uint32Array(entries), this.#places);
    this.#states = copied(new Uint8Array(entries), this.#states);
    this.#shown = copied(new Uint8Array(entries), this.#shown);
    if (this.#notBefore !== undefined) this.#notBefore = copied(new Float64Array(entries), this.#notBefore);
    this.#chains.grow(entries);
  }
}

function chainOf(side: Side, parked: boolean): number {
  return (side === 'candidate' ? CANDIDATE : 0) | (parked ? PARKED : 0);
}
