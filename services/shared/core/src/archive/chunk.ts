// Chunks: which records of a partition share an object. A pure function of the records from the chunk's first on, never
// of the clock, of batches or of restarts, so that two archivers cut alike and a restarted one repeats itself.
import { utf8Length } from '../envelope/utf8.ts';
import type { LogRecord } from '../ports/log.ts';

export interface ChunkLimits {
  /** The chunk ends with the record that reaches either. */
  readonly records: number;
  readonly bytes: number;
}

/** About 3 MB compressed for ordinary JSON, and a second or two of re-reading after a crash. */
export const CHUNK_LIMITS: ChunkLimits = { records: 100_000, bytes: 16 * 1024 * 1024 };

/** Counted for offset, timestamp and lengths, so that a flood of empty records ends chunks too. */
const FIXED_BYTES = 24;

export interface Chunk {
  readonly first: number;
  readonly last: number;
  readonly records: number;
  /** Raw bytes by {@link rawBytes}. */
  readonly bytes: number;
}

export function rawBytes(record: Pick<LogRecord, 'key' | 'value' | 'headers'>): number {
  let bytes = FIXED_BYTES + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const [name, value] of record.headers) bytes += utf8Length(name) + (value?.length ?? 0);
  return bytes;
}

/** The chunk with one more record; without a chunk, a new one. */
export function grow(chunk: Chunk | undefined, record: LogRecord): Chunk {
  const bytes = rawBytes(record);
  if (chunk === undefined) return { first: record.offset, last: record.offset, records: 1, bytes };
  return { first: chunk.first, last: record.offset, records: chunk.records + 1, bytes: chunk.bytes + bytes };
}

export function isFull(chunk: Chunk, limits: ChunkLimits): boolean {
  return chunk.records >= limits.records || chunk.bytes >= limits.bytes;
}
