// Snappy as Kafka's clients use it: the blocks of Java's stream ("xerial"), or one raw block as others write it.
//
// Xerial's stream: 0x82 "SNAPPY" 0x00, version and compatible version (32 bits each), then blocks of a 32-bit length and
// raw snappy. A raw block begins with its unpacked length as a varint.
import { compress, uncompress } from 'snappy';

const MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const HEADER = 16;

/** Throws a RangeError where more than `limit` bytes would come out, before they do. */
export async function snappyUnpack(bytes: Buffer, limit: number): Promise<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return block(bytes, limit);
  const blocks: Buffer[] = [];
  let size = 0;
  for (let at = HEADER; at < bytes.length; ) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new Error('a block reaches beyond its batch');
    const unpacked = await block(bytes.subarray(at + 4, at + 4 + length), limit - size);
    size += unpacked.length;
    blocks.push(unpacked);
    at += 4 + length;
  }
  return Buffer.concat(blocks, size);
}

/** One block in Java's framing, which every client reads. */
export async function snappyPack(bytes: Buffer): Promise<Buffer> {
  const packed = await compress(bytes);
  const header = Buffer.alloc(HEADER + 4);
  MAGIC.copy(header);
  header.writeInt32BE(1, 8);
  header.writeInt32BE(1, 12);
  header.writeInt32BE(packed.length, HEADER);
  return Buffer.concat([header, packed]);
}

async function block(bytes: Buffer, limit: number): Promise<Buffer> {
  if (unpackedLength(bytes) > limit) throw new RangeError('too large');
  const unpacked = await uncompress(bytes, { asBuffer: true });
  return Buffer.isBuffer(unpacked) ? unpacked : Buffer.from(unpacked);
}

function unpackedLength(bytes: Buffer): number {
  let length = 0;
  for (let at = 0; at < 5; at++) {
    const byte = bytes[at] ?? 0;
    length += (byte & 0x7f) * 128 ** at;
    if (byte < 0x80) return length;
  }
  throw new Error('no snappy block');
}
