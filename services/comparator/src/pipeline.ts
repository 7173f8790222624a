// The comparator: reads both sides, joins them by id, writes what differs, and commits cuts, so that a restart goes on
// without losing or doubling anything.
//
//   log ─► joins (one per output and partition) ─► rows ─► store ─► acknowledged ─► cut committed
//            ▲ look-ups, payloads, log ends, the candidate's consumption
import {
  type AssignedPartition,
  type Batch,
  type Consumption,
  type DivergenceStore,
  type EventLog,
  type Experiment,
  Fault,
  type Join,
  type JoinsSeen,
  type Position,
  SIDES,
  type Side,
} from '@parallax/core';
import { type Clock, retrying, systemClock, type Telemetry } from '@parallax/platform';
import { Checkpoints } from './checkpoint.ts';
import { ConsumptionWatch, type InputWatched } from './consumed.ts';
import { Cuts } from './cuts.ts';
import { UntilEnds } from './ends.ts';
import { eventUnreadable, outageNoticed, rowsWritten, sidePaused, storeBack, storeUnavailable } from './events.ts';
import { openJoins } from './opening.ts';
import { answerFetches, answerLookups, type QuestionsAround } from './questions.ts';
import { Reading } from './reading.ts';
import { rulesEpoch } from './rules-epoch.ts';
import { Sides } from './sides.ts';
import type { From } from './start.ts';
import { type ComparatorStats, statsOf } from './stats.ts';
import { RowWriter } from './writer.ts';

export interface ComparatorPorts {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
}

export interface ComparatorOptions {
  readonly experiment: Experiment;
  /** `live`, or the name of a replay. */
  readonly run: string;
  /** Where a topic of the experiment is found in this run; default: under its own name. */
  readonly topicOf?: (topic: string) => string;
  /** What the candidate reads and with which group; default: what the experiment says. */
  readonly input?: InputWatched;
  /** Where to begin without a checkpoint. */
  readonly from?: From;
  /**
   * What both logs hold when {@link Comparing.caughtUp} is called is all there is: nothing is read before that nor
   * beyond it, and nothing waits.
   */
  readonly complete?: boolean;
  readonly pace?: Partial<Pace>;
}

/** How often the log ends are asked for, due work is done, and a cut is committed. Milliseconds. */
export interface Pace {
  readonly sampleMs: number;
  readonly workMs: number;
  readonly cutMs: number;
}

export interface Comparing {
  /**
   * Resolves once everything both logs held when it was called is judged, or provably waits for a side that is out:
   * then it is shown as provisional. All of it is written and committed.
   */
  caughtUp(): Promise<ComparatorStats>;
  stats(): ComparatorStats;
  /** Resolves when comparing has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  /** Stops reading, writes what is judged, commits a last cut, and leaves. */
  stop(): Promise<void>;
}

export function comparatorGroup(experiment: string, run: string): string {
  return `parallax.${experiment}.${run}.comparator`;
}

/** Resolves once the group is joined. */
export async function startComparator(ports: ComparatorPorts, options: ComparatorOptions): Promise<Comparing> {
  const comparator = new Comparator(ports, options);
  await comparator.start();
  return comparator;
}

