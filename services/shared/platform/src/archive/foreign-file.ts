// Reads Avro container files that others wrote: the schema they name, and their blocks unpacked, believing nothing.
import { Fault } from '@parallax/core';
import { ByteReader } from './bytes.ts';
import { codecNamed } from './codecs.ts';
import { unpack } from './object-decoder.ts';
import { MAGIC, MAX_BLOCK_BYTES, SYNC_BYTES } from './object-encoder.ts';

export interface AvroFileContents {
  /** JSON, as the file has it. */
  readonly schema: string;
  blocks(): Generator<{ readonly count: number; readonly bytes: Uint8Array }>;
}

/** @throws Fault `archive-not-avro`, `archive-codec-unknown`; and `archive-object-damaged` when the place is reached */
export function openAvroFile(body: Uint8Array, key: string): AvroFileContents {
  const file = new ByteReader(body, key);
  if (file.left < MAGIC.length || !file.raw(MAGIC.length).equals(MAGIC)) {
    throw new Fault(`${key} is not an Avro object container file`, {
      code: 'archive-not-avro',
      cure: 'Such files begin with the four bytes "Obj" and 1.',
    });
  }
  const entries = new Map<string, string>();
  for (let pairs = file.long(); pairs !== 0; pairs = file.long()) {
    if (pairs < 0) file.long();
    for (let n = Math.abs(pairs); n > 0; n--) entries.set(file.string(), file.string());
  }
  const sync = file.raw(SYNC_BYTES);
  const named = entries.get('avro.codec') ?? 'null';
  const codec = codecNamed(named);
  if (codec === undefined) {
    throw new Fault(`${key} is compressed with "${named}"`, {
      code: 'archive-codec-unknown',
      cure: 'Read are deflate, zstandard and null: write it anew with one of them, e.g. `avro-tools recodec`.',
    });
  }
  return {
    schema: entries.get('avro.schema') ?? '',
    *blocks() {
      while (file.left > 0) {
        const count = file.long();
        const packed = file.raw(file.count(1));
        if (!file.raw(SYNC_BYTES).equals(sync)) throw file.damaged('the sync marker after the block differs');
        if (count < 0) throw file.damaged(`a block of ${count} values`);
        yield { count, bytes: unpack(codec, packed, key, MAX_BLOCK_BYTES) };
      }
    },
  };
}
