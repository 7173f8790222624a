// One archived record in Avro, by the schema in schemas/avro/record.avsc.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ArchivedRecord, Header, LogRecord, TimestampType } from '@parallax/core';
import { type ByteReader, ByteWriter } from './bytes.ts';

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

/** Names kept encoded; a topic's records have the same few. */
const NAMES_KEPT = 64;

/** Writes the records of one partition. Hot path: what is the same in all of them is encoded once. */
export class RecordWriter {
  readonly #place: Uint8Array;
  readonly #names = new Map<string, Uint8Array>();

  constructor({ topic, partition }: RecordScope) {
    const place = new ByteWriter();
    place.string(topic);
    place.long(partition);
    this.#place = place.view();
  }

  write(out: ByteWriter, { offset, timestamp, key, value, headers }: LogRecord, timestampType: TimestampType): void {
    out.raw(this.#place);
    out.long(offset);
    out.long(timestamp);
    out.long(TIMESTAMP_TYPES.indexOf(timestampType));
    out.nullableBytes(key);
    out.nullableBytes(value);
    if (headers.length > 0) {
      out.long(headers.length);
      for (const [name, bytes] of headers) {
        out.raw(this.#names.get(name) ?? this.#encode(name));
        out.nullableBytes(bytes);
      }
    }
    out.long(0);
  }

  #encode(name: string): Uint8Array {
    const encoded = new ByteWriter(3 * name.length + 10);
    encoded.string(name);
    if (this.#names.size < NAMES_KEPT) this.#names.set(name, encoded.view());
    return encoded.view();
  }
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
