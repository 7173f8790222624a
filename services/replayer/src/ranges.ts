// What the archive has to feed: of each partition the offsets that a stretch of time can be in.
import { type ArchiveReader, gaps, parseObjectKey, readingPlan } from '@parallax/core';
import {
  type ArchiveProblem,
  archivedPartitions,
  type Catalogued,
  catalogue,
  type OnProblem,
} from '@parallax/platform';

/** Recorded time, epoch ms: from, and up to but not including, to. Absent: no bound. */
export interface TimeRange {
  readonly from?: number;
  readonly to?: number;
}

export interface SourceRange {
  readonly topic: string;
  readonly partition: number;
  /** Offsets from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
  /** At most so many records; exact where objects do not overlap and no time is asked for. */
  readonly records: number;
  /** Stored size of the objects, bytes. */
  readonly bytes: number;
  /** Lowest and highest recorded timestamp of the objects, epoch ms. */
  readonly earliest: number;
  readonly latest: number;
  /** Offsets that no object was read over: the archive has lost them. */
  readonly missing: number;
}

/** Of all inputs there may be. */
export function stretchOf(ranges: readonly SourceRange[]): { readonly earliest: number; readonly latest: number } {
  const earliest = ranges.reduce((least, range) => Math.min(least, range.earliest), Number.POSITIVE_INFINITY);
  const latest = ranges.reduce((most, range) => Math.max(most, range.latest), Number.NEGATIVE_INFINITY);
  return latest < earliest ? { earliest: 0, latest: 0 } : { earliest, latest };
}

export function isWithin(time: number, { from, to }: TimeRange): boolean {
  return (from === undefined || time >= from) && (to === undefined || time < to);
}

/** Records a second, on the mean of the time they were recorded in; from the manifests. 0 where that cannot be told. */
export async function recordedRate(archive: ArchiveReader, topic: string, time: TimeRange): Promise<number> {
  // Damage is told by whoever feeds.
  const ranges = await sourceRanges(archive, topic, time, () => undefined);
  const from = Math.max(time.from ?? 0, Math.min(...ranges.map(({ earliest }) => earliest)));
  const to = Math.min(time.to ?? Number.MAX_SAFE_INTEGER, Math.max(...ranges.map(({ latest }) => latest)));
  const records = ranges.reduce((sum, range) => sum + range.records, 0);
  return to > from ? (records * 1_000) / (to - from) : 0;
}

/** What cannot be read was recorded between the objects around it, as far as one can tell. */
function mayBeWithin({ place }: ArchiveProblem, sound: readonly Catalogued[], { from, to }: TimeRange): boolean {
  const first = parseObjectKey(place)?.first;
  if (first === undefined) return true;
  const isBefore = from !== undefined && sound.some((one) => one.first > first && one.earliest < from);
  const isAfter = to !== undefined && sound.some((one) => one.first < first && one.latest >= to);
  return !isBefore && !isAfter;
}

/**
 * From the manifests, without reading a record. Partitions without anything in that time are left out, and, told
 * `onProblem`, objects that cannot be used; without it those are a fault.
 */
export async function sourceRanges(
  archive: ArchiveReader,
  topic: string,
  time: TimeRange,
  onProblem?: OnProblem,
): Promise<SourceRange[]> {
  const ranges: SourceRange[] = [];
  for (const partition of await archivedPartitions(archive, topic, onProblem)) {
    const problems: ArchiveProblem[] = [];
    const all = await catalogue(archive, topic, partition, onProblem && ((problem) => void problems.push(problem)));
    for (const problem of problems) if (mayBeWithin(problem, all, time)) onProblem?.(problem);
    const objects = all.filter(
      ({ earliest, latest }) =>
        (time.from === undefined || latest >= time.from) && (time.to === undefined || earliest < time.to),
    );
    if (objects.length === 0) continue;
    const from = Math.min(...objects.map(({ first }) => first));
    const to = Math.max(...objects.map(({ last }) => last)) + 1;
    const steps = readingPlan(all, { from, to });
    ranges.push({
      topic,
      partition,
      from,
      to,
      records: steps.reduce((sum, step) => sum + Math.min(step.piece.count, step.to - step.from), 0),
      bytes: objects.reduce((sum, { bytes }) => sum + bytes, 0),
      earliest: Math.min(...objects.map(({ earliest }) => earliest)),
      latest: Math.max(...objects.map(({ latest }) => latest)),
      missing: gaps(objects).reduce((sum, gap) => sum + gap.to - gap.from, 0),
    });
  }
  return ranges;
}
