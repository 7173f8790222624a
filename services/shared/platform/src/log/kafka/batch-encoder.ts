// Writes a record batch of magic 2 into one buffer. A hot path: every record written goes through here.
//
// Layout: https://kafka.apache.org/documentation/#recordbatch. KafkaJS's own writer takes the least of the times for the
// alphabetically first, a time of 0 for none, and folds headers of one name together.
import type { Header } from '@parallax/core';
import { type Compression, compress } from './codecs.ts';
import { crc32c } from './crc32c.ts';

const HEADER_BYTES = 61;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;

export interface BatchRecord {
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly Header[];
}

/** Whose batch it is and which of that producer's in this partition; -1 each: nobody's. */
export interface Producer {
  readonly producerId: number;
  readonly epoch: number;
  readonly sequence: number;
}

/** Roughly what a record takes in a batch, and at least that. */
export function recordSize({ key, value, headers = [] }: Omit<BatchRecord, 'timestamp'>): number {
  let size = 30 + (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, content] of headers) size += 10 + name.length * 3 + (content?.length ?? 0);
  return size;
}

export async function encodeBatch(
  records: readonly BatchRecord[],
  { producerId, epoch, sequence }: Producer,
  compression: Compression,
): Promise<Buffer> {
  let base = Number.POSITIVE_INFINITY;
  let latest = Number.NEGATIVE_INFINITY;
  let bound = HEADER_BYTES;
  for (const record of records) {
    base = Math.min(base, record.timestamp);
    latest = Math.max(latest, record.timestamp);
    bound += recordSize(record);
  }
  const writer = new RecordWriter(Buffer.allocUnsafe(bound), HEADER_BYTES);
  records.forEach((record, index) => {
    writer.record(record, record.timestamp - base, index);
  });
  const packed = await compress(compression, writer.since(HEADER_BYTES));
  const batch = packed.codec === 0 ? writer.since(0) : Buffer.concat([Buffer.alloc(HEADER_BYTES), packed.bytes]);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt32BE(-1, 12);
  batch.writeInt8(2, 16);
  batch.writeInt16BE(packed.codec, ATTRIBUTES_AT);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(base), 27);
  batch.writeBigInt64BE(BigInt(latest), 35);
  batch.writeBigInt64BE(BigInt(producerId), 43);
  batch.writeInt16BE(epoch, 51);
  batch.writeInt32BE(sequence, 53);
  batch.writeInt32BE(records.length, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES_AT)), CRC_AT);
  return batch;
}

class RecordWriter {
  readonly #buffer: Buffer;
  #at: number;

  constructor(buffer: Buffer, at: number) {
    this.#buffer = buffer;
    this.#at = at;
  }

  since(from: number): Buffer {
    return this.#buffer.subarray(from, this.#at);
  }

  record({ key, value, headers = [] }: BatchRecord, timestampDelta: number, offsetDelta: number): void {
    const names = headers.map(([name]) => Buffer.from(name, 'utf8'));
    let length = 1 + longSize(timestampDelta) + intSize(offsetDelta) + partSize(key) + partSize(value);
    length += intSize(headers.length);
    headers.forEach(([, content], index) => {
      length += partSize(names[index] ?? null) + partSize(content);
    });
    this.#int(length);
    this.#buffer[this.#at++] = 0;
    this.#long(timestampDelta);
    this.#int(offsetDelta);
    this.#part(key);
    this.#part(value);
    this.#int(headers.length);
    headers.forEach(([, content], index) => {
      this.#part(names[index] ?? null);
      this.#part(content);
    });
  }

  #part(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.#int(-1);
      return;
    }
    this.#int(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Zigzag, 32 bits. */
  #int(value: number): void {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#buffer[this.#at++] = rest;
  }

  /** Zigzag of a distance from 0 on, exact below 2^52. */
  #long(value: number): void {
    let rest = value * 2;
    while (rest > 0x7f) {
      this.#buffer[this.#at++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#buffer[this.#at++] = rest;
  }
}

function intSize(value: number): number {
  const rest = ((value << 1) ^ (value >> 31)) >>> 0;
  if (rest < 0x80) return 1;
  if (rest < 0x4000) return 2;
  if (rest < 0x20_0000) return 3;
  return rest < 0x1000_0000 ? 4 : 5;
}

function longSize(value: number): number {
  let size = 1;
  for (let rest = value * 2; rest > 0x7f; rest = Math.floor(rest / 128)) size++;
  return size;
}

function partSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : intSize(bytes.length) + bytes.length;
}
