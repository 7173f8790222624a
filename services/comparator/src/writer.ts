// Writes rows in order, one write at a time, and waits out a store that is down. Reading pauses while too much waits.
import type { DifferenceRow, GatheredRows, Join, OutageRow, PairRow, RowBatch } from '@parallax/core';

/** Pairs of one write: enough for few parts in the store, little enough for a quick one. */
const MAX_PAIRS = 50_000;
/** Pairs waiting above which reading pauses, and below which it goes on. */
const PAUSE_AT = 150_000;
const RESUME_AT = 50_000;

interface Marks {
  readonly join: Join;
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
  #inFlight = 0;
  isPausing = false;

  constructor(around: WriterAround) {
    this.#around = around;
    this.#rows = around.gather();
  }

  /** Takes over what the joins have emitted. */
  collect(joins: Iterable<Join>): void {
    for (const join of joins) {
      const emitted = join.drain();
      if (emitted.pairs.length === 0 && emitted.outages.length === 0) continue;
      this.#rows.add(emitted);
      for (const row of emitted.outages) this.#around.onOutage(row);
      this.#marks.push({ join, upTo: join.emitted });
      this.#around.onRows();
    }
    if (this.waiting >= PAUSE_AT) this.isPausing = true;
  }

  get waiting(): number {
    return this.#rows.pairs + this.#inFlight;
  }

  get isFull(): boolean {
    return this.#rows.pairs >= MAX_PAIRS;
  }

  /** Starts writing what waits; resolves once that is in the store. Calls queue up. */
  flush(): Promise<void> {
    if (this.#marks.length === 0) return this.#writing;
    const rows = this.#rows;
    const marks = this.#marks;
    this.#rows = this.#around.gather();
    this.#marks = [];
    this.#inFlight += rows.pairs;
    this.#writing = this.#writing.then(async () => {
      await this.#around.write(rows);
      this.#inFlight -= rows.pairs;
      if (this.waiting <= RESUME_AT) this.isPausing = false;
      for (const { join, upTo } of marks) join.acknowledged(upTo);
    });
    return this.#writing;
  }
}

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
    write: () => write({ pairs, differences, outages }),
  };
}
