// An archive to replay: orders, and legacy's answer to each, as an archiver would have stored them.
import type { Archive, LogRecord } from '@parallax/core';
import { objectKey, partitionOfKey } from '@parallax/core';
import { manifestOf, ObjectEncoder, storeObject } from '@parallax/platform';
import { BEGIN, workload } from '../orders.ts';

export const PARTITIONS = 4;
const CHUNK = 20_000;
/** What legacy took to answer. */
const ANSWER_MS = 20;

export interface Stocked {
  readonly records: number;
  /** Key, value and headers. */
  readonly bytes: number;
}

/** `perSecond`: inputs a second of recorded time, evenly. Keys place an input and its answer in the same partition. */
export async function stock(
  archive: Archive,
  topics: { readonly input: string; readonly answers: string },
  inputs: number,
  perSecond: number,
): Promise<Stocked> {
  const open = new Map<string, { encoder: ObjectEncoder; next: number }>();
  const total = { records: 0, bytes: 0 };
  const close = async (topic: string, partition: number): Promise<void> => {
    const part = open.get(`${topic}/${partition}`);
    if (part === undefined) return;
    const object = part.encoder.snapshot();
    const key = objectKey({ kind: 'full', topic, partition, first: object.first });
    await storeObject(archive, manifestOf(key, topic, partition, object.first, object), object.body);
    part.encoder = new ObjectEncoder({ topic, partition, timestampType: 'create' });
  };
  const add = async (topic: string, id: string, value: string, timestamp: number): Promise<void> => {
    const key = Buffer.from(id);
    const partition = partitionOfKey(key, PARTITIONS);
    const name = `${topic}/${partition}`;
    const part = open.get(name) ?? {
      encoder: new ObjectEncoder({ topic, partition, timestampType: 'create' }),
      next: 0,
    };
    open.set(name, part);
    const record: LogRecord = {
      offset: part.next,
      timestamp,
      key,
      value: Buffer.from(value),
      headers: [['correlation-id', key]],
    };
    part.encoder.add(record);
    part.next += 1;
    total.records += 1;
    total.bytes += value.length + 2 * key.length + 'correlation-id'.length;
    if (part.next % CHUNK === 0) await close(topic, partition);
  };
  let fed = 0;
  for (const { legacy } of workload({ pairs: inputs, perSecond, onlyLegacy: true }).blocks) {
    for (const { id, value } of legacy) {
      const time = BEGIN + Math.floor((fed * 1000) / perSecond);
      await add(topics.input, id, value, time);
      await add(topics.answers, id, value, time + ANSWER_MS);
      fed += 1;
    }
  }
  for (const [name, { next }] of open) {
    const [topic = '', partition = ''] = name.split('/');
    if (next % CHUNK !== 0) await close(topic, Number(partition));
  }
  return total;
}
