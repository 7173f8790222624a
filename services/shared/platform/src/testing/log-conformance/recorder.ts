// A consumer that writes down what it is given, copied, and lets tests wait for it instead of sleeping.
import type {
  AssignedPartition,
  Batch,
  ConsumeOptions,
  ConsumerHandlers,
  Consumption,
  EventLog,
  LogRecord,
  Position,
} from '@parallax/core';
import { onTestFinished } from 'vitest';
import { fromUtf8 } from './subject.ts';

export interface Seen {
  readonly generation: number;
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly next: number;
  readonly aborted?: number;
  readonly epoch?: number | undefined;
}

export interface Reactions {
  /** Default: start where the commits say. */
  readonly assigned?: (partitions: readonly AssignedPartition[]) => Promise<readonly Position[]>;
  /** Called after the batch was written down. */
  readonly batch?: (batch: Batch, recorder: Recorder) => void;
}

export class Recorder implements ConsumerHandlers {
  readonly batches: Seen[] = [];
  readonly assignments: { generation: number; partitions: readonly AssignedPartition[] }[] = [];
  readonly #reactions: Reactions;
  #watchers: (() => void)[] = [];
  #consumption: Consumption | undefined;

  constructor(reactions: Reactions) {
    this.#reactions = reactions;
  }

  get consumption(): Consumption {
    if (this.#consumption === undefined) throw new Error('A handler was called before consume() had resolved.');
    return this.#consumption;
  }

  get generation(): number {
    return this.assignments.at(-1)?.generation ?? -1;
  }

  begin(consumption: Consumption): void {
    this.#consumption = consumption;
  }

  assigned(generation: number, partitions: readonly AssignedPartition[]): Promise<readonly Position[]> {
    this.assignments.push({ generation, partitions });
    this.#tell();
    return this.#reactions.assigned?.(partitions) ?? Promise.resolve([]);
  }

  batch(batch: Batch): void {
    const records = batch.records.map(({ offset, timestamp, key, value, headers }): LogRecord => {
      const copied = headers.map(([name, content]) => [name, content?.slice() ?? null] as const);
      return { offset, timestamp, key: key?.slice() ?? null, value: value?.slice() ?? null, headers: copied };
    });
    this.batches.push({ ...batch, records });
    this.#tell();
    this.#reactions.batch?.(batch, this);
  }

  /** Resolves once the condition holds; looked at after every call of a handler. */
  until(condition: (recorder: Recorder) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watch = (): void => {
      if (!condition(this)) return;
      this.#watchers = this.#watchers.filter((each) => each !== watch);
      resolve();
    };
    this.#watchers.push(watch);
    watch();
    return promise;
  }

  untilCursor(topic: string, partition: number, offset: number): Promise<void> {
    return this.until(() => this.of(topic, partition).at(-1)?.next === offset);
  }

  of(topic: string, partition?: number): readonly Seen[] {
    return this.batches.filter((seen) => {
      return seen.topic === topic && (partition === undefined || seen.partition === partition);
    });
  }

  records(topic: string, partition?: number): readonly LogRecord[] {
    return this.of(topic, partition).flatMap(({ records }) => records);
  }

  values(topic: string, partition?: number): readonly (string | undefined)[] {
    return this.records(topic, partition).map(({ value }) => fromUtf8(value));
  }

  #tell(): void {
    for (const watch of [...this.#watchers]) watch();
  }
}

/** Consumes until the test ends. */
export async function record(log: EventLog, options: ConsumeOptions, reactions: Reactions = {}): Promise<Recorder> {
  const recorder = new Recorder(reactions);
  const consumption = await log.consume(options, recorder);
  recorder.begin(consumption);
  onTestFinished(() => consumption.stop());
  return recorder;
}
