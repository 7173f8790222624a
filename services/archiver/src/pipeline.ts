// The archiver: reads the topics it is given and keeps every record of theirs in the archive.
import { type Archive, CHUNK_LIMITS, type ChunkLimits, type EndSample, type EventLog, Fault } from '@parallax/core';
import {
  type ArchiveCodec,
  type Clock,
  type CrashPoints,
  Gate,
  NO_CRASH_POINTS,
  type Packer,
  systemClock,
  type Telemetry,
} from '@parallax/platform';
import { type ArchiverStats, Assignment } from './assignment.ts';
import { Bell } from './bell.ts';
import { type ArchiverCrashPoint, withCrashPoints } from './crash-points.ts';
import { TAIL_TIMING, type TailTiming } from './partition.ts';
import { timestampTypesOf } from './start-position.ts';

export interface ArchiverPorts {
  readonly log: Pick<EventLog, 'topics' | 'extents' | 'consume'>;
  readonly archive: Archive;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
  /** For tests; default: none. */
  readonly crash?: CrashPoints<ArchiverCrashPoint>;
}

export interface ArchiverOptions {
  readonly experiment: string;
  /** Each once; they must exist. */
  readonly topics: readonly string[];
  readonly limits?: ChunkLimits;
  /** How objects are compressed; default `deflate`. */
  readonly codec?: ArchiveCodec;
  /** Compresses them beside this thread; default: none does. */
  readonly packer?: Packer;
  readonly tail?: TailTiming;
}

export interface Archiving {
  /**
   * Resolves once everything the owned partitions held when it was called is in the archive, the open chunks as tails.
   * Rejects when the archiver has failed, or is stopped before.
   */
  caughtUp(): Promise<ArchiverStats>;
  stats(): ArchiverStats;
  /** Resolves when archiving has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  /**
   * Stores what was read, tails included, once, and stops; what the archive does not take, or not within five seconds, is
   * read again next time.
   */
  stop(): Promise<void>;
}

const TICK_MS = 250;
/** Objects that are put together and stored at once: enough to keep a slow archive busy, 64 MB at most. */
const BODIES = 4;
/** An archive that does not answer is not waited for longer when stopping: a process that is told to stop must end. */
const STOP_MS = 5_000;

export function archiverGroup(experiment: string): string {
  return `parallax.${experiment}.archiver`;
}

/** Resolves once the group is joined. */
export async function startArchiver(ports: ArchiverPorts, options: ArchiverOptions): Promise<Archiving> {
  const { log, telemetry, clock = systemClock, crash = NO_CRASH_POINTS } = ports;
  const { experiment, topics, limits = CHUNK_LIMITS, tail = TAIL_TIMING, codec, packer } = options;
  const stopping = new AbortController();
  const bell = new Bell();
  const failed = Promise.withResolvers<unknown>();
  const ended = Promise.withResolvers<unknown>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    failed.resolve(error);
  };

  const assignment = new Assignment(
    {
      archive: withCrashPoints(ports.archive, crash),
      telemetry,
      clock,
      crash,
      limits,
      packing: { codec, packer },
      bodies: new Gate(BODIES),
      tail,
      stopping: stopping.signal,
      failed: fail,
      changed: () => bell.ring(),
    },
    await timestampTypesOf(log, topics),
  );
  const consumption = await log.consume(
    { group: archiverGroup(experiment), topics },
    {
      async assigned(generation, places) {
        const starts = assignment.renew(generation, places);
        crash.reach('archiver.after-assigned');
        return starts;
      },
      batch(batch) {
        try {
          assignment.take(batch);
          crash.reach('archiver.after-read');
        } catch (error) {
          fail(error);
        }
      },
    },
  );
  assignment.join(consumption);
  void consumption.ended.then((error) => error && fail(error));
  // What else goes wrong on the way out matters less than what led to it.
  void failed.promise.then(end).catch(() => undefined);
  void storeTailsWhenDue();

  async function storeTailsWhenDue(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.sleep(TICK_MS, stopping.signal);
      if (!stopping.signal.aborted) assignment.tick();
    }
  }

  async function until(condition: () => boolean): Promise<void> {
    while (failure === undefined && !condition()) {
      if (stopping.signal.aborted) throw stoppedEarly();
      await bell.rung();
    }
    if (failure !== undefined) throw failure.error;
  }

  /** Resolves once what the partition had up to there is in the archive. */
  async function hold(place: EndSample): Promise<void> {
    // Flushing may send the cursor back, to where an object that was there already ends.
    do {
      await until(() => assignment.hasRead(place, place.end));
      await assignment.flush(place);
    } while (!assignment.hasRead(place, place.end));
  }

  async function end(outcome: unknown): Promise<void> {
    stopping.abort();
    assignment.abandon();
    bell.ring();
    try {
      await consumption.stop();
    } finally {
      ended.resolve(outcome);
    }
  }

  return {
    ended: ended.promise,
    stats: () => assignment.stats(),
    async caughtUp() {
      await until(() => assignment.isAssigned);
      await Promise.all((await consumption.ends()).map(hold));
      await until(() => true);
      return assignment.stats();
    },
    async stop() {
      if (!stopping.signal.aborted) {
        stopping.abort();
        const flushed = new AbortController();
        await Promise.race([assignment.flush(), clock.sleep(STOP_MS, flushed.signal)]);
        flushed.abort();
        await end(undefined);
      }
      await ended.promise;
    },
  };
}

function stoppedEarly(): Fault {
  return new Fault('The archiver was stopped before it had caught up', {
    code: 'archiver-stopped',
    cure: 'Start it again: it goes on where it was.',
  });
}
