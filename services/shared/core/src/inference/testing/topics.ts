// Pairs of topics as teams have them, each with the right answer: what guessing is measured by.

import { partitionOfKey } from '../../partitioner.ts';
import type { Header } from '../../ports/log.ts';
import type { SampledRecord, SampledTopic } from '../sample.ts';

const encoder = new TextEncoder();
export const bytes = (text: string): Uint8Array => encoder.encode(text);

/** Reproducible numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One event as a shape writes it. */
export interface Written {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects as JSON, texts as they are. */
  readonly value: object | string | Uint8Array;
  /** After the moment of the order; milliseconds. */
  readonly afterMs?: number;
}

/** What a system is told, and may write of. */
export interface Order {
  readonly n: number;
  readonly id: string;
  readonly tenant: string;
  readonly customer: string;
  readonly quantity: number;
  readonly total: number;
  readonly at: number;
  readonly random: () => number;
  uuid(): string;
}

export interface Shape {
  readonly name: string;
  /** By the names of the file; several for a composite id. */
  readonly legacyId: readonly string[];
  readonly candidateId: readonly string[];
  legacy(order: Order): readonly Written[];
  candidate(order: Order): readonly Written[];
}

export const BEGINS = Date.UTC(2026, 0, 5, 8);

export function topicsOf(
  shape: Shape,
  { orders, seed, partitions = 4 }: { readonly orders: number; readonly seed: number; readonly partitions?: number },
): { readonly legacy: SampledTopic; readonly candidate: SampledTopic } {
  const random = randomFrom(seed);
  const written = { legacy: [] as Placed[], candidate: [] as Placed[] };
  for (let n = 0; n < orders; n++) {
    const order = orderOf(n, random);
    for (const side of ['legacy', 'candidate'] as const) {
      for (const event of shape[side](order)) {
        const key = event.key === undefined ? null : bytes(event.key);
        const partition = key === null ? Math.floor(random() * partitions) : partitionOfKey(key, partitions);
        written[side].push({ partition, timestamp: order.at + (event.afterMs ?? 50), key, event });
      }
    }
  }
  return {
    legacy: sampleOf('orders.priced', partitions, written.legacy),
    candidate: sampleOf('orders.priced.v2', partitions, written.candidate),
  };
}

interface Placed {
  readonly partition: number;
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly event: Written;
}

function sampleOf(topic: string, partitions: number, placed: readonly Placed[]): SampledTopic {
  const ends = new Map<number, number>();
  const records = placed
    .toSorted((a, b) => a.timestamp - b.timestamp)
    .map(({ partition, timestamp, key, event }): SampledRecord => {
      const offset = ends.get(partition) ?? 0;
      ends.set(partition, offset + 1);
      const headers = Object.entries(event.headers ?? {}).map(([name, value]): Header => [name, bytes(value)]);
      return { partition, offset, timestamp, key, headers, value: payloadOf(event.value) };
    });
  return { topic, partitions, records: records.toSorted((a, b) => a.partition - b.partition), held: records.length };
}

function payloadOf(value: Written['value']): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return bytes(typeof value === 'string' ? value : JSON.stringify(value));
}

function orderOf(n: number, random: () => number): Order {
  const uuid = (): string => {
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  };
  const quantity = 1 + Math.floor(random() * 9);
  return {
    n,
    id: `o-${(n * 7919 + 1_000).toString(36)}`,
    tenant: ['north', 'south', 'west'][n % 3] ?? 'north',
    customer: `c-${Math.floor(random() * 20)}`,
    quantity,
    total: Math.round(quantity * (100 + random() * 9_000)) / 100,
    at: BEGINS + n * 200 + Math.floor(random() * 150),
    random,
    uuid,
  };
}
