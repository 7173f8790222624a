// A dry run: what a replay would feed, how much it is and how long it takes, without touching the log or the store.
import type { Archive, Experiment } from '@parallax/core';
import { takeStock } from './opening.ts';
import { durationAt, type ReplayPace } from './pace.ts';
import { planPartitions } from './plan.ts';
import type { SourceRange, TimeRange } from './ranges.ts';
import { timeRange } from './refusals.ts';
import { selectIds } from './selection.ts';

export interface ReplayPreview {
  /** The run's topics that records would be fed to, and where those come from. */
  readonly topics: readonly {
    readonly source: string;
    readonly topic: string;
    readonly ranges: readonly SourceRange[];
  }[];
  readonly inputs: number;
  readonly ids: number;
  readonly withoutId: number;
  /** At most so many answers: those to other ids are left out. */
  readonly answers: number;
  /** Stored size of what would be read, bytes. */
  readonly bytes: number;
  /** Recorded time of the first and the last input, ISO 8601; null without any. */
  readonly earliest: string | null;
  readonly latest: string | null;
  /** Milliseconds; null where only the machine decides. */
  readonly durationMs: number | null;
  /** Offsets the archive has lost within that. */
  readonly missing: number;
}

/** Reads the archived inputs once. Rejects as {@link startReplay} does, with whatever the archive gives reason for. */
export async function previewReplay(
  archive: Archive,
  options: { readonly experiment: Experiment; readonly run: string; readonly pace: ReplayPace } & TimeRange,
): Promise<ReplayPreview> {
  const { experiment, run, pace } = options;
  const time = timeRange(options);
  const stock = await takeStock(experiment, run, archive, time);
  const ranges = stock.fed.flatMap((one) => one.ranges);
  const [input] = stock.fed;
  const partitions = Math.max(...(input?.ranges ?? []).map(({ partition }) => partition + 1));
  const planned = planPartitions(input === undefined ? [] : [{ ...input, partitions }], ranges);
  const selection = await selectIds(
    experiment,
    planned.map((one) => ({ ...one, next: one.from })),
    time,
    { archive, patiently: (work) => work(), signal: new AbortController().signal },
  );
  const { inputs, withoutId, earliest, latest, ids } = selection;
  const spanMs = earliest === undefined || latest === undefined ? 0 : latest - earliest;
  const sum = (of: (range: SourceRange) => number) => ranges.reduce((total, range) => total + of(range), 0);
  return {
    topics: stock.fed.map(({ fed, ranges: own }) => ({ ...fed, ranges: own })),
    inputs,
    ids: ids.size,
    withoutId,
    answers: sum(({ topic, records }) => (topic === input?.fed.source ? 0 : records)),
    bytes: sum(({ bytes }) => bytes),
    earliest: earliest === undefined ? null : new Date(earliest).toISOString(),
    latest: latest === undefined ? null : new Date(latest).toISOString(),
    durationMs: durationAt(pace, inputs, spanMs) ?? null,
    missing: sum(({ missing }) => missing),
  };
}
