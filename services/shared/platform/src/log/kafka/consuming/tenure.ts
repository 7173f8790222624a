// What a consumer owns under one generation: looked up, started where its owner says, read until the generation is over.
import type { AssignedPartition, ConsumerHandlers, Position } from '@parallax/core';
import { partitionKey } from '../../limits.ts';
import type { Brokers } from '../brokers.ts';
import { isPassing, type Where } from '../failures.ts';
import type { Coordinator } from './coordinator.ts';
import { Cursor } from './cursor.ts';
import { Fetching } from './fetching.ts';
import type { Membership } from './generation.ts';
import { committedOf, EARLIEST, LATEST, listOffsets, type Place } from './offsets.ts';
import type { Picture } from './picture.ts';
import { Pump } from './pump.ts';
import { backoff, type ConsumerTiming } from './timing.ts';

const LIST_MS = 5_000;

export interface TenureParts {
  readonly membership: Membership;
  readonly batchRecords: number;
  readonly handlers: ConsumerHandlers;
  readonly where: Where;
  readonly brokers: Brokers;
  readonly picture: Picture;
  readonly coordinator: Coordinator;
  readonly timing: ConsumerTiming;
  failed(error: unknown): void;
}

export class Tenure {
  readonly generation: number;
  readonly memberId: string;
  readonly places: readonly Place[];
  /** {@link partitionKey}s. */
  readonly owned: ReadonlySet<string>;
  readonly #parts: TenureParts;
  #cursors: ReadonlyMap<string, Cursor> = new Map();
  #fetching: Fetching | undefined;
  #pump: Pump | undefined;
  #isOver = false;

  constructor(parts: TenureParts) {
    this.#parts = parts;
    const { assignment, generation, memberId } = parts.membership;
    this.generation = generation;
    this.memberId = memberId;
    this.places = [...assignment].flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    this.owned = new Set(this.places.map(({ topic, partition }) => partitionKey(topic, partition)));
  }

  /** What is being read; nothing before {@link read}. */
  get reading(): readonly Cursor[] {
    return this.#fetching === undefined ? [] : [...this.#cursors.values()];
  }

  cursor(topic: string, partition: number): Cursor | undefined {
    return this.#cursors.get(partitionKey(topic, partition));
  }

  /** Asks until everybody has answered, or the tenure is over. Rejects where asking again would not help. */
  async look(): Promise<readonly AssignedPartition[]> {
    const { brokers, coordinator, picture } = this.#parts;
    const list = (at: typeof EARLIEST | typeof LATEST) => async (places: readonly Place[]) => {
      return listOffsets(brokers, picture, places, { at, withinMs: LIST_MS });
    };
    const [starts, ends, committed] = await Promise.all([
      this.#patiently(list(EARLIEST)),
      this.#patiently(list(LATEST)),
      this.#patiently(async (places) => ({ found: await committedOf(coordinator, places), failure: undefined })),
    ]);
    const partitions = this.places.flatMap(({ topic, partition }): AssignedPartition[] => {
      const key = partitionKey(topic, partition);
      const [start, end] = [starts.get(key)?.offset, ends.get(key)?.offset];
      if (start === undefined || end === undefined) return [];
      return [{ topic, partition, start, end, offset: end, committed: committed.get(key) }];
    });
    const cursors = partitions.map((each): [string, Cursor] => {
      const { topic, partition, start } = each;
      const from = { topic, partition, offset: each.committed?.offset ?? start };
      return [partitionKey(topic, partition), new Cursor(from, each.committed === undefined)];
    });
    this.#cursors = new Map(cursors);
    return partitions;
  }

  /** From these positions on; of partitions left out, from where they were committed, else from their log's start. */
  read(starts: readonly Position[]): void {
    if (this.#isOver) return;
    const { brokers, handlers, picture, timing, where, batchRecords, failed } = this.#parts;
    for (const { topic, partition, offset } of starts) this.cursor(topic, partition)?.seek(offset);
    const cursors = [...this.#cursors.values()];
    const pump = new Pump({
      generation: this.generation,
      cursors,
      batchRecords,
      deliver: (batch) => handlers.batch(batch),
      drained: () => this.#fetching?.wake(),
      failed,
    });
    this.#pump = pump;
    this.#fetching = new Fetching({
      address: where.address,
      brokers,
      picture,
      cursors,
      waitMs: timing.waitMs,
      metadataMs: timing.metadataMs,
      arrived: () => pump.wake(),
      failed,
    });
    this.#fetching.wake();
  }

  /** Cursors were paused, resumed or sought. */
  wake(): void {
    this.#pump?.wake();
    this.#fetching?.wake();
  }

  /** Nothing is delivered any more, from this very moment. */
  end(): void {
    this.#isOver = true;
    this.#pump?.close();
    this.#fetching?.close();
  }

  async #patiently<Found extends Place>(
    ask: (places: readonly Place[]) => Promise<{ found: readonly Found[]; failure: unknown }>,
  ): Promise<ReadonlyMap<string, Found>> {
    const answers = new Map<string, Found>();
    let missing = this.places;
    for (let tries = 0; !this.#isOver; tries++) {
      try {
        const { found, failure } = await ask(missing);
        for (const each of found) answers.set(partitionKey(each.topic, each.partition), each);
        if (failure === undefined) break;
        missing = missing.filter(({ topic, partition }) => !answers.has(partitionKey(topic, partition)));
      } catch (error) {
        if (!isPassing(error)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, backoff(tries)));
    }
    return answers;
  }
}
