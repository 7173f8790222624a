// The chunk a partition is filling: encoded as it comes, so that it costs about its compressed size.
import {
  type Chunk,
  type ChunkLimits,
  grow,
  isFull,
  type LogRecord,
  type Manifest,
  objectKey,
  type TimestampType,
} from '@parallax/core';
import { type ArchiveCodec, manifestOf, ObjectEncoder } from '@parallax/platform';

type Scope = ConstructorParameters<typeof ObjectEncoder>[0];

export interface SealedObject {
  readonly manifest: Manifest;
  readonly body: Uint8Array;
}

export class OpenChunk {
  readonly #scope: Scope;
  readonly #from: number;
  readonly #encoder: ObjectEncoder;
  #chunk: Chunk | undefined;

  /** `from`: the offset from which the log was read for this chunk. */
  constructor(scope: Scope, from: number, codec: ArchiveCodec = 'deflate') {
    this.#scope = scope;
    this.#from = from;
    this.#encoder = new ObjectEncoder(scope, { codec });
  }

  get records(): number {
    return this.#chunk?.records ?? 0;
  }

  get rawBytes(): number {
    return this.#chunk?.bytes ?? 0;
  }

  /** `timestampType`: where it is not that of the whole topic. */
  add(record: LogRecord, timestampType?: TimestampType): void {
    this.#encoder.add(record, timestampType);
    this.#chunk = grow(this.#chunk, record);
  }

  isFull(limits: ChunkLimits): boolean {
    return this.#chunk !== undefined && isFull(this.#chunk, limits);
  }

  /** The object of the records so far; after a tail the chunk goes on. There must be a record. */
  seal(kind: 'full' | 'tail'): SealedObject {
    const { topic, partition } = this.#scope;
    const object = this.#encoder.snapshot();
    const name = { kind, topic, partition, first: object.first };
    const key = objectKey(kind === 'tail' ? { ...name, count: object.count } : name);
    return { manifest: manifestOf(key, topic, partition, this.#from, object), body: object.body };
  }
}
