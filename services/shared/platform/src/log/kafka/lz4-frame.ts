// The most an LZ4 frame can become, read from its block headers: the unpacker knows no limit.
//
// Source: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md.

const MAGIC = 0x184d2204;
const CONTENT_SIZE = 0x08;
const DICTIONARY = 0x01;
const BLOCK_CHECKSUM = 0x10;
const STORED = 0x8000_0000;

/** Blocks times the size none may exceed: exact but for the last block. @throws Error where this is no such frame */
export function lz4Bound(frame: Buffer): number {
  if (frame.length < 7 || frame.readUInt32LE(0) !== MAGIC) throw new Error('no LZ4 frame');
  const flags = frame[4] ?? 0;
  const sizeCode = ((frame[5] ?? 0) >> 4) & 0x07;
  if (sizeCode < 4) throw new Error(`LZ4 block size ${sizeCode} is reserved`);
  const blockBytes = 2 ** (8 + 2 * sizeCode);
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0) + (flags & DICTIONARY ? 4 : 0);
  let bound = 0;
  while (at + 4 <= frame.length) {
    const size = frame.readUInt32LE(at);
    if (size === 0) return bound;
    const bytes = size % STORED;
    bound += size >= STORED ? bytes : blockBytes;
    at += 4 + bytes + (flags & BLOCK_CHECKSUM ? 4 : 0);
  }
  return bound;
}
