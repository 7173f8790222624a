// The embedded event log: durable topics in a folder, for several processes on one machine.
//
// DIR/log.sqlite holds everything, DIR/locks one file per consumer group. A worker thread does all of SQLite's work, so
// that the event loop never waits for a disk. Nothing expires: a log's start stays 0 (a compacted topic has gaps).
import { resolve } from 'node:path';
import type {
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EventLog,
  Extent,
  LogRecord,
  NewRecord,
  Position,
  TopicInfo,
  TopicSpec,
} from '@parallax/core';
import { systemClock } from '../../lifecycle/clock.ts';
import { type Framed, framedSize, pack, unpack } from '../frame.ts';
import { decodeHeaders, encodeHeaders } from '../headers.ts';
import { checkGroup, checkTopicSpec } from '../limits.ts';
import { EmbeddedConsumption } from './consumption.ts';
import type { Placed } from './protocol.ts';
import { WorkerClient } from './worker-client.ts';

/** One transaction's worth: long enough to be cheap, short enough to let other processes in between. */
const FRAME_RECORDS = 5_000;
const FRAME_BYTES = 4 * 1024 * 1024;
const DEFAULT_BATCH_RECORDS = 1_000;

export interface EmbeddedLogOptions {
  /** Made if absent. One machine only: SQLite's shared memory does not cross a network file system. */
  readonly directory: string;
  /**
   * Epoch milliseconds. Default: records are stamped by the wall clock, and log ends by the clock of this process, which
   * does not follow when that one is set.
   */
  readonly clock?: () => number;
}

/** Rejects with a fault that says why the folder or the file cannot be used. */
export async function openEmbeddedLog({ directory, clock }: EmbeddedLogOptions): Promise<EventLog> {
  const path = resolve(directory);
  const holder = `process ${process.pid} since ${new Date((clock ?? Date.now)()).toISOString()}`;
  const client = new WorkerClient({ directory: path, holder });
  try {
    await client.call('topics');
  } catch (error) {
    await client.close();
    throw error;
  }
  return new EmbeddedLog(path, client, clock);
}

class EmbeddedLog implements EventLog {
  readonly address: string;
  readonly #client: WorkerClient;
  /** Of records: the wall clock. */
  readonly #clock: () => number;
  /** Of log ends: it does not follow when the wall clock is set. */
  readonly #steady: () => number;
  readonly #consumptions = new Set<EmbeddedConsumption>();

  constructor(directory: string, client: WorkerClient, clock: (() => number) | undefined) {
    this.address = `embedded:${directory}`;
    this.#client = client;
    this.#clock = clock ?? Date.now;
    this.#steady = clock ?? systemClock.now;
  }

  topics(): Promise<readonly TopicInfo[]> {
    return this.#client.call('topics');
  }

  async ensureTopic(spec: TopicSpec): Promise<'created' | 'exists'> {
    checkTopicSpec(spec);
    return this.#client.call('ensureTopic', spec);
  }

  deleteTopic(topic: string): Promise<'deleted' | 'absent'> {
    return this.#client.call('deleteTopic', topic);
  }

  extents(topics: readonly string[]): Promise<readonly Extent[]> {
    return this.#client.call('extents', topics);
  }

  offsetsAt(topic: string, timestamp: number): Promise<readonly Position[]> {
    return this.#client.call('offsetsAt', topic, timestamp);
  }

  committed(group: string, topics: readonly string[]): Promise<readonly Committed[]> {
    return this.#client.call('committed', group, topics);
  }

  deleteGroup(group: string): Promise<void> {
    return this.#client.call('deleteGroup', group);
  }

  /** A frame is packed while the one before is written; after a failure nothing further is sent. */
  async append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const positions: Position[] = [];
    const add = ({ partitions, offsets }: Placed): void => {
      partitions.forEach((partition, index) => {
        positions.push({ topic, partition, offset: offsets[index] ?? -1 });
      });
    };
    let writing: Promise<Placed> | undefined;
    for (let at = 0; at < records.length; ) {
      const framed = frameFrom(records, at, this.#clock());
      at += framed.length;
      const frame = pack(framed);
      if (writing !== undefined) add(await writing);
      writing = this.#client.call('append', topic, this.#clock(), frame);
    }
    if (writing !== undefined) add(await writing);
    return positions;
  }

  async read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    const frame = await this.#client.call('read', topic, partition, offset, limit);
    return unpack(frame).map(({ place, headers, ...record }) => {
      return { ...record, offset: place, headers: decodeHeaders(headers) };
    });
  }

  async consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption> {
    const { group, topics, batchRecords = DEFAULT_BATCH_RECORDS } = options;
    checkGroup(group);
    const client = this.#client;
    const consumer = client.newConsumer();
    const joined = await client.call('join', consumer, group, [...new Set(topics)], batchRecords);
    const clock = this.#steady;
    const consumption = new EmbeddedConsumption(consumer, joined, { group, handlers, client, clock });
    client.listen(consumer, consumption);
    this.#consumptions.add(consumption);
    void consumption.ended.then(() => this.#consumptions.delete(consumption));
    // Not before the caller has gone on from its await.
    setImmediate(() => void consumption.start());
    return consumption;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumptions].map((consumption) => consumption.stop()));
    await this.#client.close();
  }
}

function frameFrom(records: readonly NewRecord[], from: number, now: number): readonly Framed[] {
  const framed: Framed[] = [];
  let size = 0;
  for (let at = from; at < records.length && framed.length < FRAME_RECORDS && size < FRAME_BYTES; at++) {
    const record = records[at];
    if (record === undefined) break;
    const { partition = -1, timestamp = now, key, value, headers } = record;
    const each: Framed = { place: partition, timestamp, key, value, headers: encodeHeaders(headers) };
    framed.push(each);
    size += framedSize(each);
  }
  return framed;
}
