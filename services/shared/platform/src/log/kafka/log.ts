// The event log on Kafka: what the port asks for, of the parts in this folder.
import type {
  Committed,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EventLog,
  Extent,
  Fault,
  LogRecord,
  NewRecord,
  Position,
  TopicInfo,
  TopicSpec,
} from '@parallax/core';
import { systemClock } from '../../lifecycle/clock.ts';
import { logClosed } from '../faults.ts';
import { checkGroup, checkTopicSpec } from '../limits.ts';
import type { Brokers } from './brokers.ts';
import type { Compression } from './codecs.ts';
import { type KafkaConnection, type KafkaOptions, kafkaConnection } from './connection.ts';
import { KafkaConsumers } from './consuming/consumers.ts';
import type { ConsumerTiming } from './consuming/timing.ts';
import { type Doing, faultOf, tooOld } from './failures.ts';
import { committedBy, removeGroup } from './group-commits.ts';
import { extentsOf, offsetsAtTime } from './offsets.ts';
import { persist } from './persist.ts';
import { Reader } from './reader.ts';
import { createTopic, listTopics, removeTopic } from './topics.ts';
import { Topology } from './topology.ts';
import { Writer } from './writer.ts';

/** How long opening tries: long enough for a broker that restarts, short enough for a wrong address. */
const OPENING_MS = 3_000;
const FETCH = 1;
/** Fetch in the version that is read here, since Kafka 2.3; topics replicated by the brokers' default, since 2.4. */
const FETCH_VERSION = 11;

export interface KafkaLogOptions extends KafkaOptions {
  /** Of what is written; default none. */
  readonly compression?: Compression;
  /** How long an append is tried again before it is rejected with `retryable`. Milliseconds; default a minute. */
  readonly appendPatienceMs?: number;
  /**
   * Epoch milliseconds. Default: records are stamped by the wall clock, and log ends by the clock of this process, which
   * does not follow when that one is set.
   */
  readonly clock?: () => number;
  /** Of its consumers; what is left out stands in consuming/timing.ts. */
  readonly timing?: Partial<ConsumerTiming>;
}

/**
 * Connects to one broker at least. Rejects with a fault that says what is wrong with the address, the login, the
 * certificate or the broker.
 */
export async function openKafkaLog(address: string, options: KafkaLogOptions = {}): Promise<EventLog> {
  const connection = kafkaConnection(address, options);
  const log = new KafkaLog(connection, options);
  try {
    await log.probe();
  } catch (error) {
    await log.close();
    throw error;
  }
  return log;
}

class KafkaLog implements EventLog {
  readonly address: string;
  readonly #user: string | undefined;
  readonly #brokers: Brokers;
  readonly #topology: Topology;
  readonly #writer: Writer;
  readonly #reader: Reader;
  readonly #consumers: KafkaConsumers;
  readonly #closed = new AbortController();
  #closing: Promise<void> | undefined;

