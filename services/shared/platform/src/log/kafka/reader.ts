// Reads a partition by offset, without a group: committed records only, gaps passed over.
import { Fault, type LogRecord } from '@parallax/core';
import { unknownPartition } from '../faults.ts';
import type { Brokers } from './brokers.ts';
import { check, LEADER_NOT_AVAILABLE, NONE, OFFSET_OUT_OF_RANGE, ProtocolFailure } from './error-codes.ts';
import { Fetched } from './fetched.ts';
import { offsetsOf } from './offsets.ts';
import type { Topology } from './topology.ts';

const LEAST_BYTES = 16 * 1024;
const MOST_BYTES = 8 * 1024 * 1024;
/** Before anything is known of a partition's records. */
const FIRST_GUESS_BYTES = 512;
const PARTITIONS_REMEMBERED = 10_000;

export class Reader {
  readonly #brokers: Brokers;
  readonly #topology: Topology;
  /** Bytes a record took lately, by partition, so that a fetch brings about what is asked for. */
  readonly #recordBytes = new Map<string, number>();

  constructor(brokers: Brokers, topology: Topology) {
    this.#brokers = brokers;
    this.#topology = topology;
  }

  /** One try; rejects with what the brokers said, `unknown-partition`, or a fault about damaged batches. */
  async read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    if (limit < 1) return [];
    for (let at = offset; ; ) {
      const leader = await this.#leader(topic, partition);
      const size = this.#fetchBytes(topic, partition, limit);
      const answer = await this.#fetch(leader, topic, partition, at, size);
      if (answer.errorCode === OFFSET_OUT_OF_RANGE) {
        const start = await this.#startOf(topic, partition);
        // Beyond the end there is nothing; below the start the records have expired.
        if (at >= start) return [];
        at = start;
        continue;
      }
      if (answer.errorCode !== NONE) await this.#topology.refused(topic, answer.errorCode);
      const fetched = new Fetched(answer.records, answer.aborted, at);
      const records = await first(fetched, limit).catch((error: unknown) => {
        throw error instanceof Fault ? located(error, topic, partition, at) : error;
      });
      this.#learn(topic, partition, records);
      if (records.length > 0) return records;
      // Nothing came: the end, or the first record of an open transaction.
      if (fetched.end === at) return [];
      at = fetched.end;
    }
  }

  async #leader(topic: string, partition: number): Promise<number> {
    let leaders = await this.#topology.leaders(topic);
    // Partitions may have been added since.
    if (leaders[partition] === undefined) leaders = await this.#topology.refresh(topic);
    const leader = leaders[partition];
    if (leader === undefined) throw unknownPartition(topic, partition, leaders.length);
    if (leader < 0) {
      this.#topology.forget(topic);
      throw new ProtocolFailure(LEADER_NOT_AVAILABLE);
    }
    return leader;
  }

  async #fetch(leader: number, topic: string, partition: number, at: number, maxBytes: number) {
    try {
      const asked = await this.#brokers.node(leader);
      const answer = await this.#brokers.ask(asked, 'Fetch', {
        isolationLevel: 1,
        maxWaitTime: 0,
        minBytes: 0,
        maxBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: at, maxBytes }] }],
      });
      check(answer.errorCode);
      const fetched = answer.partitions[0];
      if (fetched === undefined) throw new ProtocolFailure(LEADER_NOT_AVAILABLE);
      return fetched;
    } catch (error) {
      if (error instanceof Fault) throw located(error, topic, partition, at);
      this.#topology.forget(topic);
      throw error;
    }
  }

  async #startOf(topic: string, partition: number): Promise<number> {
    const starts = await offsetsOf(this.#brokers, this.#topology, [topic], -2);
    return starts[partition]?.offset ?? 0;
  }

  #fetchBytes(topic: string, partition: number, limit: number): number {
    const each = this.#recordBytes.get(`${topic}/${partition}`) ?? FIRST_GUESS_BYTES;
    return Math.round(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, each * limit * 1.1)));
  }

  #learn(topic: string, partition: number, records: readonly LogRecord[]): void {
    if (records.length === 0) return;
    if (this.#recordBytes.size >= PARTITIONS_REMEMBERED) this.#recordBytes.clear();
    let bytes = 0;
    for (const { key, value, headers } of records) {
      bytes += 20 + (key?.length ?? 0) + (value?.length ?? 0);
      for (const [name, content] of headers) bytes += name.length + (content?.length ?? 0) + 4;
    }
    this.#recordBytes.set(`${topic}/${partition}`, bytes / records.length);
  }
}

async function first(fetched: Fetched, limit: number): Promise<readonly LogRecord[]> {
  const records: LogRecord[] = [];
  while (!fetched.isDone && records.length < limit) {
    if (fetched.isPacked) await fetched.unpack();
    records.push(...fetched.take(limit - records.length).records);
  }
  return records;
}

function located(fault: Fault, topic: string, partition: number, offset: number): Fault {
  const { code, cure, retryable, cause } = fault;
  return new Fault(`Partition ${partition} of "${topic}" cannot be read from offset ${offset} on: ${fault.message}`, {
    code,
    ...(cure === undefined ? {} : { cure }),
    retryable,
    cause: cause ?? fault,
  });
}
