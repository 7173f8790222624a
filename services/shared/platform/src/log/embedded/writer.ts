// The write queue of an embedded log: group commit, in order, and patient with other processes.
//
// What has been asked for while a transaction ran goes into the next one together, so that one fsync serves all. The
// wait for another process's transaction is a timer, not SQLite's sleep, so that reads go on meanwhile; between two
// transactions of its own the queue pauses for a moment, or it would keep other writers out for good.
import type { DatabaseSync } from 'node:sqlite';
import { Fault } from '@parallax/core';
import { BUSY_TIMEOUT_MS } from './database.ts';
import { isBusy } from './sqlite.ts';

const TRANSACTION_BYTES = 8 * 1024 * 1024;
const RETRY_MS = 1;
const PAUSE_MS = 1;
const PATIENCE_MS = 30_000;

interface Job {
  readonly size: number;
  /**
   * Does the work and gives what to call once it is durable. Throws a Fault only before it has written anything: then
   * the others of its transaction go on.
   */
  readonly run: () => () => void;
  readonly reject: (error: unknown) => void;
}

export class Writer {
  readonly #database: DatabaseSync;
  readonly #committed: () => void;
  #queue: Job[] = [];
  #scheduled = false;
  #busySince: number | undefined;

  /** `committed` is called after each transaction. */
  constructor(database: DatabaseSync, committed: () => void) {
    this.#database = database;
    this.#committed = committed;
  }

  /** Runs `work` in a transaction; resolves once that is durable. `size` in bytes, roughly. */
  write<T>(size: number, work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = (): (() => void) => {
        const result = work();
        return () => resolve(result);
      };
      this.#queue.push({ size, run, reject });
      this.#schedule(0);
    });
  }

  #schedule(delayMs: number): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    const flush = (): void => {
      this.#scheduled = false;
      this.#flush();
    };
    if (delayMs === 0) setImmediate(flush);
    else setTimeout(flush, delayMs);
  }

  #flush(): void {
    const now = performance.now();
    try {
      this.#begin();
    } catch (error) {
      this.#busySince ??= now;
      if (isBusy(error) && now - this.#busySince < PATIENCE_MS) {
        this.#schedule(RETRY_MS);
      } else {
        this.#busySince = undefined;
        for (const { reject } of this.#take()) reject(error);
        this.#schedule(PAUSE_MS);
      }
      return;
    }
    this.#busySince = undefined;
    this.#transact(this.#take());
    this.#schedule(PAUSE_MS);
  }

  #begin(): void {
    this.#database.exec('PRAGMA busy_timeout = 0');
    try {
      this.#database.exec('BEGIN IMMEDIATE');
    } finally {
      this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #transact(jobs: readonly Job[]): void {
    const settle: (() => void)[] = [];
    try {
      for (const { run, reject } of jobs) {
        try {
          settle.push(run());
        } catch (error) {
          if (!(error instanceof Fault)) throw error;
          settle.push(() => reject(error));
        }
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      for (const { reject } of jobs) reject(error);
      return;
    }
    for (const each of settle) each();
    this.#committed();
  }

  #take(): readonly Job[] {
    let size = 0;
    let count = 0;
    for (const job of this.#queue) {
      if (count > 0 && size + job.size > TRANSACTION_BYTES) break;
      size += job.size;
      count++;
    }
    return this.#queue.splice(0, count);
  }
}
