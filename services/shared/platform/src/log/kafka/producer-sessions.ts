// The producer id that lanes write under, asked of a broker when it is first needed and again when it no longer holds.
import type { Brokers } from './brokers.ts';
import { CLUSTER_AUTHORIZATION_FAILED, check } from './error-codes.ts';
import type { Session } from './lane.ts';

/** For a producer without transactions it counts for nothing, but must be there. */
const TRANSACTION_MS = 60_000;

export class ProducerSessions {
  readonly #brokers: Brokers;
  #session: Promise<Session> | undefined;

  constructor(brokers: Brokers) {
    this.#brokers = brokers;
  }

  /** The same for all who ask, until it is renewed. Rejects as the brokers do. */
  current(): Promise<Session> {
    this.#session ??= this.#ask().catch((error: unknown) => {
      this.#session = undefined;
      throw error;
    });
    return this.#session;
  }

  /** Whoever asks from now on gets another one. */
  renew(): void {
    this.#session = undefined;
  }

  async #ask(): Promise<Session> {
    const broker = await this.#brokers.any();
    const answer = await this.#brokers.ask(broker, 'InitProducerId', { transactionTimeout: TRANSACTION_MS });
    // Before Kafka 3.0 it takes a right of its own; without it a lost answer may double what it was for.
    if (answer.errorCode === CLUSTER_AUTHORIZATION_FAILED) return { producerId: -1, epoch: -1 };
    check(answer.errorCode);
    return { producerId: Number(answer.producerId), epoch: answer.producerEpoch };
  }
}
