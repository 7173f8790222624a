// Delivers what was fetched: batch by batch, the partitions in turn, and never for long without letting others run.
import type { Batch } from '@parallax/core';
import type { Cursor } from './cursor.ts';

/** Milliseconds of delivery after which heartbeats, timers and answers get their turn. */
const SLICE_MS = 15;

export interface PumpParts {
  readonly generation: number;
  readonly cursors: readonly Cursor[];
  readonly batchRecords: number;
  deliver(batch: Batch): void;
  /** A fetch was delivered to its end: there is room for another. */
  drained(): void;
  failed(error: unknown): void;
}

export class Pump {
  readonly #parts: PumpParts;
  #isRunning = false;
  #isClosed = false;
  /** Whose turn it is. */
  #turn = 0;

  constructor(parts: PumpParts) {
    this.#parts = parts;
  }

  /** Something was queued or resumed. */
  wake(): void {
    if (this.#isRunning || this.#isClosed) return;
    this.#isRunning = true;
    setImmediate(() => void this.#run());
  }

  close(): void {
    this.#isClosed = true;
  }

  async #run(): Promise<void> {
    try {
      let until = performance.now() + SLICE_MS;
      for (let cursor = this.#next(); cursor !== undefined; cursor = this.#next()) {
        const [fetched] = cursor.queue;
        if (fetched?.isPacked === true) await fetched.unpack();
        else this.#deliver(cursor);
        if (performance.now() < until) continue;
        await new Promise((resolve) => setImmediate(resolve));
        until = performance.now() + SLICE_MS;
      }
    } catch (error) {
      if (!this.#isClosed) this.#parts.failed(error);
    } finally {
      this.#isRunning = false;
    }
  }

  #next(): Cursor | undefined {
    const { cursors } = this.#parts;
    if (this.#isClosed) return undefined;
    for (let tried = 0; tried < cursors.length; tried++) {
      const cursor = cursors[this.#turn % cursors.length];
      this.#turn = (this.#turn + 1) % cursors.length;
      if (cursor !== undefined && !cursor.isPaused && cursor.queue.length > 0) return cursor;
    }
    return undefined;
  }

  #deliver(cursor: Cursor): void {
    const { generation, batchRecords, deliver, drained } = this.#parts;
    const [fetched] = cursor.queue;
    if (fetched === undefined) return;
    const { records, next, aborted, markers } = fetched.take(batchRecords);
    const isDone = fetched.isDone;
    if (isDone) cursor.queue.shift();
    if (records.length > 0 || next > cursor.offset) {
      // Before the handler, which may seek.
      cursor.offset = next;
      cursor.progress++;
      const { topic, partition } = cursor;
      const batch = { generation, topic, partition, records, next, epoch: fetched.epoch };
      deliver(aborted + markers > 0 ? { ...batch, aborted, markers } : batch);
    }
    if (!isDone) return;
    fetched.letGo();
    drained();
  }
}
