// Writes rows in order, one write at a time, and waits out a store that is down. Reading pauses while too much waits.
import type { DifferenceRow, Join, OutageRow, PairRow, RowBatch } from '@parallax/core';

/** Rows of one write: enough for few parts in the store, little enough for a quick one. */
const MAX_ROWS = 20_000;
/** Rows waiting above which reading pauses, and below which it goes on. */
const PAUSE_AT = 60_000;
const RESUME_AT = 20_000;

interface Marks {
  readonly join: Join;
  readonly upTo: number;
}

export interface WriterAround {
  /** Writes one batch, retrying for as long as that may help. */
  readonly write: (batch: RowBatch) => Promise<void>;
  readonly onOutage: (row: OutageRow) => void;
  /** Rows have been taken over and wait. */
  readonly onRows: () => void;
}

export class RowWriter {
  readonly #around: WriterAround;
  #pairs: PairRow[] = [];
  #differences: DifferenceRow[] = [];
  #outages: OutageRow[] = [];
  #marks: Marks[] = [];
  #writing: Promise<void> = Promise.resolve();
  #inFlight = 0;
  isPausing = false;

  constructor(around: WriterAround) {
    this.#around = around;
  }

  /** Takes over what the joins have emitted. */
  collect(joins: Iterable<Join>): void {
    for (const join of joins) {
      const { pairs, differences, outages } = join.drain();
      if (pairs.length === 0 && outages.length === 0) continue;
      for (const row of pairs) this.#pairs.push(row);
      for (const row of differences) this.#differences.push(row);
      for (const row of outages) {
        this.#outages.push(row);
        this.#around.onOutage(row);
      }
      this.#marks.push({ join, upTo: join.emitted });
      this.#around.onRows();
    }
    if (this.waiting >= PAUSE_AT) this.isPausing = true;
  }

  get waiting(): number {
    return this.#pairs.length + this.#inFlight;
  }

  get isFull(): boolean {
    return this.#pairs.length >= MAX_ROWS;
  }

  /** Starts writing what waits; resolves once that is in the store. Calls queue up. */
  flush(): Promise<void> {
    if (this.#marks.length === 0) return this.#writing;
    const batch: RowBatch = { pairs: this.#pairs, differences: this.#differences, outages: this.#outages };
    const marks = this.#marks;
    const rows = this.#pairs.length;
    this.#pairs = [];
    this.#differences = [];
    this.#outages = [];
    this.#marks = [];
    this.#inFlight += rows;
    this.#writing = this.#writing.then(async () => {
      await this.#around.write(batch);
      this.#inFlight -= rows;
      if (this.waiting <= RESUME_AT) this.isPausing = false;
      for (const { join, upTo } of marks) join.acknowledged(upTo);
    });
    return this.#writing;
  }
}
