// What a consumer knows of its topics: how many partitions they have, and which broker leads each.
import type { Brokers } from '../brokers.ts';
import { check } from '../error-codes.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import { CODE, within } from './requests.ts';

/** A broker that does not answer for so long is asked no more: it may be stopped, and others know better. */
const ANSWER_MS = 5_000;

export class Picture {
  /** In which epoch who answered for a partition led it. */
  readonly epochs = new LeaderEpochs(() => performance.now());
  readonly #brokers: Brokers;
  readonly #topics = new Set<string>();
  #leaders: ReadonlyMap<string, readonly (number | undefined)[]> = new Map();
  #renewing: Promise<void> | undefined;
  #seenAt = Number.NEGATIVE_INFINITY;

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  /** Milliseconds since it was last renewed; infinite before. */
  get age(): number {
    return performance.now() - this.#seenAt;
  }

  /** Asks for these topics too from now on. */
  watch(topics: readonly string[]): void {
    for (const topic of topics) this.#topics.add(topic);
  }

  /** Undefined where the topic is not known, or was not when the brokers were asked last. */
  partitions(topic: string): number | undefined {
    return this.#leaders.get(topic)?.length;
  }

  /** Undefined while the partition has none. */
  leader(topic: string, partition: number): number | undefined {
    return this.#leaders.get(topic)?.[partition];
  }

  /** Topics that the brokers said do not exist. */
  unknown(): readonly string[] {
    return [...this.#topics].filter((topic) => !this.#leaders.has(topic));
  }

  /** Asks any broker. Who comes while a question is under way is given its answer. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    const broker = await this.#brokers.any();
    const asked = within(this.#brokers.metadata([...this.#topics]), ANSWER_MS);
    const { topicMetadata } = await asked.catch((error: unknown) => {
      this.#brokers.drop(broker);
      throw error;
    });
    const leaders = new Map<string, (number | undefined)[]>();
    for (const { topic, topicErrorCode, partitionMetadata } of topicMetadata) {
      if (topicErrorCode === CODE.unknownTopic) continue;
      // A topic that is being created has no leaders yet; what else is wrong with it does not pass.
      if (topicErrorCode !== CODE.leaderNotAvailable) check(topicErrorCode);
      const led: (number | undefined)[] = Array.from({ length: partitionMetadata.length });
      for (const { partitionId, leader } of partitionMetadata) led[partitionId] = leader < 0 ? undefined : leader;
      leaders.set(topic, led);
    }
    this.#leaders = leaders;
    this.#seenAt = performance.now();
  }
}
