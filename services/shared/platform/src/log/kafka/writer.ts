// Appends to partitions: what KafkaJS's producer acknowledges and does not write, this one writes.
//
// KafkaJS's send() resolves without the partitions of a leader that died during it (its issue 1303), and several sends in
// flight break the order within a partition. Here every record is in the lane of its partition. A lane has one batch on
// its way, a broker one request with the batches of its lanes, and what comes meanwhile goes into the next. A batch leaves
// its lane when its own partition's answer has come; otherwise the same bytes are sent again, to whoever leads by then,
// and the broker finds by producer id and sequence that it has them already. Order of states of a batch: taken from the
// queue, encoded, sent (any number of times), then done, split in two, or given up with its appends rejected.
import type { NewRecord, Position } from '@parallax/core';
import { Fault, partitionOfKey } from '@parallax/core';
import type { Telemetry } from '../../telemetry/telemetry.ts';
import { keyRequired } from '../faults.ts';
import { checkRecord } from '../limits.ts';
import type { Brokers } from './brokers.ts';
import type { Compression } from './codecs.ts';
import {
  DUPLICATE_SEQUENCE,
  INVALID_PRODUCER_EPOCH,
  INVALID_RECORD,
  LEADER_NOT_AVAILABLE,
  MESSAGE_TOO_LARGE,
  NONE,
  OUT_OF_ORDER_SEQUENCE,
  ProtocolFailure,
  RECORD_LIST_TOO_LARGE,
  UNKNOWN_PRODUCER_ID,
  UNKNOWN_TOPIC_OR_PARTITION,
} from './error-codes.ts';
import { isPassing } from './failures.ts';
import { type Append, Lane, type Waiting } from './lane.ts';
import { type PartitionBatch, type Produced, produce } from './produce.ts';
import { ProducerSessions } from './producer-sessions.ts';
import type { Topology } from './topology.ts';

/** Well below the brokers' default max.message.bytes of 1,048,588. */
const BATCH_BYTES = 1_000_000;
const BATCH_OVERHEAD = 61;
/** One request; brokers refuse more than 100 MiB. */
const REQUEST_BYTES = 16_000_000;
/** A dead leader is replaced within 2 to 16 s; then the caller is told, with `retryable`. */
const PATIENCE_MS = 60_000;
const FIRST_BACKOFF_MS = 25;
const LONGEST_BACKOFF_MS = 1_000;

export interface WriterOptions {
  readonly brokers: Brokers;
  readonly topology: Topology;
  /** Epoch milliseconds, for records that have no time. */
  readonly clock: () => number;
  readonly compression: Compression;
  /** What an append is rejected with for what the brokers said. */
  readonly explain: (error: unknown, topic: string) => Fault;
  readonly patienceMs?: number;
  readonly telemetry?: Pick<Telemetry, 'record'> | undefined;
}

