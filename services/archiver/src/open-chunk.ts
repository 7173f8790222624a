// The chunk a partition is filling: encoded as it comes, so that it costs about its compressed size.
import {
  type Chunk,
  type ChunkLimits,
  isFull,
  type LogRecord,
  type Manifest,
  objectKey,
  rawBytes,
  type TimestampType,
} from '@parallax/core';
import { type ArchiveCodec, manifestOf, ObjectEncoder, type Packer } from '@parallax/platform';

type Scope = ConstructorParameters<typeof ObjectEncoder>[0];

export interface SealedObject {
  readonly manifest: Manifest;
  readonly body: Uint8Array;
}

/** An object whose last blocks may still be packed. */
export interface Sealing {
  /** Offset of its last record. */
  readonly last: number;
  /** Puts it together, anew at each call: it is large, and may have to wait for the archive. */
  object(): Promise<SealedObject>;
}

export interface Packing {
  /** Default `deflate`. */
  readonly codec?: ArchiveCodec | undefined;
  /** Default: none; blocks are packed as they fill. */
  readonly packer?: Packer | undefined;
}

export class OpenChunk {
  readonly #scope: Scope;
  readonly #from: number;
  readonly #encoder: ObjectEncoder;
  /** As core's grow() would have it, without an object for every record. */
  readonly #chunk: { -readonly [Field in keyof Chunk]: Chunk[Field] } = { first: -1, last: -1, records: 0, bytes: 0 };

  /** `from`: the offset from which the log was read for this chunk. */
  constructor(scope: Scope, from: number, { codec = 'deflate', packer }: Packing = {}) {
    this.#scope = scope;
    this.#from = from;
    this.#encoder = new ObjectEncoder(scope, packer === undefined ? { codec } : { codec, packer });
  }

  get records(): number {
    return this.#chunk.records;
  }

  get rawBytes(): number {
    return this.#chunk.bytes;
  }

  /** `timestampType`: where it is not that of the whole topic. */
  add(record: LogRecord, timestampType?: TimestampType): void {
    this.#encoder.add(record, timestampType);
    const chunk = this.#chunk;
    if (chunk.records === 0) chunk.first = record.offset;
    chunk.last = record.offset;
    chunk.records += 1;
    chunk.bytes += rawBytes(record);
  }

  isFull(limits: ChunkLimits): boolean {
    return isFull(this.#chunk, limits);
  }

  /** The object of the records so far; after a tail the chunk goes on. There must be a record. */
  seal(kind: 'full' | 'tail'): Sealing {
    const { topic, partition } = this.#scope;
    const { first, last, records } = this.#chunk;
    const name = { kind, topic, partition, first };
    const key = objectKey(kind === 'tail' ? { ...name, count: records } : name);
    const assemble = this.#encoder.cut();
    const from = this.#from;
    const object = async () => {
      const encoded = await assemble();
      return { manifest: manifestOf(key, topic, partition, from, encoded), body: encoded.body };
    };
    return { last, object };
  }

  /** Nothing is sealed or put together any more: what it keeps is free. */
  letGo(): void {
    this.#encoder.letGo();
  }
}
