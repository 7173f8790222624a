// The archiver: reads the topics it is given and keeps every record of theirs in the archive.
import {
  type Archive,
  type AssignedPartition,
  CHUNK_LIMITS,
  type ChunkLimits,
  type Consumption,
  type EventLog,
  Fault,
  type Manifest,
  type Position,
} from '@parallax/core';
import { type Clock, systemClock, type Telemetry } from '@parallax/platform';
import { PartitionArchiver, TAIL_TIMING, type TailTiming } from './partition.ts';
import { startPosition, timestampTypesOf } from './start-position.ts';

export interface ArchiverPorts {
  readonly log: Pick<EventLog, 'topics' | 'consume'>;
  readonly archive: Archive;
  readonly telemetry: Telemetry;
  readonly clock?: Clock;
}

export interface ArchiverOptions {
  readonly experiment: string;
  /** Each once; they must exist. */
  readonly topics: readonly string[];
  readonly limits?: ChunkLimits;
  readonly tail?: TailTiming;
}

export interface ArchiverStats {
  readonly partitions: number;
  /** Records read that no object holds yet. */
  readonly unstored: number;
  /** Since the start: full chunks, tails and chunks set aside that were stored … */
  readonly objects: number;
  readonly tails: number;
  readonly conflicts: number;
  /** … and what they hold together. A record counts again in each object that holds it, as a tail's do. */
  readonly records: number;
  readonly bytes: number;
}

export interface Archiving {
  /**
   * Resolves once everything the owned partitions held when it was called is in the archive, the open chunks as tails.
   * Rejects when the archiver has failed.
   */
  caughtUp(): Promise<ArchiverStats>;
  stats(): ArchiverStats;
  /** Resolves when archiving has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  /** Stores what was read, tails included, once, and stops; what the archive does not take is read again next time. */
  stop(): Promise<void>;
}

const TICK_MS = 250;

export function archiverGroup(experiment: string): string {
  return `parallax.${experiment}.archiver`;
}

/** Resolves once the group is joined. */
export async function startArchiver(ports: ArchiverPorts, options: ArchiverOptions): Promise<Archiving> {
  const { log, archive, telemetry, clock = systemClock } = ports;
  const { experiment, topics, limits = CHUNK_LIMITS, tail = TAIL_TIMING } = options;
  const timestampTypes = await timestampTypesOf(log, topics);
  const stopping = new AbortController();
  const joined = Promise.withResolvers<Consumption>();
  const ended = Promise.withResolvers<unknown>();
  const totals = { objects: 0, tails: 0, conflicts: 0, records: 0, bytes: 0 };
  let partitions = new Map<string, PartitionArchiver>();
  let consumption: Consumption | undefined;
  let assigned = false;
  let failure: { readonly error: unknown } | undefined;
  let changed = Promise.withResolvers<void>();

  const notify = () => {
    const before = changed;
    changed = Promise.withResolvers<void>();
    before.resolve();
  };
  const fail = (error: unknown) => {
    if (failure !== undefined) return;
    failure = { error };
    notify();
    void finish(error);
  };
  const finish = async (outcome: unknown) => {
    stopping.abort();
    for (const partition of partitions.values()) partition.abandon();
    try {
      await consumption?.stop();
    } finally {
      ended.resolve(outcome);
    }
  };

  const open = (generation: number, place: AssignedPartition): Position => {
    const { topic, partition } = place;
    const offset = startPosition(place, telemetry);
    const where = { topic, partition };
    const scope = { ...where, generation, timestampType: timestampTypes.get(topic) ?? 'create' };
    const around = {
      archive,
      telemetry,
      clock,
      limits,
      tail,
      stopping: stopping.signal,
      commit: async (next: number) =>
        (await joined.promise).commit(generation, [{ ...where, offset: next, metadata: '' }]),
      seek: (next: number) => consumption?.seek({ ...where, offset: next }),
      hold: (held: boolean) => (held ? consumption?.pause([where]) : consumption?.resume([where])),
      stored: (kind: 'full' | 'tail' | 'conflict', { count, bytes }: Manifest) => {
        totals.conflicts += kind === 'conflict' ? 1 : 0;
        totals.objects += kind === 'full' ? 1 : 0;
        totals.tails += kind === 'tail' ? 1 : 0;
        totals.records += count;
        totals.bytes += bytes;
      },
      failed: fail,
      changed: notify,
    };
    partitions.set(placeKey(topic, partition), new PartitionArchiver(scope, offset, around));
    return { ...where, offset };
  };

  consumption = await log.consume(
    { group: archiverGroup(experiment), topics },
    {
      async assigned(generation, places) {
        for (const partition of partitions.values()) partition.abandon();
        partitions = new Map();
        const starts = places.map((place) => open(generation, place));
        assigned = true;
        notify();
        return starts;
      },
      batch(batch) {
        try {
          partitions.get(placeKey(batch.topic, batch.partition))?.take(batch);
        } catch (error) {
          fail(error);
        }
      },
    },
  );
  joined.resolve(consumption);
  void consumption.ended.then((error) => (error === undefined ? undefined : fail(error)));
  void tickUntil(stopping.signal, clock, () => partitions);

  const reached = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      if (failure !== undefined) throw failure.error;
      if (stopping.signal.aborted) throw stopped();
      await changed.promise;
    }
  };
  const stats = (): ArchiverStats => ({
    ...totals,
    partitions: partitions.size,
    unstored: [...partitions.values()].reduce((sum, { unstored }) => sum + unstored, 0),
  });

  return {
    ended: ended.promise,
    stats,
    async caughtUp() {
      await reached(() => assigned);
      for (const { topic, partition, end } of await (await joined.promise).ends()) {
        // A partition that went to another member is that one's to catch up.
        const place = () => partitions.get(placeKey(topic, partition));
        const read = () => (place()?.cursor ?? end) >= end;
        // Flushing may send the cursor back, to where an object that was there already ends.
        do {
          await reached(read);
          await place()?.flush();
        } while (!read());
      }
      if (failure !== undefined) throw failure.error;
      return stats();
    },
    async stop() {
      if (!stopping.signal.aborted) {
        stopping.abort();
        consumption?.pause([...partitions.keys()].map(placeOf));
        await Promise.all([...partitions.values()].map((partition) => partition.flush()));
        await finish(undefined);
      }
      notify();
      await ended.promise;
    },
  };
}

async function tickUntil(
  stopping: AbortSignal,
  clock: Clock,
  partitions: () => ReadonlyMap<string, PartitionArchiver>,
): Promise<void> {
  while (!stopping.aborted) {
    await clock.sleep(TICK_MS, stopping);
    if (!stopping.aborted) for (const partition of partitions().values()) partition.tick();
  }
}

function placeKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

function placeOf(key: string): { topic: string; partition: number } {
  const slash = key.lastIndexOf('/');
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) };
}

function stopped(): Fault {
  return new Fault('The archiver was stopped before it had caught up', {
    code: 'archiver-stopped',
    cure: 'Start it again: it goes on where it was.',
  });
}
