// The broker that keeps a group: found again whenever it has moved or cannot be reached.
import type Broker from 'kafkajs/src/broker/index.js';
import type { Brokers } from '../brokers.ts';
import { type AskOptions, ask, COORDINATOR_LATER, within } from './requests.ts';

const FIND_MS = 5_000;

export class Coordinator {
  readonly #brokers: Brokers;
  readonly #group: string;
  #found: Promise<Broker> | undefined;

  constructor(brokers: Brokers, group: string) {
    this.#brokers = brokers;
    this.#group = group;
  }

  /** Rejects as {@link ask} does; the next question then goes to whoever is the coordinator by then. */
  async ask<Answer extends { readonly errorCode?: number }>(
    api: string,
    request: object,
    options?: AskOptions,
  ): Promise<Answer> {
    try {
      const broker = await this.find();
      const answer = await ask<Answer>(this.#brokers, broker, api, { groupId: this.#group, ...request }, options);
      if (COORDINATOR_LATER.has(answer.errorCode ?? 0)) this.forget();
      return answer;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Connected. */
  async find(): Promise<Broker> {
    const known = await this.#found;
    // Whoever else uses this broker may have given its connection up.
    if (known !== undefined && !known.isConnected()) this.forget();
    this.#found ??= this.#find();
    return this.#found;
  }

  forget(): void {
    this.#found = undefined;
  }

  async #find(): Promise<Broker> {
    try {
      const asked = await this.#brokers.any();
      return await within(this.#brokers.coordinator(this.#group), FIND_MS).catch((error: unknown) => {
        this.#brokers.drop(asked);
        throw error;
      });
    } catch (error) {
      this.forget();
      throw error;
    }
  }
}
