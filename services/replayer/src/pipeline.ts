// The replayer: feeds archived inputs to a run of their own, and to the comparator what legacy answered to exactly them.
//
//   archive ─► first pass: ids ─► second pass, merged by recorded time ─► paced ─► rounds: inputs, acknowledged, answers
//
// How far it got is written down nowhere: the last record of each of the run's partitions says it, so that a replay that
// was killed goes on at the very next record.
import { checkRunName, type RunTopics, refuseReplay } from '@parallax/core';
import { type Clock, type CrashPoints, NO_CRASH_POINTS, retrying, systemClock, TopicIds } from '@parallax/platform';
import { compileChoice } from './choosing/fitting.ts';
import type { ReplayerCrashPoint } from './crash-points.ts';
import { Damage } from './damage.ts';
import { archiveDamaged, recordsFed, replayBack, replayEnded, replayUnavailable, runOpened } from './events.ts';
import { feed, ROUND_RECORDS } from './feed.ts';
import { Merge } from './merge.ts';
import type { OpenRun } from './open-run.ts';
import { openReplay, type Stock, takeStock } from './opening.ts';
import { checkTempo, formatTempo, Pacer } from './pace.ts';
import type { Sessions } from './plan.ts';
import { feeder } from './provenance.ts';
import { checkSameTerms, checkSameTime, checkWarmUp, notFed, nothingChosen, timeRange } from './refusals.ts';
import type { Replaying, ReplayOptions, ReplayPorts } from './replaying.ts';
import type { ReplayProgress, ReplayReport } from './report.ts';
import { RunRows } from './run-row.ts';
import { chooseAnswers, chooseInputs, type Selection, selectIds } from './selection.ts';
import { Sender } from './sender.ts';
import { Tally } from './tally.ts';
import { type Played, Tape } from './tape.ts';
import { targetsOfRun } from './targets.ts';
import { askedTerms, fixTerms, wantedOf } from './terms.ts';

/**
 * Resolves once the run is open: its topics exist, and nobody else can feed it.
 * @throws Fault `bad-run-name`, `no-input`, `nothing-archived`, `nothing-to-compare-with`, `run-in-use`, `run-exists`,
 * `run-differs`, `run-topic-foreign`, `replay-target-live`, `replay-target-refused`, `no-type`, `bad-pace`
 */
export async function startReplay(ports: ReplayPorts, options: ReplayOptions): Promise<Replaying> {
  checkRunName(options.run);
  refuseReplay(options.experiment, options.run);
  checkTempo(options);
  checkWarmUp(options);
  if (options.choice !== undefined) compileChoice(options.experiment, options.choice, undefined);
  const replay = new Replay(ports, options, targetsOfRun(options.experiment, options.run, options));
  await replay.open();
  return replay;
}

class Replay implements Replaying {
  readonly done: Promise<ReplayReport>;
  readonly topics: RunTopics;
  readonly #judges = Promise.withResolvers<((id: string) => boolean) | undefined>();
  readonly #ports: ReplayPorts;
  readonly #options: ReplayOptions;
  readonly #clock: Clock;
  readonly #crash: CrashPoints<ReplayerCrashPoint>;
  readonly #tally: Tally;
  readonly #damage: Damage;
  readonly #stopping = new AbortController();
  readonly #outcome = Promise.withResolvers<ReplayReport>();
  #run: OpenRun | undefined;
  #rows: RunRows | undefined;
  #merge: Merge | undefined;
  #closed: Promise<void> | undefined;

