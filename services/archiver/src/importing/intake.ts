// One partition's records on their way into an archive without a consumer group: chunks are cut as the archiver cuts them.
//
// Doing it again changes nothing: the same records make the same chunks, and what the archive holds already is compared,
// not stored. After a crash the same import is simply repeated.
import {
  type Archive,
  type ArchivedRecord,
  CHUNK_LIMITS,
  type ChunkLimits,
  type LogRecord,
  type TimestampType,
} from '@parallax/core';
import {
  type ArchiveCodec,
  type Catalogued,
  catalogue,
  decodeObject,
  removeSuperseded,
  storeBeside,
  tailKeys,
} from '@parallax/platform';
import { OpenChunk, type SealedObject } from '../open-chunk.ts';

/** What is the same for all records of a chunk. */
export interface RecordScope {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
}

export interface Conflict {
  /** The object that could not be stored under its own name, and where it is instead. */
  readonly key: string;
  readonly quarantine: string;
  readonly why: string;
}

export interface Imported {
  /** Full chunks and tails that were stored … */
  readonly objects: number;
  /** … and those whose records the archive held already. */
  readonly found: number;
  readonly records: number;
  readonly conflicts: readonly Conflict[];
}

export interface IntakeOptions {
  readonly limits?: ChunkLimits;
  readonly codec?: ArchiveCodec;
}

export class Intake {
  readonly #archive: Archive;
  readonly #scope: RecordScope;
  readonly #limits: ChunkLimits;
  readonly #codec: ArchiveCodec | undefined;
  readonly #others: readonly Catalogued[];
  readonly #done = { objects: 0, found: 0, records: 0 };
  readonly #conflicts: Conflict[] = [];
  #chunk: OpenChunk | undefined;
  #from: number | undefined;

  private constructor(
    archive: Archive,
    scope: RecordScope,
    { limits = CHUNK_LIMITS, codec }: IntakeOptions,
    others: readonly Catalogued[],
  ) {
    this.#archive = archive;
    this.#scope = scope;
    this.#limits = limits;
    this.#codec = codec;
    this.#others = others;
  }

  /** What the archive holds of the partition by now, full objects and tails. */
  get others(): readonly Catalogued[] {
    return this.#others;
  }

  static async open(archive: Archive, scope: RecordScope, options: IntakeOptions): Promise<Intake> {
    return new Intake(archive, scope, options, await catalogue(archive, scope.topic, scope.partition));
  }

  /** What follows was read from this offset on: up to its first record there is none. Default: the record's own offset. */
  readFrom(offset: number): void {
    this.#from = offset;
  }

  /** Copies the record. Offsets must ascend. */
  async add(record: LogRecord, timestampType?: TimestampType): Promise<void> {
    this.#chunk ??= new OpenChunk(this.#scope, this.#from ?? record.offset, { codec: this.#codec });
    this.#chunk.add(record, timestampType);
    this.#done.records += 1;
    if (this.#chunk.isFull(this.#limits)) await this.#store(this.#chunk, 'full');
  }

  /** Stores the open chunk: `tail` where more may follow, `full` where what follows is in the archive. */
  async end(kind: 'full' | 'tail'): Promise<void> {
    while (this.#chunk !== undefined) await this.#store(this.#chunk, kind);
    this.#from = undefined;
  }

  result(): Imported {
    return { ...this.#done, conflicts: this.#conflicts };
  }

  async #store(chunk: OpenChunk, kind: 'full' | 'tail'): Promise<void> {
    const sealed = await chunk.seal(kind).object();
    const { manifest, body } = sealed;
    this.#chunk = undefined;
    this.#from = manifest.last + 1;
    const stored = await storeBeside(this.#archive, manifest, body, this.#others);
    if (stored.kind === 'conflict') {
      this.#conflicts.push({ key: manifest.key, quarantine: stored.quarantine, why: stored.why });
      return;
    }
    if (stored.kind === 'created') this.#done.objects += 1;
    else this.#done.found += 1;
    if (stored.last < manifest.last) return this.#again(sealed, stored.last);
    if (stored.last === manifest.last) await this.#removeTails(sealed, stored.kind === 'created');
  }

  /** The object there ends earlier and agrees with ours so far: the rest becomes a chunk of its own. */
  async #again({ manifest, body }: SealedObject, after: number): Promise<void> {
    this.#from = after + 1;
    for (const block of decodeObject(body, manifest.key)) {
      for (const record of block) {
        if (record.offset > after) this.#refill(record);
      }
    }
  }

  #refill(record: ArchivedRecord): void {
    this.#chunk ??= new OpenChunk(this.#scope, this.#from ?? record.offset, { codec: this.#codec });
    this.#chunk.add(record, record.timestampType);
  }

  /** Where others hold the records there is no object of this name that could take the place of tails. */
  async #removeTails(by: SealedObject, isThere: boolean): Promise<void> {
    const { topic, partition } = this.#scope;
    const tails = await tailKeys(this.#archive, topic, partition);
    if (tails.length === 0) return;
    if (isThere || (await this.#archive.read(by.manifest.key)) !== undefined) {
      await removeSuperseded(this.#archive, by, tails);
    }
  }
}
