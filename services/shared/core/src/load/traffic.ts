// How much traffic there was: records and bytes by time, told in any order, in memory that is bounded.
//
// Time is cut into slots of a second. When more than 100,000 of them hold something, they are joined into longer ones, so
// that rates stay exact sums over coarser times: a peak is then the mean of its slot, and the slot's length is told.
import { Histogram, type Spread } from './histogram.ts';

/** Each a whole number of times the one before. */
const SLOTS_MS = [1_000, 10_000, 60_000, 600_000, 3_600_000, 86_400_000] as const;
const MOST_SLOTS = 100_000;
const MINUTE_MS = 60_000;

/** Of slots of one length, empty ones counted. */
export interface Rates {
  /** Length of the slots that were compared, ms. */
  readonly slotMs: number;
  /** Each per second or per minute, as the field that holds it says. */
  readonly mean: number;
  readonly p95: number;
  readonly peak: number;
  /** Begin of the busiest slot, epoch ms. */
  readonly peakAt: number;
}

export interface TrafficSummary {
  readonly records: number;
  /** Key, value, header names and values. */
  readonly bytes: number;
  /** Of the first and the last record, epoch ms. */
  readonly first: number;
  readonly last: number;
  readonly perSecond: Rates;
  readonly perMinute: Rates;
  readonly bytesPerSecond: Rates;
  /** Of one record, bytes. */
  readonly size: Spread;
}

/** What a stretch of time held. */
export interface TrafficSlot {
  /** Epoch ms. */
  readonly began: number;
  readonly records: number;
  readonly bytes: number;
}

interface Slot {
  records: number;
  bytes: number;
}

export class Traffic {
  readonly #most: number;
  readonly #size = new Histogram();
  #level = 0;
  #slots = new Map<number, Slot>();
  /** Most records come in the slot of the one before. */
  #latest: { readonly number: number; readonly slot: Slot } | undefined;
  #records = 0;
  #bytes = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** `most`: slots that are kept; for tests. */
  constructor(most: number = MOST_SLOTS) {
    this.#most = most;
  }

  get slotMs(): number {
    return SLOTS_MS[this.#level] ?? MINUTE_MS;
  }

  /** `time`: epoch ms. */
  add(time: number, bytes: number): void {
    const slot = this.#slotAt(Math.floor(time / this.slotMs));
    slot.records += 1;
    slot.bytes += bytes;
    this.#records += 1;
    this.#bytes += bytes;
    if (time < this.#first) this.#first = time;
    if (time > this.#last) this.#last = time;
    this.#size.add(bytes);
    if (this.#slots.size > this.#most) this.#coarsen();
  }

  /** undefined of nothing. */
  summary(): TrafficSummary | undefined {
    const size = this.#size.spread();
    if (size === undefined) return undefined;
    const second = this.slots(this.slotMs);
    const minute = this.slots(Math.max(this.slotMs, MINUTE_MS));
    const [slotMs, minuteMs] = [this.slotMs, Math.max(this.slotMs, MINUTE_MS)];
    return {
      records: this.#records,
      bytes: this.#bytes,
      first: this.#first,
      last: this.#last,
      perSecond: this.#rates(second, slotMs, 1_000, ({ records }) => records),
      perMinute: this.#rates(minute, minuteMs, MINUTE_MS, ({ records }) => records),
      bytesPerSecond: this.#rates(second, slotMs, 1_000, ({ bytes }) => bytes),
      size,
    };
  }

  /** Those that hold something, in order. `ms` is a whole number of times {@link slotMs}, or is taken to be. */
  slots(ms: number): readonly TrafficSlot[] {
    const joined = new Map<number, Slot>();
    for (const [number, slot] of this.#slots) join(joined, Math.floor((number * this.slotMs) / ms), slot);
    return [...joined]
      .sort(([left], [right]) => left - right)
      .map(([number, { records, bytes }]) => ({ began: number * ms, records, bytes }));
  }

  /** Records a second over the time between first and last, in so many columns of equal length. */
  columns(count: number): readonly number[] {
    const rates = new Array<number>(count).fill(0);
    if (this.#records === 0) return rates;
    // The whole slots that are touched, so that no column seems emptier for being cut off.
    const begin = Math.floor(this.#first / this.slotMs) * this.slotMs;
    const span = (Math.floor(this.#last / this.slotMs) + 1) * this.slotMs - begin;
    const width = span / count;
    for (const [number, { records }] of this.#slots) {
      const from = number * this.slotMs - begin;
      // A slot that lies in several columns is shared out evenly.
      for (let at = from; at < from + this.slotMs; ) {
        const column = Math.min(count - 1, Math.floor(at / width + 1e-9));
        const until = column === count - 1 ? from + this.slotMs : Math.min(from + this.slotMs, (column + 1) * width);
        rates[column] = (rates[column] ?? 0) + (records * (until - at)) / this.slotMs / (width / 1_000);
        at = until;
      }
    }
    return rates;
  }

  #slotAt(number: number): Slot {
    if (this.#latest?.number === number) return this.#latest.slot;
    let slot = this.#slots.get(number);
    if (slot === undefined) {
      slot = { records: 0, bytes: 0 };
      this.#slots.set(number, slot);
    }
    this.#latest = { number, slot };
    return slot;
  }

  #coarsen(): void {
    while (this.#slots.size > this.#most && this.#level < SLOTS_MS.length - 1) {
      const before = this.slotMs;
      this.#level += 1;
      const joined = new Map<number, Slot>();
      for (const [number, slot] of this.#slots) join(joined, Math.floor((number * before) / this.slotMs), slot);
      this.#slots = joined;
      this.#latest = undefined;
    }
  }

  #rates(slots: readonly TrafficSlot[], slotMs: number, per: number, of: (slot: TrafficSlot) => number): Rates {
    const [head] = slots;
    const tail = slots.at(-1);
    if (head === undefined || tail === undefined) throw new Error('Rates are asked of traffic that there is.');
    const count = (tail.began - head.began) / slotMs + 1;
    const scale = per / slotMs;
    const busiest = slots.reduce((most, slot) => (of(slot) > of(most) ? slot : most));
    const amounts = slots.map(of).sort((left, right) => left - right);
    // The empty ones stand before all others.
    const place = Math.ceil(count * 0.95) - 1 - (count - amounts.length);
    const total = amounts.reduce((sum, amount) => sum + amount, 0);
    return {
      slotMs,
      mean: (total / count) * scale,
      p95: (place < 0 ? 0 : (amounts[place] ?? 0)) * scale,
      peak: of(busiest) * scale,
      peakAt: busiest.began,
    };
  }
}

function join(into: Map<number, Slot>, number: number, { records, bytes }: Slot): void {
  const slot = into.get(number);
  if (slot === undefined) into.set(number, { records, bytes });
  else {
    slot.records += records;
    slot.bytes += bytes;
  }
}
