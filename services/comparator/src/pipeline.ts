// The comparator: reads both sides, joins them by id, writes what differs, and commits cuts, so that a restart goes on
// without losing or doubling anything.
//
//   log ─► joins (one per output and partition) ─► rows ─► store ─► acknowledged ─► cut committed
//            ▲ look-ups, payloads, log ends, the candidate's consumption
import type { Join, JoinsSeen, Position, Side } from '@parallax/core';
import { type AssignedPartition, type Batch, type Consumption, MAX_COMMIT_METADATA, SIDES } from '@parallax/core';
import { type Clock, type CrashPoints, NO_CRASH_POINTS, systemClock } from '@parallax/platform';
import { Checkpoints } from './checkpoint.ts';
import {
  type ComparatorOptions,
  type ComparatorPorts,
  type Comparing,
  type Pace,
  paceFor,
  type RetryReport,
} from './comparing.ts';
import { ConsumptionWatch } from './consumed.ts';
import type { ComparatorCrashPoint } from './crash-points.ts';
import { Cuts } from './cuts.ts';
import { DeadLetters } from './dead-letters.ts';
import { endsNow, UntilEnds } from './ends.ts';
import { sidePaused } from './events.ts';
import type { Grounds } from './grounds.ts';
import { GroupEnds, OTHERS_MS } from './group-ends.ts';
import type { Halts } from './halts.ts';
import { LastReads } from './last-reads.ts';
import { LogWatch } from './log-watch.ts';
import { Lookups } from './lookups.ts';
import { openJoins } from './opening.ts';
import { answerFetches, type QuestionsAround } from './questions.ts';
import { Reading } from './reading.ts';
import { Retry } from './retry.ts';
import { openRowWriter } from './row-writing.ts';
import { Running } from './running.ts';
import { SchemaIntake } from './schema-intake.ts';
import { placeKey, type Sides } from './sides.ts';
import { type ComparatorStats, statsOf } from './stats.ts';
import type { RowWriter } from './writer.ts';

export class Comparator implements Comparing {
  readonly rules = (seesAll?: boolean) => this.#grounds.rules.uses(seesAll);
  readonly #ports: ComparatorPorts;
  readonly #options: ComparatorOptions;
  readonly #grounds: Grounds;
  readonly #clock: Clock;
  readonly #crash: CrashPoints<ComparatorCrashPoint>;
  readonly #sides: Sides;
  readonly #pace: Pace;
  readonly #running: Running;
  readonly #writer: RowWriter;
  readonly #checkpoints: Checkpoints;
  readonly #cuts: Cuts;
  readonly #watch: ConsumptionWatch | undefined;
  readonly #logWatch: LogWatch;
  readonly #questions: QuestionsAround;
  readonly #lookups: Lookups;
  readonly #letters: DeadLetters;
  readonly #retry: Retry | undefined;
  readonly #schemas: SchemaIntake;
  readonly #joinsSeen = new Map<string, JoinsSeen>();
  readonly #reading = new Reading();
  /** By {@link placeKey}; undefined before the first assignment. */
  #joins: ReadonlyMap<string, Join> | undefined;
  #newest = 0;
  /** Whether rows or dead letters pile up. */
  #isHeld = false;
  #consumption: Consumption | undefined;
  #until: UntilEnds | undefined;

