// Topics as the brokers know them: how many partitions, who leads each, how they are kept.
import type { TopicInfo } from '@parallax/core';
import type { Brokers } from './brokers.ts';
import {
  CLUSTER_AUTHORIZATION_FAILED,
  check,
  LEADER_NOT_AVAILABLE,
  NONE,
  ProtocolFailure,
  TOPIC_AUTHORIZATION_FAILED,
  UNKNOWN_TOPIC_OR_PARTITION,
} from './error-codes.ts';

/** By partition: the leader's id, or -1 while there is none. */
export type Leaders = readonly number[];

export interface TopicSettings {
  readonly compacted: boolean;
  readonly timestamps: TopicInfo['timestamps'];
  /** What a batch may have, packed; undefined: not to be learned. */
  readonly maxBatchBytes: number | undefined;
}

const METADATA_MAX_AGE_MS = 60_000;
/** Where the settings may not be read (DescribeConfigs): what promises least. */
const UNKNOWN_SETTINGS: TopicSettings = { compacted: false, timestamps: 'create', maxBatchBytes: undefined };
const CONFIG_NAMES = ['cleanup.policy', 'message.timestamp.type', 'max.message.bytes'];

interface Kept<T> {
  readonly value: T;
  readonly until: number;
}

export class Topology {
  readonly #brokers: Brokers;
  readonly #leaders = new Map<string, Kept<Leaders>>();
  readonly #settings = new Map<string, Kept<TopicSettings>>();

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  /** What was learned last, if that is not long ago. */
  known(topic: string): Leaders | undefined {
    const kept = this.#leaders.get(topic);
    return kept !== undefined && performance.now() < kept.until ? kept.value : undefined;
  }

  forget(topic: string): void {
    this.#leaders.delete(topic);
    this.#settings.delete(topic);
  }

  async leaders(topic: string): Promise<Leaders> {
    return this.known(topic) ?? this.refresh(topic);
  }

  /** Rejects with a ProtocolFailure: UNKNOWN_TOPIC_OR_PARTITION only when no broker knows the topic. */
  async refresh(topic: string): Promise<Leaders> {
    this.#leaders.delete(topic);
    const first = await this.#brokers.metadata([topic]);
    let described = first.topicMetadata[0];
    if (described?.topicErrorCode === UNKNOWN_TOPIC_OR_PARTITION) {
      // The broker that was asked may only be the last to hear of it.
      const others = (await this.#brokers.metadataOfAll([topic])).map(({ topicMetadata }) => topicMetadata[0]);
      described = others.find((other) => other?.topicErrorCode === NONE) ?? described;
    }
    const code = described?.topicErrorCode ?? UNKNOWN_TOPIC_OR_PARTITION;
    if (code !== NONE) throw new ProtocolFailure(code, undefined, topic);
    const leaders = leadersOf(described?.partitionMetadata ?? []);
    this.#leaders.set(topic, { value: leaders, until: performance.now() + METADATA_MAX_AGE_MS });
    return leaders;
  }

  /**
   * For a code that a leader gave for this topic: throws it, having forgotten who leads. A broker that says it knows no
   * such topic may be the one that has not heard of it, or no longer leads; only all of them together know.
   */
  async refused(topic: string, errorCode: number): Promise<never> {
    this.forget(topic);
    if (errorCode !== UNKNOWN_TOPIC_OR_PARTITION) throw new ProtocolFailure(errorCode, undefined, topic);
    await this.refresh(topic);
    this.forget(topic);
    throw new ProtocolFailure(LEADER_NOT_AVAILABLE, undefined, topic);
  }

  async settings(topic: string): Promise<TopicSettings> {
    const kept = this.#settings.get(topic);
    if (kept !== undefined && performance.now() < kept.until) return kept.value;
    const value = (await this.describe([topic])).get(topic) ?? UNKNOWN_SETTINGS;
    this.#settings.set(topic, { value, until: performance.now() + METADATA_MAX_AGE_MS });
    return value;
  }

  /** The settings of these topics, as far as we may read them. */
  async describe(topics: readonly string[]): Promise<ReadonlyMap<string, TopicSettings>> {
    const resources = topics.map((name) => ({ type: 2, name, configNames: CONFIG_NAMES }) as const);
    const answer = await this.#brokers.ask(await this.#brokers.any(), 'DescribeConfigs', { resources });
    return new Map(
      answer.resources.map(({ errorCode, resourceName, configEntries }) => {
        const hidden = errorCode === TOPIC_AUTHORIZATION_FAILED || errorCode === CLUSTER_AUTHORIZATION_FAILED;
        // A topic that is going is told as unknown by whoever asks for its partitions.
        if (hidden || errorCode === UNKNOWN_TOPIC_OR_PARTITION) return [resourceName, UNKNOWN_SETTINGS];
        check(errorCode);
        const values = new Map(configEntries.map(({ configName, configValue }) => [configName, configValue ?? '']));
        return [resourceName, settingsOf(values)];
      }),
    );
  }

  /** Partitions by leader. Rejects with LEADER_NOT_AVAILABLE while one has none. */
  async byLeader(
    topics: readonly string[],
  ): Promise<ReadonlyMap<number, readonly { topic: string; partition: number }[]>> {
    const led = new Map<number, { topic: string; partition: number }[]>();
    for (const topic of topics) {
      for (const [partition, leader] of (await this.leaders(topic)).entries()) {
        if (leader < 0) {
          this.forget(topic);
          throw new ProtocolFailure(LEADER_NOT_AVAILABLE);
        }
        const own = led.get(leader);
        if (own === undefined) led.set(leader, [{ topic, partition }]);
        else own.push({ topic, partition });
      }
    }
    return led;
  }
}

export function leadersOf(partitions: readonly { partitionId: number; leader: number }[]): Leaders {
  return partitions.toSorted((a, b) => a.partitionId - b.partitionId).map(({ leader }) => leader);
}

function settingsOf(values: ReadonlyMap<string, string>): TopicSettings {
  const max = Number(values.get('max.message.bytes'));
  return {
    compacted: (values.get('cleanup.policy') ?? '').split(',').includes('compact'),
    timestamps: values.get('message.timestamp.type') === 'LogAppendTime' ? 'append' : 'create',
    maxBatchBytes: max > 0 ? max : undefined,
  };
}
