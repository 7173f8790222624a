// What of fetched batches a reader of committed data may see, and how far it has come by having seen it.
import type { LogRecord } from '@parallax/core';
import type { RecordBatch } from './record-batch.ts';

export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
}

export interface Visible {
  readonly records: readonly LogRecord[];
  /** The offset to fetch from next: everything below has been seen, or is not to be seen. */
  readonly next: number;
}

/**
 * Records from `from` on, without control batches and aborted transactions. A producer's aborted transaction reaches
 * from its first offset to the abort marker of that producer; several may be open at once, of one producer one.
 * @param aborted as the broker lists them with the fetch: those that overlap what it sent
 */
export function committedRecords(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[],
  from: number,
): Visible {
  const pending = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const inside = new Set<number>();
  const records: LogRecord[] = [];
  let next = from;
  for (const batch of batches) {
    while (pending[0] !== undefined && pending[0].firstOffset <= batch.last) {
      inside.add(pending[0].producerId);
      pending.shift();
    }
    if (batch.control === 'abort') inside.delete(batch.producerId);
    else if (batch.control === undefined && !(batch.transactional && inside.has(batch.producerId))) {
      // The broker sends whole batches: the first may begin before what was asked for.
      if (batch.first >= from) for (const record of batch.records) records.push(record);
      else for (const record of batch.records) if (record.offset >= from) records.push(record);
    }
    if (batch.last >= next) next = batch.last + 1;
  }
  return { records, next };
}
