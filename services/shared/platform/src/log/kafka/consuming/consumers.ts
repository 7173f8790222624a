// Kafka's consumer groups as the log port wants them.
import type { ConsumeOptions, ConsumerHandlers, Consumption } from '@parallax/core';
import { logClosed, unknownTopic } from '../../faults.ts';
import { checkGroup } from '../../limits.ts';
import type { Brokers } from '../brokers.ts';
import type { KafkaConnection } from '../connection.ts';
import { faultOf, isPassing } from '../failures.ts';
import { KafkaConsumption } from './consumption.ts';
import { Coordinator } from './coordinator.ts';
import { Picture } from './picture.ts';
import { dismissPredecessors, isProcessAlive } from './predecessors.ts';
import { backoff, type ConsumerTiming, DEFAULT_TIMING } from './timing.ts';

const DEFAULT_BATCH_RECORDS = 1_000;
/** A topic that was made a moment ago may not be known to every broker. */
const UNKNOWN_TRIES = 5;
/** A group's coordinator, or a leader, may be moving just now: about ten seconds. */
const PASSING_TRIES = 14;

export interface KafkaConsumersParts {
  readonly connection: KafkaConnection;
  /** Epoch milliseconds, of log ends. */
  readonly clock: () => number;
  /** Default {@link DEFAULT_TIMING}. */
  readonly timing?: Partial<ConsumerTiming>;
}

export class KafkaConsumers {
  readonly #parts: KafkaConsumersParts;
  readonly #open = new Set<{ stop(): Promise<void> }>();
  #isClosed = false;

  constructor(parts: KafkaConsumersParts) {
    this.#parts = parts;
  }

  /**
   * Resolves once the topics and the group's coordinator have been found; the group is joined after that, which can
   * take as long as another member's session.
   * @throws Fault `unknown-topic`, `bad-group`, `log-closed`, `log-forbidden`, `log-unreachable`, …
   */
  async consume(options: ConsumeOptions, handlers: ConsumerHandlers): Promise<Consumption> {
    const { group, batchRecords = DEFAULT_BATCH_RECORDS } = options;
    const { connection, clock, timing } = this.#parts;
    const where = { address: connection.address, user: connection.user };
    if (this.#isClosed) throw logClosed(where.address);
    checkGroup(group);
    const brokers = connection.open();
    const topics = [...new Set(options.topics)];
    const coordinator = new Coordinator(brokers, group);
    try {
      const picture = await this.#look(brokers, topics, where.address);
      await this.#patiently(() => coordinator.find());
      const consumption = new KafkaConsumption({
        group,
        topics,
        batchRecords,
        handlers,
        where,
        brokers,
        picture,
        coordinator,
        timing: { ...DEFAULT_TIMING, ...timing },
        clock,
        prepare: async () => {
          const own = connection.process;
          if (own !== undefined) await dismissPredecessors(coordinator, group, own, isProcessAlive);
        },
        connect: () => connection.open(),
      });
      this.#open.add(consumption);
      void consumption.ended.then(() => this.#open.delete(consumption));
      if (this.#isClosed) {
        await consumption.stop();
        throw logClosed(where.address);
      }
      // After whoever awaits this has gone on.
      setImmediate(() => consumption.start());
      return consumption;
    } catch (error) {
      await brokers.close();
      throw faultOf(error, { what: `consuming as group "${group}"`, group, operation: 'Read' }, where);
    }
  }

  /** Stops all. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([...this.#open].map((consumption) => consumption.stop()));
  }

  async #look(brokers: Brokers, topics: readonly string[], address: string): Promise<Picture> {
    const picture = new Picture(brokers);
    picture.watch(topics);
    for (let tries = 0; ; tries++) {
      await this.#patiently(() => picture.renew());
      const [unknown] = picture.unknown();
      if (unknown === undefined) return picture;
      if (tries >= UNKNOWN_TRIES) throw unknownTopic(unknown, address);
      await new Promise((resolve) => setTimeout(resolve, backoff(tries)));
    }
  }

  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      try {
        return await ask();
      } catch (error) {
        if (this.#isClosed || tries >= PASSING_TRIES || !isPassing(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, backoff(tries)));
    }
  }
}
