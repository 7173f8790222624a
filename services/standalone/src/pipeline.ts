// Standalone: the archiver and the comparator of one experiment in one process, the shuffler where it asks for one, and
// the two comparators noise is measured by where it has a twin.
import { type ArchiverCrashPoint, type Archiving, startArchiver, type TailTiming, topicsOf } from '@parallax/archiver';
import {
  type ComparatorCrashPoint,
  type ComparatorStats,
  type Comparing,
  type From,
  startComparator,
} from '@parallax/comparator';
import type { Archive, DivergenceStore, EventLog, Experiment, Means } from '@parallax/core';
import {
  BARE_RUN,
  excuses,
  experimentOfRun,
  Fault,
  hasTwin,
  isShuffled,
  LIVE_RUN,
  TWIN_RUN,
  topicsThere,
} from '@parallax/core';
import {
  type Clock,
  type CrashPoints,
  hiddenTopic,
  type OpenedSchemas,
  type Packer,
  type Telemetry,
} from '@parallax/platform';
import { type ShufflerCrashPoint, type Shuffling, startShuffler } from '@parallax/shuffler';

export interface StandalonePorts {
  readonly log: EventLog;
  readonly store: DivergenceStore;
  readonly archive: Archive;
  /** Of the part with this name. */
  readonly telemetry: (part: 'archiver' | 'comparator' | 'shuffler') => Telemetry;
  readonly clock?: Clock;
  /** For tests; default: none. */
  readonly crash?: CrashPoints<ArchiverCrashPoint | ComparatorCrashPoint | ShufflerCrashPoint>;
}

export interface StandaloneOptions {
  readonly experiment: Experiment;
  readonly from?: From;
  /** What values are masked with; needed where the experiment's `privacy` says hmac. */
  readonly means?: Means | undefined;
  /** Opens what the records of an experiment, or of its twin, may be written with; default: nothing. */
  readonly schemas?: (experiment: Experiment) => Promise<OpenedSchemas>;
  /** See the comparator: what the logs hold when catching up begins is all there is. */
  readonly complete?: boolean;
  /** When a partition's last records are archived although their chunk is not full. */
  readonly tail?: TailTiming;
  /** Compresses the archive's blocks beside this thread, and bounds what waits; default: none does. */
  readonly packer?: Packer;
}

export interface Standalone {
  readonly archiver: Archiving;
  readonly comparator: Comparing;
  /** What measures noise: none without a twin. */
  readonly measuring: readonly Comparing[];
  /** Absent where no side is shuffled. */
  readonly shuffler: Shuffling | undefined;
  /** Everything both logs held when it was called is archived and judged. */
  caughtUp(): Promise<ComparatorStats>;
  /** Resolves when one of them has ended: undefined after stop(), otherwise what ended it. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** Resolves once all have joined their groups. */
export async function startStandalone(ports: StandalonePorts, options: StandaloneOptions): Promise<Standalone> {
  const { log, store, archive, telemetry } = ports;
  const { experiment } = options;
  const around = {
    ...(ports.clock === undefined ? {} : { clock: ports.clock }),
    ...(ports.crash === undefined ? {} : { crash: ports.crash }),
  };
  await checkTopics(log, topicsOf(experiment));
  const archiver = await startArchiver(
    { log, archive, telemetry: telemetry('archiver'), ...around },
    {
      experiment: experiment.name,
      topics: topicsOf(experiment),
      ...(options.tail === undefined ? {} : { tail: options.tail }),
      ...(options.packer === undefined ? {} : { packer: options.packer }),
    },
  );
  let shuffler: Shuffling | undefined;
  const comparators: Comparing[] = [];
  try {
    if (isShuffled(experiment)) {
      const from = options.from === undefined || options.from === 'default' ? 'earliest' : options.from;
      const schemas = await options.schemas?.(experiment);
      shuffler = await startShuffler(
        { log, telemetry: telemetry('shuffler'), ...around },
        { experiment, schemas, from },
      );
    }
    for (const run of runsOf(experiment)) {
      const ofRun = experimentOfRun(experiment, run);
      comparators.push(
        await startComparator(
          { log, store, telemetry: telemetry('comparator'), ...around },
          {
            experiment: ofRun,
            run,
            means: options.means,
            schemas: await options.schemas?.(ofRun),
            ...(options.from === undefined ? {} : { from: options.from }),
            ...(options.complete === undefined ? {} : { complete: options.complete }),
          },
        ),
      );
    }
  } catch (error) {
    await Promise.all([archiver, shuffler, ...comparators].map((part) => part?.stop()));
    throw error;
  }
  const [comparator, ...measuring] = comparators as [Comparing, ...Comparing[]];
  const parts = [archiver, comparator, ...measuring, ...(shuffler === undefined ? [] : [shuffler])];
  return {
    archiver,
    comparator,
    measuring,
    shuffler,
    ended: Promise.race(parts.map(({ ended }) => ended)),
    async caughtUp() {
      const [stats] = await Promise.all([
        comparator.caughtUp(),
        archiver.caughtUp(),
        ...measuring.map((each) => each.caughtUp()),
      ]);
      return stats;
    },
    async stop() {
      await Promise.all(parts.map((part) => part.stop()));
    },
  };
}

/** The experiment itself first; the one without rules only where it would be another comparison. */
function runsOf(experiment: Experiment): readonly string[] {
  if (!hasTwin(experiment)) return [LIVE_RUN];
  return [LIVE_RUN, TWIN_RUN, ...(excuses(experiment) ? [BARE_RUN] : [])];
}

/** Parallax writes nothing to the systems' topics, so it does not make them either. */
async function checkTopics(log: EventLog, topics: readonly string[]): Promise<void> {
  const there = (await log.topics()).map(({ topic }) => topic);
  const absent = topics.filter((topic) => !there.includes(topic));
  if (absent.length === 0) return;
  throw (
    (await hiddenTopic(log, absent)) ??
    new Fault(`The event log ${log.address} has no topic ${absent.join(', ')}. ${topicsThere(absent, there)}`, {
      code: 'topics-absent',
      cure: 'Start the systems that publish to them first, or put events in with `parallax feed TOPIC --create`.',
    })
  );
}
