// The partitions a generation has given to this archiver, each on its way into the archive.
import type { AssignedPartition, Batch, Consumption, Manifest, Position, TimestampType } from '@parallax/core';
import type { CrashPoints } from '@parallax/platform';
import type { ArchiverCrashPoint } from './crash-points.ts';
import { PartitionArchiver, type PartitionSurroundings } from './partition.ts';
import { startPosition } from './start-position.ts';

type Surroundings = Omit<PartitionSurroundings, 'commit' | 'seek' | 'hold' | 'stored'> & {
  readonly crash: CrashPoints<ArchiverCrashPoint>;
};
type Place = Pick<Position, 'topic' | 'partition'>;

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

export class Assignment {
  readonly #around: Surroundings;
  readonly #timestampTypes: ReadonlyMap<string, TimestampType>;
  readonly #joined = Promise.withResolvers<Consumption>();
  readonly #totals = { objects: 0, tails: 0, conflicts: 0, records: 0, bytes: 0 };
  #consumption: Consumption | undefined;
  #partitions: Map<string, PartitionArchiver> | undefined;

  constructor(around: Surroundings, timestampTypes: ReadonlyMap<string, TimestampType>) {
    this.#around = around;
    this.#timestampTypes = timestampTypes;
  }

  /** The group may assign before its consumer is in our hands; commits wait for it. */
  join(consumption: Consumption): void {
    this.#consumption = consumption;
    this.#joined.resolve(consumption);
  }

  get isAssigned(): boolean {
    return this.#partitions !== undefined;
  }

  stats(): ArchiverStats {
    const all = this.#all();
    return { ...this.#totals, partitions: all.length, unstored: all.reduce((sum, { unstored }) => sum + unstored, 0) };
  }

  /** A new generation: the former one's work is abandoned, which harms nothing, and each partition begins anew. */
  renew(generation: number, places: readonly AssignedPartition[]): Position[] {
    this.abandon();
    this.#partitions = new Map();
    const starts = places.map((place) => this.#open(generation, place));
    this.#around.changed();
    return starts;
  }

  take(batch: Batch): void {
    this.#find(batch)?.take(batch);
  }

  tick(): void {
    for (const partition of this.#all()) partition.tick();
  }

  /** Everything below `end` has been read, or the partition is another member's by now. */
  hasRead(place: Place, end: number): boolean {
    return (this.#find(place)?.cursor ?? end) >= end;
  }

  /** Resolves once what was read is stored; of one partition, or of all. */
  async flush(place?: Place): Promise<void> {
    const partitions = place === undefined ? this.#all() : [this.#find(place)];
    await Promise.all(partitions.map((partition) => partition?.flush()));
  }

  abandon(): void {
    for (const partition of this.#all()) partition.abandon();
  }

  #open(generation: number, place: AssignedPartition): Position {
    const { topic, partition } = place;
    const where = { topic, partition };
    const start = startPosition(place, this.#around.telemetry);
    const timestampType = this.#timestampTypes.get(topic) ?? 'create';
    const opened = new PartitionArchiver({ ...where, generation, timestampType }, start, {
      ...this.#around,
      commit: async (offset) => {
        const consumption = await this.#joined.promise;
        this.#around.crash.reach('archiver.before-commit');
        const result = await consumption.commit(generation, [{ ...where, offset, metadata: '' }]);
        this.#around.crash.reach('archiver.after-commit');
        return result;
      },
      // At once: a batch between the decision and the seek would be taken for the next one.
      seek: (offset) => this.#consumption?.seek({ ...where, offset }),
      hold: (held) => (held ? this.#consumption?.pause([where]) : this.#consumption?.resume([where])),
      stored: (kind, manifest) => this.#count(kind, manifest),
    });
    this.#partitions?.set(keyOf(where), opened);
    return { ...where, offset: start };
  }

  #count(kind: 'full' | 'tail' | 'conflict', { count, bytes }: Manifest): void {
    const totals = this.#totals;
    totals.objects += kind === 'full' ? 1 : 0;
    totals.tails += kind === 'tail' ? 1 : 0;
    totals.conflicts += kind === 'conflict' ? 1 : 0;
    totals.records += count;
    totals.bytes += bytes;
  }

  #all(): PartitionArchiver[] {
    return [...(this.#partitions?.values() ?? [])];
  }

  #find(place: Place): PartitionArchiver | undefined {
    return this.#partitions?.get(keyOf(place));
  }
}

function keyOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
