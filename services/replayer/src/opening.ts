// Opens a run: looks into the archive, makes the run's topics, takes the lock, fixes the plan.
import { type Archive, type EventLog, type Experiment, Fault, type FedTopic, type RunTopics } from '@parallax/core';
import type { CrashPoints, OnProblem, Telemetry } from '@parallax/platform';
import type { ReplayerCrashPoint } from './crash-points.ts';
import { answersAbsent, archiveIncomplete } from './events.ts';
import { type OpenRun, openRun } from './open-run.ts';
import { planPartitions, type Terms } from './plan.ts';
import { type SourceRange, sourceRanges, type TimeRange } from './ranges.ts';
import { feedingTime } from './selection.ts';

export interface Stock {
  readonly topics: RunTopics;
  /** Of the input, then of every legacy output. */
  readonly fed: readonly {
    readonly fed: FedTopic;
    readonly isInput: boolean;
    readonly ranges: readonly SourceRange[];
  }[];
}

/**
 * What there is to replay in that time. Answers are looked for a little around it: as long before and after as a pair
 * can still be revised.
 * @throws Fault `nothing-archived`, `nothing-to-compare-with`
 */
export async function takeStock(
  experiment: Experiment,
  topics: RunTopics,
  archive: Archive,
  time: TimeRange,
  warmUpMs = 0,
  onProblem?: OnProblem,
): Promise<Stock> {
  const inputs = await sourceRanges(archive, topics.input.source, feedingTime(time, warmUpMs), onProblem);
  if (inputs.length === 0) throw nothingArchived(topics.input.source, archive.address, time);
  const around = {
    ...(time.from === undefined ? {} : { from: time.from - experiment.window.lateMs }),
    ...(time.to === undefined ? {} : { to: time.to + experiment.window.lateMs }),
  };
  const fed: Stock['fed'][number][] = [{ fed: topics.input, isInput: true, ranges: inputs }];
  for (const { legacy } of topics.outputs) {
    fed.push({ fed: legacy, isInput: false, ranges: await sourceRanges(archive, legacy.source, around, onProblem) });
  }
  if (fed.every(({ isInput, ranges }) => isInput || ranges.length === 0)) {
    throw new Fault(`The archive ${archive.address} has inputs, but nothing that legacy answered.`, {
      code: 'nothing-to-compare-with',
      cure: `\`parallax archive ls\` shows what it has; the archiver must read ${topics.outputs.map(({ legacy }) => legacy.source).join(', ')}, too.`,
    });
  }
  return { topics, fed };
}

export interface OpeningAround {
  readonly log: EventLog;
  readonly telemetry: Telemetry;
  readonly now: () => number;
  readonly crash: CrashPoints<ReplayerCrashPoint>;
  readonly time: TimeRange;
  /** Asked for when the run begins, and then only. */
  readonly terms: () => Promise<Terms>;
}

export async function openReplay(
  experiment: Experiment,
  run: string,
  { topics, fed }: Stock,
  { log, telemetry, now, crash, time, terms }: OpeningAround,
): Promise<OpenRun> {
  const counts = await partitionCounts(log, fed);
  for (const {
    fed: { source, topic },
    ranges,
  } of fed) {
    await log.ensureTopic({ topic, partitions: counts.get(source) ?? 1 });
    if (ranges.length === 0) telemetry.record(answersAbsent(source));
    for (const { partition, missing } of ranges) {
      if (missing > 0) telemetry.record(archiveIncomplete(source, partition, missing));
    }
  }
  // The candidate's answers meet legacy's: as many partitions, whatever its live topic has.
  for (const { legacy, candidate } of topics.outputs) {
    await log.ensureTopic({ topic: candidate, partitions: counts.get(legacy.source) ?? 1 });
  }
  crash.reach('replayer.topics-made');
  return openRun(log, { experiment: experiment.name, run, topics }, async () => ({
    state: 'begun',
    started: now(),
    time,
    terms: await terms(),
    partitions: planPartitions(
      fed.map((one) => ({ ...one, partitions: counts.get(one.fed.source) ?? 1 })),
      fed.flatMap(({ ranges }) => ranges),
    ),
  }));
}

/** As the log has them; of a topic it no longer has, as the archive has them, and never fewer than that. */
async function partitionCounts(log: EventLog, fed: Stock['fed']): Promise<ReadonlyMap<string, number>> {
  const known = new Map((await log.topics()).map(({ topic, partitions }) => [topic, partitions]));
  const counts = new Map<string, number>();
  for (const {
    fed: { source },
    ranges,
  } of fed) {
    const archived = Math.max(0, ...ranges.map(({ partition }) => partition + 1));
    const fallback = archived === 0 ? (counts.values().next().value ?? 1) : archived;
    counts.set(source, Math.max(known.get(source) ?? fallback, archived));
  }
  return counts;
}

function nothingArchived(topic: string, address: string, time: TimeRange): Fault {
  const isBounded = time.from !== undefined || time.to !== undefined;
  return new Fault(`The archive ${address} has nothing of ${topic}${isBounded ? ' in that time' : ''}.`, {
    code: 'nothing-archived',
    cure: '`parallax archive ls` shows what it has. Traffic is stored while an experiment runs (`parallax start FILE`); another archive is given with --archive.',
  });
}
