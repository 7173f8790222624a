// The payloads of one file of an S3 sink: Avro values as JSON text and as their bytes, lines as they stand.
//
// Source: the connector's AvroRecordWriterProvider, JsonRecordWriterProvider and ByteArrayRecordWriterProvider.
import { gunzipSync } from 'node:zlib';
import { AvroBlocks, Fault, isJson } from '@parallax/core';
import { openAvroFile } from '@parallax/platform';

export interface Payload {
  /** JSON text. */
  readonly json: Uint8Array;
  /** The Avro encoding, where it came from one. */
  readonly avro?: Uint8Array;
  /** The very bytes of the topic, where the file has them: of an Avro string or bytes, of a line of ByteArrayFormat; null for null. */
  readonly raw?: Uint8Array | null;
}

/** What a file may unpack to, and one value as JSON text. */
const LARGEST_BYTES = 512 * 1024 * 1024;
const LIMITS = { bytes: 64 * 1024 * 1024, depth: 1_000 };
const LINE_END = 0x0a;

/** @throws Fault `import-file-damaged`, and those of reading Avro */
export function payloadsOf(key: string, body: Uint8Array): Payload[] {
  if (key.endsWith('.avro')) return avroPayloads(key, body);
  const unpacked = key.endsWith('.gz') ? unzipped(key, body) : body;
  return /\.bin(\.gz)?$/.test(key) ? binaryPayloads(unpacked) : jsonPayloads(key, unpacked);
}

function avroPayloads(key: string, body: Uint8Array): Payload[] {
  const file = openAvroFile(body, key);
  const reader = new AvroBlocks(file.schema, LIMITS);
  const rawOf = rawReader(file.schema);
  const found: Payload[] = [];
  for (const { count, bytes } of file.blocks()) {
    const values = reader.values(bytes, count);
    if (typeof values === 'string') throw damaged(key, `a block cannot be read (${values})`);
    for (const { json, bytes: avro } of values) found.push({ json, avro, ...rawOf(avro) });
  }
  return found;
}

/** What Connect's string and byte array converters gave: a schema of one string or bytes, or a union of it and null. */
function rawReader(schema: string): (avro: Uint8Array) => Pick<Payload, 'raw'> {
  const parsed: unknown = JSON.parse(schema);
  const branches = Array.isArray(parsed) ? parsed.map(typeName) : undefined;
  const single = typeName(parsed);
  return (avro) => {
    // A union's branch is a small number, so one byte, twice as large.
    const branch = branches === undefined ? single : branches[(avro[0] ?? 0) / 2];
    if (branch === 'null') return { raw: null };
    if (branch !== 'string' && branch !== 'bytes') return {};
    let at = branches === undefined ? 0 : 1;
    while (((avro[at] ?? 0) & 0x80) !== 0) at += 1;
    return { raw: avro.subarray(at + 1) };
  };
}

/** Undefined where a logical type makes something else of it. */
function typeName(schema: unknown): string | undefined {
  if (typeof schema === 'string') return schema;
  if (typeof schema !== 'object' || schema === null || !('type' in schema) || 'logicalType' in schema) return undefined;
  return typeof schema.type === 'string' ? schema.type : undefined;
}

/** The connector puts a line end behind each value, an empty one too. */
function binaryPayloads(body: Uint8Array): Payload[] {
  const found: Payload[] = [];
  for (let from = 0; from < body.length; ) {
    const at = body.indexOf(LINE_END, from);
    const end = at < 0 ? body.length : at;
    const raw = body.subarray(from, end);
    found.push({ json: raw, raw });
    from = end + 1;
  }
  return found;
}

function jsonPayloads(key: string, body: Uint8Array): Payload[] {
  const found: Payload[] = [];
  for (let from = 0; from < body.length; ) {
    const at = body.indexOf(LINE_END, from);
    const end = at < 0 ? body.length : at;
    const json = body.subarray(from, body[end - 1] === 0x0d ? end - 1 : end);
    if (json.length > 0) {
      if (!isJson(json)) throw damaged(key, `line ${found.length + 1} is no JSON`);
      found.push({ json });
    }
    from = end + 1;
  }
  return found;
}

function unzipped(key: string, body: Uint8Array): Uint8Array {
  try {
    return gunzipSync(body, { maxOutputLength: LARGEST_BYTES });
  } catch (cause) {
    throw damaged(key, `it does not unpack, or to more than ${LARGEST_BYTES} bytes`, cause);
  }
}

function damaged(key: string, why: string, cause?: unknown): Fault {
  return new Fault(`${key}: ${why}`, {
    code: 'import-file-damaged',
    cure: 'Restore the file from a copy, or take it away: its offsets are then missing.',
    cause,
  });
}
