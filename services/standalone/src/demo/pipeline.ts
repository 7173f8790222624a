// The demo's story up to build A's verdict: legacy and build A side by side, build A shut down midway, legacy unharmed.
//
// Every step leaves its mark in the topics, the groups, the store or the state file, so that a start after any end goes
// on from there.
import { type Archive, type DivergenceStore, type EventLog, type Experiment, Fault, type Side } from '@parallax/core';
import { listArchive, type Telemetry } from '@parallax/platform';
import { type Standalone, startStandalone } from '../pipeline.ts';
import { type AnswerAround, readAnswer, readFindings } from './answers.ts';
import { type DemoDocument, packagesFolder, readDocument } from './documents.ts';
import type { FaultPlan } from './faults.ts';
import { feed, type Pace } from './feeder.ts';
import { legacyLatency } from './latency.ts';
import { type DemoNames, namesOf } from './names.ts';
import { realPace } from './pace.ts';
import { ARCHIVED_WITHIN, type DemoFolders, PER_SECOND, SHUTDOWN_BY, SHUTDOWN_FROM } from './settings.ts';
import { readState, writeState } from './state.ts';
import { verdictBlock } from './story/answer.ts';
import { aftermath, type Counters, progressLine, shutdown } from './story/live.ts';
import type { Screen } from './story/screen.ts';
import { type System, type SystemSettings, startSystem } from './systems.ts';

export interface DemoPorts {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly archive: Archive;
  readonly telemetry: (part: string) => Telemetry;
}

export interface LiveOptions {
  readonly experiment: Experiment;
  readonly documents: readonly DemoDocument[];
  readonly plan: FaultPlan;
  readonly folders: DemoFolders;
  /** How the systems reach the event log. */
  readonly access: SystemSettings['access'];
  readonly screen: Screen;
  readonly signal: AbortSignal;
  /** Registers what must be stopped when the demo ends early. */
  readonly own: (name: string, release: () => Promise<unknown>) => void;
  /** Milliseconds; never falling. */
  readonly now: () => number;
  /** When the start began, by `now`. */
  readonly began: number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told once, when the first verdict is on the screen. Milliseconds since the start. */
  readonly onFirstVerdict: (sinceStartMs: number) => void;
}

const LOOK_EVERY_MS = 250;
/** Once everything is fed, build A's last pairs are waited for no longer than this. */
const JUDGED_WITHIN_MS = 15_000;
/** The planned faults are waited for no longer than this before build A is shut down. */
const FOUND_WITHIN_MS = 25_000;

/** Resolves once every document is fed and archived, and build A judged; everything it started is stopped again. */
export async function tellLive(ports: DemoPorts, options: LiveOptions): Promise<void> {
  const story = new LiveStory(ports, options);
  try {
    await story.tell();
  } finally {
    await story.stop();
  }
}

class LiveStory {
  readonly #ports: DemoPorts;
  readonly #options: LiveOptions;
  readonly #names: DemoNames;
  readonly #around: AnswerAround;
  readonly #died = Promise.withResolvers<never>();
  readonly #feeding = new AbortController();
  readonly #isOff = Promise.withResolvers<void>();
  #standalone: Standalone | undefined;
  #legacy: System | undefined;
  #buildA: System | undefined;
  #starting: Promise<unknown> = Promise.resolve();
  #fed = 0;

