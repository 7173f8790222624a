// The shuffler: reads the topics of the sides that are to be shuffled, and writes each record to the partition of its id.
//
//   source partitions ─► id ─► chunks, in order ─► target topic ─► progress ─► committed
import {
  type AssignedPartition,
  type Batch,
  type CommitResult,
  type Committed,
  type Consumption,
  type EventLog,
  type Experiment,
  Fault,
  type PlannedShuffle,
  type Position,
  shufflerGroup,
} from '@parallax/core';
import {
  type Clock,
  type CrashPoints,
  NO_CRASH_POINTS,
  type OpenedSchemas,
  systemClock,
  type Telemetry,
  TopicIds,
} from '@parallax/platform';
import { chunkOf } from './chunk.ts';
import type { ShufflerCrashPoint } from './crash-points.ts';
import { committed, partitionAssigned, recordsExpired } from './events.ts';
import { patience } from './patience.ts';
import { metadataOf, type ShuffleFrom, startPositions } from './start-positions.ts';
import { TargetWriter } from './target-writer.ts';
import { makeTopics } from './topics.ts';

export interface ShufflerPorts {
  readonly log: EventLog;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
  /** For tests; default: none. */
  readonly crash?: CrashPoints<ShufflerCrashPoint>;
}

export interface ShufflerOptions {
  readonly experiment: Experiment;
  /** What the records may be written with, where ids stand in payloads that name schemas. */
  readonly schemas?: OpenedSchemas | undefined;
  /** Where to begin without a commit; default: earliest. */
  readonly from?: ShuffleFrom;
  readonly pace?: Partial<ShufflerPace>;
}

/** Milliseconds. */
export interface ShufflerPace {
  /** How often progress is said, at most: what is judged of the other side waits for it. */
  readonly progressMs: number;
  /** How often what was said is committed; a crash repeats the work of this time. */
  readonly commitMs: number;
}

export interface ShufflerStats {
  /** Written since the start. */
  readonly records: number;
}

export interface Shuffling {
  /** What is read, and where it is written. */
  readonly plan: readonly PlannedShuffle[];
  /** Resolves once everything the owned partitions held when it was called is written, told and committed. */
  caughtUp(): Promise<ShufflerStats>;
  stats(): ShufflerStats;
  /** Resolves when shuffling has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  /** Ends what is being written, within five seconds, and leaves; the rest is read again at the next start. */
  stop(): Promise<void>;
}

const PACE: ShufflerPace = { progressMs: 100, commitMs: 1_000 };
/** Bytes waiting above which reading pauses, and below which it goes on. */
const PAUSE_AT = 32 * 1024 * 1024;
const RESUME_AT = 16 * 1024 * 1024;
const STOP_MS = 5_000;

/**
 * Makes the shuffled topics and resolves once the group is joined.
 * @throws Fault `nothing-to-shuffle`, `topics-absent`, `shuffle-partitions`
 */
