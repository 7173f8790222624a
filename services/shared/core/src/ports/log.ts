// The event log port: what Parallax needs of Kafka, and no more.
//
// For whoever implements it: offsets are numbers (exact below 2^53); times are epoch milliseconds; byte arrays handed
// out belong to the receiver only until its handler returns unless it copies them. Every error that may pass by itself
// carries `retryable: true` (see ../fault.ts). Codes every implementation uses: `unknown-topic`, `unknown-partition`,
// `bad-topic` (a name or partition count no log takes), `key-required` (a record without key for a compacted topic),
// `metadata-too-large`, `not-owned`, `group-locked`, `log-closed`.

/**
 * A header as it stands in the record; names may repeat, values may be null or binary, and the order of all of them is
 * kept. (A client that hands headers over as an object keyed by name loses that and needs its own codec.)
 */
export type Header = readonly [name: string, value: Uint8Array | null];

export type TimestampType = 'create' | 'append';

export interface LogRecord {
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export interface NewRecord {
  /** Absent: chosen from the key as Java's default partitioner does (murmur2), round robin without a key. */
  readonly partition?: number;
  /** Absent: now, as the log's host sees it. Ignored by topics that stamp on append. */
  readonly timestamp?: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers?: readonly Header[];
}

export interface Position {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface TopicSpec {
  /** 1 to 249 of `a-z A-Z 0-9 . _ -`, not `.` or `..`. */
  readonly topic: string;
  readonly partitions: number;
  /** The newest record of a key is kept for ever, older ones may go at any time; records need a key. */
  readonly compacted?: boolean;
  readonly timestamps?: TimestampType;
  /**
   * Records may go this long after the newest around them by their own times, milliseconds; absent: they are kept. Logs
   * without retention keep all. Not for compacted topics.
   */
  readonly retentionMs?: number;
}

export interface TopicInfo extends Omit<TopicSpec, 'retentionMs'> {
  readonly compacted: boolean;
  readonly timestamps: TimestampType;
}

/** First offset still there and the offset the next record will get, read uncommitted. */
export interface Extent extends Position {
  readonly start: number;
  /** Same as `offset`: the log end. */
  readonly end: number;
}

/** Commits: `metadata` is at most {@link MAX_COMMIT_METADATA} bytes of UTF-8 per partition; '' when none. */
export interface Committed extends Position {
  readonly metadata: string;
}

export const MAX_COMMIT_METADATA = 4096;

export interface LogAdmin {
  topics(): Promise<readonly TopicInfo[]>;
  /** Creates what is absent; a topic that exists with other partitions is left alone and reported as 'exists'. */
  ensureTopic(spec: TopicSpec): Promise<'created' | 'exists'>;
  deleteTopic(topic: string): Promise<'deleted' | 'absent'>;
  /** An unknown topic is a fault that names it. */
  extents(topics: readonly string[]): Promise<readonly Extent[]>;
  /** First offset whose timestamp is at or after `timestamp`; the log end where there is none. */
  offsetsAt(topic: string, timestamp: number): Promise<readonly Position[]>;
  /** What a group has committed on these topics; partitions without a commit are absent. */
  committed(group: string, topics: readonly string[]): Promise<readonly Committed[]>;
  /** Forgets a group's commits, if it has any; fault `group-locked` while it has a live consumer. */
  deleteGroup(group: string): Promise<void>;
}

export interface LogWriter {
  /**
   * Appends in the given order per partition and resolves once every record is durable, with the position of each, in
   * order. Rejects if any may be missing; then some may have been written (at least once).
   */
  append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]>;
}

export interface LogReader {
  /**
   * Up to `limit` records from `offset` on, in offset order; compacted or expired offsets are simply not there. Fewer
   * than `limit` does not mean that the end was reached; none does, or that `offset` is at or beyond the end.
   */
  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]>;
}

export interface ConsumeOptions {
  readonly group: string;
  /** Partition p of every topic goes to the same member. */
  readonly topics: readonly string[];
  /** At most this many records a batch; default 1,000. */
  readonly batchRecords?: number;
}

export interface AssignedPartition extends Extent {
  readonly committed: Committed | undefined;
}

