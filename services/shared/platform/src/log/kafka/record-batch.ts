// Kafka's record batches of magic 2, read whole: headers in order, skipped offsets known, nothing copied.
//
// Layout: https://kafka.apache.org/documentation/#recordbatch. KafkaJS's own reader makes an object of the headers, which
// loses order and repetition, and filters aborted records wrongly; this one also spares it a BigInt and six objects each.
import { Fault, type Header, type LogRecord, type TimestampType } from '@parallax/core';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder.js';
import { decompress } from './codecs.ts';

/** Bytes before the records of a batch. */
export const BATCH_HEADER = 61;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const CODEC_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** The second 16-bit number of a control record's key: 0 aborts, 1 commits. */
const ABORT_MARKER = 0;
const NO_HEADERS: readonly Header[] = Object.freeze([]);

export interface RecordBatch {
  readonly first: number;
  /** The last offset the batch stands for, whether its record is still there or not. */
  readonly last: number;
  readonly producerId: number;
  readonly transactional: boolean;
  /** A marker of the transaction coordinator, not data. */
  readonly control: 'abort' | 'commit' | undefined;
  readonly timestamps: TimestampType;
  /** Views on the answer's or the unpacked batch's bytes; empty for a control batch. */
  readonly records: readonly LogRecord[];
}

/** The whole batches in `set`; a last one that was cut off by the fetch's size limit is left out. */
export async function decodeRecordSet(set: Buffer): Promise<readonly RecordBatch[]> {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + MAGIC_AT < set.length; ) {
    const end = at + LENGTH_AT + 4 + set.readInt32BE(at + LENGTH_AT);
    if (end > set.length) break;
    const magic = set.readInt8(at + MAGIC_AT);
    if (magic === 2) batches.push(await decodeBatch(set.subarray(at, end)));
    else batches.push(...(await decodeOld(set.subarray(at, end))));
    at = end;
  }
  return batches;
}

async function decodeBatch(batch: Buffer): Promise<RecordBatch> {
  const first = Number(batch.readBigInt64BE(0));
  const attributes = batch.readInt16BE(21);
  const last = first + batch.readInt32BE(23);
  const count = batch.readInt32BE(57);
  const stored = batch.subarray(BATCH_HEADER);
  const isControl = (attributes & CONTROL) !== 0;
  const codec = attributes & CODEC_MASK;
  const about = {
    first,
    last,
    producerId: Number(batch.readBigInt64BE(43)),
    transactional: (attributes & TRANSACTIONAL) !== 0,
    timestamps: (attributes & LOG_APPEND_TIME) !== 0 ? 'append' : 'create',
  } as const;
  try {
    const body = codec === 0 || count === 0 ? stored : await decompress(codec, stored);
    const base = Number(batch.readBigInt64BE(27));
    const appended = about.timestamps === 'append' ? Number(batch.readBigInt64BE(35)) : undefined;
    const records = new RecordReader(body).all(count, first, base, appended);
    if (!isControl) return { ...about, control: undefined, records };
    const key = records[0]?.key;
    const kind = key === undefined || key === null ? undefined : ((key[2] ?? 0) << 8) | (key[3] ?? 0);
    return { ...about, control: kind === ABORT_MARKER ? 'abort' : 'commit', records: [] };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault(`The records from offset ${first} to ${last} cannot be read: ${String(cause)}.`, {
      code: 'log-corrupt',
      cure: 'The batch is damaged; check the brokers’ disks, or read on behind it.',
      cause,
    });
  }
}

/** Topics older than Kafka 0.11 may still hold message sets; they have neither headers nor transactions. */
async function decodeOld(set: Buffer): Promise<readonly RecordBatch[]> {
  const messages = await decodeMessageSet(new Decoder(set), set.length);
  return messages.map(({ offset, timestamp, key, value }) => {
    const at = Number(offset);
    const record = { offset: at, timestamp: Number(timestamp ?? -1), key, value, headers: NO_HEADERS };
    const about = { first: at, last: at, producerId: -1, transactional: false, control: undefined } as const;
    return { ...about, timestamps: 'create', records: [record] } as const;
  });
}

/** A hot path: every record of every topic goes through here. */
class RecordReader {
  readonly #buffer: Buffer;
  // Not a Buffer: its slice() would hand out a view where everyone expects a copy.
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  all(count: number, first: number, base: number, appended: number | undefined): LogRecord[] {
    const records: LogRecord[] = [];
    for (let index = 0; index < count; index++) {
      const end = this.#varint() + this.#at;
      if (end > this.#bytes.length) throw new Error('a record reaches beyond its batch');
      this.#at += 1;
      const timestamp = base + this.#varlong();
      const offset = first + this.#varint();
      const key = this.#part();
      const value = this.#part();
      const headers = this.#headers();
      records.push({ offset, timestamp: appended ?? timestamp, key, value, headers });
      this.#at = end;
    }
    return records;
  }

  #headers(): readonly Header[] {
    const count = this.#varint();
    if (count === 0) return NO_HEADERS;
    const headers: Header[] = [];
    for (let index = 0; index < count; index++) {
      const length = this.#varint();
      const name = this.#buffer.toString('utf8', this.#at, this.#at + length);
      this.#at += length;
      headers.push([name, this.#part()]);
    }
    return headers;
  }

  #part(): Uint8Array | null {
    const length = this.#varint();
    if (length < 0) return null;
    const from = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length) throw new Error('a field reaches beyond its batch');
    return this.#bytes.subarray(from, this.#at);
  }

  /** Zigzag, at most 32 bits. */
  #varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte > 0x7f; shift += 7) {
      byte = bytes[this.#at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** Zigzag, exact below 2^53: the distance of two times. */
  #varlong(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.#at++] ?? 0;
    let value = byte & 0x7f;
    for (let scale = 128; byte > 0x7f; scale *= 128) {
      byte = bytes[this.#at++] ?? 0;
      value += (byte & 0x7f) * scale;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
