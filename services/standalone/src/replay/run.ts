// A whole replay: the comparator of the run, the build, the feeding, and the verdict when all of it is through.
//
//   run open ─► comparator ─► build ─► feeding ─► build has consumed ─► compared ─► verdict, run finished
//
// Stopped or killed at any point, the next start of the same run goes on there: the replayer by what the run's topics
// hold, the build and the comparator by their commits.
import { type Comparing, startComparator } from '@parallax/comparator';
import {
  buildGroupOfRun,
  type DivergenceStore,
  type EventLog,
  type Experiment,
  type Extent,
  Fault,
  type RunTopics,
  topicOfRun,
  topicsOfRun,
  type VerdictReport,
} from '@parallax/core';
import { type Clock, readRuns, readVerdict, retrying, systemClock } from '@parallax/platform';
import { type Replaying, startReplay } from '@parallax/replayer';
import type { BuildSettings, RunningBuild } from './build.ts';
import { untilGroupIsFree } from './free-group.ts';
import { RampLook } from './ramp-look.ts';
import { loadRows } from './ramp-watch.ts';
import type {
  ReplayingRun,
  ReplayRunOptions,
  ReplayRunPorts,
  ReplayRunProgress,
  ReplayRunResult,
} from './replaying.ts';
import { type StoppedBy, type StopRules, stopReason } from './stop-rules.ts';

const LOOK_MS = 100;

/** What a build of this run is told. `log`: its address. */
export function buildSettings(
  experiment: Experiment,
  run: string,
  log: string,
  topics: RunTopics = topicsOfRun(experiment, run),
): BuildSettings {
  const { input, outputs } = topics;
  return {
    log,
    run,
    input: input.topic,
    outputs: Object.fromEntries(outputs.map(({ output, candidate }) => [output, candidate])),
    group: buildGroupOfRun(experiment, run),
  };
}

/** Resolves once the run is open and compared, and the build is started. */
export async function startReplayRun(ports: ReplayRunPorts, options: ReplayRunOptions): Promise<ReplayingRun> {
  const { log, store, telemetry, clock = systemClock } = ports;
  const { experiment, run, startBuild, stopRules = {} } = options;
  const [known] = await readRuns(store, { experiment: experiment.name, run });
  if (known?.state === 'finished') throw alreadyFinished(run);
  const { pace, schemas } = options;
  const isRamp = typeof pace === 'object' && 'ramp' in pace;
  const ramp = isRamp ? new RampLook({ experiment, schemas, plan: pace.ramp }) : undefined;
  const ready = Promise.withResolvers<void>();
  const replay = await startReplay(
    { log, archive: ports.archive, store, telemetry: telemetry('replayer'), clock },
    { ...options, ready: ready.promise, onInput: ramp?.fed },
  );
  if (ramp !== undefined && replay.isResumed) {
    await replay.stop();
    throw rampBegun(run);
  }
  const settings = buildSettings(experiment, run, log.address, replay.topics);
  const answersIn = new Map(
    replay.topics.outputs.map(({ output, candidate }) => [
      experiment.outputs.find((one) => one.output === output)?.candidate.topic,
      candidate,
    ]),
  );
  let comparator: Comparing | undefined;
  let build: RunningBuild | undefined;
  try {
    // Before anything is read: an answer to what warms up must not be judged.
    const judges = options.warmUpMs === undefined ? undefined : await replay.judges;
    comparator = await startComparator(
      { log, store, telemetry: telemetry('comparator'), clock },
      {
        experiment,
        run,
        means: judges === undefined ? options.means : { ...options.means, judges },
        schemas: options.schemas,
        topicOf: (topic) => answersIn.get(topic) ?? topicOfRun(topic, run),
        input: { topic: settings.input, group: settings.group },
        from: 'earliest',
      },
    );
    if (startBuild !== undefined && replay.isResumed) await untilGroupIsFree(log, settings, clock);
    build = await startBuild?.(settings);
  } catch (error) {
    await comparator?.stop();
    await replay.stop();
    throw error;
  }
  ready.resolve();
  return new RunningReplay({ log, store, clock, experiment, settings, stopRules }, { replay, comparator, build, ramp });
}

interface Surroundings {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly clock: Clock;
  readonly experiment: Experiment;
  readonly settings: BuildSettings;
  readonly stopRules: StopRules;
}

interface Parts {
  readonly replay: Replaying;
  readonly comparator: Comparing;
  readonly build: RunningBuild | undefined;
  readonly ramp: RampLook | undefined;
}

class RunningReplay implements ReplayingRun {
  readonly settings: BuildSettings;
  readonly isResumed: boolean;
  readonly done: Promise<ReplayRunResult>;
  readonly #around: Surroundings;
  readonly #parts: Parts;
  readonly #stopping = new AbortController();
  #lag = 0;
  #seen = false;
  #stoppedBy: StoppedBy | undefined;

  constructor(around: Surroundings, parts: Parts) {
    this.settings = around.settings;
    this.isResumed = parts.replay.isResumed;
    this.#around = around;
    this.#parts = parts;
    this.done = this.#run();
    this.done.catch(() => undefined);
  }

