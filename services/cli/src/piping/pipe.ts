// The pipe: records of the input as lines to a program, its lines as records of the output, positions after both.
//
//   taken ─► waiting ─► asked ─► answered ─► written ─► committed
//
// After a crash the inputs that are not committed are asked about again, but those whose output is there (positions.ts).
import type { Batch, Consumption, EventLog, LogRecord, Position } from '@parallax/core';
import { Asking, type Question } from './asking.ts';
import type { LineProgram } from './line-program.ts';
import { oneLine } from './one-line.ts';
import { answerTo, type PipeTopics, prepareTopics, whereToGoOn } from './positions.ts';
import { endedEarly, noValue, severalLines } from './words.ts';

export interface PipeOptions extends PipeTopics {
  readonly log: EventLog;
  readonly program: LineProgram;
  /** What the person should know while it goes on. */
  readonly say: (line: string) => void;
  /** Lines handed over and not answered yet, at most. Default 500. */
  readonly inFlight?: number;
  /** A program that has answered nothing for so long is told of. Milliseconds; default 10,000. */
  readonly patienceMs?: number;
  /** When stopping, answers under way are waited for no longer. Milliseconds; default 2,000. */
  readonly graceMs?: number;
}

export interface PipeCounts {
  /** Inputs done with. */
  readonly read: number;
  readonly written: number;
  /** Answered by an empty line. */
  readonly withoutOutput: number;
  /** Inputs without a value, which the program was not asked about. */
  readonly empty: number;
}

export interface RunningPipe {
  counts(): PipeCounts;
  /** Resolves once everything the input held at the start is done with. */
  readonly caughtUp: Promise<void>;
  /** Resolves when it has ended: undefined after stop(), otherwise why. */
  readonly ended: Promise<Error | undefined>;
  /** Waits for answers under way, writes and commits them, ends the program, leaves the group. */
  stop(): Promise<void>;
}

interface Progress {
  readonly generation: number;
  readonly partition: number;
  next: number;
  outputEnd: number;
}

interface Entry extends Question {
  readonly progress: Progress;
  /** The input position once this one is done with. */
  readonly next: number;
}

const BATCH_RECORDS = 250;
const HELD_RECORDS = 1_000;
const HELD_BYTES = 32 * 1024 * 1024;

export async function startPipe(options: PipeOptions): Promise<RunningPipe> {
  const { log, input, group } = options;
  await prepareTopics(log, options);
  const ends = (await log.extents([input])).map(({ partition, end }) => [partition, end] as const);
  const pipe = new Pipe(options, new Map(ends));
  const consumption = await log.consume(
    { group, topics: [input], batchRecords: BATCH_RECORDS },
    { assigned: (generation, partitions) => pipe.goOn(generation, partitions), batch: (batch) => pipe.take(batch) },
  );
  pipe.start(consumption);
  return pipe;
}

