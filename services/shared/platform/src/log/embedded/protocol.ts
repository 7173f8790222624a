// What the two threads of an embedded log say to each other.
import type { CommitResult, Committed, Extent, Position, TopicInfo, TopicSpec } from '@parallax/core';

/** Where a frame's records went, in their order. */
export interface Placed {
  readonly partitions: Int32Array;
  readonly offsets: Float64Array;
}

export interface Joined {
  readonly generation: number;
  /** Their index is the slot by which tails and moves name a partition. */
  readonly extents: readonly Extent[];
  readonly committed: readonly Committed[];
}

/** The calls the worker answers, in the order they were made as far as they write. */
export interface Calls {
  topics(): readonly TopicInfo[];
  ensureTopic(spec: TopicSpec): Promise<'created' | 'exists'>;
  deleteTopic(topic: string): Promise<'deleted' | 'absent'>;
  extents(topics: readonly string[]): readonly Extent[];
  offsetsAt(topic: string, timestamp: number): readonly Position[];
  committed(group: string, topics: readonly string[]): readonly Committed[];
  deleteGroup(group: string): Promise<void>;
  /** One durable transaction; all of the frame or nothing. `now` stamps topics that stamp on append. */
  append(topic: string, now: number, frame: ArrayBuffer): Promise<Placed>;
  read(topic: string, partition: number, offset: number, limit: number): ArrayBuffer;
  /** `consumer` is chosen by the caller and unique within the worker. */
  join(consumer: number, group: string, topics: readonly string[], batchRecords: number): Promise<Joined>;
  commit(group: string, generation: number, offsets: readonly Committed[]): Promise<CommitResult>;
  leave(consumer: number): void;
  close(): Promise<void>;
}

export type Verb = keyof Calls;

export interface Call {
  readonly kind: 'call';
  readonly call: number;
  readonly verb: Verb;
  readonly args: readonly unknown[];
}

/** From where, if at all, a partition is to be tailed from now on. Batches carry the version they were read under. */
export interface Move {
  readonly slot: number;
  readonly version: number;
  readonly offset: number;
  readonly active: boolean;
}

/** `credit`: that many more batches may be sent. */
export interface Steer {
  readonly kind: 'steer';
  readonly consumer: number;
  readonly credit: number;
  readonly moves: readonly Move[];
}

export type ToWorker = Call | Steer;

export interface WorkerOptions {
  readonly directory: string;
  /** Names this process to others that want the same group. */
  readonly holder: string;
}

/** Errors do not keep their class between threads, so their parts travel. */
export interface WireFault {
  readonly message: string;
  readonly code: string | undefined;
  readonly cure: string | undefined;
  readonly retryable: boolean;
  readonly stack: string | undefined;
}

export interface TailBatch {
  readonly kind: 'batch';
  readonly consumer: number;
  readonly slot: number;
  readonly version: number;
  readonly next: number;
  readonly frame: ArrayBuffer;
}

export type FromWorker =
  | { readonly kind: 'answer'; readonly call: number; readonly result: unknown }
  | { readonly kind: 'refusal'; readonly call: number; readonly fault: WireFault }
  | TailBatch
  | { readonly kind: 'lost'; readonly consumer: number; readonly fault: WireFault };
