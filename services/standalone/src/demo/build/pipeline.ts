// One build at work: reads documents from the input topic, renders them, publishes each result, then commits.
//
// Positions: a document counts as done when its output is durable (or the fault plan drops it). The committed position
// is the lowest document not yet done, with the output's end at that time as metadata. After a crash the output from
// there on tells which documents were published already, so none is published twice, although the outputs differ in
// their time of rendering.
import {
  type Batch,
  type Consumption,
  type EventLog,
  Fault,
  type Header,
  type LogRecord,
  type NewRecord,
} from '@parallax/core';
import type { PlannedFault } from '../faults.ts';
import { CORRELATION_HEADER, recordsBetween } from '../feeder.ts';
import type { Renderer } from './renderers.ts';

export interface BuildOptions {
  readonly log: EventLog;
  readonly input: string;
  readonly output: string;
  readonly group: string;
  readonly render: Renderer;
  /** What goes wrong on purpose, by document. */
  readonly faults: ReadonlyMap<string, PlannedFault>;
  readonly now: () => Date;
  /** Resolves after `delayMs`, or at once when the signal aborts. */
  readonly hold: (delayMs: number, signal: AbortSignal) => Promise<void>;
  readonly onPublished?: (document: string) => void;
}

export interface RunningBuild {
  /** Resolves when it has stopped: undefined after stop(), otherwise why. */
  readonly ended: Promise<Error | undefined>;
  /** Publishes what is in hand, the held back ones too, commits, leaves the group. */
  stop(): Promise<void>;
}

/** Names the input offset an output answers; see the head of this file. */
const SOURCE_HEADER = 'x-source-offset';
const RECORDS_A_BATCH = 16;

/** Of one partition under one generation. */
interface Progress {
  readonly generation: number;
  readonly partition: number;
  /** Input offsets answered before a crash, above the committed position. */
  readonly answered: ReadonlySet<number>;
  /** Held back: input offset to the output's end when it was due. */
  readonly held: Map<number, number>;
  next: number;
  outputEnd: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export async function startBuild(options: BuildOptions): Promise<RunningBuild> {
  const { log, input, output, group } = options;
  await ensureOutput(log, input, output);
  const build = new Build(options);
  const consumption = await log.consume(
    { group, topics: [input], batchRecords: RECORDS_A_BATCH },
    {
      async assigned(generation, partitions) {
        return Promise.all(
          partitions.map(async ({ partition, start, committed }) => {
            const offset = Math.max(start, committed?.offset ?? start);
            await build.resume(generation, partition, offset, Number(committed?.metadata || 0));
            return { topic: input, partition, offset };
          }),
        );
      },
      batch: (batch) => build.take(batch),
    },
  );
  build.start(consumption);
  return {
    ended: Promise.race([build.failed, consumption.ended]),
    async stop() {
      await build.finish();
      await consumption.stop();
    },
  };
}

/** The answer to a document goes to the document's own partition, so both topics have as many. */
async function ensureOutput(log: EventLog, input: string, output: string): Promise<void> {
  const info = (await log.topics()).find(({ topic }) => topic === input);
  if (info === undefined) {
    throw new Fault(`There is no input topic '${input}' in ${log.address}.`, {
      code: 'unknown-topic',
      cure: 'Create it, or set PARALLAX_INPUT to the topic that holds the documents.',
    });
  }
  await log.ensureTopic({ topic: output, partitions: info.partitions });
}

class Build {
  readonly failed: Promise<Error>;
  readonly #options: BuildOptions;
  readonly #stopping = new AbortController();
  readonly #progress = new Map<number, Progress>();
  readonly #started = Promise.withResolvers<Consumption>();
  readonly #holding = new Set<Promise<void>>();
  #consumption: Consumption | undefined;
  #work: Promise<void>;
  readonly #fail: (error: Error) => void;

  constructor(options: BuildOptions) {
    this.#options = options;
    const failed = Promise.withResolvers<Error>();
    this.failed = failed.promise;
    this.#fail = failed.resolve;
    this.#work = this.#started.promise.then(() => undefined);
  }

  start(consumption: Consumption): void {
    this.#consumption = consumption;
    this.#started.resolve(consumption);
  }

  /** Learns from the output, from where it ended at the last commit, what is answered beyond that commit. */
  async resume(generation: number, partition: number, next: number, outputFrom: number): Promise<void> {
    const { log, output } = this.#options;
    const extent = (await log.extents([output])).find((one) => one.partition === partition);
    const [start, end] = [Math.max(extent?.start ?? 0, outputFrom), extent?.end ?? 0];
    const answered = new Set<number>();
    for await (const record of recordsBetween(log, output, partition, start, end)) {
      const source = Number(headerText(record, SOURCE_HEADER) ?? Number.NaN);
      if (source >= next) answered.add(source);
    }
    this.#progress.set(partition, { generation, partition, answered, held: new Map(), next, outputEnd: start });
  }