class Pipe implements RunningPipe {
  readonly caughtUp: Promise<void>;
  readonly ended: Promise<Error | undefined>;
  readonly #options: PipeOptions;
  /** Of the input's partitions, at the start. */
  readonly #ends: ReadonlyMap<number, number>;
  readonly #asking: Asking<Entry>;
  readonly #caughtUp = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<Error | undefined>();
  readonly #consumption = Promise.withResolvers<Consumption>();
  readonly #progress = new Map<number, Progress>();
  readonly #counts = { read: 0, written: 0, withoutOutput: 0, empty: 0 };
  #isPaused = false;
  #isStopping = false;
  #failure: Error | undefined;
  #writing: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: PipeOptions, ends: ReadonlyMap<number, number>) {
    const { program, say, inFlight = 500, patienceMs = 10_000 } = options;
    this.#options = options;
    this.#ends = ends;
    this.caughtUp = this.#caughtUp.promise;
    this.ended = this.#ended.promise;
    this.#asking = new Asking({
      program,
      say,
      inFlight,
      patienceMs,
      onAnswers: () => void this.#write(),
      onFailure: (error) => this.#fail(error),
    });
    void program.ended.then(async (end) => {
      if (this.#isStopping) return;
      this.#isStopping = true;
      await this.#write();
      this.#fail(endedEarly(program.name, end, this.#asking.unanswered));
    });
  }

  start(consumption: Consumption): void {
    this.#consumption.resolve(consumption);
    void consumption.ended.then((error) => error !== undefined && this.#fail(error));
  }

  counts(): PipeCounts {
    return { ...this.#counts };
  }

  async goOn(generation: number, partitions: readonly Parameters<typeof whereToGoOn>[2][]) {
    const { log, input: topic } = this.#options;
    // What is under way belongs to the generation before: what is not being written yet is asked again.
    this.#progress.clear();
    this.#asking.forgetWaiting();
    this.#isPaused = false;
    await this.#writing;
    const found = await Promise.all(
      partitions.map(async (one) => ({ partition: one.partition, ...(await whereToGoOn(log, this.#options, one)) })),
    );
    for (const { partition, offset, outputEnd } of found) {
      const progress = { generation, partition, next: offset, outputEnd };
      this.#progress.set(partition, progress);
      // What the output tells is committed, although nothing may be left to ask about.
      this.#asking.ask([nothing(progress, { topic, partition, offset })]);
    }
    this.#lookIfCaughtUp();
    return found.map(({ partition, offset }) => ({ topic, partition, offset }));
  }

  /** Must not await, and the bytes are lent. */
  take({ generation, topic, partition, records, next }: Batch): void {
    const progress = this.#progress.get(partition);
    if (progress?.generation !== generation || this.#isStopping) return;
    const entries = records.map((lent, index): Entry => {
      const record = copied(lent);
      const isLast = index === records.length - 1;
      return {
        progress,
        place: { topic, partition, offset: record.offset },
        record,
        line: oneLine(record.value),
        next: isLast ? next : record.offset + 1,
        answer: undefined,
      };
    });
    this.#asking.ask(entries.length === 0 ? [nothing(progress, { topic, partition, offset: next })] : entries);
    this.#takeMoreOrLess();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isStopping = true;
    await this.#asking.stop(this.#failure === undefined ? (this.#options.graceMs ?? 2_000) : 0);
    // The end of its input makes a program give what it has held back.
    await this.#options.program.stop();
    await this.#write();
    await (await this.#consumption.promise).stop();
    this.#ended.resolve(this.#failure);
  }

  #fail(error: Error): void {
    this.#isStopping = true;
    this.#failure ??= error;
    this.#ended.resolve(this.#failure);
  }

  /** Writes and commits what is answered, one batch after the other; resolves when nothing is left to write. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll()
      .catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))))
      .finally(() => {
        this.#writing = undefined;
      });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#failure === undefined) {
      const answered = this.#asking.takeAnswered();
      if (answered.length === 0) break;
      const unusable = answered.findIndex(({ line }) => line.kind === 'several-lines');
      const usable = unusable < 0 ? answered : answered.slice(0, unusable);
      await this.#writeBatch(usable.filter(({ progress }) => this.#progress.get(progress.partition) === progress));
      const bad = answered[unusable];
      if (bad !== undefined) throw severalLines(bad.place);
    }
    this.#takeMoreOrLess();
  }

  async #writeBatch(entries: readonly Entry[]): Promise<void> {
    const { log, output } = this.#options;
    const records = entries.flatMap(({ place, record, answer }) =>
      record && answer ? [answerTo({ ...record, partition: place.partition }, answer, this.#options)] : [],
    );
    const positions = records.length === 0 ? [] : await log.append(output, records);
    const ends = new Map(positions.map(({ partition, offset }) => [partition, offset + 1]));
    for (const entry of entries) {
      entry.progress.next = entry.next;
      this.#count(entry);
    }
    const touched = [...new Set(entries.map(({ progress }) => progress))];
    for (const progress of touched) progress.outputEnd = ends.get(progress.partition) ?? progress.outputEnd;
    await this.#commit(touched);
    this.#lookIfCaughtUp();
  }

  #count({ place, record, line, answer }: Entry): void {
    if (record === undefined) return;
    this.#counts.read++;
    if (answer) this.#counts.written++;
    else if (line.kind !== 'empty') this.#counts.withoutOutput++;
    else if (this.#counts.empty++ === 0) this.#options.say(noValue(place));
  }

  async #commit(touched: readonly Progress[]): Promise<void> {
    const [first] = touched;
    if (first === undefined) return;
    const { input: topic } = this.#options;
    const offsets = touched.map(({ partition, next, outputEnd }) => {
      return { topic, partition, offset: next, metadata: String(outputEnd) };
    });
    const consumption = await this.#consumption.promise;
    // Where it is refused, a newer generation goes on by what the output holds.
    await consumption.commit(first.generation, offsets);
  }

  #lookIfCaughtUp(): void {
    const isThere = [...this.#ends].every(([partition, end]) => (this.#progress.get(partition)?.next ?? -1) >= end);
    if (isThere) this.#caughtUp.resolve();
  }

  /** Reads on only as long as not too much is held. */
  #takeMoreOrLess(): void {
    const { records, bytes } = this.#asking.held;
    const isFull = records >= HELD_RECORDS || bytes >= HELD_BYTES;
    if (isFull === this.#isPaused) return;
    this.#isPaused = isFull;
    const partitions = [...this.#progress.keys()].map((partition) => ({ topic: this.#options.input, partition }));
    void this.#consumption.promise.then((consumption) => {
      if (this.#isPaused === isFull) consumption[isFull ? 'pause' : 'resume'](partitions);
    });
  }
}

/** Has its turn, and moves the position. */
function nothing(progress: Progress, place: Position): Entry {
  return { progress, place, record: undefined, line: { kind: 'empty' }, next: place.offset, answer: undefined };
}

function copied(record: LogRecord): LogRecord {
  return {
    ...record,
    key: record.key?.slice() ?? null,
    value: record.value?.slice() ?? null,
    headers: record.headers.map(([name, value]) => [name, value?.slice() ?? null]),
  };
}