  constructor(ports: DemoPorts, options: LiveOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#names = namesOf(options.experiment);
    const { legacy, candidate } = this.#names;
    this.#around = { ...ports, experiment: options.experiment, run: 'live', topics: { legacy, candidate } };
    this.#died.promise.catch(() => undefined);
    options.signal.addEventListener('abort', () => this.#died.reject(interrupted()), { once: true });
    options.own("the demo's systems", () => this.stop());
  }

  async tell(): Promise<void> {
    const { folders } = this.#options;
    const state = readState(folders.state);
    await this.#start(state.phase === 'live');
    if (state.phase !== 'live') this.#isOff.resolve();
    const feeding = this.#feed();
    let fedAtShutdown = state.fedAtShutdown ?? 0;
    if (state.phase === 'live') {
      const since = this.#options.now();
      await this.#watch(() => this.#isTimeToShutDown(since));
      fedAtShutdown = this.#fed;
      await this.#sayVerdict();
    }
    const called = this.#options.now();
    const before = await this.#counters();
    if (state.phase === 'live') await this.#shutDown(fedAtShutdown);
    this.#isOff.resolve();
    await this.#orDeath(feeding);
    await this.#watch(async () => (await this.#counters()).legacy >= this.#options.documents.length);
    await this.#orDeath((this.#standalone as Standalone).archiver.caughtUp());
    const after = await this.#counters();
    const { log } = this.#ports;
    const latency = await legacyLatency(log, this.#names.input, this.#names.legacy, fedAtShutdown);
    this.#options.screen.say(
      aftermath(
        {
          elapsedMs: this.#options.now() - called,
          before,
          after,
          ...(latency === undefined ? {} : { legacyLatencyMs: latency }),
        },
        this.#options.screen.paint,
      ),
    );
    await this.#watch(() => this.#isJudged(called + JUDGED_WITHIN_MS));
  }

  async stop(): Promise<void> {
    this.#feeding.abort();
    // What is still starting is stopped once it has started: nothing is left behind.
    await this.#starting;
    const systems = [this.#legacy, this.#buildA];
    this.#legacy = undefined;
    this.#buildA = undefined;
    await Promise.all(systems.map((system) => system?.stop('SIGTERM')));
    const standalone = this.#standalone;
    this.#standalone = undefined;
    await standalone?.stop();
  }

  async #start(withBuildA: boolean): Promise<void> {
    const { folders, now, access } = this.#options;
    const { input, legacy, candidate, group, legacyGroup } = this.#names;
    const system = async (build: 'legacy' | 'a', output: string, its: string): Promise<System> => {
      const one = await startSystem(
        { build, log: folders.log, input, output, group: its, faults: folders.faults, access },
        now,
      );
      void one.died.then((fault) => this.#died.reject(fault));
      return one;
    };
    const legacyStarts = system('legacy', legacy, legacyGroup).then((one) => {
      this.#legacy = one;
    });
    const buildStarts = withBuildA
      ? system('a', candidate, group).then((one) => {
          this.#buildA = one;
        })
      : undefined;
    const all = [this.#compare(), legacyStarts, buildStarts];
    this.#starting = Promise.allSettled(all);
    await this.#orDeath(Promise.all(all));
  }

  async #compare(): Promise<void> {
    const { experiment } = this.#options;
    const standalone = await startStandalone(this.#ports, { experiment, from: 'earliest', tail: ARCHIVED_WITHIN });
    this.#standalone = standalone;
    void standalone.ended.then((error) => {
      if (error !== undefined) this.#died.reject(error);
    });
  }

  #feed(): Promise<unknown> {
    const folder = packagesFolder();
    return feed({
      log: this.#ports.log,
      topic: this.#names.input,
      documents: this.#options.documents,
      read: (document) => readDocument(folder, document),
      perSecond: PER_SECOND,
      signal: this.#feeding.signal,
      pace: this.#gated(realPace()),
      onProgress: ({ fed }) => {
        this.#fed = fed;
      },
    });
  }

  /** The last documents are kept for the time after the shutdown, however late that comes. */
  #gated(pace: Pace): Pace {
    const { documents } = this.#options;
    return {
      now: () => pace.now(),
      until: async (time, signal) => {
        await pace.until(time, signal);
        const stopped = new Promise<void>((resolve) => {
          if (signal.aborted) resolve();
          else signal.addEventListener('abort', () => resolve(), { once: true });
        });
        if (this.#fed >= documents.length * SHUTDOWN_BY) await Promise.race([this.#isOff.promise, stopped]);
      },
    };
  }

  /** Midway, once the planned faults have been found: a start that goes on needs a deadline of its own for that. */
  async #isTimeToShutDown(since: number): Promise<boolean> {
    const { documents, plan, now } = this.#options;
    if (this.#fed < documents.length * SHUTDOWN_FROM) return false;
    if (now() - since > FOUND_WITHIN_MS) return true;
    return (await readFindings(this.#around, plan)).every(({ found }) => found);
  }

  /** Nothing of build A's waits any more. */
  async #isJudged(latest: number): Promise<boolean> {
    const { ledger } = (this.#standalone as Standalone).comparator.stats();
    const open = Object.values(ledger).reduce((sum, { candidate }) => sum + candidate.open, 0);
    return open === 0 || this.#options.now() > latest;
  }

  async #sayVerdict(): Promise<void> {
    const { screen, now, began, onFirstVerdict } = this.#options;
    const sinceStartMs = now() - began;
    const { verdict } = await readAnswer(this.#around, 'build A, live, so far', sinceStartMs);
    screen.say(verdictBlock(verdict, screen.paint));
    onFirstVerdict(sinceStartMs);
  }

  async #shutDown(fedAtShutdown: number): Promise<void> {
    const { folders, screen } = this.#options;
    const buildA = this.#buildA as System;
    this.#buildA = undefined;
    const usage = buildA.usage();
    const tookMs = await buildA.stop('SIGKILL');
    writeState(folders.state, { phase: 'off', fedAtShutdown });
    screen.say(
      shutdown(
        { pid: buildA.pid, usage, legacyUsage: this.#legacy?.usage(), tookMs: Math.round(tookMs) },
        screen.paint,
      ),
    );
  }

  /** Shows progress until the condition holds; fails when a system dies or the demo is stopped. */
  async #watch(condition: () => Promise<boolean> | boolean): Promise<void> {
    const { screen, signal, sleep } = this.#options;
    while (!(await this.#orDeath(Promise.resolve(condition())))) {
      screen.status(await this.#orDeath(this.#progress()));
      await this.#orDeath(sleep(LOOK_EVERY_MS, signal));
    }
  }

  async #progress(): Promise<string> {
    const { documents, screen } = this.#options;
    const counters = await this.#counters();
    const { ledger } = (this.#standalone as Standalone).comparator.stats();
    const sums = { agreed: 0, diverged: 0 };
    for (const { legacy } of Object.values(ledger)) {
      sums.agreed += legacy.agreed;
      sums.diverged += legacy.diverged;
    }
    return progressLine({ ...counters, ...sums, total: documents.length, build: 'build A' }, screen.paint);
  }

  async #counters(): Promise<Counters> {
    const { input, legacy, candidate } = this.#names;
    const counts = new Map<string, number>();
    for (const { topic, start, end } of await this.#ports.log.extents([input, legacy, candidate])) {
      counts.set(topic, (counts.get(topic) ?? 0) + end - start);
    }
    let archived = 0;
    for await (const { records } of listArchive(this.#ports.archive, input)) archived += records;
    const { ledger } = (this.#standalone as Standalone).comparator.stats();
    // What was published twice is not another document; until the comparator has seen it, it counts as one.
    const twice = (side: Side) => Object.values(ledger).reduce((sum, sides) => sum + sides[side].duplicate, 0);
    const of = (topic: string) => counts.get(topic) ?? 0;
    return {
      fed: of(input),
      legacy: of(legacy) - twice('legacy'),
      candidate: of(candidate) - twice('candidate'),
      archived,
    };
  }

  #orDeath<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#died.promise]);
  }
}

/** Why the demo was stopped from outside; not a failure. */
export function interrupted(): Fault {
  return new Fault('The demo was interrupted', { code: 'interrupted', cure: 'The next start goes on from here.' });
}
