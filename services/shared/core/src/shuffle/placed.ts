// Ids where they belong: in a shuffled topic an id has one partition.
//
// An event without an id lies anywhere. Where the file later finds an id in it after all (its correlation was mended, and
// dead letters are read again), it lies where its partner does not come, and must not be called missing for that.
import type { Correlate } from '../envelope/correlate.ts';
import { undecodable } from '../envelope/reader.ts';
import { partitionOfKey } from '../partitioner.ts';

const ELSEWHERE = undecodable('shuffled-elsewhere');

const encoder = new TextEncoder();

export function placed(correlate: Correlate, partition: number, partitions: number): Correlate {
  return (record) => {
    const correlated = correlate(record);
    if (correlated.kind !== 'id') return correlated;
    return partitionOfKey(encoder.encode(correlated.id), partitions) === partition ? correlated : ELSEWHERE;
  };
}
