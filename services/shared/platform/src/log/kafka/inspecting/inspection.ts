// What can be learned of a Kafka cluster before anything is started: nothing is written, no group is joined.
import { type Committed, Fault, type Position } from '@parallax/core';
import type { Brokers } from '../brokers.ts';
import { type KafkaOptions, kafkaConnection } from '../connection.ts';
import {
  CLUSTER_AUTHORIZATION_FAILED,
  check,
  INVALID_CONFIG,
  NONE,
  ProtocolFailure,
  TOPIC_ALREADY_EXISTS,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
} from '../error-codes.ts';
import { type Doing, faultOf } from '../failures.ts';
import { committedBy } from '../group-commits.ts';
import { persist } from '../persist.ts';
import { batchAt } from '../record-batches.ts';
import { Topology } from '../topology.ts';
import type { BatchFacts, BrokerFacts, ClusterFacts, GroupFacts, TopicFacts } from './facts.ts';
import { describeCluster, describeGroup } from './requests.ts';

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
const FETCH = 1;
/** The newest version of Fetch that each release speaks; source: FetchRequest.json of Apache Kafka. */
const SINCE: readonly (readonly [fetch: number, kafka: string])[] = [
  [18, '4.1'],
  [17, '3.9'],
  [16, '3.7'],
  [15, '3.5'],
  [13, '3.1'],
  [12, '2.7'],
  [11, '2.3'],
];
const PATIENCE_MS = 4_000;
const FETCH_BYTES = 256 * 1024;

/** Rejects as opening the log does: `bad-address`, `log-unreachable`, `log-login`, … */
export async function inspectKafka(address: string, options: KafkaOptions = {}): Promise<KafkaInspection> {
  const connection = kafkaConnection(address, options);
  const inspection = new KafkaInspection(address, connection.user, connection.open());
  try {
    await inspection.cluster();
  } catch (error) {
    await inspection.close();
    throw error;
  }
  return inspection;
}

export class KafkaInspection {
  readonly address: string;
  readonly user: string | undefined;
  readonly #brokers: Brokers;
  readonly #topology: Topology;
  readonly #closed = new AbortController();

  constructor(address: string, user: string | undefined, brokers: Brokers) {
    this.address = address;
    this.user = user;
    this.#brokers = brokers;
    this.#topology = new Topology(brokers);
  }

  /** Every broker is asked for an answer of its own. */
  cluster(): Promise<ClusterFacts> {
    return this.#persist({ what: 'it was asked for its brokers' }, async () => {
      // Also learns the brokers' addresses.
      await this.#brokers.metadata(['__consumer_offsets']);
      const broker = await this.#brokers.any();
      const { brokers, clusterId, allowed } = await this.#brokers.using(broker, () => describeCluster(broker, []));
      const facts = await Promise.all(brokers.map(({ id, host, port }) => this.#broker(id, `${host}:${port}`)));
      return { clusterId, brokers: facts.toSorted((a, b) => a.id - b.id), allowed };
    });
  }

