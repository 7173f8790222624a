// Rows on their way: encoded as they come, table by table, in inserts bounded by rows and bytes.
//
// Encoded at once rather than when they are written: rows kept as objects for a second outlive the young generation, and
// moving and collecting them cost 1.4 µs a pair, half as much again as making and encoding them.
import type { DifferenceRow, GatheredRows, LedgerRow, OutageRow, PairRow, RowBatch, RunRow } from '@parallax/core';
import { DIFFERENCES, LEDGER, OUTAGES, PAIRS, RUNS, type Table } from './columns.ts';
import { LineBuffer } from './line-buffer.ts';

/** One insert is one part of the table: few big ones, but small enough to be held in memory on both sides. */
const ROWS_PER_INSERT = 100_000;
const BYTES_PER_INSERT = 32 * 1_048_576;
const FIRST_BYTES = 64 * 1_024;
/** Buffers kept to be used again, and the largest worth keeping. */
const KEPT = 4;
const KEPT_BYTES = 2 * BYTES_PER_INSERT;

/** Memory that inserts have given back. */
export class InsertMemory {
  readonly #free: Buffer[] = [];

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  give(memory: Buffer): void {
    if (this.#free.length < KEPT && memory.length > FIRST_BYTES && memory.length <= KEPT_BYTES) this.#free.push(memory);
  }
}

/** Sends one insert of JSONCompactEachRow; its bytes stay as they are until it resolves. */
export type SendInsert = (table: Pick<Table<never>, 'name' | 'columns'>, lines: Buffer) => Promise<void>;

export class Gathering implements GatheredRows {
  readonly #differences: TableInserts<DifferenceRow>;
  readonly #pairs: TableInserts<PairRow>;
  readonly #ledger: TableInserts<LedgerRow>;
  readonly #outages: TableInserts<OutageRow>;
  readonly #runs: TableInserts<RunRow>;

  constructor(memory: InsertMemory, send: SendInsert) {
    this.#differences = new TableInserts(DIFFERENCES, memory, send);
    this.#pairs = new TableInserts(PAIRS, memory, send);
    this.#ledger = new TableInserts(LEDGER, memory, send);
    this.#outages = new TableInserts(OUTAGES, memory, send);
    this.#runs = new TableInserts(RUNS, memory, send);
  }

  get pairs(): number {
    return this.#pairs.rows;
  }

  get differences(): number {
    return this.#differences.rows;
  }

  get bytes(): number {
    return this.#differences.bytes + this.#pairs.bytes + this.#ledger.bytes + this.#outages.bytes + this.#runs.bytes;
  }

  add(batch: RowBatch): void {
    this.#differences.add(batch.differences);
    this.#pairs.add(batch.pairs);
    this.#ledger.add(batch.ledger);
    this.#outages.add(batch.outages);
    this.#runs.add(batch.runs);
  }

  async write(): Promise<void> {
    // A pair without its differences would be a divergence that cannot be explained; the reverse is invisible.
    for (const table of [this.#differences, this.#pairs, this.#ledger, this.#outages, this.#runs]) await table.write();
  }
}

class TableInserts<Row> {
  readonly #table: Table<Row>;
  readonly #memory: InsertMemory;
  readonly #send: SendInsert;
  readonly #waiting: { readonly lines: LineBuffer; attempts: number }[] = [];
  rows = 0;

  constructor(table: Table<Row>, memory: InsertMemory, send: SendInsert) {
    this.#table = table;
    this.#memory = memory;
    this.#send = send;
  }

  add(rows: readonly Row[] | undefined): void {
    if (rows === undefined || rows.length === 0) return;
    let lines = this.#waiting.at(-1)?.lines;
    for (const row of rows) {
      if (lines === undefined || lines.rows >= ROWS_PER_INSERT || lines.length >= BYTES_PER_INSERT) {
        lines = new LineBuffer(this.#memory.take());
        this.#waiting.push({ lines, attempts: 0 });
      }
      lines.beginRow();
      this.#table.write(row, lines);
      lines.endRow();
    }
    this.rows += rows.length;
  }

  /** Of rows that are not written yet. */
  get bytes(): number {
    return this.#waiting.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  async write(): Promise<void> {
    for (let insert = this.#waiting[0]; insert !== undefined; insert = this.#waiting[0]) {
      insert.attempts += 1;
      await this.#send(this.#table, insert.lines.written);
      this.#waiting.shift();
      // An attempt that was given up may still be read from.
      if (insert.attempts === 1) this.#memory.give(insert.lines.memory);
    }
  }
}
