// A batch of the source as it waits to be written, and each of its records with the partition of its id.
import {
  type Batch,
  type Correlate,
  type LogRecord,
  type NewRecord,
  type PlannedShuffle,
  partitionOfKey,
  shuffledRecord,
} from '@parallax/core';

export interface Chunk {
  /** Of the source. */
  readonly partition: number;
  /** Of the source, as they stand there. */
  readonly records: readonly LogRecord[];
  readonly bytes: number;
  /** The source has been read up to here. */
  readonly next: number;
  /** Records of aborted transactions were among what was skipped. */
  readonly isAborted: boolean;
  /** Offsets that were not delivered, by the first and what came behind the last of them. */
  readonly gap: { readonly from: number; readonly to: number } | undefined;
}

/** Of a record beside its key, value and headers. */
const RECORD_BYTES = 150;

const encoder = new TextEncoder();

/**
 * Synchronous: the batch's bytes are good only for now.
 * @param cursor where reading stood before this batch
 */
export function chunkOf({ partition, records: read, next, aborted = 0 }: Batch, cursor: number): Chunk {
  let bytes = 0;
  const records = read.map((record) => {
    const own = copied(record);
    bytes += sizeOf(own);
    return own;
  });
  const hasGap = next - cursor > records.length;
  const gap = hasGap ? { from: cursor, to: records[0]?.offset ?? next } : undefined;
  return { partition, records, bytes, next, isAborted: aborted > 0, gap };
}

/**
 * As they are written. A record without an id goes to the partition with the number of its own, so that whoever reads the
 * target counts it.
 */
export function placed({ partition, records }: Chunk, plan: PlannedShuffle, correlate: Correlate): NewRecord[] {
  return records.map((record) => {
    const correlated = correlate(record);
    const target =
      correlated.kind === 'id'
        ? partitionOfKey(encoder.encode(correlated.id), plan.partitions)
        : partition % plan.partitions;
    return shuffledRecord(record, { topic: plan.source, partition, offset: record.offset }, target);
  });
}

function copied({ offset, timestamp, key, value, headers }: LogRecord): LogRecord {
  return {
    offset,
    timestamp,
    key: key === null ? null : new Uint8Array(key),
    value: value === null ? null : new Uint8Array(value),
    headers: headers.map(([name, bytes]) => [name, bytes === null ? null : new Uint8Array(bytes)] as const),
  };
}

function sizeOf({ key, value, headers }: LogRecord): number {
  const inHeaders = headers.reduce((sum, [name, bytes]) => sum + name.length + (bytes?.length ?? 0), 0);
  return RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + inHeaders;
}
