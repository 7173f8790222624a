// The mark a writer leaves in an object's metadata: which call stored it, and which bytes.
//
// A put whose answer was lost is sent again and then finds the key taken: the mark tells whether by itself or by somebody
// else. It also lets a reader find bytes that were lost or changed, whatever checksums the server keeps.
import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';

export interface Mark {
  /** Of the call that stored it. */
  readonly write: string;
  readonly bytes: number;
  readonly crc32: number;
}

type Metadata = Record<string, string>;

const [WRITE, BYTES, CRC32] = ['parallax-write', 'parallax-bytes', 'parallax-crc32'];

export function newMark(body: Uint8Array): Mark {
  return { write: randomUUID(), bytes: body.length, crc32: crc32(body) };
}

export function asMetadata({ write, bytes, crc32: sum }: Mark): Metadata {
  return { [WRITE]: write, [BYTES]: `${bytes}`, [CRC32]: sum.toString(16).padStart(8, '0') };
}

/** Undefined for what somebody else put there. */
export function storedMark(metadata: Metadata | undefined): Mark | undefined {
  const { [WRITE]: write, [BYTES]: bytes = '', [CRC32]: sum = '' } = metadata ?? {};
  if (write === undefined || !/^\d{1,15}$/.test(bytes) || !/^[\da-f]{8}$/.test(sum)) return undefined;
  return { write, bytes: Number(bytes), crc32: Number.parseInt(sum, 16) };
}
