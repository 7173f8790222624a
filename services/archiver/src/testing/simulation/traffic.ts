// What is published while archivers are disturbed: plain records and transactions, some of which are taken back, so that
// offsets have holes.
import type { NewRecord } from '@parallax/core';
import type { MemoryLog, Random } from '@parallax/platform/testing';

interface Planned {
  readonly at: number;
  readonly topic: string;
  readonly record: NewRecord;
}

interface Open {
  readonly transaction: ReturnType<MemoryLog['begin']>;
  readonly until: number;
}

const LASTS_MS = 20_000;

export class Traffic {
  readonly topics: readonly string[] = ['in', 'out'];
  readonly endsAt: number;
  written = 0;
  readonly #log: MemoryLog;
  readonly #random: Random;
  readonly #partitions: ReadonlyMap<string, number>;
  readonly #planned: readonly Planned[];
  readonly #transacts: boolean;
  #open: Open | undefined;

  constructor(log: MemoryLog, random: Random, start: number) {
    this.#log = log;
    this.#random = random;
    this.endsAt = start + LASTS_MS;
    this.#partitions = new Map(this.topics.map((topic) => [topic, 1 + random.below(3)]));
    this.#transacts = random.chance(0.4);
    const records = 40 + random.below(200);
    this.#planned = Array.from({ length: records }, (_, n) => this.#plan(n, start)).sort((a, b) => a.at - b.at);
  }

  /** When the next is written. */
  get nextAt(): number | undefined {
    return this.#planned[this.written]?.at;
  }

  async open(): Promise<void> {
    for (const [topic, partitions] of this.#partitions) {
      await this.#log.ensureTopic({ topic, partitions, timestamps: this.#random.pick(['create', 'append']) });
    }
  }

  async write(now: number): Promise<void> {
    for (let next = this.#planned[this.written]; next !== undefined && next.at <= now; ) {
      this.written++;
      if (this.#transacts && this.#open === undefined && this.#random.chance(0.1)) {
        this.#open = { transaction: this.#log.begin(), until: now + this.#random.below(4000) };
      }
      if (this.#open !== undefined && this.#random.chance(0.5))
        this.#open.transaction.append(next.topic, [next.record]);
      else await this.#log.append(next.topic, [next.record]);
      next = this.#planned[this.written];
    }
    if (this.#open !== undefined && this.#open.until <= now) this.#endTransaction();
  }

  /** All that is left is written, and nothing stays open. */
  async end(now: number): Promise<void> {
    await this.write(Math.max(now, this.endsAt));
    if (this.#open !== undefined) this.#endTransaction();
  }

  #endTransaction(): void {
    if (this.#random.chance(0.5)) this.#open?.transaction.commit();
    else this.#open?.transaction.abort();
    this.#open = undefined;
  }

  #plan(n: number, start: number): Planned {
    const random = this.#random;
    const topic = random.pick(this.topics);
    const value = random.chance(0.05) ? null : new TextEncoder().encode(`${n} `.repeat(1 + random.below(20)));
    const record: NewRecord = {
      partition: random.below(this.#partitions.get(topic) ?? 1),
      timestamp: start - random.below(100_000),
      key: random.chance(0.5) ? null : Uint8Array.of(random.below(256)),
      value,
      headers: random.chance(0.3)
        ? [
            ['twice', null],
            ['twice', Uint8Array.of(n & 0xff)],
          ]
        : [],
    };
    return { at: start + random.below(LASTS_MS), topic, record };
  }
}
