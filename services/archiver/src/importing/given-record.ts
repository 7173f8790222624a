// A record to import, from wherever it was kept.
import type { Header, TimestampType } from '@parallax/core';

export interface GivenRecord {
  readonly topic: string;
  /** Absent: by the key as Java's default partitioner does (murmur2), in turn where there is none. */
  readonly partition?: number;
  /** Absent: the next one of the partition, from 0. All records of a partition tell it, or none. */
  readonly offset?: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  /** Default `create`. */
  readonly timestampType?: TimestampType;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
  /** For messages: where the record was found. */
  readonly place: string;
}
