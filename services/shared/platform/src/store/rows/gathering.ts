// Rows on their way: encoded as they come, table by table, in inserts bounded by rows and bytes.
//
// Encoded at once rather than when they are written: rows kept as objects for a second outlive the young generation, and
// moving and collecting them cost 1.4 µs a pair, half as much again as making and encoding them.
import type {
  DifferenceRow,
  GatheredRows,
  HaltRow,
  LedgerRow,
  LoadRow,
  OutageRow,
  PairRow,
  RowBatch,
  RunRow,
} from '@parallax/core';
import { DIFFERENCES, HALTS, LEDGER, LOAD, OUTAGES, PAIRS, RUNS } from './columns.ts';
import type { Block, Table } from './native-block.ts';

/** One insert is one part of the table: few big ones, but small enough to be held in memory on both sides. */
const ROWS_PER_INSERT = 100_000;
const BYTES_PER_INSERT = 32 * 1_048_576;
/** Rows after which a block's bytes are looked at; at every one where it may hold a long value. */
const LOOK_EVERY = 256;
/** Of each kind, what is kept to be used again, and the largest buffer worth keeping. */
const KEPT = 4;
const KEPT_BYTES = 2 * BYTES_PER_INSERT;
const NOTHING = Buffer.alloc(0);

/** Memory that inserts have given back. */
export class InsertMemory {
  readonly bytes: Buffer[] = [];
  readonly differences = new Blocks(DIFFERENCES);
  readonly pairs = new Blocks(PAIRS);
  readonly ledger = new Blocks(LEDGER);
  readonly outages = new Blocks(OUTAGES);
  readonly runs = new Blocks(RUNS);
  readonly load = new Blocks(LOAD);
  readonly halts = new Blocks(HALTS);

  take(): Buffer {
    return this.bytes.pop() ?? NOTHING;
  }

  give(memory: Buffer): void {
    if (this.bytes.length < KEPT && memory.length <= KEPT_BYTES) this.bytes.push(memory);
  }
}

class Blocks<Row> {
  readonly table: Table<Row>;
  readonly #free: Block<Row>[] = [];

  constructor(table: Table<Row>) {
    this.table = table;
  }

  take(): Block<Row> {
    return this.#free.pop() ?? this.table.open();
  }

  give(block: Block<Row>): void {
    block.clear();
    if (this.#free.length < KEPT) this.#free.push(block);
  }
}

/** Sends one insert in the Native format; its bytes stay as they are until it resolves. */
export type SendInsert = (table: Pick<Table<never>, 'name' | 'columns'>, block: Buffer) => Promise<void>;

export class Gathering implements GatheredRows {
  readonly #differences: TableInserts<DifferenceRow>;
  readonly #pairs: TableInserts<PairRow>;
  readonly #ledger: TableInserts<LedgerRow>;
  readonly #outages: TableInserts<OutageRow>;
  readonly #runs: TableInserts<RunRow>;
  readonly #load: TableInserts<LoadRow>;
  readonly #halts: TableInserts<HaltRow>;

  constructor(memory: InsertMemory, send: SendInsert) {
    this.#differences = new TableInserts(memory.differences, memory, send, 1);
    this.#pairs = new TableInserts(memory.pairs, memory, send);
    this.#ledger = new TableInserts(memory.ledger, memory, send);
    this.#outages = new TableInserts(memory.outages, memory, send);
    this.#runs = new TableInserts(memory.runs, memory, send);
    this.#load = new TableInserts(memory.load, memory, send);
    this.#halts = new TableInserts(memory.halts, memory, send);
  }

  get pairs(): number {
    return this.#pairs.rows;
  }

  get differences(): number {
    return this.#differences.rows;
  }

  get bytes(): number {
    return [this.#differences, this.#pairs, ...this.#others].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  add(batch: RowBatch): void {
    this.#differences.add(batch.differences);
    this.#pairs.add(batch.pairs);
    this.#ledger.add(batch.ledger);
    this.#outages.add(batch.outages);
    this.#runs.add(batch.runs);
    this.#load.add(batch.load);
    this.#halts.add(batch.halts);
  }

  get #others() {
    return [this.#ledger, this.#outages, this.#runs, this.#load, this.#halts];
  }

  async write(): Promise<void> {
    // A pair without its differences would be a divergence that cannot be explained; the reverse is invisible.
    for (const table of [this.#differences, this.#pairs, ...this.#others]) await table.write();
  }
}

/** Rows of a table that one insert takes: a block, and once it is to be sent, its bytes. */
interface Insert<Row> {
  readonly block: Block<Row>;
  bytes: Buffer | undefined;
  attempts: number;
}

class TableInserts<Row> {
  readonly #lookEvery: number;
  readonly #blocks: Blocks<Row>;
  readonly #memory: InsertMemory;
  readonly #send: SendInsert;
  readonly #waiting: Insert<Row>[] = [];
  rows = 0;

  constructor(blocks: Blocks<Row>, memory: InsertMemory, send: SendInsert, lookEvery = LOOK_EVERY) {
    this.#lookEvery = lookEvery;
    this.#blocks = blocks;
    this.#memory = memory;
    this.#send = send;
  }

  add(rows: readonly Row[] | undefined): void {
    if (rows === undefined || rows.length === 0) return;
    let block = this.#waiting.at(-1)?.block;
    for (const row of rows) {
      if (block === undefined || block.rows >= ROWS_PER_INSERT || this.#isLong(block)) {
        block = this.#blocks.take();
        this.#waiting.push({ block, bytes: undefined, attempts: 0 });
      }
      block.add(row);
    }
    this.rows += rows.length;
  }

  #isLong(block: Block<Row>): boolean {
    return block.rows % this.#lookEvery === 0 && block.bytes >= BYTES_PER_INSERT;
  }

  /** Of rows that are not written yet. */
  get bytes(): number {
    return this.#waiting.reduce((sum, { block }) => sum + block.bytes, 0);
  }

  async write(): Promise<void> {
    for (let insert = this.#waiting[0]; insert !== undefined; insert = this.#waiting[0]) {
      insert.bytes ??= insert.block.write(this.#memory.take());
      insert.attempts += 1;
      await this.#send(this.#blocks.table, insert.bytes);
      this.#waiting.shift();
      this.#blocks.give(insert.block);
      // An attempt that was given up may still be read from.
      if (insert.attempts === 1) this.#memory.give(Buffer.from(insert.bytes.buffer));
    }
  }
}
