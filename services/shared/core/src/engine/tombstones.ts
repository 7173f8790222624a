// Closed pairs, remembered in the order in which they were closed: for repeats, late events and revisions.
//
// Nearly all of them are of one kind: at most one event a side, each counted, judged once. These rest in columns, not in
// objects: a hundred thousand objects a partition that live for minutes are what a garbage collector is worst at
// (scripts/bench/pairs.ts). The others are kept as they are.
import type { Outcome } from '../outcome.ts';
import { spread } from './digest.ts';
import { DigestColumn } from './digest-column.ts';
import { IdIndex, type Named } from './id-index.ts';
import { isDigest } from './packed-digest.ts';
import { type ClosedEvent, isCounted, type Tombstone } from './pair.ts';
import { filled, reordered } from './ring-columns.ts';

const FIRST_ENTRIES = 64;
const ABSENT = -1;

export class Tombstones implements Named {
  readonly #limit: number;
  readonly #index = new IdIndex();
  /** A ring: entries from #head on, #count of them, forgotten ones (whose id is undefined) included. */
  #head = 0;
  #count = 0;
  #size = 0;
  #ids: (string | undefined)[] = new Array(FIRST_ENTRIES);
  #hashes = new Int32Array(FIRST_ENTRIES);
  #rich: (Tombstone | undefined)[] = new Array(FIRST_ENTRIES);
  #types: string[] = new Array(FIRST_ENTRIES);
  #outcomes: Outcome[] = new Array(FIRST_ENTRIES);
  #emitted = new Float64Array(FIRST_ENTRIES);
  readonly legacy = new ClosedSide();
  readonly candidate = new ClosedSide();

  /** `limit`: how many are remembered; a few more while they are being counted. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /** Entries there is memory for. */
  get room(): number {
    return this.#ids.length;
  }

  isOf(entry: number, id: string): boolean {
    return this.#ids[entry] === id;
  }

  /** `hash`: {@link spread} of the id. */
  find(id: string, hash = spread(id)): Tombstone | undefined {
    const entry = this.#index.find(id, hash | 0, this.#hashes, this);
    return entry < 0 ? undefined : this.#at(entry);
  }

  forget(id: string): void {
    const entry = this.#index.find(id, spread(id) | 0, this.#hashes, this);
    if (entry >= 0) this.#remove(entry);
  }

