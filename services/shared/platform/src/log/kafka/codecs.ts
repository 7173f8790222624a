// The compressions of record batches, and how much may come out of one.
//
// Numbers and framings: https://kafka.apache.org/documentation/#recordbatch and KIP-110. A batch is bounded when it is
// packed, not unpacked: a few hundred kB may become gigabytes, so every codec is stopped at a limit.
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { Fault } from '@parallax/core';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { lz4Bound } from './lz4-frame.ts';
import { snappyPack, snappyUnpack } from './snappy-frame.ts';

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

/** What one batch may become. */
export const MAX_UNPACKED_BYTES = 256 * 1024 * 1024;

const NAMES: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

interface Codec {
  compress(bytes: Buffer): Promise<Buffer>;
  decompress(bytes: Buffer, limit: number): Promise<Buffer>;
}

const CODECS: Readonly<Record<Exclude<Compression, 'none'>, Codec>> = {
  gzip: {
    compress: promisify<Buffer, Buffer>(gzip),
    decompress: (bytes, limit) =>
      promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)(bytes, { maxOutputLength: limit }),
  },
  snappy: { compress: snappyPack, decompress: snappyUnpack },
  lz4: {
    compress: compressFrame,
    decompress: async (bytes, limit) => {
      if (lz4Bound(bytes) > limit) throw new RangeError('too large');
      return decompressFrame(bytes);
    },
  },
  zstd: {
    compress: promisify<Buffer, Buffer>(zstdCompress),
    decompress: (bytes, limit) =>
      promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress)(bytes, { maxOutputLength: limit }),
  },
};

/** @param codec as it stands in a batch's attributes: 1 to 4 */
export async function decompress(codec: number, bytes: Buffer, limit: number = MAX_UNPACKED_BYTES): Promise<Buffer> {
  const name = NAMES[codec];
  if (name === undefined || name === 'none') {
    throw new Fault(`A batch is packed with codec ${codec}, which is none of ${NAMES.slice(1).join(', ')}.`, {
      code: 'log-codec',
      cure: 'Write the topic with one of these.',
    });
  }
  try {
    return await CODECS[name].decompress(bytes, limit);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new Fault(`A batch of ${bytes.length} bytes, packed with ${name}, would become more than ${limit} bytes.`, {
        code: 'log-batch-too-large',
        cure: 'Write smaller batches (batch.size of the producer), or skip its offsets.',
        cause,
      });
    }
    throw new Fault(`A batch of ${bytes.length} bytes cannot be unpacked with ${name}.`, {
      code: 'log-corrupt',
      cure: 'The batch is damaged; check the brokers’ disks, or read on behind it.',
      cause,
    });
  }
}

/** The bytes, and the number for the batch's attributes. */
export async function compress(name: Compression, bytes: Buffer): Promise<{ codec: number; bytes: Buffer }> {
  if (name === 'none') return { codec: 0, bytes };
  return { codec: NAMES.indexOf(name), bytes: await CODECS[name].compress(bytes) };
}