export class Writer {
  readonly #options: WriterOptions;
  readonly #patienceMs: number;
  readonly #sessions: ProducerSessions;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with something to send. */
  readonly #active = new Set<Lane>();
  /** Leaders with a request on its way. */
  readonly #sending = new Set<number>();
  readonly #locating = new Set<string>();
  readonly #turns = new Map<string, number>();
  #scheduled = false;
  #wake: NodeJS.Timeout | undefined;
  #closed: Fault | undefined;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#sessions = new ProducerSessions(options.brokers);
    this.#patienceMs = options.patienceMs ?? PATIENCE_MS;
  }

  /** Not copied: the records' bytes must stay until it has resolved. Rejects with Faults. */
  async append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const { topology, clock } = this.#options;
    const { compacted, timestamps, maxBatchBytes = BATCH_BYTES } = await topology.settings(topic);
    let partitions = (await topology.leaders(topic)).length;
    if (records.some(({ partition = 0 }) => partition >= partitions))
      partitions = (await topology.refresh(topic)).length;
    const now = clock();
    const about = { topic, partitions, compacted, timestamps };
    for (const { partition, timestamp = now, key } of records) checkRecord(about, { partition, timestamp, key });
    if (records.length === 0) return [];
    if (this.#closed !== undefined) throw this.#closed;
    const limit = Math.min(BATCH_BYTES, maxBatchBytes) - BATCH_OVERHEAD;
    return new Promise<readonly Position[]>((resolve, reject) => {
      const until = performance.now() + this.#patienceMs;
      const append: Append = {
        positions: new Array(records.length),
        until,
        remaining: records.length,
        settled: false,
        resolve,
        reject,
      };
      records.forEach((record, slot) => {
        const { key, value, headers = [], timestamp = now } = record;
        const partition = record.partition ?? this.#choose(topic, key, partitions);
        const lane = this.#lane(topic, partition, limit);
        lane.push({ timestamp, key, value, headers, append, slot });
        this.#active.add(lane);
      });
      this.#schedule();
    });
  }

  /** Rejects what is under way. */
  close(reason: Fault): void {
    this.#closed = reason;
    clearTimeout(this.#wake);
    for (const lane of this.#lanes.values()) lane.rejectAll(reason);
    this.#active.clear();
    this.#lanes.clear();
  }

  #choose(topic: string, key: Uint8Array | null, partitions: number): number {
    if (key !== null) return partitionOfKey(key, partitions);
    const turn = this.#turns.get(topic) ?? 0;
    this.#turns.set(topic, turn + 1);
    return turn % partitions;
  }

  #lane(topic: string, partition: number, limit: number): Lane {
    const name = `${topic}/${partition}`;
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new Lane(topic, partition, limit);
      this.#lanes.set(name, lane);
    }
    lane.limit = limit;
    return lane;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed !== undefined) return;
    const now = performance.now();
    const byLeader = new Map<number, { lanes: Lane[]; bytes: number }>();
    let wakeAt = Number.POSITIVE_INFINITY;
    for (const lane of this.#active) {
      if (lane.busy) continue;
      if (lane.isEmpty) {
        this.#active.delete(lane);
        continue;
      }
      if (lane.notBefore > now) {
        wakeAt = Math.min(wakeAt, lane.notBefore);
        continue;
      }
      const leader = this.#options.topology.known(lane.topic)?.[lane.partition];
      if (leader === undefined || leader < 0) {
        void this.#locate(lane.topic);
        continue;
      }
      if (this.#sending.has(leader)) continue;
      const group = byLeader.get(leader) ?? { lanes: [], bytes: 0 };
      byLeader.set(leader, group);
      if (group.bytes > REQUEST_BYTES) continue;
      group.lanes.push(lane);
      group.bytes += lane.limit;
    }
    for (const [leader, { lanes }] of byLeader) void this.#send(leader, lanes);
    clearTimeout(this.#wake);
    if (wakeAt < Number.POSITIVE_INFINITY) this.#wake = setTimeout(() => this.#schedule(), Math.max(1, wakeAt - now));
  }

  /** Who leads is asked again; the lanes of the topic wait for it. */
  async #locate(topic: string): Promise<void> {
    if (this.#locating.has(topic)) return;
    this.#locating.add(topic);
    const waiting = [...this.#active].filter((lane) => lane.topic === topic && !lane.busy);
    try {
      const leaders = await this.#options.topology.refresh(topic);
      const without = waiting.filter(({ partition }) => (leaders[partition] ?? -1) < 0);
      for (const lane of without) this.#failed(lane, new ProtocolFailure(LEADER_NOT_AVAILABLE));
    } catch (error) {
      for (const lane of waiting) this.#failed(lane, error);
    } finally {
      this.#locating.delete(topic);
      this.#schedule();
    }
  }

  async #send(leader: number, lanes: readonly Lane[]): Promise<void> {
    const { brokers, compression } = this.#options;
    this.#sending.add(leader);
    for (const lane of lanes) lane.busy = true;
    // A lane whose appends have all been rejected since has nothing to send.
    const sent = lanes.filter((lane) => lane.hasBatch());
    try {
      const broker = await brokers.node(leader);
      const batches: PartitionBatch[] = [];
      for (const lane of sent) {
        lane.session ??= await this.#sessions.current();
        batches.push({ topic: lane.topic, partition: lane.partition, batch: await lane.encoded(compression) });
      }
      const answers = batches.length === 0 ? [] : await brokers.using(broker, () => produce(broker, batches));
      for (const lane of sent) this.#answered(lane, answers);
    } catch (error) {
      for (const lane of sent) this.#failed(lane, error);
    } finally {
      for (const lane of lanes) lane.busy = false;
      this.#sending.delete(leader);
      this.#schedule();
    }
  }

  #answered(lane: Lane, answers: readonly Produced[]): void {
    if (this.#closed !== undefined) return;
    const answer = answers.find(({ topic, partition }) => topic === lane.topic && partition === lane.partition);
    // Silence is no acknowledgement.
    const errorCode = answer?.errorCode ?? LEADER_NOT_AVAILABLE;
    const failure = new ProtocolFailure(errorCode);
    switch (errorCode) {
      case NONE:
        lane.done(answer?.baseOffset ?? -1);
        break;
      case MESSAGE_TOO_LARGE:
      case RECORD_LIST_TOO_LARGE:
        if (!lane.split()) lane.giveUp(tooLarge(lane));
        break;
      // Also when it is there and the broker no longer knows where: its place must be told, so it is written again.
      case DUPLICATE_SEQUENCE:
      case OUT_OF_ORDER_SEQUENCE:
      case INVALID_PRODUCER_EPOCH:
      case UNKNOWN_PRODUCER_ID:
        this.#sessions.renew();
        lane.restart();
        this.#again(lane, failure);
        break;
      case UNKNOWN_TOPIC_OR_PARTITION:
        // A leader that has moved says so too; whether the topic is gone, all brokers are asked before the next try.
        this.#again(lane, failure);
        break;
      case INVALID_RECORD:
        if (lane.current().some(({ key }) => key === null)) lane.giveUp(keyRequired(lane.topic));
        else this.#failed(lane, failure);
        break;
      default:
        this.#failed(lane, failure);
    }
  }

  #failed(lane: Lane, error: unknown): void {
    if (this.#closed !== undefined) return;
    if (isPassing(error)) this.#again(lane, error);
    else lane.giveUp(this.#options.explain(error, lane.topic));
  }

  #again(lane: Lane, error: unknown): void {
    const { topology, explain } = this.#options;
    topology.forget(lane.topic);
    const now = performance.now();
    const backoffMs = Math.min(LONGEST_BACKOFF_MS, Math.max(FIRST_BACKOFF_MS, lane.backoffMs * 2));
    // Once an episode, when it has gone on for about two seconds.
    if (backoffMs === LONGEST_BACKOFF_MS && lane.backoffMs < LONGEST_BACKOFF_MS) this.#tellWaiting(lane, error);
    lane.backoffMs = backoffMs;
    lane.notBefore = now + lane.backoffMs;
    const until = Math.min(...lane.current().map(({ append }) => append.until));
    if (now < until) return;
    lane.giveUp(explain(error, lane.topic));
    // It may have been written: the broker must not take the next batch for it.
    this.#sessions.renew();
    lane.restart();
  }

  #tellWaiting({ topic, partition }: Lane, error: unknown): void {
    this.#options.telemetry?.record({
      name: 'log-append-waiting',
      level: 'warn',
      message: `Appending to partition ${partition} of ${topic} does not succeed; it is tried again.`,
      fields: { topic, partition, err: this.#options.explain(error, topic) },
    });
  }
}

function tooLarge(lane: Lane): Fault {
  const [record]: readonly (Waiting | undefined)[] = lane.current();
  const bytes = (record?.key?.length ?? 0) + (record?.value?.length ?? 0);
  return new Fault(`Partition ${lane.partition} of "${lane.topic}" refuses a record of ${bytes} bytes as too large.`, {
    code: 'record-too-large',
    cure: "Raise the topic's max.message.bytes (and the brokers' replica.fetch.max.bytes), or write smaller records.",
  });
}
