// What one fetch brought of one partition: record batches, read when their turn comes. Hot path: once per record.
//
// The cursor counts batches, not records: control batches, aborted ones, those whose records were all compacted away,
// and the compacted tail of a batch have offsets too. Compressed batches are unpacked one at a time.
// Source of the layout: https://kafka.apache.org/documentation/#recordbatch
import { Fault, type LogRecord } from '@parallax/core';
import { type AbortedTransaction, AbortedTransactions } from './aborted.ts';
import type { SharedAnswer } from './answer-memory.ts';
import { decompress } from './codecs.ts';
import { batchAt, epochAt, type FoundBatch, isAbort, RecordCursor } from './record-batches.ts';

export interface Taken {
  readonly records: readonly LogRecord[];
  /** The cursor after them. */
  readonly next: number;
  /** Records of aborted transactions among what was passed over. */
  readonly aborted: number;
  /** Offsets among them that hold marks of transactions. */
  readonly markers: number;
}

export class Fetched {
  /** What it keeps in memory. */
  readonly bytes: number;
  /** The cursor after all of it. */
  readonly end: number;
  /** Of the leader that wrote the last of it; undefined where nobody told. */
  readonly epoch: number | undefined;
  readonly #batches: readonly FoundBatch[];
  readonly #aborted: AbortedTransactions;
  /** The batch that comes next. */
  #turn = 0;
  #next: number;
  readonly #answer: SharedAnswer | undefined;
  #reading: RecordCursor | undefined;
  /** The cursor after the batch that is being read. */
  #after = 0;
  /** Passed over since {@link take} last told. */
  #hidden = 0;
  #markers = 0;

  /**
   * @param raw what is cut off at its end is left to the next fetch
   * @param from records before it are left out: a batch is sent whole
   * @param answer whose memory `raw` is a part of, to be used again: see {@link letGo}
   * @throws Fault `log-format`
   */
  constructor(raw: Buffer, aborted: readonly AbortedTransaction[], from: number, answer?: SharedAnswer) {
    const batches: FoundBatch[] = [];
    let last = 0;
    for (let at = 0, batch = batchAt(raw, at); batch !== undefined; batch = batchAt(raw, at)) {
      batches.push(batch);
      last = at;
      at = batch.end;
    }
    this.epoch = batches.length === 0 ? undefined : epochAt(raw, last);
    this.#batches = batches;
    this.#aborted = new AbortedTransactions(aborted);
    this.#answer = answer;
    if (batches.length > 0) answer?.keep();
    this.#next = from;
    this.bytes = raw.length;
    this.end = Math.max(from, (batches.at(-1)?.lastOffset ?? -1) + 1);
  }

  /** Once it is done, and whoever took its records has returned: their bytes may change from now on. */
  letGo(): void {
    if (this.isDone && !this.isEmpty) this.#answer?.letGo();
  }

  get isEmpty(): boolean {
    return this.#batches.length === 0;
  }

  get isDone(): boolean {
    return this.#reading === undefined && this.#turn >= this.#batches.length;
  }

  /** Whether the next batch must be unpacked before {@link take} can go on. */
  get isPacked(): boolean {
    return this.#reading === undefined && (this.#batches[this.#turn]?.codec ?? 0) !== 0;
  }

  /** @throws Fault `log-corrupt`, and what the codec gives reason for */
  async unpack(): Promise<void> {
    const batch = this.#batches[this.#turn];
    if (batch === undefined) return;
    const { codec, records } = batch;
    this.#begin({ ...batch, records: records.length === 0 ? records : await decompress(codec, records) });
  }

  /**
   * The next records, at most `limit`; none where the offsets up to `next` are hidden or gone. Stops before a batch that
   * is packed. @throws Fault `log-corrupt`
   */
  take(limit: number): Taken {
    const records: LogRecord[] = [];
    try {
      while (records.length < limit) {
        if (this.#reading === undefined) {
          const batch = this.#batches[this.#turn];
          if (batch === undefined || batch.codec !== 0) break;
          this.#begin(batch);
          continue;
        }
        this.#reading.take(limit - records.length, this.#next, records);
        if (this.#reading.isDone) {
          this.#reading = undefined;
          this.#next = Math.max(this.#next, this.#after);
        } else this.#next = (records.at(-1)?.offset ?? this.#next - 1) + 1;
      }
    } catch (cause) {
      throw corrupt(this.#next, cause);
    }
    const [aborted, markers] = [this.#hidden, this.#markers];
    this.#hidden = 0;
    this.#markers = 0;
    return { records, next: this.#next, aborted, markers };
  }

  /** Reads from this batch next, or passes it over. */
  #begin(batch: FoundBatch): void {
    const { baseOffset, count, isControl, isTransactional, lastOffset, producerId } = batch;
    this.#turn++;
    this.#after = lastOffset + 1;
    const isHidden = this.#aborted.covers(producerId, lastOffset) && isTransactional;
    // Compaction may have taken some of it, and where reading began within it what came before does not count.
    const passed = Math.min(count, this.#after - Math.max(baseOffset, this.#next));
    if (isControl) this.#markers += Math.max(0, passed);
    else if (isHidden) this.#hidden += Math.max(0, passed);
    if (isControl && isAbort(batch)) this.#aborted.end(producerId, lastOffset);
    if (isControl || isHidden || count === 0 || this.#after <= this.#next)
      this.#next = Math.max(this.#next, this.#after);
    else this.#reading = new RecordCursor(batch);
  }
}

function corrupt(offset: number, cause: unknown): Fault {
  if (cause instanceof Fault) return cause;
  return new Fault(`The records from offset ${offset} on cannot be read: ${String(cause)}.`, {
    code: 'log-corrupt',
    cure: 'Check the brokers’ disks; then begin behind the damage.',
    cause,
  });
}
