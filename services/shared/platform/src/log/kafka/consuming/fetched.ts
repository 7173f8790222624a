// What one fetch brought of one partition: record batches, read when their turn comes. Hot path: once per record.
//
// The cursor counts batches, not records: control batches, aborted ones, those whose records were all compacted away,
// and the compacted tail of a batch have offsets too. Compressed batches are unpacked one at a time.
// Source of the layout: https://kafka.apache.org/documentation/#recordbatch
import { Fault, type LogRecord } from '@parallax/core';
import { decompress } from '../codecs.ts';
import { isAbort, type RecordBatch, RecordCursor } from '../record-batches.ts';
import { type AbortedTransaction, AbortedTransactions } from './aborted.ts';

const PREFIX_BYTES = 12;
const HEADER_BYTES = 61;
const CODEC = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

export interface Taken {
  readonly records: readonly LogRecord[];
  /** The cursor after them. */
  readonly next: number;
}

export class Fetched {
  /** What it keeps in memory. */
  readonly bytes: number;
  /** The cursor after all of it. */
  readonly end: number;
  readonly #raw: Buffer;
  /** Whole batches end here; a broker cuts the last one off where its answer is full. */
  readonly #whole: number;
  readonly #aborted: AbortedTransactions;
  /** Where the batch stands that is not yet begun. */
  #at = 0;
  #next: number;
  #batch: RecordCursor | undefined;
  #batchEnd = 0;

  /** @param from records before it are left out: a batch is sent whole */
  constructor(raw: Buffer, aborted: readonly AbortedTransaction[], from: number) {
    this.#raw = raw;
    this.#aborted = new AbortedTransactions(aborted);
    this.#next = from;
    this.bytes = raw.length;
    let [at, end] = [0, from];
    while (at + HEADER_BYTES <= raw.length) {
      const after = at + PREFIX_BYTES + raw.readInt32BE(at + 8);
      if (after > raw.length) break;
      checkFormat(raw.readInt8(at + 16), Number(raw.readBigInt64BE(at)));
      end = Math.max(end, lastOffset(raw, at) + 1);
      at = after;
    }
    this.#whole = at;
    this.end = end;
  }

  get isEmpty(): boolean {
    return this.#whole === 0;
  }

  get isDone(): boolean {
    return this.#batch === undefined && this.#at >= this.#whole;
  }

  /** Whether the next batch must be unpacked before {@link take} can go on. */
  get isPacked(): boolean {
    return this.#batch === undefined && this.#at < this.#whole && codecOf(this.#raw, this.#at) !== 0;
  }

  /** @throws Fault `log-corrupt`, and what the codec gives reason for */
  async unpack(): Promise<void> {
    const [raw, at] = [this.#raw, this.#at];
    const packed = raw.subarray(at + HEADER_BYTES, endOf(raw, at));
    const records = packed.length === 0 ? packed : await decompress(codecOf(raw, at), packed);
    this.#begin(records);
  }

  /**
   * The next records, at most `limit`; none where the offsets up to `next` are hidden or gone. Stops before a batch that
   * is packed. @throws Fault `log-corrupt`
   */
  take(limit: number): Taken {
    const records: LogRecord[] = [];
    try {
      while (records.length < limit) {
        if (this.#batch === undefined) {
          if (this.#at >= this.#whole || this.isPacked) break;
          this.#begin(this.#raw.subarray(this.#at + HEADER_BYTES, endOf(this.#raw, this.#at)));
          continue;
        }
        this.#batch.take(limit - records.length, this.#next, records);
        if (this.#batch.isDone) {
          this.#batch = undefined;
          this.#next = Math.max(this.#next, this.#batchEnd);
        } else this.#next = (records.at(-1)?.offset ?? this.#next - 1) + 1;
      }
    } catch (cause) {
      throw corrupt(this.#next, cause);
    }
    return { records, next: this.#next };
  }

  /** Goes to the next batch: reads from it, or passes it over. */
  #begin(records: Buffer): void {
    const batch = readHeader(this.#raw, this.#at, records);
    this.#at = endOf(this.#raw, this.#at);
    this.#batchEnd = batch.lastOffset + 1;
    const isHidden = this.#aborted.covers(batch.producerId, batch.lastOffset) && batch.isTransactional;
    if (batch.isControl && isAbort(batch)) this.#aborted.end(batch.producerId, batch.lastOffset);
    if (batch.isControl || isHidden || batch.count === 0 || this.#batchEnd <= this.#next) {
      this.#next = Math.max(this.#next, this.#batchEnd);
    } else this.#batch = new RecordCursor(batch);
  }
}

function readHeader(raw: Buffer, at: number, records: Buffer): RecordBatch {
  const attributes = raw.readInt16BE(at + 21);
  return {
    baseOffset: Number(raw.readBigInt64BE(at)),
    lastOffset: lastOffset(raw, at),
    baseTimestamp: Number(raw.readBigInt64BE(at + 27)),
    maxTimestamp: Number(raw.readBigInt64BE(at + 35)),
    isAppendTime: (attributes & APPEND_TIME) !== 0,
    producerId: raw.readBigInt64BE(at + 43),
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    count: raw.readInt32BE(at + 57),
    records,
  };
}

function lastOffset(raw: Buffer, at: number): number {
  return Number(raw.readBigInt64BE(at)) + raw.readInt32BE(at + 23);
}

function endOf(raw: Buffer, at: number): number {
  return at + PREFIX_BYTES + raw.readInt32BE(at + 8);
}

function codecOf(raw: Buffer, at: number): number {
  return raw.readInt16BE(at + 21) & CODEC;
}

function checkFormat(magic: number, offset: number): void {
  if (magic === 2) return;
  throw new Fault(`The batch at offset ${offset} has format ${magic}: it was written by a Kafka before 0.11.`, {
    code: 'log-format',
    cure: 'Begin behind it, or copy the topic with today’s clients.',
  });
}

function corrupt(offset: number, cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault(`The records from offset ${offset} on cannot be read: ${String(cause)}.`, {
    code: 'log-corrupt',
    cure: 'Check the brokers’ disks; then begin behind the damage.',
    cause,
  });
}
