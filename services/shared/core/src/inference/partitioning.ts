// Who chose the partitions of a topic's records, and whether both sides put an id into the same one.
//
// Java's clients, and those that follow them, use murmur2; librdkafka's default is CRC-32 (zlib's) of the key, unsigned.
import type { Correlation } from '../envelope/source.ts';
import { SIDES, type Side } from '../outcome.ts';
import { partitionOfKey } from '../partitioner.ts';
import type { Matched } from './matching.ts';
import { type SampledRecord, type SampledTopic, sampledIds } from './sample.ts';

export type Partitioner = 'murmur2' | 'crc32' | 'other';

export interface Partitioning {
  /** Records with a key. */
  readonly keyed: number;
  readonly unkeyed: number;
  /** Keyed records that lie where this partitioner puts them. */
  readonly murmur2: number;
  readonly crc32: number;
  /** undefined: nothing to tell it by, one partition or hardly a key. */
  readonly by: Partitioner | undefined;
}

const LEAST_KEYED = 10;
const NEARLY_ALL = 0.98;

export function partitioningOf({ records, partitions }: Pick<SampledTopic, 'records' | 'partitions'>): Partitioning {
  let [keyed, murmur2, crc] = [0, 0, 0];
  for (const { key: read, writtenKey, partition } of records) {
    const key = writtenKey ?? read;
    if (key === null) continue;
    keyed++;
    if (partitionOfKey(key, partitions) === partition) murmur2++;
    if (crc32(key) % partitions === partition) crc++;
  }
  const by = (): Partitioner | undefined => {
    if (partitions < 2 || keyed < LEAST_KEYED) return undefined;
    if (murmur2 >= NEARLY_ALL * keyed) return 'murmur2';
    return crc >= NEARLY_ALL * keyed ? 'crc32' : 'other';
  };
  return { keyed, unkeyed: records.length - keyed, murmur2, crc32: crc, by: by() };
}

/** Of ids that are on both sides, how many lie in the same partition of both. */
export function meetingOf(matched: readonly Matched[]): { readonly ids: number; readonly together: number } {
  let together = 0;
  for (const { legacy, candidate } of matched) {
    const places = new Set([...legacy, ...candidate].map(({ partition }) => partition));
    if (places.size === 1) together++;
  }
  return { ids: matched.length, together };
}

/** Whether the records lie where Java's partitioner puts their ids: others can be brought to them. */
export function isPlacedById(records: readonly SampledRecord[], partitions: number, correlation: Correlation): boolean {
  const correlate = sampledIds(correlation);
  const encoder = new TextEncoder();
  let [ids, placed] = [0, 0];
  for (const record of records) {
    const correlated = correlate(record);
    if (correlated.kind !== 'id') continue;
    ids++;
    if (partitionOfKey(encoder.encode(correlated.id), partitions) === record.partition) placed++;
  }
  return ids > 0 && placed >= NEARLY_ALL * ids;
}

/** The sides that must be keyed anew for ids to meet; none where they do. */
export function sidesToShuffle(
  meeting: { readonly ids: number; readonly together: number },
  partitions: Readonly<Record<Side, number>>,
  isPlaced: Readonly<Record<Side, boolean>>,
): readonly Side[] {
  const apart = meeting.ids - meeting.together;
  if (partitions.legacy === partitions.candidate && apart <= (1 - NEARLY_ALL) * meeting.ids) return [];
  const wanted = SIDES.filter((side) => !isPlaced[side]);
  // Both go by the id, into different numbers of partitions: one of them is enough.
  return wanted.length === 0 ? ['candidate'] : wanted;
}

const POLYNOMIAL = 0xedb88320;

/** CRC-32 as zlib has it; unsigned. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (POLYNOMIAL & -(crc & 1));
  }
  return (crc ^ 0xffffffff) >>> 0;
}