export async function startShuffler(ports: ShufflerPorts, options: ShufflerOptions): Promise<Shuffling> {
  const { log, telemetry, clock = systemClock, crash = NO_CRASH_POINTS } = ports;
  const { experiment, from = 'earliest' } = options;
  const { progressMs, commitMs } = { ...PACE, ...options.pace };
  const plan = await makeTopics(log, experiment);
  crash.reach('shuffler.topics-made');

  const stopping = new AbortController();
  const ended = Promise.withResolvers<unknown>();
  let failure: { readonly error: unknown } | undefined;
  let changed = Promise.withResolvers<void>();
  /** Of something to write. */
  let arrival = Promise.withResolvers<void>();
  let latest = -1;
  let generation = -1;
  let isPaused = false;
  /** Settles once nothing is asked for a new generation. */
  let assigning: Promise<unknown> | undefined;
  let owned: readonly AssignedPartition[] = [];
  const cursors = new Map<string, number>();

  const writers = new Map(
    plan.map((one) => {
      const side = experiment.outputs.find(({ output }) => output === one.output)?.[one.side];
      const read = side ?? { correlation: [], format: 'json' };
      const ids = new TopicIds(read, options.schemas?.[one.side], experiment.budgets);
      return [one.source, new TargetWriter(one, ids, around())];
    }),
  );
  const consumption: Consumption = await log.consume(
    { group: shufflerGroup(experiment.name), topics: plan.map(({ source }) => source) },
    {
      assigned(number, places) {
        const begun = assigned(number, places);
        assigning = Promise.allSettled([assigning, begun]);
        return begun;
      },
      batch,
    },
  );
  void consumption.ended.then((error) => error && fail(error));
  const loops = [...[...writers.values()].map(work), commitNowAndThen()];

  function around() {
    return { log, telemetry, clock, crash, progressMs, commit, ...patience(clock, stopping.signal, telemetry) };
  }

  async function assigned(number: number, places: readonly AssignedPartition[]): Promise<readonly Position[]> {
    latest = Math.max(latest, number);
    const starts = await startPositions(log, places, from);
    if (number !== latest) return [];
    generation = number;
    owned = places;
    isPaused = false;
    cursors.clear();
    for (const { topic, partition, offset, lost } of starts) {
      cursors.set(`${topic}/${partition}`, offset);
      telemetry.record(partitionAssigned({ topic, partition }, offset));
      if (lost !== undefined) telemetry.record(recordsExpired({ topic, partition }, ...lost));
    }
    for (const [source, writer] of writers) writer.begin(starts.filter(({ topic }) => topic === source));
    crash.reach('shuffler.after-assigned');
    arrived();
    return starts;
  }

  function batch(read: Batch): void {
    try {
      const writer = writers.get(read.topic);
      if (writer === undefined) return;
      const place = `${read.topic}/${read.partition}`;
      writer.push(chunkOf(read, cursors.get(place) ?? read.next));
      cursors.set(place, read.next);
      steer();
      crash.reach('shuffler.after-read');
      arrived();
    } catch (error) {
      fail(error);
    }
  }

  /** Reading waits while too much waits to be written. */
  function steer(): void {
    const bytes = [...writers.values()].reduce((sum, writer) => sum + writer.bytes, 0);
    if (!isPaused && bytes >= PAUSE_AT) consumption.pause(owned);
    else if (isPaused && bytes <= RESUME_AT) consumption.resume(owned);
    else return;
    isPaused = !isPaused;
  }

  async function work(writer: TargetWriter): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        // Before looking: what comes while it looks must wake it, too.
        const next = arrival.promise;
        const isBusy = await writer.step();
        steer();
        ring();
        if (isBusy) continue;
        const nap = new AbortController();
        await Promise.race([next, clock.sleep(progressMs, AbortSignal.any([stopping.signal, nap.signal]))]);
        nap.abort();
      } catch (error) {
        if (!stopping.signal.aborted) fail(error);
        return;
      }
    }
  }

  async function commitNowAndThen(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(commitMs, stopping.signal);
      if (!stopping.signal.aborted) await commit().catch(fail);
    }
  }

  async function commit(): Promise<CommitResult> {
    const number = generation;
    const offsets: Committed[] = [...writers].flatMap(([topic, writer]) =>
      [...writer.told()].map(({ partition, offset, first }) => {
        return { topic, partition, offset, metadata: metadataOf(first) };
      }),
    );
    if (offsets.length === 0) return 'committed';
    crash.reach('shuffler.before-commit');
    const result = await consumption.commit(number, offsets);
    crash.reach('shuffler.after-commit');
    telemetry.record(committed(number, result));
    return result;
  }

  function arrived(): void {
    const before = arrival;
    arrival = Promise.withResolvers<void>();
    before.resolve();
    ring();
  }

  function ring(): void {
    const before = changed;
    changed = Promise.withResolvers<void>();
    before.resolve();
  }

  async function until(condition: () => boolean): Promise<void> {
    for (;;) {
      if (failure !== undefined) throw failure.error;
      if (condition()) return;
      if (stopping.signal.aborted) throw stoppedEarly();
      await changed.promise;
    }
  }

  function fail(error: unknown): void {
    if (failure !== undefined || stopping.signal.aborted) return;
    failure = { error };
    void leave();
  }

  async function leave(): Promise<void> {
    stopping.abort();
    ring();
    // What else goes wrong on the way out matters less than what led to it.
    await consumption.stop().catch((error: unknown) => {
      failure ??= { error };
    });
    ended.resolve(failure?.error);
  }

  async function finish(): Promise<void> {
    await Promise.all([...loops, assigning]);
    for (const writer of writers.values()) await writer.tell();
    await commit();
  }

  return {
    plan,
    ended: ended.promise,
    stats,
    async caughtUp() {
      await until(() => generation >= 0);
      const ends = await consumption.ends();
      await until(() =>
        ends.every(({ topic, partition, end }) => writers.get(topic)?.hasTold(partition, end) !== false),
      );
      await commit();
      return stats();
    },
    async stop() {
      if (!stopping.signal.aborted) {
        consumption.pause(owned);
        stopping.abort();
        ring();
        const finished = new AbortController();
        // What is not taken now is written again at the next start.
        await Promise.race([finish().catch(() => undefined), clock.sleep(STOP_MS, finished.signal)]);
        finished.abort();
        await leave();
      }
      await ended.promise;
    },
  };

  function stats(): ShufflerStats {
    return { records: [...writers.values()].reduce((sum, { records }) => sum + records, 0) };
  }
}

function stoppedEarly(): Fault {
  return new Fault('The shuffler was stopped before it had caught up', {
    code: 'shuffler-stopped',
    cure: 'Start it again: it goes on where it was.',
  });
}