  constructor(connection: KafkaConnection, options: KafkaLogOptions) {
    const { compression = 'none', clock, timing, appendPatienceMs, telemetry } = options;
    this.address = connection.address;
    this.#user = connection.user;
    this.#brokers = connection.open();
    this.#topology = new Topology(this.#brokers);
    this.#reader = new Reader(this.#brokers, this.#topology);
    this.#consumers = new KafkaConsumers({
      connection,
      clock: clock ?? systemClock.now,
      ...(timing === undefined ? {} : { timing }),
    });
    this.#writer = new Writer({
      brokers: this.#brokers,
      topology: this.#topology,
      clock: clock ?? Date.now,
      compression,
      telemetry,
      explain: (error, topic) => this.#fault(error, writing(topic)),
      ...(appendPatienceMs === undefined ? {} : { patienceMs: appendPatienceMs }),
    });
  }

  /** Fails as opening must fail. */
  async probe(): Promise<void> {
    const doing: Doing = { what: 'it was opened' };
    const broker = await this.#persist(doing, () => this.#brokers.any(), OPENING_MS);
    if ((broker.versions?.[FETCH]?.maxVersion ?? 0) < FETCH_VERSION) throw tooOld(this.address);
    // A listener that wants a login answers ApiVersions without one, and nothing else.
    await this.#persist(doing, () => this.#brokers.metadata(['__consumer_offsets']), OPENING_MS);
  }

  topics(): Promise<readonly TopicInfo[]> {
    const doing: Doing = { what: 'listing topics', operation: 'Describe' };
    return this.#persist(doing, () => listTopics(this.#brokers, this.#topology));
  }

  async ensureTopic(spec: TopicSpec): Promise<'created' | 'exists'> {
    checkTopicSpec(spec);
    const doing: Doing = { what: `creating topic "${spec.topic}"`, topic: spec.topic, operation: 'Create' };
    return this.#persist(doing, () => createTopic(this.#brokers, this.#topology, spec, this.#closed.signal));
  }

  deleteTopic(topic: string): Promise<'deleted' | 'absent'> {
    const doing: Doing = { what: `deleting topic "${topic}"`, topic, operation: 'Delete' };
    return this.#persist(doing, () => removeTopic(this.#brokers, this.#topology, topic, this.#closed.signal));
  }

  async extents(topics: readonly string[]): Promise<readonly Extent[]> {
    for (const topic of new Set(topics)) await this.#known(topic);
    const doing: Doing = { what: `asking for the ends of ${quoted(topics)}`, operation: 'Describe' };
    return this.#persist(doing, () => extentsOf(this.#brokers, this.#topology, topics));
  }

  offsetsAt(topic: string, timestamp: number): Promise<readonly Position[]> {
    const doing: Doing = { what: `looking for a time in "${topic}"`, topic, operation: 'Describe' };
    return this.#persist(doing, () => offsetsAtTime(this.#brokers, this.#topology, topic, timestamp));
  }

  async committed(group: string, topics: readonly string[]): Promise<readonly Committed[]> {
    checkGroup(group);
    const doing: Doing = { what: `asking for the commits of group "${group}"`, group, operation: 'Describe' };
    return this.#persist(doing, () => committedBy(this.#brokers, group, topics));
  }

  async deleteGroup(group: string): Promise<void> {
    checkGroup(group);
    const doing: Doing = { what: `forgetting the commits of group "${group}"`, group, operation: 'Delete' };
    return this.#persist(doing, () => removeGroup(this.#brokers, group, this.address));
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const doing = writing(topic);
    // What the writer itself says of a batch is a Fault already and counts as said: it has been patient.
    return this.#guard(doing, async () => {
      await this.#persist(doing, () => this.#topology.leaders(topic));
      await this.#persist(doing, () => this.#topology.settings(topic));
      return this.#writer.append(topic, records);
    });
  }

  read(topic: string, partition: number, offset: number, limit: number): Promise<readonly LogRecord[]> {
    const doing: Doing = { what: `reading partition ${partition} of "${topic}"`, topic, operation: 'Read' };
    return this.#persist(doing, () => this.#reader.read(topic, partition, offset, limit));
  }

  consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption> {
    return this.#consumers.consume(options, handlers);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#closed.abort();
    await this.#consumers.close();
    this.#writer.close(logClosed(this.address));
    this.#brokers.close();
  }

  /** Rejects with a fault that names the topic where there is none. */
  async #known(topic: string): Promise<void> {
    const doing: Doing = { what: `asking for the partitions of "${topic}"`, topic, operation: 'Describe' };
    await this.#persist(doing, () => this.#topology.leaders(topic));
  }

  #persist<T>(doing: Doing, work: () => Promise<T>, forMs?: number): Promise<T> {
    return this.#guard(doing, () => persist(this.#closed.signal, work, forMs));
  }

  async #guard<T>(doing: Doing, work: () => Promise<T>): Promise<T> {
    if (this.#closed.signal.aborted) throw logClosed(this.address);
    try {
      return await work();
    } catch (error) {
      throw this.#fault(error, doing);
    }
  }

  #fault(error: unknown, doing: Doing): Fault {
    if (this.#closed.signal.aborted) return logClosed(this.address, error);
    return faultOf(error, doing, { address: this.address, user: this.#user });
  }
}

function writing(topic: string): Doing {
  return { what: `writing to topic "${topic}"`, topic, operation: 'Write' };
}

function quoted(topics: readonly string[]): string {
  return topics.map((topic) => `"${topic}"`).join(', ');
}
