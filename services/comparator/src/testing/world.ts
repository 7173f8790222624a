// A world for the comparator's tests: a log, a store, a time that runs as fast as it is waited for, and processes that die
// at any call to one of them.
import { type Experiment, type NewRecord, type PairRow, parseExperiment } from '@parallax/core';
import type { Clock } from '@parallax/platform';
import {
  type MemoryLog,
  type MemoryStore,
  memoryLog,
  memoryStore,
  type RecordingTelemetry,
  recordingTelemetry,
  TRAFFIC_BEGINS,
  type WriteFate,
} from '@parallax/platform/testing';
import type { ComparatorOptions, ComparatorPorts, Comparing } from '../comparing.ts';
import { startComparator } from '../start-comparator.ts';
import type { ComparatorStats } from '../stats.ts';

export const EXPERIMENT = `experiment: x
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 200ms, deadline: 2s, late: 1h }
rules:
  - ignore: [/at]
`;

export function experiment(text = EXPERIMENT): Experiment {
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

export interface WorldOptions {
  readonly fate?: (count: number) => WriteFate;
  readonly topics?: Readonly<Record<string, number>>;
  /** See the memory log. */
  readonly groups?: 'exclusive' | 'takeover' | 'shared';
}

export class World {
  readonly clock: FastClock = new FastClock();
  readonly log: MemoryLog;
  readonly store: MemoryStore;
  readonly telemetry: RecordingTelemetry = recordingTelemetry();
  readonly #topics: Readonly<Record<string, number>>;

  constructor({ fate, topics = { a: 2, b: 2 }, groups = 'exclusive' }: WorldOptions = {}) {
    this.log = memoryLog({ clock: () => this.clock.now(), groups });
    this.store = memoryStore(fate === undefined ? {} : { fate: (_, count) => fate(count) });
    this.#topics = topics;
  }

  async open(): Promise<this> {
    for (const [topic, partitions] of Object.entries(this.#topics)) await this.log.ensureTopic({ topic, partitions });
    return this;
  }

  async append(topic: string, records: readonly NewRecord[]): Promise<void> {
    await this.log.append(topic, records);
  }

  start(options: Partial<ComparatorOptions> = {}, ports: Partial<ComparatorPorts> = {}): Promise<Comparing> {
    const { log, store, telemetry, clock } = this;
    return startComparator(
      { log: log.connect(), store, telemetry, clock, ...ports },
      { experiment: experiment(), run: 'live', ...options },
    );
  }

  /** One process from its start to its end. */
  async catchUp(
    options: Partial<ComparatorOptions> = {},
    ports: Partial<ComparatorPorts> = {},
  ): Promise<ComparatorStats> {
    const comparator = await this.start(options, ports);
    try {
      return await comparator.caughtUp();
    } finally {
      await comparator.stop();
    }
  }

  /** What must not depend on crashes: the judged pairs, their differences, the ledger. */
  visible(): Visible {
    const { store } = this;
    const pairs = store.pairs().map((row) => [row.id, asSeen(row)] as const);
    const differences = store
      .differences()
      .map(({ id, path, kind, legacy, candidate }) => `${id} ${kind} ${path} ${legacy} ${candidate}`);
    const ledger = store
      .ledger()
      .filter(({ events }) => events > 0)
      .map(({ output, partition, side, column, events }) => `${output}/${partition} ${side} ${column} ${events}`);
    return { pairs: Object.fromEntries(pairs), differences: differences.sort(), ledger: ledger.sort() };
  }
}

export interface Visible {
  readonly pairs: Readonly<Record<string, string>>;
  readonly differences: readonly string[];
  readonly ledger: readonly string[];
}

function asSeen(row: PairRow): string {
  const side = (partition: number | null, offsets: readonly number[], digest: string) =>
    `${partition}:${offsets.join('+')}:${digest}`;
  const legacy = side(row.legacy_partition, row.legacy_offsets, row.legacy_digest);
  const candidate = side(row.candidate_partition, row.candidate_offsets, row.candidate_digest);
  return `${row.state === 'provisional' ? 'provisional ' : ''}${row.outcome} ${legacy} ${candidate}`;
}

/** Time passes only while everybody waits. */
export class FastClock implements Clock {
  #now = TRAFFIC_BEGINS + 86_400_000;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  #scheduled = false;

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper = { at: this.#now + ms, wake: resolve };
      this.#sleepers.push(sleeper);
      this.#schedule();
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
        resolve();
      });
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // The log delivers in macrotasks of its own: it goes first.
    setImmediate(() => setImmediate(() => this.#advance()));
  }

  #advance(): void {
    this.#scheduled = false;
    const next = this.#sleepers.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#now = Math.max(this.#now, next);
    const due = this.#sleepers.filter(({ at }) => at <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
    if (this.#sleepers.length > 0) this.#schedule();
  }
}
