// One archived record in Avro, by the schema in schemas/avro/record.avsc.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ArchivedRecord, Header, LogRecord, TimestampType } from '@parallax/core';
import type { ByteReader, ByteWriter } from './bytes.ts';

const TIMESTAMP_TYPES: readonly TimestampType[] = ['create', 'append'];
/** A header is at least an empty name and a null. */
const LEAST_HEADER_BYTES = 2;

/** The schema as one line of JSON, as it stands in every object. */
export function recordSchema(): string {
  const path = createRequire(import.meta.url).resolve('@parallax/schemas/avro/record.avsc');
  return JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));
}

export interface RecordScope {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
}

export function writeRecord(
  out: ByteWriter,
  scope: RecordScope,
  record: LogRecord,
  timestampType: TimestampType = scope.timestampType,
): void {
  out.string(scope.topic);
  out.long(scope.partition);
  out.long(record.offset);
  out.long(record.timestamp);
  out.long(TIMESTAMP_TYPES.indexOf(timestampType));
  out.nullableBytes(record.key);
  out.nullableBytes(record.value);
  if (record.headers.length > 0) {
    out.long(record.headers.length);
    for (const [name, value] of record.headers) {
      out.string(name);
      out.nullableBytes(value);
    }
  }
  out.long(0);
}

/** Key, value and headers are views of the reader's bytes. */
export function readRecord(from: ByteReader): ArchivedRecord {
  const topic = from.string();
  const partition = from.long();
  const offset = from.long();
  const timestamp = from.long();
  const type = from.long();
  const timestampType = TIMESTAMP_TYPES[type];
  if (timestampType === undefined) throw from.damaged(`timestamp type ${type}`);
  const key = from.nullableBytes();
  const value = from.nullableBytes();
  return { topic, partition, offset, timestamp, timestampType, key, value, headers: readHeaders(from) };
}

function readHeaders(from: ByteReader): Header[] {
  const headers: Header[] = [];
  for (let count = from.long(); count !== 0; count = from.long()) {
    // A negative count is followed by the size in bytes, for readers that skip.
    if (count < 0) from.long();
    const items = Math.abs(count);
    if (items * LEAST_HEADER_BYTES > from.left) throw from.damaged(`${items} headers with ${from.left} bytes left`);
    for (let n = 0; n < items; n++) headers.push([from.string(), from.nullableBytes()]);
  }
  return headers;
}
