// One consumer of an embedded log, as its process sees it.
//
// Every pause, resume and seek gives the partition a new version. Batches name the version they were read under, and
// only the present one is delivered: whatever was in flight before is dropped and read again from the cursor.
//
//   joined ──assigned() resolves──► running ──stop(), a throwing handler, a lost topic──► ended
import type {
  Batch,
  CommitResult,
  Committed,
  ConsumerHandlers,
  Consumption,
  EndSample,
  Position,
} from '@parallax/core';
import { type Framed, unpack } from '../frame.ts';
import { decodeHeaders } from '../headers.ts';
import { checkCommit, partitionKey } from '../limits.ts';
import type { Joined, Move, TailBatch } from './protocol.ts';
import type { WorkerClient } from './worker-client.ts';

/** Batches on their way at once: one being handled, one waiting, one being read. */
const CREDIT = 3;

interface Cursor {
  readonly slot: number;
  readonly topic: string;
  readonly partition: number;
  version: number;
  offset: number;
  paused: boolean;
}

type Named = { readonly topic: string; readonly partition: number };

export interface ConsumptionParts {
  readonly group: string;
  readonly handlers: ConsumerHandlers;
  readonly client: WorkerClient;
  readonly clock: () => number;
}

export class EmbeddedConsumption implements Consumption {
  readonly ended: Promise<Error | undefined>;
  readonly #parts: ConsumptionParts;
  readonly #consumer: number;
  readonly #joined: Joined;
  readonly #cursors: ReadonlyMap<string, Cursor>;
  readonly #bySlot: readonly Cursor[];
  readonly #topics: readonly string[];
  readonly #end: (error: Error | undefined) => void;
  #phase: 'joined' | 'running' | 'ended' = 'joined';
  #leaving: Promise<void> | undefined;

  constructor(consumer: number, joined: Joined, parts: ConsumptionParts) {
    const ended = Promise.withResolvers<Error | undefined>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    this.#parts = parts;
    this.#consumer = consumer;
    this.#joined = joined;
    this.#topics = [...new Set(joined.extents.map(({ topic }) => topic))];
    const committed = new Map(joined.committed.map((each) => [partitionKey(each.topic, each.partition), each]));
    this.#bySlot = joined.extents.map(({ topic, partition, start }, slot) => {
      const offset = committed.get(partitionKey(topic, partition))?.offset ?? start;
      return { slot, topic, partition, version: 0, offset, paused: false };
    });
    this.#cursors = new Map(this.#bySlot.map((cursor) => [partitionKey(cursor.topic, cursor.partition), cursor]));
  }

  /** Calls `assigned`, then lets the batches come. Never rejects. */
  async start(): Promise<void> {
    const { generation, extents, committed } = this.#joined;
    const assignment = extents.map((extent) => ({
      ...extent,
      committed: committed.find(({ topic, partition }) => topic === extent.topic && partition === extent.partition),
    }));
    try {
      if (this.#leaving !== undefined) return;
      const starts = await this.#parts.handlers.assigned(generation, assignment);
      if (this.#leaving !== undefined) return;
      for (const { topic, partition, offset } of starts) {
        const cursor = this.#cursors.get(partitionKey(topic, partition));
        if (cursor !== undefined) cursor.offset = offset;
      }
      this.#phase = 'running';
      this.#steer(this.#bySlot, CREDIT);
    } catch (error) {
      await this.#finish(asError(error));
    }
  }

  /** A batch has come from the worker. */
  batch({ slot, version, next, frame }: TailBatch): void {
    const cursor = this.#bySlot[slot];
    if (cursor === undefined || this.#phase !== 'running') return;
    if (cursor.version === version) {
      cursor.offset = next;
      const { topic, partition } = cursor;
      const records = unpack(frame).map(recordOf);
      const batch: Batch = { generation: this.#joined.generation, topic, partition, records, next };
      try {
        this.#parts.handlers.batch(batch);
      } catch (error) {
        void this.#finish(asError(error));
        return;
      }
    }
    this.#steer([], 1);
  }

  /** The worker cannot go on with it. */
  lost(error: Error): void {
    void this.#finish(error);
  }

  pause(partitions: readonly Named[]): void {
    this.#turn(partitions, true);
  }

  resume(partitions: readonly Named[]): void {
    this.#turn(partitions, false);
  }

  seek({ topic, partition, offset }: Position): void {
    const cursor = this.#cursors.get(partitionKey(topic, partition));
    if (cursor === undefined) return;
    cursor.offset = offset;
    this.#renew([cursor]);
  }

  async ends(): Promise<readonly EndSample[]> {
    const asked = this.#parts.clock();
    const extents = await this.#parts.client.call('extents', this.#topics);
    const answered = this.#parts.clock();
    return extents.map(({ topic, partition, end }) => ({ topic, partition, asked, answered, end }));
  }

  async commit(generation: number, offsets: readonly Committed[]): Promise<CommitResult> {
    checkCommit(this.#parts.group, offsets, new Set(this.#cursors.keys()));
    if (this.#phase === 'ended') return 'refused';
    return this.#parts.client.call('commit', this.#parts.group, generation, offsets);
  }

  stop(): Promise<void> {
    return this.#finish(undefined);
  }

  #turn(partitions: readonly Named[], paused: boolean): void {
    const turned: Cursor[] = [];
    for (const { topic, partition } of partitions) {
      const cursor = this.#cursors.get(partitionKey(topic, partition));
      if (cursor === undefined || cursor.paused === paused) continue;
      cursor.paused = paused;
      turned.push(cursor);
    }
    this.#renew(turned);
  }

  #renew(cursors: readonly Cursor[]): void {
    for (const cursor of cursors) cursor.version++;
    if (this.#phase === 'running' && cursors.length > 0) this.#steer(cursors, 0);
  }

  #steer(cursors: readonly Cursor[], credit: number): void {
    if (this.#phase !== 'running') return;
    const moves = cursors.map(({ slot, version, offset, paused }): Move => {
      return { slot, version, offset, active: !paused };
    });
    this.#parts.client.steer({ kind: 'steer', consumer: this.#consumer, credit, moves });
  }

  #finish(error: Error | undefined): Promise<void> {
    this.#leaving ??= this.#leave(error);
    return this.#leaving;
  }

  async #leave(error: Error | undefined): Promise<void> {
    this.#phase = 'ended';
    const { client } = this.#parts;
    client.unlisten(this.#consumer);
    // A worker that is gone has freed the group with it.
    await client.call('leave', this.#consumer).catch(() => undefined);
    this.#end(error);
  }
}

function recordOf({ place, timestamp, key, value, headers }: Framed): Batch['records'][number] {
  return { offset: place, timestamp, key, value, headers: decodeHeaders(headers) };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
