// Reads archive objects block by block, believing nothing: cut, altered, hostile or foreign files are faults that say so.
import { createHash } from 'node:crypto';
import { type ArchivedRecord, Fault } from '@parallax/core';
import { ByteReader } from './bytes.ts';
import { ARCHIVE_CODECS, type BlockCodec, codecNamed, codecOf } from './codecs.ts';
import { COUNT_ENTRY, DIGEST_ENTRY, MAGIC, MAX_BLOCK_BYTES, SYNC_BYTES } from './object-encoder.ts';
import { readRecord, recordSchema } from './record-codec.ts';

export interface DecodeOptions {
  /** The longest block, raw bytes: what bounds memory when a file is hostile. Default 256 MiB. */
  readonly maxBlockBytes?: number;
  /** Told at the end: SHA-256 over the records' encodings. Costs a pass over them. */
  readonly onDigest?: (records: string) => void;
}

/**
 * The records in order, one array a block. Their bytes are views of that block: copy what outlives it. `key` names the
 * object in faults. Faults come when the place is reached: the blocks before it have been given out by then.
 */
export function* decodeObject(body: Uint8Array, key: string, options: DecodeOptions = {}): Generator<ArchivedRecord[]> {
  const { maxBlockBytes = MAX_BLOCK_BYTES, onDigest } = options;
  const file = new ByteReader(body, key);
  const header = readHeader(file, key);
  const digest = onDigest !== undefined || header.digest !== undefined ? createHash('sha256') : undefined;
  let count = 0;
  let last = -1;
  while (file.left > 0) {
    const due = file.long();
    const packed = file.raw(file.count(1));
    if (!file.raw(SYNC_BYTES).equals(header.sync)) throw file.damaged('the sync marker after the block differs');
    const raw = unpack(header.codec, packed, key, maxBlockBytes);
    digest?.update(raw);
    const records = readBlock(raw, due, key);
    for (const { offset } of records) {
      if (offset <= last) throw file.damaged(`offset ${offset} after ${last}`);
      last = offset;
    }
    count += records.length;
    yield records;
  }
  if (header.count !== undefined && count !== header.count) {
    throw file.damaged(`it ends after ${count} of ${header.count} records`);
  }
  const records = digest?.digest('hex');
  if (records === undefined) return;
  if (header.digest !== undefined && header.digest !== records) {
    throw file.damaged('its records are not those it was written with');
  }
  onDigest?.(records);
}

/** Whether these bytes begin as an object of the archive does: an Avro file of its records. */
export function isArchiveObject(body: Uint8Array): boolean {
  try {
    readHeader(new ByteReader(body, ''), '');
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}

interface FileHeader {
  readonly codec: BlockCodec;
  readonly sync: Buffer;
  readonly count: number | undefined;
  readonly digest: string | undefined;
}

function readHeader(file: ByteReader, key: string): FileHeader {
  if (file.left < MAGIC.length || !file.raw(MAGIC.length).equals(MAGIC)) {
    throw new Fault(`${key} is not an Avro object container file`, {
      code: 'archive-not-avro',
      cure: 'Archive objects begin with the four bytes "Obj" and 1.',
    });
  }
  const entries = new Map<string, string>();
  for (let pairs = file.long(); pairs !== 0; pairs = file.long()) {
    if (pairs < 0) file.long();
    for (let n = Math.abs(pairs); n > 0; n--) entries.set(file.string(), file.string());
  }
  const named = entries.get('avro.codec') ?? 'null';
  const codec = codecNamed(named);
  if (codec === undefined) {
    throw new Fault(`${key} is compressed with "${named}"`, {
      code: 'archive-codec-unknown',
      cure: `Parallax writes and reads ${ARCHIVE_CODECS.map((known) => codecOf(known).avro).join(', ')}.`,
    });
  }
  if (!sameSchema(entries.get('avro.schema'))) {
    throw new Fault(`${key} holds records of another schema`, {
      code: 'archive-schema-unknown',
      cure: 'Archive objects hold parallax.archive.Record as this build knows it; a newer build may have written it.',
    });
  }
  const count = entries.get(COUNT_ENTRY);
  return {
    codec,
    sync: file.raw(SYNC_BYTES),
    count: count === undefined ? undefined : Number(count),
    digest: entries.get(DIGEST_ENTRY),
  };
}

function sameSchema(text: string | undefined): boolean {
  const ours = recordSchema();
  if (text === ours) return true;
  try {
    return text !== undefined && shape(JSON.parse(text)) === shape(JSON.parse(ours));
  } catch {
    return false;
  }
}

/** What decides the encoding: no documentation, no logical types, keys in order. */
function shape(schema: unknown): string {
  return JSON.stringify(schema, (name, value) => {
    if (name === 'doc' || name === 'logicalType') return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

export function unpack(codec: BlockCodec, packed: Buffer, key: string, maxOutputLength: number): Uint8Array {
  try {
    return codec.unpack(packed, maxOutputLength);
  } catch (cause) {
    const bomb = cause instanceof RangeError;
    throw new Fault(
      bomb
        ? `${key} has a block that unpacks to more than ${maxOutputLength} bytes`
        : `${key} has a block that does not unpack`,
      {
        code: bomb ? 'archive-block-too-large' : 'archive-object-damaged',
        cure: 'Restore the object from a copy; `parallax archive verify` lists every damaged one.',
        cause,
      },
    );
  }
}

function readBlock(raw: Uint8Array, due: number, key: string): ArchivedRecord[] {
  const block = new ByteReader(raw, `${key} (unpacked block)`);
  const records: ArchivedRecord[] = [];
  while (block.left > 0) records.push(readRecord(block));
  if (records.length !== due) throw block.damaged(`${records.length} records where the block says ${due}`);
  return records;
}