  /**
   * As {@link keep}, for a pair that agreed, without an object: one counted event a side, judged once, its id not kept yet.
   * Returns the entry, whose sides are to be put by the caller.
   */
  keepAgreed(id: string, hash: number, type: string, outcome: Outcome, emitted: number, acknowledged: number): number {
    if (this.#size > this.#limit * 1.0625) this.#evict(acknowledged);
    const entry = this.#begin(id, hash);
    this.#types[entry] = type;
    this.#outcomes[entry] = outcome;
    this.#emitted[entry] = emitted;
    return entry;
  }

  /** As the newest. `acknowledged`: rows in the store; what awaits that is never forgotten to make room. */
  keep(tombstone: Tombstone, acknowledged: number): void {
    this.forget(tombstone.id);
    this.#append(tombstone);
    // In batches, and only what is safe.
    if (this.#size > this.#limit * 1.0625) this.#evict(acknowledged);
  }

  #append(tombstone: Tombstone): void {
    const entry = this.#begin(tombstone.id, spread(tombstone.id));
    if (!isPlain(tombstone)) {
      this.#rich[entry] = tombstone;
      return;
    }
    this.#types[entry] = tombstone.type;
    this.#outcomes[entry] = tombstone.outcome;
    this.#emitted[entry] = tombstone.emitted;
    this.#put(this.legacy, entry, tombstone.legacy[0], tombstone.legacyTime);
    this.#put(this.candidate, entry, tombstone.candidate[0], tombstone.candidateTime);
  }

  #begin(id: string, hash: number): number {
    if (this.#count === this.#ids.length) this.#grow();
    const entry = (this.#head + this.#count) & (this.#ids.length - 1);
    this.#count++;
    this.#size++;
    this.#ids[entry] = id;
    this.#hashes[entry] = hash;
    this.#index.add(entry, this.#hashes);
    return entry;
  }

  #put(side: ClosedSide, entry: number, event: ClosedEvent | undefined, time: number | null): void {
    side.put(entry, event?.offset ?? ABSENT, time ?? Number.NaN);
    if (event !== undefined) side.digests.putText(entry, event.digest);
  }

  #at(entry: number): Tombstone {
    return (
      this.#rich[entry] ?? {
        id: this.#ids[entry] as string,
        type: this.#types[entry] as string,
        outcome: this.#outcomes[entry] as Outcome,
        reason: '',
        was: '',
        legacy: this.legacy.events(entry),
        candidate: this.candidate.events(entry),
        legacyTime: this.legacy.time(entry),
        candidateTime: this.candidate.time(entry),
        emitted: this.#emitted[entry] as number,
      }
    );
  }

  #remove(entry: number): void {
    this.#index.delete(entry, this.#hashes);
    this.#ids[entry] = undefined;
    this.#rich[entry] = undefined;
    this.#size--;
  }

  #evict(acknowledged: number): void {
    const mask = this.#ids.length - 1;
    for (let left = this.#count; left > 0 && this.#size > this.#limit; left--) {
      const entry = this.#head;
      const id = this.#ids[entry];
      if (id !== undefined) {
        const rich = this.#rich[entry];
        if ((rich?.emitted ?? (this.#emitted[entry] as number)) > acknowledged) return;
        this.#remove(entry);
        // What is ahead of the accounts is kept until it is counted: as the newest.
        if (rich !== undefined && !isCounted(rich)) {
          this.#head = (entry + 1) & mask;
          this.#count--;
          this.#append(rich);
          continue;
        }
      }
      this.#head = (entry + 1) & mask;
      this.#count--;
    }
  }

  /**
   * Twice the room, the oldest first again; the same room where half of it is held by what is forgotten: a pair that is
   * judged again leaves an empty place, and the head only moves once there are too many.
   */
  #grow(): void {
    const order = this.#inOrder();
    this.#ids = reordered(this.#ids, order);
    this.#rich = reordered(this.#rich, order);
    this.#types = reordered(this.#types, order);
    this.#outcomes = reordered(this.#outcomes, order);
    this.#hashes = filled(new Int32Array(order.length * 2), this.#hashes, order);
    this.#emitted = filled(new Float64Array(order.length * 2), this.#emitted, order);
    this.legacy.reorder(order);
    this.candidate.reorder(order);
    this.#head = 0;
    this.#count = this.#size;
    this.#index.clear();
    for (let entry = 0; entry < this.#size; entry++) this.#index.add(entry, this.#hashes);
  }

  /** All that are remembered, oldest first, then of the forgotten as many as make half of the room there shall be. */
  #inOrder(): Int32Array {
    const places = this.#ids.length;
    const isHalfEmpty = this.#size * 2 <= places;
    const order = new Int32Array(isHalfEmpty ? places / 2 : places);
    for (let place = 0, kept = 0, left = this.#size; place < places; place++) {
      const entry = (this.#head + place) & (places - 1);
      if (this.#ids[entry] !== undefined) order[kept++] = entry;
      else if (left < order.length) order[left++] = entry;
    }
    return order;
  }
}

/** One event of a side, or none. */
export class ClosedSide {
  #offsets = new Float64Array(FIRST_ENTRIES);
  #times = new Float64Array(FIRST_ENTRIES);
  readonly digests = new DigestColumn(FIRST_ENTRIES);

  /** All but the event's digest, which is put by the caller. `time`: epoch ms, or NaN. */
  put(entry: number, offset: number, time: number): void {
    this.#offsets[entry] = offset;
    this.#times[entry] = time;
  }

  events(entry: number): ClosedEvent[] {
    const offset = this.#offsets[entry] as number;
    return offset === ABSENT ? [] : [{ offset, digest: this.digests.text(entry), counted: true }];
  }

  time(entry: number): number | null {
    const time = this.#times[entry] as number;
    return Number.isNaN(time) ? null : time;
  }

  reorder(order: Int32Array): void {
    this.#offsets = filled(new Float64Array(order.length * 2), this.#offsets, order);
    this.#times = filled(new Float64Array(order.length * 2), this.#times, order);
    this.digests.reorder(order);
  }
}

function isPlain({ reason, was, legacy, candidate }: Tombstone): boolean {
  return reason === '' && was === '' && isPlainSide(legacy) && isPlainSide(candidate);
}

function isPlainSide(events: readonly ClosedEvent[]): boolean {
  const [event] = events;
  return event === undefined || (events.length === 1 && event.counted && isDigest(event.digest));
}
