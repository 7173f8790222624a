// A dry run: what a replay would feed, how much it is and how long it takes, without touching the log or the store.
import type { Archive, Experiment, Means, StoreReader } from '@parallax/core';
import type { OnProblem, OpenedSchemas } from '@parallax/platform';
import { type Choice, describeChoice } from './choosing/choice.ts';
import { compileChoice } from './choosing/fitting.ts';
import { knownIds, masking, readJudgedIds } from './choosing/judged-ids.ts';
import { Damage } from './damage.ts';
import { inputIds } from './input-ids.ts';
import { takeStock } from './opening.ts';
import { checkTempo, durationAt, type Tempo } from './pace.ts';
import { planPartitions } from './plan.ts';
import { type SourceRange, stretchOf, type TimeRange } from './ranges.ts';
import { checkWarmUp, timeRange } from './refusals.ts';
import { selectIds } from './selection.ts';
import { type TargetOptions, targetsOfRun } from './targets.ts';

export interface ReplayPreview {
  /** The run's topics that records would be fed to, and where those come from. */
  readonly topics: readonly {
    readonly source: string;
    readonly topic: string;
    readonly ranges: readonly SourceRange[];
  }[];
  /** Recorded in the time asked for. */
  readonly looked: number;
  /** Of those, fed. */
  readonly inputs: number;
  /** What is chosen, in words; null: everything. */
  readonly chosen: string | null;
  /** Ids that warm the build up, and are not judged. */
  readonly warming: number;
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
  /** Objects that are damaged or gone, as far as that can be told without reading recorded answers. */
  readonly damaged: number;
}

export interface PreviewOptions extends Tempo, TimeRange, TargetOptions {
  readonly experiment: Experiment;
  readonly run: string;
  /** What the input may be written with, where it names schemas. */
  readonly schemas?: OpenedSchemas | undefined;
  readonly choice?: Choice | undefined;
  readonly warmUpMs?: number | undefined;
  readonly means?: Pick<Means, 'mac'> | undefined;
  /** Told of each damaged object once. */
  readonly onDamage?: OnProblem | undefined;
}

/** Reads the archived inputs once, and once more where some are chosen. `store`: for what was judged. Rejects as {@link startReplay} does, with whatever the archive gives reason for. */
export async function previewReplay(
  archive: Archive,
  options: PreviewOptions,
  store?: Pick<StoreReader, 'query'>,
): Promise<ReplayPreview> {
  const { experiment, run, schemas, choice, warmUpMs = 0, idleMs, means } = options;
  checkTempo(options);
  checkWarmUp(options);
  const time = timeRange(options);
  const damage = new Damage((problem) => options.onDamage?.(problem));
  const topics = targetsOfRun(experiment, run, options);
  const stock = await takeStock(experiment, topics, archive, time, warmUpMs, damage.found);
  const found = choice?.judged && store && (await readJudgedIds(store, experiment.name, choice.judged));
  const judged = found && knownIds(found, masking(experiment.privacy?.id, means?.mac));
  const ids = inputIds(experiment, schemas, choice);
  const fits = choice && compileChoice(experiment, choice, judged, ids.reading);
  const ranges = stock.fed.flatMap((one) => one.ranges);
  const [input] = stock.fed;
  const partitions = Math.max(...(input?.ranges ?? []).map(({ partition }) => partition + 1));
  const planned = planPartitions(input === undefined ? [] : [{ ...input, partitions }], ranges);
  const selection = await selectIds(
    { input: ids, time, warmUpMs, fits, idleMs, stretch: stretchOf(input?.ranges ?? []) },
    planned.map((one) => ({ ...one, next: one.from })),
    { archive, patiently: (work) => work(), signal: new AbortController().signal, onProblem: damage.found },
  );
  const { inputs, looked, withoutId, earliest, latest, warming, spanMs } = selection;
  const sum = (of: (range: SourceRange) => number) => ranges.reduce((total, range) => total + of(range), 0);
  return {
    topics: stock.fed.map(({ fed, ranges: own }) => ({ ...fed, ranges: own })),
    looked,
    inputs,
    chosen: describeChoice(choice) ?? null,
    warming: warming?.size ?? 0,
    ids: selection.ids.size,
    withoutId,
    answers: sum(({ topic, records }) => (topic === input?.fed.source ? 0 : records)),
    bytes: sum(({ bytes }) => bytes),
    earliest: earliest === undefined ? null : new Date(earliest).toISOString(),
    latest: latest === undefined ? null : new Date(latest).toISOString(),
    durationMs: durationAt(options, inputs, spanMs) ?? null,
    missing: sum(({ missing }) => missing),
    damaged: damage.count,
  };
}
