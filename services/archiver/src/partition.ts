// One partition on its way into the archive.
//
// Records fill a chunk; a full one is stored, then its tails are removed, then its end is committed, in this order and one
// chunk after another. So a crash anywhere leads back to the start of a chunk that is not yet committed, and everything
// is done again with the same names. The open chunk is stored as a tail when the partition has fallen quiet; the
// committed offset stays at the chunk's start.
import type { Batch, ChunkLimits, CommitResult, Manifest, TimestampType } from '@parallax/core';
import { type Archive, isRetryable } from '@parallax/core';
import {
  type Clock,
  type Gate,
  removeSuperseded,
  retrying,
  type Stored,
  storeObject,
  type Telemetry,
  tailKeys,
} from '@parallax/platform';
import {
  archiveBack,
  archiveUnavailable,
  fenced,
  leftForNextStart,
  objectConflict,
  objectStored,
  tailsRemoved,
} from './events.ts';
import { OpenChunk, type Packing, type Sealing } from './open-chunk.ts';

export interface TailTiming {
  /** A tail is stored once no record has come for this long, milliseconds … */
  readonly quietMs: number;
  /** … or the oldest record not yet stored has waited this long. */
  readonly maxAgeMs: number;
}

export const TAIL_TIMING: TailTiming = { quietMs: 1_000, maxAgeMs: 30_000 };

export interface PartitionSurroundings {
  readonly archive: Archive;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly limits: ChunkLimits;
  readonly packing: Packing;
  readonly tail: TailTiming;
  /** Objects that are put together to be stored, of all partitions: each may be 16 MB. */
  readonly bodies: Gate;
  /** Aborted when the archiver stops: then nothing is tried again. */
  readonly stopping: AbortSignal;
  commit(offset: number): Promise<CommitResult>;
  /** Reads on from there; batches in flight are dropped. */
  seek(offset: number): void;
  hold(held: boolean): void;
  /** Counts what was created. */
  stored(kind: 'full' | 'tail' | 'conflict', manifest: Manifest): void;
  failed(error: unknown): void;
  /** Something that others may wait for has happened. */
  changed(): void;
}

export interface PartitionScope {
  readonly topic: string;
  readonly partition: number;
  readonly timestampType: TimestampType;
  readonly generation: number;
}

/** Full chunks waiting for the archive before the partition is held. */
const MAX_WAITING = 2;
/** A large open chunk is not stored again and again for a record each: this much quiet for each MiB of it. */
const REST_MS_PER_MIB = 1_000;
const MIB = 1024 * 1024;

export class PartitionArchiver {
  readonly #scope: PartitionScope;
  readonly #around: PartitionSurroundings;
  #chunk: OpenChunk | undefined;
  #from: number;
  #cursor: number;
  #epoch = 0;
  #queue: Promise<void> = Promise.resolve();
  #waiting = 0;
  #held = false;
  #abandoned = false;
  #lastRecordAt = 0;
  #waitingSince = 0;
  #lastTailAt = Number.NEGATIVE_INFINITY;
  #tailRecords = 0;
  #ownTails = new Set<string>();

  constructor(scope: PartitionScope, start: number, around: PartitionSurroundings) {
    this.#scope = scope;
    this.#around = around;
    this.#from = start;
    this.#cursor = start;
  }

