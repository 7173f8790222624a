// The places of records that do not tell theirs: a function of the records before them, so that importing again changes nothing.
import { partitionOfKey } from '@parallax/core';
import type { GivenRecord } from './given-record.ts';

export class Placing {
  readonly #partitions: number;
  readonly #turns = new Map<string, number>();
  readonly #next = new Map<string, number>();

  constructor(partitions: number) {
    this.#partitions = partitions;
  }

  /** By the key as Java's default partitioner does (murmur2), in turn where there is none. */
  partitionOf({ topic, partition, key }: GivenRecord): number {
    if (partition !== undefined) return partition;
    if (key !== null) return partitionOfKey(key, this.#partitions);
    const turn = this.#turns.get(topic) ?? 0;
    this.#turns.set(topic, turn + 1);
    return turn % this.#partitions;
  }

  /** Offsets count from 0. */
  place(record: GivenRecord): { readonly partition: number; readonly offset: number } {
    const partition = this.partitionOf(record);
    const name = `${record.topic}/${partition}`;
    const offset = this.#next.get(name) ?? 0;
    this.#next.set(name, offset + 1);
    return { partition, offset };
  }
}