class Comparator implements Comparing {
  readonly ended: Promise<unknown>;
  readonly #ports: ComparatorPorts;
  readonly #options: ComparatorOptions;
  readonly #clock: Clock;
  readonly #group: string;
  readonly #sides: Sides;
  readonly #pace: Pace;
  readonly #writer: RowWriter;
  readonly #checkpoints: Checkpoints;
  readonly #cuts: Cuts;
  readonly #watch: ConsumptionWatch | undefined;
  readonly #questions: QuestionsAround;
  readonly #joinsSeen = new Map<string, JoinsSeen>();
  readonly #stopping = new AbortController();
  readonly #finished = Promise.withResolvers<unknown>();
  readonly #assignment = Promise.withResolvers<void>();
  readonly #reading = new Reading();
  #joins: ReadonlyMap<string, Join> = new Map();
  #consumption: Consumption | undefined;
  #epoch = 0;
  #until: UntilEnds | undefined;
  #loops: Promise<unknown> = Promise.resolve();
  #cutting: Promise<void> = Promise.resolve();
  #failure: { readonly error: unknown } | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(ports: ComparatorPorts, options: ComparatorOptions) {
    const { experiment, run } = options;
    const { log, store, telemetry } = ports;
    this.#ports = ports;
    this.#options = options;
    this.#clock = ports.clock ?? systemClock;
    this.ended = this.#finished.promise;
    this.#group = comparatorGroup(experiment.name, run);
    this.#sides = new Sides(experiment, options.topicOf ?? ((topic) => topic));
    this.#pace = { ...paceFor(experiment.window.settleMs), ...options.pace };
    const now = () => this.#clock.now();
    const patiently = <T>(work: () => Promise<T>) => this.#patiently(work);
    this.#questions = { store, log, sides: this.#sides, now, patiently };
    this.#writer = new RowWriter({
      write: async (batch) => {
        await patiently(() => store.write(batch));
        telemetry.record(rowsWritten(batch.pairs?.length ?? 0, batch.differences?.length ?? 0));
      },
      onOutage: (row) => telemetry.record(outageNoticed(row)),
    });
    this.#checkpoints = new Checkpoints(log, experiment.name, this.#group);
    this.#cuts = new Cuts({
      checkpoints: this.#checkpoints,
      writer: this.#writer,
      telemetry,
      topic: (output, side) => this.#sides.topic(output, side),
      writeLedger: (ledger) => patiently(() => store.write({ ledger })),
      now,
    });
    const input = options.input ?? watchedInput(experiment);
    if (input !== undefined) this.#watch = new ConsumptionWatch(log, input, now());
  }

  async start(): Promise<void> {
    const { log } = this.#ports;
    this.#epoch = await rulesEpoch(log, this.#options.experiment, this.#group);
    this.#consumption = await log.consume(
      { group: this.#group, topics: this.#sides.topics },
      {
        assigned: (generation, partitions) => this.#assigned(generation, partitions),
        batch: (batch) => this.#batch(batch),
      },
    );
    this.#reading.consumption = this.#consumption;
    void this.#consumption.ended.then((error) => (error === undefined ? undefined : this.#fail(error)));
    this.#loops = Promise.all([
      this.#every(this.#pace.sampleMs, () => this.#sample()),
      this.#every(this.#pace.workMs, () => this.#work()),
      this.#every(this.#pace.cutMs, () => this.#cut()),
    ]);
  }

  stats(): ComparatorStats {
    return statsOf([...this.#joins.values()]);
  }

  async caughtUp(): Promise<ComparatorStats> {
    await Promise.race([this.#assignment.promise, this.ended]);
    this.#check();
    const { window } = this.#options.experiment;
    const ends = new Map<Join, Record<Side, number>>();
    for (const { topic, partition, end } of await (this.#consumption as Consumption).ends()) {
      const { output, side } = this.#sides.role(topic);
      const join = this.#joins.get(placeKey(output, partition));
      if (join === undefined) continue;
      const known = ends.get(join) ?? { legacy: 0, candidate: 0 };
      known[side] = end;
      ends.set(join, known);
    }
    const until = new UntilEnds(ends, {
      now: () => this.#clock.now(),
      patienceMs: window.deadlineMs + window.outageMs,
      movedAt: () => this.#watch?.movedAt,
    });
    this.#until = until;
    this.#steer();
    while (!until.isReached()) {
      await this.#changed.promise;
      this.#check();
    }
    for (const join of this.#joins.values()) join.showOpen('window-cut', this.#clock.now());
    await this.#cut();
    this.#check();
    return this.stats();
  }

  async stop(): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.#reading.stop();
      this.#notify();
      await this.#loops;
      if (this.#failure === undefined) await this.#cut().catch((error) => this.#fail(error));
      await this.#finish();
    }
    await this.ended;
  }

  async #assigned(generation: number, partitions: readonly AssignedPartition[]): Promise<readonly Position[]> {
    const { experiment, run, from = 'default' } = this.#options;
    const opened = await openJoins(partitions, {
      ...this.#questions,
      experiment,
      run,
      from,
      log: this.#ports.log,
      store: this.#ports.store,
      telemetry: this.#ports.telemetry,
      checkpoints: this.#checkpoints,
      tracksConsumption: this.#watch !== undefined,
      rulesVersion: this.#epoch,
      joinsSeen: this.#joinsSeen,
    });
    this.#cuts.assigned(generation);
    this.#joins = new Map(opened.map(({ pair, join }) => [placeKey(pair.output.output, pair.partition), join]));
    this.#reading.assigned(partitions);
    this.#steer();
    this.#assignment.resolve();
    return opened.flatMap(({ pair, join }) =>
      SIDES.map((side) => ({ topic: pair[side].topic, partition: pair.partition, offset: join.resumeAt(side) })),
    );
  }

  #batch(batch: Batch): void {
    const { output, side } = this.#sides.role(batch.topic);
    const join = this.#joins.get(placeKey(output, batch.partition));
    if (join === undefined) return;
    const now = this.#clock.now();
    const end = this.#endOf(join, side);
    for (const record of batch.records) if (record.offset < end) join.read(side, record, now);
    join.advance(side, Math.min(batch.next, end));
    join.tick(now);
    this.#writer.collect([join]);
    if (this.#writer.isFull) void this.#writer.flush().catch((error) => this.#fail(error));
    this.#steer();
    this.#notify();
  }

  /** Answers questions, judges what is due, and tells what could not be read. */
  async #work(): Promise<void> {
    const joins = [...this.#joins.values()];
    for (const join of joins) join.tick(this.#clock.now());
    await answerLookups(joins, this.#questions);
    await answerFetches(joins, this.#questions);
    for (const join of joins) {
      const { output, partition } = join.config;
      for (const event of join.takeUnreadable()) {
        const topic = this.#sides.topic(output, event.side);
        this.#ports.telemetry.record(eventUnreadable({ output, partition }, topic, event));
      }
    }
    this.#writer.collect(joins);
    this.#steer();
    this.#notify();
  }

  async #sample(): Promise<void> {
    for (const sample of await (this.#consumption as Consumption).ends()) {
      const { output, side } = this.#sides.role(sample.topic);
      this.#joins.get(placeKey(output, sample.partition))?.sample(side, sample);
    }
    const upTo = await this.#watch?.look(() => this.#clock.now());
    if (upTo !== undefined) for (const join of this.#joins.values()) join.consumed(upTo, this.#clock.now());
  }

  #cut(): Promise<void> {
    const next = this.#cutting.then(() => this.#cuts.cut(this.#joins, this.#consumption as Consumption));
    this.#cutting = next.catch(() => undefined);
    return next;
  }

  /** Decides which partitions are read: none while rows pile up, none beyond complete ends, not a side that is paused. */
  #steer(): void {
    for (const join of this.#joins.values()) {
      for (const side of SIDES) {
        const isDone = join.evidence[side].cursor >= this.#endOf(join, side);
        if (isDone && this.#until !== undefined) join.complete(side, this.#clock.now());
        const isPaused = join.paused === side;
        const { output, partition } = join.config;
        const changed = this.#reading.want(
          { topic: this.#sides.topic(output, side), partition },
          !isDone && !isPaused && !this.#writer.isPausing,
        );
        if (changed && isPaused) this.#ports.telemetry.record(sidePaused({ output, partition }, side));
      }
    }
  }

  /** With complete ends: where reading stops; nothing is read before they are known. */
  #endOf(join: Join, side: Side): number {
    if (this.#options.complete !== true) return Number.POSITIVE_INFINITY;
    return this.#until?.of(join)?.[side] ?? 0;
  }

  async #every(ms: number, work: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    await Promise.race([this.#assignment.promise, this.ended]);
    while (!signal.aborted && this.#failure === undefined) {
      try {
        await work();
      } catch (error) {
        this.#fail(error);
        return;
      }
      await this.#clock.sleep(ms, signal);
    }
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { telemetry } = this.#ports;
    return retrying(work, {
      clock: this.#clock,
      stopping: this.#stopping.signal,
      onFailure: (error, attempt, retryMs) => telemetry.record(storeUnavailable(error, attempt, retryMs)),
      onBack: (attempts) => telemetry.record(storeBack(attempts)),
    });
  }

  #notify(): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    before.resolve();
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#stopping.abort();
    this.#notify();
    void this.#finish();
  }

  async #finish(): Promise<void> {
    try {
      await this.#consumption?.stop();
    } finally {
      this.#finished.resolve(this.#failure?.error);
    }
  }

  #check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.#stopping.signal.aborted) return;
    throw new Fault('The comparator was stopped before it had caught up', {
      code: 'comparator-stopped',
      cure: 'Start it again: it goes on where it was.',
    });
  }
}

function paceFor(settleMs: number): Pace {
  const within = (low: number, high: number) => Math.min(high, Math.max(low, settleMs / 4));
  return { sampleMs: within(50, 1000), workMs: within(20, 100), cutMs: 1000 };
}

function watchedInput({ candidate, input }: Experiment): InputWatched | undefined {
  const topic = candidate.input ?? input?.topic;
  return candidate.group === undefined || topic === undefined ? undefined : { topic, group: candidate.group };
}

function placeKey(output: string, partition: number): string {
  return `${output}/${partition}`;
}
