// The payloads of one file of an S3 sink: Avro values as JSON text and as their bytes, JSON lines as they stand.
import { gunzipSync } from 'node:zlib';
import { AvroBlocks, Fault, isJson } from '@parallax/core';
import { openAvroFile } from '@parallax/platform';

export interface Payload {
  /** JSON text. */
  readonly json: Uint8Array;
  /** The Avro encoding, where it came from one. */
  readonly avro?: Uint8Array;
}

/** What a file may unpack to, and one value as JSON text. */
const LARGEST_BYTES = 512 * 1024 * 1024;
const LIMITS = { bytes: 64 * 1024 * 1024, depth: 1_000 };
const LINE_END = 0x0a;

/** @throws Fault `import-file-damaged`, and those of reading Avro */
export function payloadsOf(key: string, body: Uint8Array): Payload[] {
  if (key.endsWith('.avro')) return avroPayloads(key, body);
  return jsonPayloads(key, key.endsWith('.gz') ? unzipped(key, body) : body);
}

function avroPayloads(key: string, body: Uint8Array): Payload[] {
  const file = openAvroFile(body, key);
  const reader = new AvroBlocks(file.schema, LIMITS);
  const found: Payload[] = [];
  for (const { count, bytes } of file.blocks()) {
    const values = reader.values(bytes, count);
    if (typeof values === 'string') throw damaged(key, `a block cannot be read (${values})`);
    for (const { json, bytes: avro } of values) found.push({ json, avro });
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
