// Fills the benchmark's two topics: the same bytes for whoever reads them.
import type { EventLog, NewRecord } from '@parallax/core';
import { type Truth, type Workload, workload } from '../orders.ts';

export const PARTITIONS = 4;

export interface Loaded {
  readonly truth: Truth;
  readonly records: number;
}

/** Creates the topics anew. Keys place a pair's events in the same partition; the id is a header, too. */
export async function load(log: EventLog, legacy: string, candidate: string, options: Workload): Promise<Loaded> {
  for (const topic of [legacy, candidate]) {
    await log.deleteTopic(topic);
    await log.ensureTopic({ topic, partitions: PARTITIONS });
  }
  const { truth, blocks } = workload(options);
  let records = 0;
  let sending: Promise<unknown> = Promise.resolve();
  for (const block of blocks) {
    const made = { legacy: block.legacy.map(record), candidate: block.candidate.map(record) };
    records += made.legacy.length + made.candidate.length;
    await sending;
    sending = Promise.all([
      log.append(legacy, made.legacy),
      made.candidate.length === 0 ? undefined : log.append(candidate, made.candidate),
    ]);
  }
  await sending;
  return { truth, records };
}

function record({ id, timestamp, value }: { id: string; timestamp: number; value: string }): NewRecord {
  const key = Buffer.from(id);
  return { key, value: Buffer.from(value), timestamp, headers: [['correlation-id', key]] };
}
