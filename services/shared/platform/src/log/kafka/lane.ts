// What waits to be written to one partition, and the batch of it that is on its way: one at a time, or order is lost.
import type { Position } from '@parallax/core';
import { type BatchRecord, encodeBatch, recordSize } from './batch-encoder.ts';
import type { Compression } from './codecs.ts';

/** One append of a caller; its records may lie in several lanes. */
export interface Append {
  readonly positions: Position[];
  /** Milliseconds of performance.now() after which it is rejected rather than tried again. */
  readonly until: number;
  remaining: number;
  settled: boolean;
  readonly resolve: (positions: readonly Position[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface Waiting extends BatchRecord {
  readonly append: Append;
  /** Its place among the append's positions. */
  readonly slot: number;
}

/** A producer's id; the broker finds a batch that is sent twice by it and the batch's sequence. */
export interface Session {
  readonly producerId: number;
  readonly epoch: number;
}

/** The brokers keep sequences of 31 bits. */
const SEQUENCES = 2 ** 31;

export class Lane {
  readonly topic: string;
  readonly partition: number;
  /** Bytes of a batch, unless a single record has more. */
  limit: number;
  /** A request with its batch is on its way. */
  busy = false;
  /** performance.now() before which nothing is sent: the last try failed. */
  notBefore = 0;
  backoffMs = 0;
  session: Session | undefined;
  #sequence = 0;
  #queue: Waiting[] = [];
  #taken = 0;
  #current: { readonly records: readonly Waiting[]; bytes: Buffer | undefined } | undefined;

  constructor(topic: string, partition: number, limit: number) {
    this.topic = topic;
    this.partition = partition;
    this.limit = limit;
  }

  push(record: Waiting): void {
    this.#queue.push(record);
  }

  get isEmpty(): boolean {
    return this.#current === undefined && this.#taken >= this.#queue.length;
  }

  /** The records of the batch that goes next; the same until it is done, split or given up. */
  current(): readonly Waiting[] {
    this.#current ??= { records: this.#take(), bytes: undefined };
    return this.#current.records;
  }

  /** False where every record that waited has been rejected meanwhile. */
  hasBatch(): boolean {
    if (this.current().length > 0) return true;
    this.#current = undefined;
    return false;
  }

  /** The same bytes until the batch is done, so that the broker knows it when it comes again. */
  async encoded(compression: Compression): Promise<Buffer> {
    const records = this.current();
    const current = this.#current;
    const { producerId, epoch } = this.session ?? { producerId: -1, epoch: -1 };
    const sequence = producerId < 0 ? -1 : this.#sequence;
    const bytes = current?.bytes ?? (await encodeBatch(records, { producerId, epoch, sequence }, compression));
    if (current !== undefined) current.bytes = bytes;
    return bytes;
  }

  /** The batch is written, its first record at `baseOffset`. */
  done(baseOffset: number): void {
    const records = this.current();
    this.#current = undefined;
    this.#sequence = (this.#sequence + records.length) % SEQUENCES;
    this.backoffMs = 0;
    records.forEach(({ append, slot }, index) => {
      append.positions[slot] = { topic: this.topic, partition: this.partition, offset: baseOffset + index };
      append.remaining--;
      if (append.remaining === 0 && !append.settled) {
        append.settled = true;
        append.resolve(append.positions);
      }
    });
  }

  /** The broker found the batch too large: halves are sent. False where it is one record already. */
  split(): boolean {
    const records = this.current();
    if (records.length < 2) return false;
    const half = Math.ceil(records.length / 2);
    this.#queue = [...records.slice(half), ...this.#queue.slice(this.#taken)];
    this.#taken = 0;
    this.#current = { records: records.slice(0, half), bytes: undefined };
    return true;
  }

  /** What was said of the producer no longer holds, or its last batch is given up: the next one starts anew. */
  restart(): void {
    this.session = undefined;
    this.#sequence = 0;
    if (this.#current !== undefined) this.#current.bytes = undefined;
  }

  /** Rejects the appends whose records are in the current batch. What else they have here is not sent any more. */
  giveUp(error: unknown): void {
    for (const { append } of this.current()) rejectAppend(append, error);
    this.#current = undefined;
    this.backoffMs = 0;
  }

  rejectAll(error: unknown): void {
    for (const { append } of [...(this.#current?.records ?? []), ...this.#queue]) rejectAppend(append, error);
    this.#current = undefined;
    this.#queue = [];
    this.#taken = 0;
  }

  #take(): Waiting[] {
    const records: Waiting[] = [];
    let size = 0;
    for (; this.#taken < this.#queue.length; this.#taken++) {
      const record = this.#queue[this.#taken];
      if (record === undefined || record.append.settled) continue;
      size += recordSize(record);
      if (records.length > 0 && size > this.limit) break;
      records.push(record);
    }
    if (this.#taken >= this.#queue.length) {
      this.#queue = [];
      this.#taken = 0;
    }
    return records;
  }
}

function rejectAppend(append: Append, error: unknown): void {
  if (append.settled) return;
  append.settled = true;
  append.reject(error);
}