  constructor(ports: ReplayPorts, options: ReplayOptions, topics: RunTopics) {
    this.topics = topics;
    this.#ports = ports;
    this.#options = options;
    this.#clock = ports.clock ?? systemClock;
    this.#crash = ports.crash ?? NO_CRASH_POINTS;
    this.#damage = new Damage((problem) => {
      ports.telemetry.record(archiveDamaged(problem));
      options.onDamage?.(problem);
    });
    this.#tally = new Tally(() => this.#clock.now(), options);
    this.done = this.#outcome.promise;
    // Whoever does not wait for it learns of a failure from finish().
    this.done.catch(() => undefined);
  }

  get isResumed(): boolean {
    return this.#run?.isResumed ?? false;
  }

  get judges(): Promise<((id: string) => boolean) | undefined> {
    return this.#judges.promise;
  }

  async open(): Promise<void> {
    const { experiment, run, build = run, warmUpMs } = this.#options;
    const { log, archive, telemetry } = this.#ports;
    const asked = timeRange(this.#options);
    const stock = await this.#patiently(() =>
      takeStock(experiment, this.topics, archive, asked, warmUpMs, this.#damage.found),
    );
    const now = () => this.#clock.now();
    const terms = () => fixTerms(this.#ports, this.#options, this.topics);
    const open = await this.#patiently(() =>
      openReplay(experiment, run, stock, { log, telemetry, now, crash: this.#crash, time: asked, terms }),
    );
    this.#run = open;
    this.#crash.reach('replayer.plan-committed');
    try {
      const { started, time, terms: begun } = open.plan;
      checkSameTime(run, asked, time);
      checkSameTerms(run, askedTerms(this.#options), begun);
      const pace = formatTempo(this.#options);
      const subject = { experiment, run, topics: stock.topics, pace, build, started, time, terms: begun };
      this.#rows = new RunRows(subject, open.generation);
      await this.#writeRow('running', undefined);
      this.#crash.reach('replayer.row-running');
    } catch (error) {
      await open.close();
      throw error;
    }
    void open.ended.then((error) => error && this.#fail(error));
    void this.#replay(stock, open).then(
      (report) => this.#outcome.resolve(report),
      (error) => this.#fail(error),
    );
  }

  progress(): ReplayProgress {
    return this.#tally.progress(this.#merge?.held ?? 0);
  }

  async finish(more: object = {}): Promise<void> {
    const report = await this.done;
    if (report.state !== 'fed') throw notFed(report.run);
    this.#crash.reach('replayer.all-fed');
    await this.#writeRow('finished', report, more);
    this.#crash.reach('replayer.row-finished');
    await this.#run?.finish();
    this.#closed ??= Promise.resolve();
  }

  stop(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#stopping.abort();
    const report = await this.done.catch(() => undefined);
    try {
      await this.#writeRow('interrupted', report);
    } finally {
      await this.#run?.close(report && soFar(report));
    }
  }

  async #replay(stock: Stock, run: OpenRun): Promise<ReplayReport> {
    const { signal } = this.#stopping;
    try {
      const { selection, merge } = await this.#prepare(stock, run);
      const { ready } = this.#options;
      if (ready !== undefined) await Promise.race([ready, aborted(signal)]);
      signal.throwIfAborted();
      this.#tally.start();
      const clock = this.#clock;
      const now = () => clock.fine?.() ?? clock.now();
      const sender = new Sender({
        log: this.#ports.log,
        crash: this.#crash,
        now,
        patiently: (work) => this.#patiently(work),
        next: async ({ tape: { place } }) => {
          const { topic, from, source } = place;
          return (await run.position({ topic, from, source: source.topic, partition: source.partition })).next;
        },
        onFed: (records, sentAt) => this.#fed(records, sentAt, selection),
      });
      const pacer = new Pacer(this.#options);
      const { roundRecords = ROUND_RECORDS } = this.#options;
      const isFed = await feed({
        merge,
        pacer,
        sender,
        now,
        sleep: (ms, until) => clock.sleep(ms, until),
        signal,
        roundRecords,
      });
      return this.#report(isFed ? 'fed' : 'interrupted');
    } catch (error) {
      // What breaks while stopping is no failure: the next replay goes on from what the run's topics hold.
      if (signal.aborted) return this.#report('interrupted');
      throw error;
    } finally {
      this.#judges.resolve(undefined);
    }
  }

  /** Finds out how far the run is, and makes the first pass. */
  async #prepare(stock: Stock, run: OpenRun): Promise<{ readonly selection: Selection; readonly merge: Merge }> {
    const { experiment, schemas } = this.#options;
    const { archive, telemetry } = this.#ports;
    const { partitions } = run.plan;
    const patiently = <T>(work: () => Promise<T>) => this.#patiently(work);
    const places = await patiently(() =>
      Promise.all(partitions.map(async (one) => ({ ...one, ...(await run.position(one)) }))),
    );
    const inputs = places.filter(({ isInput }) => isInput);
    const wanted = await patiently(() => wantedOf(this.#ports, this.#options, stock, run.plan));
    const selection = await selectIds(wanted, inputs, {
      archive,
      patiently,
      signal: this.#stopping.signal,
      onProblem: this.#damage.found,
    });
    const { warming } = selection;
    this.#judges.resolve(warming === undefined ? undefined : (id) => warming.find(id) === undefined);
    if (selection.inputs === 0 && wanted.fits !== undefined) throw nothingChosen(this.#options.run, selection.looked);
    telemetry.record(runOpened(this.#options.run, run.isResumed, selection.ids.size, selection.inputs));
    const input = { ids: wanted.input, choose: chooseInputs(wanted, selection.ids) };
    const answers = new Map(
      experiment.outputs.map(({ legacy }) => {
        const ids = new TopicIds(legacy, schemas?.legacy, experiment.budgets);
        return [legacy.topic, { ids, choose: chooseAnswers(ids.correlate, wanted, selection) }];
      }),
    );
    const feedRecord = feeder(this.#options.run);
    const tapes = places.map(({ source, partition, topic, next, to, isInput }) => {
      const { ids, choose } = (isInput ? undefined : answers.get(source)) ?? input;
      const place = { source: { topic: source, partition }, topic, from: next, to, isInput };
      return new Tape(place, { archive, patiently, ids, choose, feed: feedRecord, onProblem: this.#damage.found });
    });
    const merge = new Merge(tapes, selection.ids);
    this.#merge = merge;
    const missing = stock.fed.flatMap(({ ranges }) => ranges).reduce((sum, range) => sum + range.missing, 0);
    this.#tally.begin(selection, places, tapes, missing);
    return { selection, merge };
  }

  #fed(records: readonly Played[], sentAt: number, { ids }: Selection): void {
    const [first] = records;
    if (first === undefined) return;
    for (const { isInput, slot } of records) if (isInput && slot !== undefined) ids.acknowledge(slot);
    this.#tally.fed(records, sentAt);
    const { onInput } = this.#options;
    if (onInput !== undefined) for (const { isInput, record } of records) if (isInput) onInput(record, sentAt);
    const { topic, source } = first.tape.place;
    const kind = first.isInput ? 'input' : 'answer';
    this.#ports.telemetry.record(recordsFed(kind, topic, source.partition, records.length));
  }

  #report(state: ReplayReport['state']): ReplayReport {
    const { experiment, run } = this.#options;
    const pace = formatTempo(this.#options);
    const { count: damaged } = this.#damage;
    const subject = { experiment: experiment.name, run, state, resumed: this.isResumed, pace, damaged };
    const report = this.#tally.report(subject, this.#run?.plan.before);
    this.#ports.telemetry.record(replayEnded(report));
    return report;
  }

  async #writeRow(
    state: 'running' | 'finished' | 'interrupted',
    report: ReplayReport | undefined,
    more: object = {},
  ): Promise<void> {
    const ended = state === 'running' ? null : this.#clock.now();
    const row = this.#rows?.next(state, ended, report, more);
    if (row !== undefined) await this.#patiently(() => this.#ports.store.write({ runs: [row] }));
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { telemetry } = this.#ports;
    return retrying(work, {
      clock: this.#clock,
      stopping: this.#stopping.signal,
      onFailure: (error, attempt, retryMs) => telemetry.record(replayUnavailable(error, attempt, retryMs)),
      onBack: (attempts) => telemetry.record(replayBack(attempts)),
    });
  }

  #fail(error: unknown): void {
    this.#outcome.reject(error);
    this.#stopping.abort();
  }
}

function soFar({ whole: { sessions, records, elapsedMs } }: ReplayReport): Sessions {
  return { sessions, records, elapsedMs };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
