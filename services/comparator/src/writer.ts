// Writes rows in order, one write at a time, and waits out a store that is down. Reading pauses while too much waits.
import type { DifferenceRow, GatheredRows, Join, OutageRow, PairRow, RowBatch } from '@parallax/core';

const MIB = 1_048_576;

/** Of one write: enough for few parts in the store, little enough for a quick one. Pairs may have many differences. */
const FULL = { pairs: 100_000, bytes: 32 * MIB };
/** Waiting, above which reading pauses, and below which it goes on. */
const PAUSE_AT = { pairs: 200_000, bytes: 96 * MIB };
const RESUME_AT = { pairs: 50_000, bytes: 32 * MIB };

/** What the writer needs of a join. */
export type Emitting = Pick<Join, 'drain' | 'emitted' | 'acknowledged'>;

interface Marks {
  readonly join: Emitting;
  readonly upTo: number;
}

export interface WriterAround {
  /** Takes rows over for one write to come. */
  readonly gather: () => GatheredRows;
  /** Writes what was gathered, retrying for as long as that may help. */
  readonly write: (rows: GatheredRows) => Promise<void>;
  readonly onOutage: (row: OutageRow) => void;
  /** Rows have been taken over and wait. */
  readonly onRows: () => void;
}

export class RowWriter {
  readonly #around: WriterAround;
  #rows: GatheredRows;
  #marks: Marks[] = [];
  #writing: Promise<void> = Promise.resolve();
  #inFlight = { pairs: 0, bytes: 0 };
  isPausing = false;

  constructor(around: WriterAround) {
    this.#around = around;
    this.#rows = around.gather();
  }

  /** Takes over what the joins have emitted. */
  collect(joins: Iterable<Emitting>): void {
    for (const join of joins) {
      const emitted = join.drain();
      if (emitted.pairs.length === 0 && emitted.outages.length === 0) continue;
      this.#rows.add(emitted);
      for (const row of emitted.outages) this.#around.onOutage(row);
      this.#marks.push({ join, upTo: join.emitted });
      this.#around.onRows();
    }
    if (this.#waitsFor(PAUSE_AT)) this.isPausing = true;
  }

  /** Collects; whether there is room for more. */
  takes(joins: Iterable<Emitting>): boolean {
    this.collect(joins);
    return !this.isPausing;
  }

  get isFull(): boolean {
    return this.#rows.pairs >= FULL.pairs || this.#rows.bytes >= FULL.bytes;
  }

  /** Starts writing what waits; resolves once that is in the store. Calls queue up. */
  flush(): Promise<void> {
    if (this.#marks.length === 0) return this.#writing;
    const rows = this.#rows;
    const marks = this.#marks;
    this.#rows = this.#around.gather();
    this.#marks = [];
    const { pairs, bytes } = rows;
    this.#inFlight = { pairs: this.#inFlight.pairs + pairs, bytes: this.#inFlight.bytes + bytes };
    this.#writing = this.#writing.then(async () => {
      await this.#around.write(rows);
      this.#inFlight = { pairs: this.#inFlight.pairs - pairs, bytes: this.#inFlight.bytes - bytes };
      if (!this.#waitsFor(RESUME_AT)) this.isPausing = false;
      for (const { join, upTo } of marks) join.acknowledged(upTo);
    });
    return this.#writing;
  }

  #waitsFor(mark: typeof FULL): boolean {
    const { pairs, bytes } = this.#inFlight;
    return this.#rows.pairs + pairs >= mark.pairs || this.#rows.bytes + bytes >= mark.bytes;
  }
}

/** A row as an object, its texts included; differences show values of some hundred characters at most. */
const ROW_BYTES = 1_000;

/** For a store that takes rows only when they are written. */
export function keepRows(write: (batch: RowBatch) => Promise<void>): GatheredRows {
  const pairs: PairRow[] = [];
  const differences: DifferenceRow[] = [];
  const outages: OutageRow[] = [];
  return {
    add(batch) {
      for (const row of batch.pairs ?? []) pairs.push(row);
      for (const row of batch.differences ?? []) differences.push(row);
      for (const row of batch.outages ?? []) outages.push(row);
    },
    get pairs() {
      return pairs.length;
    },
    get differences() {
      return differences.length;
    },
    get bytes() {
      return (pairs.length + differences.length) * ROW_BYTES;
    },
    write: () => write({ pairs, differences, outages }),
  };
}
