// A batch of the source as it waits to be written: copied, each record with the partition of its id.
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
  readonly records: readonly NewRecord[];
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
 * Synchronous: the batch's bytes are good only for now. A record without an id goes to the partition with the number of its
 * own, so that whoever reads the target counts it.
 * @param cursor where reading stood before this batch
 */
export function chunkOf(batch: Batch, cursor: number, plan: PlannedShuffle, correlate: Correlate): Chunk {
  const { topic, partition, next, aborted = 0 } = batch;
  let bytes = 0;
  const records = batch.records.map((record) => {
    const own = copied(record);
    bytes += sizeOf(own);
    const correlated = correlate(own);
    const target =
      correlated.kind === 'id'
        ? partitionOfKey(encoder.encode(correlated.id), plan.partitions)
        : partition % plan.partitions;
    return shuffledRecord(own, { topic, partition, offset: record.offset }, target);
  });
  const hasGap = next - cursor > batch.records.length;
  const gap = hasGap ? { from: cursor, to: batch.records[0]?.offset ?? next } : undefined;
  return { partition, records, bytes, next, isAborted: aborted > 0, gap };
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
