// The records of one file of an S3 sink, with the keys and headers that lie beside it; their places are given later.
import type { GivenRecord } from '@parallax/archiver';
import { type ArchiveReader, Fault, type Header } from '@parallax/core';
import type { SinkFile } from './sink-files.ts';
import { type Payload, payloadsOf } from './sink-payloads.ts';
import type { TimeOf } from './time-of.ts';

export interface SinkOptions {
  /** Only this topic. */
  readonly topic: string | undefined;
  readonly timeOf: TimeOf;
  /** Puts the registry's frame with this number before Avro payloads again; absent: they become JSON text. */
  readonly schemaId: number | undefined;
}

/** @throws Fault `import-file-damaged`, `import-unknown-headers`, `import-no-time`, and those of reading Avro */
export async function recordsOf(
  source: ArchiveReader,
  file: SinkFile,
  values: Uint8Array | undefined,
  { timeOf, schemaId }: SinkOptions,
): Promise<GivenRecord[]> {
  const { topic, partition } = file;
  const valuePayloads = values === undefined ? undefined : payloadsOf(file.key, values);
  const keys = await beside(source, file.keys);
  const headers = await beside(source, file.headers);
  const count = (valuePayloads ?? keys)?.length ?? 0;
  for (const [key, payloads] of [[file.keys, keys] as const, [file.headers, headers] as const]) {
    if (payloads === undefined || payloads.length === count) continue;
    throw new Fault(`${key} holds ${payloads.length} records, ${file.key} ${count}`, {
      code: 'import-file-damaged',
      cure: 'Restore the files from the same copy, or take this one away to import without it. A value with a line end in it makes two of one in a .bin file: such files cannot be imported.',
    });
  }
  return Array.from({ length: count }, (_, n) => {
    const place = `${file.key}, value ${n + 1}`;
    const payload = valuePayloads?.[n];
    const record = {
      topic,
      partition,
      key: keyOf(keys?.[n]),
      value: payload === undefined ? null : valueBytes(payload, schemaId),
      headers: headersOf(headers?.[n], place),
      place,
    };
    return { ...record, timestamp: timeOf({ ...record, value: payload?.json ?? null }, place) };
  });
}

async function beside(source: ArchiveReader, key: string | undefined): Promise<readonly Payload[] | undefined> {
  const body = key === undefined ? undefined : await source.read(key);
  return key === undefined || body === undefined ? undefined : payloadsOf(key, body);
}

function valueBytes({ raw, avro, json }: Payload, schemaId: number | undefined): Uint8Array | null {
  if (schemaId !== undefined && avro !== undefined && raw !== null) return framed(schemaId, avro);
  return raw === undefined ? json : raw;
}

/** A key that is a text is that text's bytes, as string serializers write it. */
function keyOf(payload: Payload | undefined): Uint8Array | null {
  if (payload === undefined) return null;
  if (payload.raw !== undefined) return payload.raw;
  const parsed: unknown = JSON.parse(new TextDecoder().decode(payload.json));
  if (parsed === null) return null;
  return typeof parsed === 'string' ? new TextEncoder().encode(parsed) : payload.json;
}

/** A list in Avro; in JSON it stands in an object. */
function headersOf(payload: Payload | undefined, place: string): Header[] {
  if (payload === undefined) return [];
  const parsed: unknown = JSON.parse(new TextDecoder().decode(payload.json));
  if (parsed === null) return [];
  const list: unknown = typeof parsed === 'object' && 'headers' in parsed ? parsed.headers : parsed;
  if (!Array.isArray(list)) throw unknownHeaders(place);
  return list.map((one: unknown): Header => {
    if (typeof one !== 'object' || one === null || !('key' in one) || typeof one.key !== 'string') {
      throw unknownHeaders(place);
    }
    const value: unknown = 'value' in one ? one.value : null;
    if (value === null) return [one.key, null];
    return [one.key, new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value))];
  });
}

function framed(schemaId: number, bytes: Uint8Array): Uint8Array {
  const value = new Uint8Array(5 + bytes.length);
  new DataView(value.buffer).setUint32(1, schemaId);
  value.set(bytes, 5);
  return value;
}

function unknownHeaders(place: string): Fault {
  return new Fault(`${place}: the headers are no list of {"key","value"}`, {
    code: 'import-unknown-headers',
    cure: 'Take the .headers files away to import without headers.',
  });
}
