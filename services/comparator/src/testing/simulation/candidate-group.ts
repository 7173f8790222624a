// The candidate's reading of its input, where the experiment names its group: by fits and starts, up to minutes behind.
import type { Consumption, PairRow } from '@parallax/core';
import type { MemoryLog, Random } from '@parallax/platform/testing';
import type { TrueRecord } from './logs.ts';

const INPUT = { topic: 'in', partition: 0 };
const GROUP = 'the-candidate';
/** What an experiment says of it. */
export const WATCHED_CANDIDATE = `{ topic: b, group: ${GROUP} }
input: { topic: ${INPUT.topic} }`;

export class CandidateGroup {
  readonly #log: MemoryLog;
  readonly #random: Random;
  /** Otherwise nothing here happens. */
  readonly #isWatched: boolean;
  #consumption: Consumption | undefined;
  /** By partition and offset of legacy's answer: the input it came of. */
  readonly #inputs = new Map<string, number>();
  #read = 0;
  #stopsUntil = 0;

  constructor(log: MemoryLog, random: Random, isWatched: boolean) {
    this.#log = log;
    this.#random = random;
    this.#isWatched = isWatched;
  }

  async begin(): Promise<void> {
    if (!this.#isWatched) return;
    const { topic } = INPUT;
    await this.#log.ensureTopic({ topic, partitions: 1 });
    this.#consumption = await this.#log.connect().consume(
      { group: GROUP, topics: [topic], batchRecords: 3 },
      {
        assigned: async () => [],
        batch: ({ generation, next }) => {
          this.#read = next;
          void this.#consumption?.commit(generation, [{ ...INPUT, offset: next, metadata: '' }]);
        },
      },
    );
  }

  /** The input of what legacy has just answered. */
  async receive(answer: TrueRecord | undefined): Promise<void> {
    if (!this.#isWatched || answer === undefined) return;
    const [position] = await this.#log.append(INPUT.topic, [{ partition: 0, key: null, value: null }]);
    this.#inputs.set(`${answer.partition}/${answer.offset}`, position?.offset ?? 0);
  }

  /** Those of the rows sent now that miss a candidate which has not read its input yet. */
  unread(rows: readonly PairRow[]): string[] {
    return rows.flatMap(({ id, outcome, state, legacy_partition, legacy_offsets }) => {
      if (outcome !== 'missing-candidate' || state === 'provisional') return [];
      const input = this.#inputs.get(`${legacy_partition}/${legacy_offsets.at(-1)}`);
      return input === undefined || input < this.#read ? [] : [`${id}: ${outcome}, though its input was not read`];
    });
  }

  /** Now and then it stops, and goes on later. */
  dither(now: number): void {
    if (!this.#isWatched || now < this.#stopsUntil) return;
    this.#goOn();
    if (!this.#random.chance(0.05)) return;
    this.#stopsUntil = now + this.#random.below(this.#random.pick([1000, 10_000, 40_000]));
    this.#consumption?.pause([INPUT]);
  }

  /** From now on it reads what there is. */
  end(): void {
    this.#stopsUntil = Number.POSITIVE_INFINITY;
    this.#goOn();
  }

  #goOn(): void {
    this.#consumption?.resume([INPUT]);
  }
}