  /** Everything below it has been read. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Records read that no object holds yet. */
  get unstored(): number {
    return (this.#chunk?.records ?? 0) - this.#tailRecords;
  }

  take(batch: Batch): void {
    // When stopping, what still comes is left for the next start.
    if (this.#abandoned || this.#around.stopping.aborted) return;
    const now = this.#around.clock.now();
    for (const record of batch.records) {
      if (record.offset < this.#cursor) continue;
      if (this.unstored === 0) this.#waitingSince = now;
      this.#chunk ??= new OpenChunk(this.#scope, this.#from, this.#around.packing);
      this.#chunk.add(record);
      this.#lastRecordAt = now;
      if (this.#chunk.isFull(this.#around.limits)) this.#storeFull(this.#chunk);
    }
    this.#cursor = Math.max(this.#cursor, batch.next);
    this.#around.changed();
  }

  /** Stores the open chunk as a tail if the time for it has come; cheap to call often. */
  tick(): void {
    const { clock, tail } = this.#around;
    if (this.#chunk === undefined || this.unstored === 0 || this.#waiting > 0) return;
    const now = clock.now();
    const due = now - this.#lastRecordAt >= tail.quietMs || now - this.#waitingSince >= tail.maxAgeMs;
    const rested = now - this.#lastTailAt >= (this.#chunk.rawBytes / MIB) * REST_MS_PER_MIB;
    if (due && rested) this.#storeTail(this.#chunk);
  }

  /** Resolves once all that was taken so far is in the archive, the open chunk as a tail. */
  async flush(): Promise<void> {
    if (this.#chunk !== undefined && this.unstored > 0) this.#storeTail(this.#chunk);
    // Storing may lead to more of it: a chunk sealed meanwhile stands behind in the same queue.
    for (let seen: Promise<void> | undefined; seen !== this.#queue; ) {
      seen = this.#queue;
      await seen;
    }
  }

  /** Another generation owns the partition, or the archiver has failed: nothing more is begun. */
  abandon(): void {
    this.#abandoned = true;
  }

  #storeFull(chunk: OpenChunk): void {
    const sealed = chunk.seal('full');
    const ownTails = this.#ownTails;
    this.#openNext(sealed.last + 1);
    this.#enqueue(async () => {
      const end = await this.#store('full', sealed, ownTails);
      chunk.letGo();
      const committed = await this.#commit(end + 1);
      if (committed === 'refused') {
        this.#around.telemetry.record(fenced(this.#scope, this.#scope.generation));
        this.abandon();
      } else if (end !== sealed.last) this.#goOnAt(end + 1);
    });
  }

  #storeTail(chunk: OpenChunk): void {
    const sealed = chunk.seal('tail');
    const ownTails = this.#ownTails;
    this.#tailRecords = chunk.records;
    this.#lastTailAt = this.#around.clock.now();
    this.#enqueue(() => this.#store('tail', sealed, ownTails));
  }

  /** An answer that did not come is no harm: the next commit covers this one, and a restart repeats what it finds done. */
  async #commit(offset: number): Promise<CommitResult> {
    try {
      return await this.#around.commit(offset);
    } catch (error) {
      if (isRetryable(error)) return 'unknown';
      throw error;
    }
  }

  /**
   * Returns the last offset that is in the archive under this key, or set aside. While the archive is away nothing is kept
   * but what the object is put together from.
   */
  async #store(kind: 'full' | 'tail', sealed: Sealing, ownTails: Set<string>): Promise<number> {
    const { archive, bodies } = this.#around;
    let stored: Stored | undefined;
    const attempt = async (): Promise<number> => {
      const { manifest, body } = await sealed.object();
      if (stored === undefined) {
        stored = await storeObject(archive, manifest, body);
        this.#tell(kind, manifest, stored, ownTails);
      }
      if (stored.kind === 'conflict') return manifest.last;
      // What is there may be shorter than ours: then it supersedes nothing of what ours would.
      if (stored.last === manifest.last) await this.#removeTails(manifest, body, ownTails);
      return stored.last;
    };
    return this.#persist(() => bodies.through(attempt));
  }

  #tell(kind: 'full' | 'tail', manifest: Manifest, stored: Stored, ownTails: Set<string>): void {
    const { telemetry } = this.#around;
    if (stored.kind === 'conflict') {
      telemetry.record(objectConflict(manifest.key, stored.quarantine, stored.why));
      this.#around.stored('conflict', manifest);
      return;
    }
    telemetry.record(objectStored(kind, stored.kind, manifest));
    if (stored.kind === 'exists') return;
    this.#around.stored(kind, manifest);
    if (kind === 'tail') ownTails.add(manifest.key);
  }

  async #removeTails(manifest: Manifest, body: Uint8Array, ownTails: ReadonlySet<string>): Promise<void> {
    const { archive, telemetry } = this.#around;
    const { topic, partition } = this.#scope;
    const tails = await tailKeys(archive, topic, partition);
    const removed = await removeSuperseded(archive, { manifest, body }, tails, ownTails);
    if (removed.length > 0) telemetry.record(tailsRemoved(manifest.key, removed));
  }

  #persist<T>(work: () => Promise<T>): Promise<T> {
    const { clock, telemetry, stopping } = this.#around;
    return retrying(work, {
      clock,
      stopping,
      onFailure: (error, attempt, retryMs) => telemetry.record(archiveUnavailable(error, attempt, retryMs)),
      onBack: (attempts) => telemetry.record(archiveBack(attempts)),
    });
  }

  /** The archive's object ends elsewhere than ours, which it agrees with: an archiver with other limits wrote it. */
  #goOnAt(offset: number): void {
    this.#openNext(offset);
    this.#cursor = offset;
    // Chunks cut meanwhile began at another place: they are not stored.
    this.#epoch += 1;
    this.#around.seek(offset);
  }

  #openNext(from: number): void {
    this.#chunk = undefined;
    this.#from = from;
    this.#tailRecords = 0;
    this.#ownTails = new Set();
  }

  #enqueue(work: () => Promise<unknown>): void {
    this.#waiting += 1;
    if (this.#waiting >= MAX_WAITING && !this.#held) {
      this.#held = true;
      this.#around.hold(true);
    }
    const epoch = this.#epoch;
    this.#queue = this.#queue.then(() => this.#run(work, epoch));
  }

  async #run(work: () => Promise<unknown>, epoch: number): Promise<void> {
    const { stopping, telemetry, failed, changed } = this.#around;
    try {
      if (!this.#abandoned && epoch === this.#epoch) await work();
    } catch (error) {
      // What was still under way when it was given up ends with the archive being closed.
      const mayFail = isRetryable(error) || this.#abandoned;
      this.abandon();
      if (stopping.aborted && mayFail) telemetry.record(leftForNextStart(this.#scope, error));
      else failed(error);
    }
    this.#waiting -= 1;
    this.#release();
    changed();
  }

  #release(): void {
    if (!this.#held || this.#waiting >= MAX_WAITING) return;
    this.#held = false;
    this.#around.hold(false);
  }
}
