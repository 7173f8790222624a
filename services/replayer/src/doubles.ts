// Doubles for the replayer's tests: an archive filled with what a test recorded, a log that dies in the middle of an
// append, and time that passes as soon as it is waited for.
import {
  type Archive,
  type EventLog,
  type Experiment,
  type Header,
  type LogRecord,
  type NewRecord,
  objectKey,
  parseExperiment,
} from '@parallax/core';
import { type Clock, manifestOf, ObjectEncoder, storeObject } from '@parallax/platform';

export const START = 1_732_320_000_000;

const encoder = new TextEncoder();

export function experimentOf(yaml: string): Experiment {
  const parsed = parseExperiment(yaml, 'test.yaml');
  if (parsed.kind === 'ok') return parsed.experiment;
  throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
}

/** Two outputs, a candidate that reads a topic of its own. */
export const ORDERS: Experiment = experimentOf(`
experiment: orders
correlation: [header:id]
input: { topic: orders.in }
legacy: { outputs: { price: prices, invoice: invoices } }
candidate: { outputs: { price: prices.v2, invoice: invoices.v2 }, input: orders.in.v2, group: pricing }
`);

export interface Recorded {
  readonly partition: number;
  /** Epoch ms after {@link START}. */
  readonly at: number;
  /** Of its header `id`; absent: it has none; `null`: one that cannot be read. */
  readonly id?: string | null;
  /** Its key; default: none for every third, the place for the others. */
  readonly key?: string;
}

/** As a log would have recorded it; keys and values tell where it stands. */
export function logRecord(topic: string, { partition, at, id, key }: Recorded, offset: number): LogRecord {
  const header: Header[] = id === undefined ? [] : [['id', id === null ? Uint8Array.of(0xff) : encoder.encode(id)]];
  return {
    offset,
    timestamp: START + at,
    key: key !== undefined ? encoder.encode(key) : offset % 3 === 0 ? null : encoder.encode(`${topic}-${partition}`),
    value: offset % 5 === 4 ? null : encoder.encode(`${topic}/${partition}/${offset}`),
    headers: [['before', null], ...header, ['twice', encoder.encode('1')], ['twice', encoder.encode('2')]],
  };
}

/** Stores a topic's records as chunks of `chunk` records, offsets counted by partition. */
export async function keep(
  archive: Archive,
  topic: string,
  records: readonly Recorded[],
  chunk = 4,
): Promise<ReadonlyMap<number, readonly LogRecord[]>> {
  const partitions = new Map<number, LogRecord[]>();
  for (const recorded of records) {
    const part = partitions.get(recorded.partition) ?? [];
    partitions.set(recorded.partition, part);
    part.push(logRecord(topic, recorded, part.length));
  }
  for (const [partition, part] of partitions) await keepRecords(archive, topic, partition, part, chunk);
  return partitions;
}

/** Offsets from 0, without gaps. */
export async function keepRecords(
  archive: Archive,
  topic: string,
  partition: number,
  records: readonly LogRecord[],
  chunk = 4,
): Promise<void> {
  for (let at = 0; at < records.length; at += chunk) {
    const objects = new ObjectEncoder({ topic, partition, timestampType: 'create' });
    for (const record of records.slice(at, at + chunk)) objects.add(record);
    const object = objects.snapshot();
    const key = objectKey({ kind: 'full', topic, partition, first: object.first });
    await storeObject(archive, manifestOf(key, topic, partition, at, object), object.body);
  }
}

/** Told of every append before it happens. */
export type OnAppend = (topic: string, records: readonly NewRecord[]) => Promise<void> | void;

/** `log` with its appends watched. */
export function watched(log: EventLog, onAppend: OnAppend): EventLog {
  return new Proxy(log, {
    get(target, name) {
      if (name === 'append') {
        return async (topic: string, records: readonly NewRecord[]) => {
          await onAppend(topic, records);
          return target.append(topic, records);
        };
      }
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

/** Every sleep ends at once, a turn of the event loop later, and the time has passed. */
export function hastyClock(): Clock & { readonly slept: number[] } {
  let time = START + 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => time,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted !== true) {
          time += ms;
          slept.push(ms);
        }
        setImmediate(resolve);
      }),
  };
}