  /** Handlers must not await, and their bytes are lent: copy, pause, queue, resume when done. */
  take({ generation, topic, partition, records, next }: Batch): void {
    const copies = records.map(copied);
    this.#consumption?.pause([{ topic, partition }]);
    void this.#queue(async () => {
      const progress = this.#progress.get(partition);
      if (progress?.generation === generation) await this.#answer(copies, next, progress);
      if (!this.#stopping.signal.aborted) this.#consumption?.resume([{ topic, partition }]);
    });
  }

  async finish(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    await Promise.all(this.#holding);
    await this.#work;
  }

  /** One thing at a time: publishing in order, and commits that never overtake each other. */
  #queue(step: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(step).catch((error: unknown) => {
      // Nothing further is taken, so no later commit can pass over what was not done.
      this.#stopping.abort();
      this.#fail(error instanceof Error ? error : new Error(String(error)));
    });
    return this.#work;
  }

  async #answer(records: readonly LogRecord[], next: number, progress: Progress): Promise<void> {
    for (const record of records) {
      if (this.#isOver(progress)) break;
      if (!progress.answered.has(record.offset)) await this.#answerOne(record, progress);
      progress.next = record.offset + 1;
    }
    if (!this.#isOver(progress)) progress.next = next;
    await this.#commit(progress);
  }

  /** Stopping, or the partition was assigned anew: what is left is answered from the committed position on. */
  #isOver(progress: Progress): boolean {
    return this.#stopping.signal.aborted || !this.#isCurrent(progress);
  }

  #isCurrent(progress: Progress): boolean {
    return this.#progress.get(progress.partition) === progress;
  }

  async #answerOne(record: LogRecord, progress: Progress): Promise<void> {
    const { path, markdown } = readInput(record);
    const fault = this.#options.faults.get(path);
    const rendered = this.#options.render(path, markdown, this.#options.now());
    const answer: NewRecord = {
      partition: progress.partition,
      key: record.key,
      headers: answerHeaders(record),
      value: encoder.encode(JSON.stringify(rendered)),
    };
    switch (fault?.kind) {
      case 'missing':
        return;
      case 'duplicated':
        return this.#publish(path, [answer, answer], progress);
      case 'late':
        return this.#holdBack(path, answer, fault.delayMs, record.offset, progress);
      case undefined:
        return this.#publish(path, [answer], progress);
    }
  }

  async #publish(path: string, answers: readonly NewRecord[], progress: Progress): Promise<void> {
    const positions = await this.#options.log.append(this.#options.output, answers);
    for (const { offset } of positions) progress.outputEnd = Math.max(progress.outputEnd, offset + 1);
    this.#options.onPublished?.(path);
  }

  /** Others go on meanwhile; the committed position waits, so that what a stop cuts short is held back anew. */
  #holdBack(path: string, answer: NewRecord, delayMs: number, source: number, progress: Progress): void {
    progress.held.set(source, progress.outputEnd);
    const holding = this.#options.hold(delayMs, this.#stopping.signal).then(() =>
      this.#queue(async () => {
        if (this.#isOver(progress)) return;
        await this.#publish(path, [answer], progress);
        progress.held.delete(source);
        await this.#commit(progress);
      }),
    );
    this.#holding.add(holding);
    void holding.finally(() => this.#holding.delete(holding));
  }

  async #commit(progress: Progress): Promise<void> {
    const [lowest] = [...progress.held].sort(([a], [b]) => a - b);
    const [offset, outputEnd] = lowest ?? [progress.next, progress.outputEnd];
    const { input: topic } = this.#options;
    const consumption = await this.#started.promise;
    const { generation, partition } = progress;
    const result = await consumption.commit(generation, [{ topic, partition, offset, metadata: String(outputEnd) }]);
    // A newer generation has the partition: this process's own, which answers anew, or another's, which ends this one.
    if (result === 'refused' && this.#isCurrent(progress)) this.#progress.delete(partition);
  }
}

function copied(record: LogRecord): LogRecord {
  return {
    ...record,
    key: record.key?.slice() ?? null,
    value: record.value?.slice() ?? null,
    headers: record.headers.map(([name, value]) => [name, value?.slice() ?? null]),
  };
}

/** The correlation id and what the comparison says in headers are passed on. */
function answerHeaders(record: LogRecord): readonly Header[] {
  const kept = record.headers.filter(([name]) => name === CORRELATION_HEADER || name.startsWith('x-parallax-'));
  return [...kept, [SOURCE_HEADER, encoder.encode(String(record.offset))]];
}

function readInput(record: LogRecord): { readonly path: string; readonly markdown: string } {
  const document: unknown = record.value === null ? null : JSON.parse(decoder.decode(record.value));
  if (typeof document === 'object' && document !== null && 'path' in document && 'markdown' in document) {
    const { path, markdown } = document;
    if (typeof path === 'string' && typeof markdown === 'string') return { path, markdown };
  }
  throw new Fault(`The input record at offset ${record.offset} is not a document with "path" and "markdown".`, {
    code: 'bad-input',
    cure: 'Feed only documents to this topic, or start afresh with --fresh.',
  });
}

function headerText(record: LogRecord, wanted: string): string | undefined {
  const value = record.headers.find(([name]) => name === wanted)?.[1];
  return value === null || value === undefined ? undefined : decoder.decode(value);
}