  progress(): ReplayRunProgress {
    const { replay, comparator } = this.#parts;
    return { fed: replay.progress(), buildLag: this.#lag, buildSeen: this.#seen, compared: comparator.stats() };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.done.catch(() => undefined);
  }

  async #run(): Promise<ReplayRunResult> {
    const { replay, comparator, build } = this.#parts;
    const broken = Promise.withResolvers<never>();
    void comparator.ended.then((error) => error !== undefined && broken.reject(error));
    void build?.ended.then((error) => error !== undefined && broken.reject(error));
    broken.promise.catch(() => undefined);
    try {
      const isThrough = await Promise.race([this.#goThrough(), broken.promise]);
      if (!isThrough) return await this.#leave();
      await build?.stop();
      await comparator.stop();
      const verdict = await this.#verdict();
      await replay.finish({ verdict: verdict.verdict });
      return { state: 'finished', ...(await this.#measured()), replay: await replay.done, verdict };
    } catch (error) {
      await this.#leave().catch(() => undefined);
      throw error;
    }
  }

  /** Whether everything is fed, consumed and compared; false when stopped before. */
  async #goThrough(): Promise<boolean> {
    const { replay, comparator } = this.#parts;
    const { signal } = this.#stopping;
    const stopped = new Promise<'stopped'>((resolve) => {
      signal.addEventListener('abort', () => resolve('stopped'), { once: true });
    });
    const watching = this.#untilConsumed();
    // A build that leaves, or a rule that says to stop, is told at once, not when everything is fed.
    const ending = watching.then((isConsumed) => (isConsumed ? new Promise<never>(() => undefined) : 'stopped'));
    ending.catch(() => undefined);
    const fed = await Promise.race([replay.done, stopped, ending]);
    if (typeof fed === 'string' || fed.state !== 'fed' || !(await watching)) return false;
    return (await Promise.race([comparator.caughtUp(), stopped])) !== 'stopped';
  }

  /** Everything is fed and the build's group has committed all of it; false when stopped before. */
  async #untilConsumed(): Promise<boolean> {
    const { log, clock, settings, stopRules } = this.#around;
    const { build, ramp } = this.#parts;
    let isFed = false;
    let isGone = false;
    void build?.ended.then(() => {
      isGone = true;
    });
    void this.#parts.replay.done.then(
      () => {
        isFed = true;
      },
      () => undefined,
    );
    const beganAt = clock.now();
    while (!this.#stopping.signal.aborted) {
      const [wasFed, wasGone] = [isFed, isGone];
      const [extents, committed] = await retrying(
        async () =>
          [await log.extents([settings.input]), await log.committed(settings.group, [settings.input])] as const,
        { clock, stopping: this.#stopping.signal, onFailure: () => undefined, onBack: () => undefined },
      );
      const offsets = new Map(committed.map(({ partition, offset }) => [partition, offset]));
      this.#seen = committed.length > 0;
      this.#lag = extents.reduce(
        (sum, { partition, start, end }) => sum + Math.max(0, end - (offsets.get(partition) ?? start)),
        0,
      );
      await this.#look(extents);
      if (wasFed) this.#parts.ramp?.end();
      if (wasFed && this.#lag === 0) return true;
      this.#stoppedBy = stopReason(stopRules, this.#parts.comparator.stats(), clock.now() - beganAt);
      if (ramp?.isOver === true && !wasFed) this.#stoppedBy ??= 'ramp';
      if (this.#stoppedBy !== undefined) return false;
      if (wasGone) throw buildLeft(settings.run, this.#lag);
      await clock.sleep(LOOK_MS, this.#stopping.signal);
    }
    return false;
  }

  /** From when the build takes part: before that, what waits says nothing of it. */
  async #look(extents: readonly Extent[]): Promise<void> {
    const { log, clock, settings } = this.#around;
    const { ramp } = this.#parts;
    if (ramp === undefined || !this.#seen) return;
    const fed = extents.reduce((sum, { start, end }) => sum + end - start, 0);
    await retrying(() => ramp.look(log, settings, { fed, lag: this.#lag, now: clock.now() }), {
      ...{ clock, stopping: this.#stopping.signal, onFailure: () => undefined, onBack: () => undefined },
    });
  }

  /** What the rules did, and the ramp's steps, kept in the store, too. */
  async #measured(): Promise<Pick<ReplayRunResult, 'load' | 'rules'>> {
    const { store, clock, experiment, settings } = this.#around;
    const steps = this.#parts.ramp?.steps;
    const rules = this.#parts.comparator.rules();
    if (steps === undefined) return { rules };
    const about = { experiment: experiment.name, run: settings.run, topic: settings.input };
    await store.write({ load: loadRows(about, steps, clock.now()) });
    return { load: steps, rules };
  }

  async #leave(): Promise<ReplayRunResult> {
    this.#stopping.abort();
    const { replay, comparator, build } = this.#parts;
    await replay.stop();
    await build?.stop();
    await comparator.stop();
    const stoppedBy = this.#stoppedBy === undefined ? {} : { stoppedBy: this.#stoppedBy };
    return {
      state: 'interrupted',
      ...stoppedBy,
      ...(await this.#measured()),
      replay: await replay.done,
      verdict: await this.#verdict(),
    };
  }

  #verdict(): Promise<VerdictReport> {
    const { experiment, store, settings } = this.#around;
    const outputs = experiment.outputs.map(({ output }) => output);
    return readVerdict(store, {
      experiment: experiment.name,
      run: settings.run,
      thresholds: experiment.criteria,
      outputs,
    });
  }
}

function alreadyFinished(run: string): Fault {
  return new Fault(`Run ${run} exists, and is finished.`, {
    code: 'run-exists',
    cure: `Take another name, or delete it first: parallax runs delete ${run}`,
  });
}

function rampBegun(run: string): Fault {
  return new Fault(`Run ${run} was begun before: a ramp is measured from its first input on.`, {
    code: 'run-exists',
    cure: `Take another name, or delete it first: parallax runs delete ${run}`,
  });
}

function buildLeft(run: string, lag: number): Fault {
  return new Fault(`The build ended by itself, with ${lag} inputs of run ${run} not consumed.`, {
    code: 'build-ended',
    cure: 'A build goes on until it is stopped. Mend it, then start the same replay again: it goes on where it was.',
  });
}