export interface Batch {
  readonly generation: number;
  readonly topic: string;
  readonly partition: number;
  /** Empty where everything up to `next` was skipped. */
  readonly records: readonly LogRecord[];
  /** The cursor after this batch: it counts skipped offsets (control, compacted, filtered) too. */
  readonly next: number;
  /** Records of aborted transactions among what was skipped; absent: none. */
  readonly aborted?: number;
  /** Offsets among what was skipped that never held a record, but marks of the log's own; absent: none are known. */
  readonly markers?: number;
  /**
   * Of the leader that wrote the last of it; it only rises, for as long as the topic is there. Where it has risen another
   * leader has been elected, which may not have had all that was read. Absent: the log does not tell, or has no leaders.
   */
  readonly epoch?: number | undefined;
}

/** No handler is called before the promise of consume() has resolved and its caller has gone on. */
export interface ConsumerHandlers {
  /**
   * A new generation owns these partitions; everything is paused until the promise resolves with where to start each
   * (partitions left out start at their committed offset, else at the log's start). A rejection stops the consumer.
   * A newer generation may come first: then the answer for the older one counts for nothing. Generations of a group
   * only rise until it is deleted; what was paused before is not paused in the new one.
   */
  assigned(generation: number, partitions: readonly AssignedPartition[]): Promise<readonly Position[]>;
  /**
   * Synchronous: must not await. Batches of one partition come in offset order, never of an older generation, each
   * starting where the cursor stands. A throw stops the consumer.
   */
  batch(batch: Batch): void;
}

/** 'refused': fenced by a newer generation, nothing was written. 'unknown': the answer was lost, it may be written. */
export type CommitResult = 'committed' | 'refused' | 'unknown';

/** One answer to "how long is the log": everything below `end` was written by the time the question was `asked`. */
export interface EndSample {
  readonly topic: string;
  readonly partition: number;
  readonly asked: number;
  readonly answered: number;
  readonly end: number;
  /** By the log's last answer to the reader, an open transaction holds back all that is left below the end; absent: no. */
  readonly isHeld?: boolean;
  /** Of the leader that answered; see {@link Batch}. It may not have written anything yet. Absent: not told. */
  readonly epoch?: number | undefined;
}

export interface Consumption {
  /**
   * Resolves when the consumer has ended, never rejects: undefined after stop(), otherwise what ended it. A log that can
   * lose records ends with `offset-out-of-range` when a cursor lies below its start or beyond its end: nothing is skipped.
   */
  readonly ended: Promise<Error | undefined>;
  /**
   * At once: nothing more of these is delivered, not even what is in flight, which is read again after resume().
   * Allowed in any handler, as are resume, seek and stop; partitions not owned are ignored (a rebalance may have
   * been faster).
   */
  pause(partitions: readonly { topic: string; partition: number }[]): void;
  resume(partitions: readonly { topic: string; partition: number }[]): void;
  /**
   * Moves the cursor of an owned partition, forwards or backwards; batches in flight from before are not delivered.
   * A paused partition stays paused.
   */
  seek(position: Position): void;
  /** Log ends of the owned partitions, read uncommitted. `asked`/`answered` are wall times of this host. */
  ends(): Promise<readonly EndSample[]>;
  /**
   * All or nothing, tried once, and only in the name of `generation`: 'refused' when that is no longer the group's
   * newest or this consumer has stopped. Faults `metadata-too-large` and `not-owned` (a partition the generation does
   * not own) are found before anything is sent: a broker may take one and tear the commit.
   */
  commit(generation: number, offsets: readonly Committed[]): Promise<CommitResult>;
  /** No handler is called any more; resolves once the group is free for the next consumer. Stopping twice is fine. */
  stop(): Promise<void>;
}

export interface LogConsumers {
  /**
   * Joins the group and delivers until stopped. Logs with one consumer per group reject with `group-locked` while
   * another lives, naming its process.
   */
  consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption>;
}

export interface EventLog extends LogAdmin, LogWriter, LogReader, LogConsumers {
  /** Shown in messages; never contains a secret. */
  readonly address: string;
  /** Stops its consumers first. Afterwards every verb rejects with `log-closed`. */
  close(): Promise<void>;
}
