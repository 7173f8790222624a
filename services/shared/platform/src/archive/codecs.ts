// Codecs of archive objects: how the blocks of an Avro container file are compressed.
//
// Compressing is a function of bytes, codec and build of the library alone; what two writers are compared by is the digest
// of the records, which no codec touches.
import { constants, deflateRawSync, inflateRawSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** As settings call them; Avro calls the second one `zstandard`. */
export const ARCHIVE_CODECS = ['deflate', 'zstd', 'null'] as const;
export type ArchiveCodec = (typeof ARCHIVE_CODECS)[number];

export interface BlockCodec {
  /** In the header of the file: `avro.codec`. */
  readonly avro: string;
  pack(raw: Uint8Array): Uint8Array;
  /** @throws RangeError where the block unpacks to more than `limit` bytes; anything else where it does not unpack */
  unpack(packed: Uint8Array, limit: number): Uint8Array;
}

/** Level 1: 225 MB/s and ×5.3 on JSON, against 61 MB/s and ×6.4 at level 6. */
const DEFLATE = { level: 1 };
/** Level 1: 400 MB/s and ×4.7 on orders, where deflate has 170 MB/s and ×4.0, and level 3 300 MB/s and ×4.7. */
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const CODECS: Readonly<Record<ArchiveCodec, BlockCodec>> = {
  deflate: {
    avro: 'deflate',
    pack: (raw) => deflateRawSync(raw, DEFLATE),
    unpack: (packed, limit) => inflateRawSync(packed, { maxOutputLength: limit }),
  },
  zstd: {
    avro: 'zstandard',
    pack: (raw) => zstdCompressSync(raw, ZSTD),
    unpack: (packed, limit) => zstdDecompressSync(packed, { maxOutputLength: limit }),
  },
  null: {
    avro: 'null',
    // A copy: the caller goes on writing where these bytes are.
    pack: (raw) => Uint8Array.from(raw),
    unpack(packed, limit) {
      if (packed.length > limit) throw new RangeError(`${packed.length} bytes`);
      return packed;
    },
  },
};

export function codecOf(name: ArchiveCodec): BlockCodec {
  return CODECS[name];
}

/** By its name in a file; undefined for one that is not read here. */
export function codecNamed(avro: string): BlockCodec | undefined {
  return Object.values(CODECS).find((codec) => codec.avro === avro);
}
