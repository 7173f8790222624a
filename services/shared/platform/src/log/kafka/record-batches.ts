// Kafka's record batches (magic 2), read from the bytes of a fetch. Hot path: once for every record there is.
//
// KafkaJS's own decoder makes an object, two decimal strings and a slice of everything for each record (5.5 µs of CPU for
// 470 bytes), folds headers into an object (their order, repeated names and integer-like names are lost), and hides
// control records, so that the cursor cannot follow them. Here a fetch is a few batches, and a record is read from its
// batch when its turn comes; what it hands out are views on the fetched bytes.
// Source of the layout: https://kafka.apache.org/documentation/#recordbatch
import { Fault, type Header, type LogRecord } from '@parallax/core';

/** Bytes from the base offset to the count of records, this one included. */
const HEADER_BYTES = 61;
/** Base offset and length: what comes before the bytes the length counts. */
const PREFIX_BYTES = 12;
const CODEC = 0x07;
const APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;

export interface RecordBatch {
  readonly baseOffset: number;
  /** Of the batch as it was written: records below it may have been compacted away. */
  readonly lastOffset: number;
  readonly baseTimestamp: number;
  readonly maxTimestamp: number;
  /** The broker stamped it: all records have `maxTimestamp`. */
  readonly isAppendTime: boolean;
  readonly producerId: bigint;
  readonly isTransactional: boolean;
  /** Holds markers of transactions, not records of anyone's. */
  readonly isControl: boolean;
  readonly count: number;
  /** The records, one after the other, unpacked. */
  readonly records: Buffer;
}

/** A batch as it stands in the bytes: its records may be packed. */
export interface FoundBatch extends RecordBatch {
  /** 0: not packed. */
  readonly codec: number;
  /** Where the next one begins. */
  readonly end: number;
}

/**
 * The batch that begins at `at`; undefined when it does not end within the bytes, as the last one of a fetch may not.
 * @throws Fault `log-format`
 */
export function batchAt(bytes: Buffer, at: number): FoundBatch | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const end = at + PREFIX_BYTES + bytes.readInt32BE(at + 8);
  if (end > bytes.length) return undefined;
  const baseOffset = Number(bytes.readBigInt64BE(at));
  const magic = bytes.readInt8(at + 16);
  if (magic !== 2) {
    throw new Fault(`The batch at offset ${baseOffset} has format ${magic}: it was written by a Kafka before 0.11.`, {
      code: 'log-format',
      cure: 'Begin behind it, or copy the topic with today’s clients.',
    });
  }
  const attributes = bytes.readInt16BE(at + 21);
  return {
    codec: attributes & CODEC,
    end,
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(at + 23),
    baseTimestamp: Number(bytes.readBigInt64BE(at + 27)),
    maxTimestamp: Number(bytes.readBigInt64BE(at + 35)),
    isAppendTime: (attributes & APPEND_TIME) !== 0,
    producerId: bytes.readBigInt64BE(at + 43),
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    count: bytes.readInt32BE(at + 57),
    records: bytes.subarray(at + HEADER_BYTES, end),
  };
}

/** The epoch of the leader that wrote the batch that begins at `at`; undefined where it told none. */
export function epochAt(bytes: Buffer, at: number): number | undefined {
  const epoch = bytes.readInt32BE(at + 12);
  return epoch < 0 ? undefined : epoch;
}

/** Whether a control batch says that its producer's transaction was aborted (its key: version, then type 0). */
export function isAbort(batch: RecordBatch): boolean {
  const [marker] = new RecordCursor(batch).take(1);
  const key = marker?.key;
  return key !== undefined && key !== null && key.length >= 4 && key[2] === 0 && key[3] === 0;
}

/** Reads the records of one batch in order. */
export class RecordCursor {
  readonly #batch: RecordBatch;
  #at = 0;
  #left: number;

  constructor(batch: RecordBatch) {
    this.#batch = batch;
    this.#left = batch.count;
  }

  get isDone(): boolean {
    return this.#left <= 0;
  }

  /** The next records from `from` on, at most `limit`, added to `taken`. */
  take(limit: number, from = 0, taken: LogRecord[] = []): LogRecord[] {
    const { records, baseOffset, baseTimestamp, maxTimestamp, isAppendTime } = this.#batch;
    const reader = READER;
    reader.open(records, this.#at);
    const full = taken.length + limit;
    while (taken.length < full && this.#left > 0) {
      const length = reader.varint();
      const end = reader.at + length;
      if (length < 0 || end > records.length) throw new Error(`A record at ${reader.at} ends outside its batch.`);
      reader.at++; // attributes, of which none is in use
      const timestamp = baseTimestamp + reader.varlong();
      const offset = baseOffset + reader.varint();
      if (offset >= from) {
        // Plain objects: whoever spreads or compares a record finds everything it has.
        const stamp = isAppendTime ? maxTimestamp : timestamp;
        const [key, value] = [reader.view(), reader.view()];
        taken.push({ offset, timestamp: stamp, key, value, headers: readHeaders(reader) });
        if (reader.at > end) throw new Error(`A record at ${reader.at} reaches beyond its length.`);
      }
      reader.at = end;
      this.#left--;
    }
    this.#at = reader.at;
    return taken;
  }
}

const NO_HEADERS: readonly Header[] = [];

function readHeaders(reader: Reader): readonly Header[] {
  const count = reader.varint();
  if (count <= 0) return NO_HEADERS;
  const headers: Header[] = [];
  for (let i = 0; i < count; i++) {
    const name = reader.name();
    headers.push([name, reader.view()]);
  }
  return headers;
}

/** Variable-length numbers and what they precede. One is enough: nothing here waits while it reads. */
class Reader {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  /** Of the bytes, asked for once: of each view it would cost more than making the view. */
  #memory: ArrayBufferLike = this.bytes.buffer;
  #base = 0;
  /** The names seen last: the records of a topic have the same few, and a string is dearer than a comparison. */
  readonly #names: { readonly bytes: Buffer; readonly text: string }[] = [];

  open(bytes: Buffer, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.#memory = bytes.buffer;
    this.#base = bytes.byteOffset;
  }

  /** Zigzag, up to 32 bits. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    throw new Error('A number of more than five bytes in a record.');
  }

  /** Zigzag, up to 64 bits; exact below 2^53. */
  varlong(): number {
    let low = 0;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.bytes[this.at++] as number;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift <= 63n; shift += 7n) {
      const byte = this.bytes[this.at++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number((value >> 1n) ^ -(value & 1n));
    }
    throw new Error('A number of more than ten bytes in a record.');
  }

  view(): Uint8Array | null {
    const length = this.varint();
    if (length < 0) return null;
    const from = this.at;
    this.at += length;
    // Not a Buffer: its slice() would hand out a view where everyone expects a copy.
    return new Uint8Array(this.#memory, this.#base + from, length);
  }

  name(): string {
    const length = this.varint();
    const from = this.at;
    this.at += length;
    for (const known of this.#names) if (this.#isAt(from, length, known.bytes)) return known.text;
    const bytes = Buffer.from(this.bytes.subarray(from, this.at));
    const text = bytes.toString('utf8');
    if (length <= NAME_KEPT) {
      this.#names.unshift({ bytes, text });
      if (this.#names.length > NAMES_KEPT) this.#names.pop();
    }
    return text;
  }

  #isAt(from: number, length: number, name: Buffer): boolean {
    if (name.length !== length) return false;
    for (let i = 0; i < length; i++) if (this.bytes[from + i] !== name[i]) return false;
    return true;
  }
}

const NAMES_KEPT = 8;
const NAME_KEPT = 128;
const READER = new Reader();
