// Two topics of a real cluster and the comparators that work on them one after another; what they show, and where the events
// went.
import { type EventLog, type NewRecord, parseExperiment, SIDES, type Side } from '@parallax/core';
import { type MemoryStore, memoryStore, recordingTelemetry } from '@parallax/platform/testing';
import { expect, onTestFinished } from 'vitest';
import type { ComparatorOptions, Comparing } from '../comparing.ts';
import { startComparator } from '../start-comparator.ts';

export interface SceneOptions {
  readonly log: EventLog;
  /** Of the experiment; of its topics where none are given. */
  readonly name: string;
  readonly topics?: Readonly<Record<Side, string>>;
  readonly partitions?: number;
  /** Duration of the window's settings; `settle` is 100ms. */
  readonly window: string;
  /** More keys of the candidate's side, and more lines of the experiment. */
  readonly candidate?: string;
  readonly more?: string;
}

export interface EventOptions {
  readonly timestamp?: number;
  /** What is said besides the id: another note is another content. */
  readonly note?: string;
  readonly key?: (id: string) => string;
}

export const ids = (what: string, count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${what}-${from + n}`);

export function textOf(id: string, note = ''): string {
  return JSON.stringify({ id, note });
}

export class Scene {
  readonly topics: Readonly<Record<Side, string>>;
  readonly store: MemoryStore = memoryStore();
  readonly #options: SceneOptions;
  readonly #partitions: number;
  #failure: unknown;

  constructor(options: SceneOptions) {
    const { name, partitions = 2 } = options;
    this.#options = options;
    this.#partitions = partitions;
    this.topics = options.topics ?? { legacy: `${name}.a`, candidate: `${name}.b` };
  }

  /** Makes those of its topics that are not there. */
  async open(): Promise<this> {
    const { log } = this.#options;
    for (const side of SIDES) await log.ensureTopic({ topic: this.topics[side], partitions: this.#partitions });
    return this;
  }

  /** Stopped at the test's end at the latest. */
  async start(window = this.#options.window, store: Partial<MemoryStore> = {}): Promise<Comparing> {
    const { log, name, candidate = '', more = '' } = this.#options;
    const parsed = parseExperiment(
      `experiment: ${name}
correlation: path:/id
legacy: { topic: ${this.topics.legacy} }
candidate: { topic: ${this.topics.candidate}${candidate} }
window: { settle: 100ms, ${window} }
${more}`,
      'x.yaml',
    );
    if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
    const options: ComparatorOptions = {
      experiment: parsed.experiment,
      run: 'live',
      from: 'earliest',
      pace: { sampleMs: 50, workMs: 20, cutMs: 200 },
    };
    const ports = { log, store: { ...this.store, ...store }, telemetry: recordingTelemetry() };
    const comparator = await startComparator(ports, options);
    onTestFinished(() => comparator.stop());
    void comparator.ended.then((error) => {
      this.#failure ??= error;
    });
    return comparator;
  }

  /** Ids end in a number, which says their partition. */
  async write(side: Side, written: readonly string[], { timestamp, note, key }: EventOptions = {}): Promise<void> {
    const records = written.map(
      (id): NewRecord => ({
        partition: Number(/\d+$/.exec(id)?.[0]) % this.#partitions,
        key: key === undefined ? null : Buffer.from(key(id)),
        value: Buffer.from(textOf(id, note)),
        ...(timestamp === undefined ? {} : { timestamp }),
      }),
    );
    await this.#options.log.append(this.topics[side], records);
  }

  async writeBoth(written: readonly string[], more?: EventOptions): Promise<void> {
    for (const side of SIDES) await this.write(side, written, more);
  }

  /** How many ids of a kind are shown how. Throws what has ended a comparator. */
  shown(): Readonly<Record<string, number>> {
    if (this.#failure !== undefined) throw this.#failure;
    const counts: Record<string, number> = {};
    for (const { id, state, outcome, reason } of this.store.pairs()) {
      const how = `${id.replace(/-\d+$/, '')}: ${state} ${outcome}${reason === '' ? '' : ` (${reason})`}`;
      counts[how] = (counts[how] ?? 0) + 1;
    }
    return counts;
  }

  /** Resolves once just this is shown. */
  async until(shown: Readonly<Record<string, number>>): Promise<void> {
    await expect.poll(() => this.shown(), { timeout: 60_000, interval: 20 }).toEqual(shown);
  }

  /** Where the events of a side went, as it was written last. */
  ledger(side: Side): Readonly<Record<string, number>> {
    const columns: Record<string, number> = {};
    for (const row of this.store.ledger()) {
      if (row.side === side && row.events > 0) columns[row.column] = (columns[row.column] ?? 0) + row.events;
    }
    return columns;
  }
}
