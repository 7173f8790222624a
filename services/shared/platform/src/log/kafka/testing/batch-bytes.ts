// Writes a record batch as a broker would send it, for tests of the reader. Source: kafka.apache.org/documentation/#recordbatch
import type { Header } from '@parallax/core';

export interface WrittenRecord {
  readonly offsetDelta: number;
  readonly timestampDelta: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export interface WrittenBatch {
  readonly baseOffset: number;
  readonly lastOffsetDelta?: number;
  readonly baseTimestamp?: number;
  readonly maxTimestamp?: number;
  readonly producerId?: bigint;
  /** Of the leader that wrote it. */
  readonly epoch?: number;
  readonly isAppendTime?: boolean;
  readonly isTransactional?: boolean;
  readonly isControl?: boolean;
  readonly codec?: number;
  readonly compress?: (bytes: Buffer) => Buffer;
  readonly records: readonly WrittenRecord[];
}

export function batchBytes(batch: WrittenBatch): Buffer {
  const plain = Buffer.concat(batch.records.map(recordBytes));
  const body = batch.compress === undefined ? plain : batch.compress(plain);
  const head = Buffer.alloc(61);
  head.writeBigInt64BE(BigInt(batch.baseOffset), 0);
  head.writeInt32BE(61 - 12 + body.length, 8);
  head.writeInt32BE(batch.epoch ?? -1, 12);
  head.writeInt8(2, 16);
  const flags = [batch.isAppendTime && 0x08, batch.isTransactional && 0x10, batch.isControl && 0x20];
  head.writeInt16BE(
    flags.reduce<number>((all, flag) => all | Number(flag || 0), batch.codec ?? 0),
    21,
  );
  head.writeInt32BE(batch.lastOffsetDelta ?? batch.records.at(-1)?.offsetDelta ?? 0, 23);
  head.writeBigInt64BE(BigInt(batch.baseTimestamp ?? 0), 27);
  head.writeBigInt64BE(BigInt(batch.maxTimestamp ?? 0), 35);
  head.writeBigInt64BE(batch.producerId ?? -1n, 43);
  head.writeInt32BE(batch.records.length, 57);
  return Buffer.concat([head, body]);
}

function recordBytes({ timestampDelta, offsetDelta, key, value, headers }: WrittenRecord): Buffer {
  const parts = [Buffer.from([0]), varlong(timestampDelta), varlong(offsetDelta), sized(key), sized(value)];
  parts.push(varlong(headers.length));
  for (const [name, bytes] of headers) parts.push(sized(Buffer.from(name)), sized(bytes));
  const body = Buffer.concat(parts);
  return Buffer.concat([varlong(body.length), body]);
}

function sized(bytes: Uint8Array | null): Buffer {
  return bytes === null ? varlong(-1) : Buffer.concat([varlong(bytes.length), bytes]);
}

/** Zigzag. */
function varlong(value: number): Buffer {
  const out: number[] = [];
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
  return Buffer.from(out);
}
