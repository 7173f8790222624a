// The divergence store port: what Parallax needs of ClickHouse, and no more.
import type { PairRow, RowBatch } from '../rows.ts';

export interface StoreAdmin {
  /** Brings the schema up to this build's, in numbered steps; a newer schema is a fault that says so. */
  migrate(): Promise<void>;
  /** Removes every row of a run, from every table. */
  deleteRun(experiment: string, run: string): Promise<void>;
}

export interface StoreWriter {
  /**
   * Resolves once all rows are durable; differences go before pairs. Writing the same rows again, or rows of a lower
   * version, in any order, never changes what readers see. Rejections that may pass by themselves are retryable; some
   * rows may then have been written.
   */
  write(batch: RowBatch): Promise<void>;
  /**
   * For a store that takes rows over in a form of its own as they come, so that they need not be kept as objects until
   * they are written. Absent: the caller keeps them and calls {@link write}.
   */
  gather?(): GatheredRows;
}

/** Rows of one write to come. */
export interface GatheredRows {
  /** Takes over a copy of the rows. Not once {@link write} was called. */
  add(batch: RowBatch): void;
  readonly pairs: number;
  readonly differences: number;
  /** Memory it takes, roughly. */
  readonly bytes: number;
  /** As {@link StoreWriter.write} with all that was added. After a rejection it may be called again. */
  write(): Promise<void>;
}

export interface PairScope {
  readonly experiment: string;
  readonly run: string;
  readonly output: string;
}

export interface StoreReader {
  /** The latest row of each id that has one, in no order. Any number of ids. */
  lookup(scope: PairScope, ids: readonly string[]): Promise<readonly PairRow[]>;
  /** The latest rows of pairs with an event in this partition, the most recently judged first; provisional ones left out. */
  recent(scope: PairScope, partition: number, limit: number): Promise<readonly PairRow[]>;
  /** Read-only SQL. `params` are bound as {name:Type}. Integers beyond 2^53 come as strings. */
  query(sql: string, params?: Readonly<Record<string, unknown>>): Promise<readonly Record<string, unknown>[]>;
}

export interface DivergenceStore extends StoreAdmin, StoreWriter, StoreReader {
  /** Shown in messages; never contains a secret. */
  readonly address: string;
  close(): Promise<void>;
}