  constructor(ports: ComparatorPorts, options: ComparatorOptions, grounds: Grounds, halts: Halts) {
    const { log, store, telemetry, clock = systemClock, crash = NO_CRASH_POINTS } = ports;
    const { sides, shuffled, input, topic } = grounds;
    this.#ports = ports;
    this.#options = options;
    this.#grounds = grounds;
    this.#clock = clock;
    this.#crash = crash;
    this.#sides = sides;
    this.#pace = { ...paceFor(options.experiment.window.settleMs), ...options.pace };
    const now = () => clock.now();
    this.#running = new Running({ clock, telemetry, halts, release: async () => this.#consumption?.stop() });
    const patiently = <T>(work: () => Promise<T>) => this.#running.patiently(work);
    this.#schemas = new SchemaIntake(options, this.#running, () => this.#steer());
    const learn: QuestionsAround['learn'] = (side, records) => this.#schemas.learn(side, records);
    this.#questions = { store, log, sides, now, learn, patiently, crash };
    this.#lookups = new Lookups(this.#questions);
    const joinOf = (output: string, partition: number) => this.#joins?.get(placeKey(output, partition));
    const isRead = (place: Pick<Position, 'topic' | 'partition'>) => this.#reading.isRead(place);
    const last = new LastReads({ log, running: this.#running, onChange: () => this.#steer() });
    this.#logWatch = new LogWatch({ log, sides, shuffled, telemetry, now, joinOf, isRead, last });
    this.#letters = new DeadLetters({
      log,
      experiment: options.experiment.name,
      run: options.run,
      sides,
      telemetry,
      crash,
      patiently: (work) => this.#running.patientlyWithLog(work),
    });
    this.#retry = options.retry === undefined ? undefined : new Retry(options.retry, ports);
    this.#writer = openRowWriter({ store, telemetry, crash, patiently });
    this.#checkpoints = new Checkpoints(topic, options.metadataBytes ?? MAX_COMMIT_METADATA, crash);
    this.#cuts = new Cuts({
      checkpoints: this.#checkpoints,
      writer: this.#writer,
      telemetry,
      crash,
      topic: (output, side) => sides.topic(output, side),
      copy: (join) => this.#logWatch.mark(shuffled.cut(join), join.config),
      flushLetters: () => this.#letters.flush(),
      writeLedger: (ledger) => patiently(() => store.write({ ledger })),
      now,
    });
    if (input !== undefined) this.#watch = new ConsumptionWatch(log, input, now());
  }

  get ended(): Promise<unknown> {
    return this.#running.ended;
  }

  async start(): Promise<void> {
    const { group, sides } = this.#grounds;
    const consumption = await this.#ports.log.consume(
      { group, topics: sides.topics },
      {
        assigned: (generation, partitions) => this.#running.awaited(this.#assigned(generation, partitions)),
        batch: (batch) => this.#batch(batch),
      },
    );
    this.#consumption = consumption;
    this.#reading.consumption = consumption;
    void consumption.ended.then((error) => (error === undefined ? undefined : this.#running.fail(error)));
    this.#running.every(this.#pace.sampleMs, () => this.#sample(consumption));
    this.#running.every(this.#pace.workMs, () => this.#work());
    this.#running.every(this.#pace.cutMs, () => this.#cut());
  }

  stats(): ComparatorStats {
    return statsOf(this.#all());
  }

  retried(): RetryReport {
    return { ...(this.#retry?.retried ?? { reopened: 0, left: 0 }), unread: this.#letters.again };
  }

  caughtUp(): Promise<ComparatorStats> {
    return this.#running.telling(() => this.#catchUp());
  }

  async #catchUp(): Promise<ComparatorStats> {
    const { window } = this.#options.experiment;
    await this.#running.until(() => this.#joins !== undefined);
    const { group, sides } = this.#grounds;
    const ends = await endsNow(
      () => this.#running.patientlyWithLog(() => (this.#consumption as Consumption).ends()),
      () => this.#running.patientlyWithLog(() => this.#ports.log.extents(sides.topics)),
      sides,
      () => this.#joins?.keys() ?? [],
      () => this.#running.again(this.#pace.workMs),
    );
    await this.#grounds.shuffled.until(ends);
    const around = { now: () => this.#clock.now(), patienceMs: window.deadlineMs + window.outageMs };
    const until = new UntilEnds(ends, { ...around, movedAt: () => this.#watch?.movedAt });
    const committed = () => this.#running.patientlyWithLog(() => this.#ports.log.committed(group, sides.topics));
    const others = new GroupEnds(ends, { ...around, committed, checkpoints: this.#checkpoints, sides });
    this.#until = until;
    this.#steer();
    for (;;) {
      await this.#running.until(() => until.isReached(this.#joins ?? new Map()));
      while (this.#all().some((join) => join.showOpen('window-cut', this.#clock.now()))) {
        this.#writer.collect(this.#all());
        await this.#writer.flush();
      }
      this.#crash.reach('comparator.after-window-cut');
      const result = await this.#cut();
      this.#running.check();
      const isSaved = result === 'committed' || result === 'unchanged';
      if (isSaved && (await others.areReached(new Set(this.#joins?.keys())))) return this.stats();
      // Refused: a rebalance came between, and what was not committed is read and judged again. Unknown: try again.
      await this.#running.again(isSaved ? OTHERS_MS : this.#pace.workMs);
    }
  }

  async stop(): Promise<void> {
    this.#reading.stop();
    await this.#running.stop(() => this.#cut().finally(() => this.#grounds.rules.tell()));
  }

  async #assigned(generation: number, partitions: readonly AssignedPartition[]): Promise<readonly Position[]> {
    const { experiment, run, from = 'default' } = this.#options;
    this.#newest = Math.max(this.#newest, generation);
    const opened = await openJoins(partitions, {
      ...this.#questions,
      patientlyWithLog: (work) => this.#running.patientlyWithLog(work),
      experiment,
      run,
      from,
      means: { ...this.#options.means, schemas: this.#options.schemas ?? {}, tally: this.#grounds.rules.tally },
      shuffled: this.#grounds.shuffled,
      retry: this.#retry,
      log: this.#ports.log,
      store: this.#ports.store,
      telemetry: this.#ports.telemetry,
      checkpoints: this.#checkpoints,
      tracksConsumption: this.#watch !== undefined,
      rulesVersion: this.#grounds.epoch,
      joinsSeen: this.#joinsSeen,
    });
    this.#crash.reach('comparator.after-assigned');
    // What a newer generation reads must not go into joins that were opened for this one.
    if (generation < this.#newest) return [];
    this.#cuts.assigned(generation);
    this.#grounds.shuffled.assigned(opened);
    this.#joins = new Map(opened.map(({ pair, join }) => [placeKey(pair.output.output, pair.partition), join]));
    this.#logWatch.assigned(partitions, opened);
    this.#reading.assigned(partitions);
    this.#schemas.assigned();
    this.#steer();
    this.#running.notify();
    return opened.flatMap(({ pair, join }) =>
      SIDES.map((side) => ({ topic: pair[side].topic, partition: pair.partition, offset: join.wanted(side) })),
    );
  }

  #batch(batch: Batch): void {
    const { output, side } = this.#sides.role(batch.topic);
    const join = this.#joins?.get(placeKey(output, batch.partition));
    if (join === undefined || this.#logWatch.holds(join, side, batch, this.#consumption)) return;
    if (this.#schemas.holds(side, batch, join.evidence[side].cursor, this.#consumption)) return;
    const now = this.#clock.now();
    this.#logWatch.arriving(join, side, batch);
    this.#grounds.shuffled.read(join, side, batch, this.#endOf(join, side), now);
    this.#reading.skip(batch, join, side, now);
    join.tick(now);
    this.#letters.take(join);
    this.#crash.reach('comparator.after-read');
    this.#writer.collect([join]);
    if (this.#writer.isFull) void this.#writer.flush().catch((error: unknown) => this.#running.fail(error));
    this.#steer([join]); // Not all: nothing done for a batch may grow with the partitions there are.
  }

  /** Answers questions, judges what is due, and writes what could not be read. */
  async #work(): Promise<void> {
    const joins = this.#all();
    // What is judged while rows pile up would only wait in memory as well.
    if (!this.#writer.isPausing) for (const join of joins) join.tick(this.#clock.now());
    const isLast = this.#until?.areRead(this.#joins ?? new Map());
    await this.#lookups.answer(joins, () => this.#writer.takes(joins), isLast);
    await answerFetches(joins, this.#questions);
    void this.#letters.flush().catch((error: unknown) => this.#running.fail(error));
    this.#writer.collect(joins);
    this.#steer();
    this.#running.notify();
  }

  async #sample(consumption: Consumption): Promise<void> {
    this.#grounds.rules.look(this.#clock.now());
    if (this.#joins === undefined) return;
    await this.#logWatch.look(consumption);
    await this.#grounds.shuffled.look();
    const upTo = await this.#watch?.look(() => this.#clock.now());
    if (upTo !== undefined) for (const join of this.#all()) join.consumed(upTo, this.#clock.now());
  }

  #cut() {
    // A cut after the failure would say that it has been gone on with.
    const joins = () => (this.#running.hasFailed ? undefined : this.#joins) ?? new Map<string, Join>();
    return this.#cuts.cut(joins, this.#consumption as Consumption);
  }

  /**
   * Decides which partitions are read: none while rows pile up, none beyond complete ends, not a side that is paused. Looks
   * at all joins only where not told which have `changed`, or where what holds up all of them has.
   */
  #steer(changed?: readonly Join[]): void {
    const isHeld = this.#writer.isPausing || this.#letters.isPausing;
    const concerned = changed === undefined || isHeld !== this.#isHeld ? this.#all() : changed;
    this.#isHeld = isHeld;
    for (const join of concerned) {
      for (const side of SIDES) {
        const isDone = join.evidence[side].cursor >= this.#endOf(join, side);
        const isPaused = join.paused === side;
        const { output, partition } = join.config;
        if (isDone && this.#until?.of(placeKey(output, partition))) join.complete(side, this.#clock.now());
        const place = { topic: this.#sides.topic(output, side), partition };
        const isWaiting = this.#schemas.waits(place) || this.#logWatch.waits(place);
        const isChanged = this.#reading.want(place, !isDone && !isPaused && !isHeld && !isWaiting);
        if (isChanged && isPaused) this.#ports.telemetry.record(sidePaused({ output, partition }, side));
      }
    }
  }

  /** With complete ends: where reading stops; nothing is read before they are known. */
  #endOf(join: Join, side: Side): number {
    if (this.#options.complete !== true) return Number.POSITIVE_INFINITY;
    return this.#until?.of(placeKey(join.config.output, join.config.partition))?.[side] ?? 0;
  }

  #all(): readonly Join[] {
    return [...(this.#joins?.values() ?? [])];
  }
}
