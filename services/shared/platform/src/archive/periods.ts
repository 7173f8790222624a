// The archive along time: what it has of each partition in each hour or day, or between two moments.
import { type ArchiveReader, gaps, type Range, readingPlan } from '@parallax/core';
import { archivedPartitions, archivedTopics, type Catalogued, catalogue } from './catalog.ts';
import type { OnProblem } from './problems.ts';
import { blocksOrTell } from './reader.ts';

export interface PeriodOptions {
  /** Default: every topic. */
  readonly topic?: string;
  /** By record timestamps, epoch milliseconds: from this one on … */
  readonly from?: number;
  /** … and before this one. Defaults: all. */
  readonly to?: number;
  /** Length of a period, milliseconds; periods begin at its multiples since 1970. Default: one for all. */
  readonly everyMs?: number;
  /** Told of objects that cannot be used, which are then left out. Without it they end the listing with a fault. */
  readonly onProblem?: OnProblem;
}

export interface PeriodSummary {
  readonly topic: string;
  readonly partition: number;
  /** Where the period begins, epoch milliseconds; absent where there is one for all. */
  readonly period?: number;
  /** Each record once, however many objects hold it. */
  readonly records: number;
  /** Stored bytes; of an object that reaches into other periods the share of its records. */
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  readonly earliest: number;
  readonly latest: number;
  /** Offsets no object holds, which follow a record of this period. */
  readonly gaps: readonly Range[];
}

interface Tally {
  records: number;
  bytes: number;
  first: number;
  last: number;
  earliest: number;
  latest: number;
  readonly gaps: Range[];
}

/** By topic, partition and time. Objects that lie in several periods are read, of the others the manifests. */
export async function* listPeriods(archive: ArchiveReader, options: PeriodOptions): AsyncGenerator<PeriodSummary> {
  const { topic: only, everyMs, onProblem } = options;
  for (const topic of only === undefined ? await archivedTopics(archive) : [only]) {
    for (const partition of await archivedPartitions(archive, topic, onProblem)) {
      const tallies = await tally(archive, await catalogue(archive, topic, partition, onProblem), options);
      for (const [period, { bytes, ...rest }] of [...tallies].sort(([a], [b]) => a - b)) {
        const where = { topic, partition, ...(everyMs === undefined ? {} : { period }) };
        yield { ...where, ...rest, bytes: Math.round(bytes) };
      }
    }
  }
}

async function tally(
  archive: ArchiveReader,
  objects: readonly Catalogued[],
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY, everyMs, onProblem }: PeriodOptions,
): Promise<Map<number, Tally>> {
  const tallies = new Map<number, Tally>();
  const periodOf = (time: number) => (everyMs === undefined ? 0 : Math.floor(time / everyMs) * everyMs);
  const add = (piece: Omit<Tally, 'gaps'>): void => {
    const period = periodOf(piece.earliest);
    const known = tallies.get(period);
    if (known === undefined) {
      const { records, bytes, first, last, earliest, latest } = piece;
      tallies.set(period, { records, bytes, first, last, earliest, latest, gaps: [] });
      return;
    }
    known.records += piece.records;
    known.bytes += piece.bytes;
    known.first = Math.min(known.first, piece.first);
    known.last = Math.max(known.last, piece.last);
    known.earliest = Math.min(known.earliest, piece.earliest);
    known.latest = Math.max(known.latest, piece.latest);
  };
  const holes = gaps(objects);
  for (const step of readingPlan(objects, { from: 0, to: Number.MAX_SAFE_INTEGER })) {
    const { piece } = step;
    if (piece.latest < from || piece.earliest >= to) continue;
    const isWhole = step.from === piece.first && step.to === piece.last + 1;
    const isWithin = piece.earliest >= from && piece.latest < to;
    if (isWhole && isWithin && periodOf(piece.earliest) === periodOf(piece.latest)) {
      add({ ...piece, records: piece.count });
    } else {
      for (const block of await blocksOrTell(archive, piece.key, onProblem)) {
        for (const { offset, timestamp } of block) {
          if (offset < step.from || offset >= step.to || timestamp < from || timestamp >= to) continue;
          const [first, last, earliest, latest] = [offset, offset, timestamp, timestamp];
          add({ records: 1, bytes: piece.bytes / piece.count, first, last, earliest, latest });
        }
      }
    }
    for (const hole of holes) if (hole.from === piece.last + 1) tallies.get(periodOf(piece.latest))?.gaps.push(hole);
  }
  return tallies;
}