  topics(names: readonly string[]): Promise<readonly TopicFacts[]> {
    if (names.length === 0) return Promise.resolve([]);
    return this.#persist({ what: 'it was asked for topics', operation: 'Describe' }, async () => {
      const broker = await this.#brokers.any();
      const { topics } = await this.#brokers.using(broker, () => describeCluster(broker, names));
      const there = topics.filter(({ errorCode }) => errorCode === NONE).map(({ topic }) => topic);
      const settings = await this.#settings(2, there);
      return topics.map(({ topic, errorCode, partitions, allowed }): TopicFacts => {
        const kind =
          errorCode === UNKNOWN_TOPIC_OR_PARTITION
            ? 'absent'
            : errorCode === TOPIC_AUTHORIZATION_FAILED
              ? 'hidden'
              : 'there';
        if (kind === 'there') check(errorCode);
        const sorted = partitions.toSorted((a, b) => a.partition - b.partition);
        return { topic, kind, partitions: sorted, allowed, settings: settings.get(topic) };
      });
    });
  }

  /** Of any one broker, by Kafka's names; undefined: they may not be read. */
  brokerSettings(): Promise<ReadonlyMap<string, string> | undefined> {
    return this.#persist({ what: 'it was asked for settings of brokers' }, async () => {
      const [first] = (await this.#brokers.metadata(['__consumer_offsets'])).brokers;
      if (first === undefined) return undefined;
      const name = String(first.nodeId);
      return (await this.#settings(4, [name], await this.#brokers.node(first.nodeId))).get(name);
    });
  }

  /** Asks whether the topic could be made, and makes nothing. undefined: it could, or is there. */
  async whyNotCreated(topic: string, compacted: boolean): Promise<Fault | undefined> {
    const doing: Doing = { what: `creating topic "${topic}"`, topic, operation: 'Create' };
    try {
      await this.#persist(doing, async () => {
        const { controllerId } = await this.#brokers.metadata(['__consumer_offsets']);
        const controller = await this.#brokers.node(controllerId);
        const configEntries = compacted ? [{ name: 'cleanup.policy', value: 'compact' }] : [];
        const topics = [{ topic, numPartitions: 1, replicationFactor: -1, configEntries }];
        const request = { topics, timeout: PATIENCE_MS, validateOnly: true };
        const { topicErrors } = await this.#brokers.ask(controller, 'CreateTopics', request);
        const { errorCode = NONE, errorMessage = null } = topicErrors[0] ?? {};
        if (errorCode !== TOPIC_ALREADY_EXISTS) check(errorCode, errorMessage);
      });
      return undefined;
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  }

  /** Where the first open transaction begins, or the end; by topic and partition. */
  stableEnds(topics: readonly string[]): Promise<readonly Position[]> {
    return this.#persist({ what: 'it was asked for open transactions', operation: 'Describe' }, async () => {
      const led = await this.#topology.byLeader(topics);
      const answers = await Promise.all(
        [...led].map(async ([leader, places]) => {
          const named = [...Map.groupBy(places, ({ topic }) => topic)].map(([topic, own]) => ({
            topic,
            partitions: own.map(({ partition }) => ({ partition, timestamp: -1 })),
          }));
          const broker = await this.#brokers.node(leader);
          return (await this.#brokers.ask(broker, 'ListOffsets', { isolationLevel: 1, topics: named })).responses;
        }),
      );
      return answers.flat().flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset, errorCode }) => {
          check(errorCode);
          return { topic, partition, offset: Number(offset) };
        }),
      );
    });
  }

  /** How the records from here on are packed; a few batches. */
  batches(topic: string, partition: number, offset: number): Promise<readonly BatchFacts[]> {
    const doing: Doing = { what: `reading partition ${partition} of "${topic}"`, topic, operation: 'Read' };
    return this.#persist(doing, async () => {
      const leader = (await this.#topology.leaders(topic))[partition] ?? -1;
      const broker = await this.#brokers.node(leader);
      const answer = await this.#brokers.ask(broker, 'Fetch', {
        isolationLevel: 0,
        maxWaitTime: 0,
        minBytes: 0,
        maxBytes: FETCH_BYTES,
        topics: [{ topic, partitions: [{ partition, fetchOffset: offset, maxBytes: FETCH_BYTES }] }],
      });
      const fetched = answer.partitions[0];
      if (fetched === undefined) return [];
      check(fetched.errorCode);
      const batches: BatchFacts[] = [];
      let at = 0;
      for (let batch = batchAt(fetched.records, 0); batch !== undefined; batch = batchAt(fetched.records, at)) {
        const { codec, count, isTransactional, isAppendTime, isControl, lastOffset, end } = batch;
        const bytes = end - at;
        at = end;
        if (isControl) continue;
        const packed = CODECS[codec] ?? 'none';
        batches.push({ codec: packed, records: count, bytes, isTransactional, isAppendTime, lastOffset });
      }
      return batches;
    });
  }

  group(group: string): Promise<GroupFacts> {
    const doing: Doing = { what: `asking for group "${group}"`, group, operation: 'Describe' };
    return this.#persist(doing, async () => {
      const broker = await this.#brokers.coordinator(group);
      const { errorCode, state, members, allowed } = await this.#brokers.using(broker, () =>
        describeGroup(broker, group),
      );
      check(errorCode);
      return { state, members, allowed };
    });
  }

  committed(group: string, topics: readonly string[]): Promise<readonly Committed[]> {
    const doing: Doing = { what: `asking for the commits of group "${group}"`, group, operation: 'Describe' };
    return this.#persist(doing, () => committedBy(this.#brokers, group, topics));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#brokers.close();
  }

  async #broker(id: number, address: string): Promise<BrokerFacts> {
    try {
      const broker = await this.#brokers.node(id);
      const newest = broker.versions?.[FETCH]?.maxVersion ?? 0;
      return { id, address, since: SINCE.find(([fetch]) => newest >= fetch)?.[1] ?? 'before 2.3' };
    } catch (error) {
      const unreachable = faultOf(error, { what: 'it was asked what it speaks' }, this.#where());
      return { id, address, unreachable };
    }
  }

  async #settings(
    type: 2 | 4,
    names: readonly string[],
    broker?: Awaited<ReturnType<Brokers['any']>>,
  ): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
    if (names.length === 0) return new Map();
    const resources = names.map((name) => ({ type, name, configNames: SETTINGS[type] }));
    const asked = broker ?? (await this.#brokers.any());
    const answer = await this.#brokers.ask(asked, 'DescribeConfigs', { resources });
    const told = answer.resources.filter(({ errorCode }) => {
      const hidden = errorCode === TOPIC_AUTHORIZATION_FAILED || errorCode === CLUSTER_AUTHORIZATION_FAILED;
      if (!hidden && errorCode !== INVALID_CONFIG) check(errorCode);
      return errorCode === NONE;
    });
    return new Map(
      told.map(({ resourceName, configEntries }) => [
        resourceName,
        new Map(configEntries.map(({ configName, configValue }) => [configName, configValue ?? ''])),
      ]),
    );
  }

  async #persist<T>(doing: Doing, work: () => Promise<T>): Promise<T> {
    try {
      return await persist(this.#closed.signal, work, PATIENCE_MS);
    } catch (error) {
      if (error instanceof ProtocolFailure || !(error instanceof Fault)) throw faultOf(error, doing, this.#where());
      throw error;
    }
  }

  #where() {
    return { address: this.address, user: this.user };
  }
}

const SETTINGS: Readonly<Record<2 | 4, readonly string[]>> = {
  2: [
    'cleanup.policy',
    'retention.ms',
    'retention.bytes',
    'message.timestamp.type',
    'max.message.bytes',
    'min.insync.replicas',
    'compression.type',
  ],
  4: ['offset.metadata.max.bytes', 'offsets.retention.minutes', 'message.max.bytes', 'min.insync.replicas'],
};
