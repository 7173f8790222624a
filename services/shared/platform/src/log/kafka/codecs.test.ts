// What is packed comes out again, in every framing, and never more than is allowed.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { compressFrameSync } from 'lz4-napi';
import { compressSync } from 'snappy';
import { expect, test } from 'vitest';
import { type Compression, compress, decompress } from './codecs.ts';

const PACKED = ['gzip', 'snappy', 'lz4', 'zstd'] as const satisfies readonly Compression[];
const MIB = 1024 * 1024;

test.each(PACKED)('%s gives back what it was given', async (name) => {
  const content = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.nat(300_000).map((size) => new Uint8Array(size)),
  );
  await fc.assert(
    fc.asyncProperty(content, async (bytes) => {
      const packed = await compress(name, Buffer.from(bytes));
      expect((await decompress(packed.codec, packed.bytes)).equals(bytes)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test.each([
  [1, 'gzip', gzipSync],
  [2, 'snappy in one block', compressSync],
  [
    2,
    'snappy in Java’s stream',
    (bytes: Buffer) => xerial([compressSync(bytes.subarray(0, MIB)), compressSync(bytes.subarray(MIB))]),
  ],
  [3, 'lz4', compressFrameSync],
  [4, 'zstd', zstdCompressSync],
] as const)('codec %d, %s, stops at the limit and takes what is within it', async (codec, _, pack) => {
  const bytes = Buffer.alloc(8 * MIB);
  const packed = pack(bytes);
  expect((await decompress(codec, packed, 9 * MIB)).equals(bytes)).toBe(true);
  await expect(decompress(codec, packed, 4 * MIB)).rejects.toMatchObject({ code: 'log-batch-too-large' });
});

test.each([1, 2, 3, 4])('codec %d says that damaged bytes are damaged', async (codec) => {
  const damaged = Buffer.from([
    0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 9, 7, 7, 7,
  ]);
  await expect(decompress(codec, damaged)).rejects.toMatchObject({ code: 'log-corrupt' });
});

test('a codec that nobody knows is a fault', async () => {
  await expect(decompress(5, Buffer.alloc(1))).rejects.toMatchObject({ code: 'log-codec' });
});

/** As snappy-java's SnappyOutputStream writes it. */
function xerial(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  const sized = blocks.flatMap((block) => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(block.length);
    return [size, block];
  });
  return Buffer.concat([header, ...sized]);
}
