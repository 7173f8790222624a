// Two systems that publish to Kafka under whatever befalls it, and remember what was acknowledged.
import type { EventLog, NewRecord, Position, Side } from '@parallax/core';
import { isRetryable } from '@parallax/core';
import type { Random } from '@parallax/platform/testing';

const TICK_MS = 50;
/** An answer that is certainly missing for a while: it comes when its absence has been proven, and revises the pair. */
const LATE_DEADLINES = 2;

export interface LoadOptions {
  readonly log: EventLog;
  readonly topics: Readonly<Record<Side, string>>;
  readonly partitions: number;
  readonly perSecond: number;
  readonly deadlineMs: number;
  readonly random: Random;
}

export interface Acknowledged {
  readonly side: Side;
  readonly id: string;
  readonly position: Position;
  /** Epoch ms before the first try, and once it was acknowledged. */
  readonly asked: number;
  readonly at: number;
}

interface Due {
  readonly at: number;
  readonly side: Side;
  readonly id: string;
  readonly record: NewRecord;
}

export class Load {
  readonly acknowledged: Acknowledged[] = [];
  readonly #options: LoadOptions;
  readonly #due: Due[] = [];
  readonly #stopping = new AbortController();
  readonly #work: Promise<unknown>;
  #ids = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.#work = Promise.all([this.#make(), this.#publish('legacy'), this.#publish('candidate')]);
  }

  get ids(): number {
    return this.#ids;
  }

  /** Resolves once every answer that was promised is acknowledged. Rejects with what no retry could mend. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
  }

  async #make(): Promise<void> {
    const { perSecond } = this.#options;
    let owed = 0;
    while (!this.#stopping.signal.aborted) {
      owed += (perSecond * TICK_MS) / 1_000;
      for (; owed >= 1; owed--) this.#begin();
      await pause(TICK_MS);
    }
  }

  #begin(): void {
    const { random, partitions, deadlineMs } = this.#options;
    const n = this.#ids++;
    const id = `id-${n}`;
    const now = Date.now();
    const partition = random.below(partitions);
    const due = (side: Side, value: string, delay: number) => {
      const headers = [['correlation-id', Buffer.from(id)]] as const;
      const record = { partition, key: null, timestamp: now + delay, value: Buffer.from(value), headers };
      this.#due.push({ at: now + delay, side, id, record });
    };
    const delay = random.below(400);
    const kind = random.below(20);
    const legacy = `{"at":"legacy","total":${n}}`;
    const candidate = `{"total":${n},"at":"candidate"}`;
    if (kind !== 0) due('legacy', legacy, 0);
    switch (kind) {
      case 1:
        break;
      case 2:
        due('candidate', `{"total":${n + 1},"at":"candidate"}`, delay);
        break;
      case 3:
        due('candidate', candidate, delay);
        due('candidate', candidate, delay + 10);
        break;
      case 4:
        due('candidate', candidate, LATE_DEADLINES * deadlineMs);
        break;
      case 5:
        due('candidate', candidate, delay);
        due('candidate', `{"total":${n + 2},"at":"again"}`, delay + 500);
        break;
      case 6:
        due('candidate', legacy, delay);
        break;
      default:
        due('candidate', candidate, delay);
    }
  }

  async #publish(side: Side): Promise<void> {
    const { log, topics } = this.#options;
    for (;;) {
      const now = Date.now();
      const ready = this.#due.filter((one) => one.side === side && one.at <= now).sort((a, b) => a.at - b.at);
      if (ready.length > 0) {
        const asked = Date.now();
        const positions = await persist(() =>
          log.append(
            topics[side],
            ready.map(({ record }) => record),
          ),
        );
        const at = Date.now();
        for (const [index, { id }] of ready.entries()) {
          this.acknowledged.push({ side, id, position: positions[index] as Position, asked, at });
        }
        const done = new Set(ready);
        for (let i = this.#due.length - 1; i >= 0; i--) if (done.has(this.#due[i] as Due)) this.#due.splice(i, 1);
      } else if (this.#stopping.signal.aborted && !this.#due.some((one) => one.side === side)) return;
      await pause(TICK_MS);
    }
  }
}

/** An append that was given up may have been written: said again it is a repeat, and counted as one. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error)) throw error;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
