// Opens the joins of an assignment: each from its checkpoint, else where the start says.
import {
  type AssignedPartition,
  DEFAULT_TOMBSTONES,
  type Experiment,
  Join,
  type JoinConfig,
  type JoinCut,
  type JoinsSeen,
  type Means,
  planJoins,
  SIDES,
  type Side,
  type StoreReader,
} from '@parallax/core';
import type { Telemetry } from '@parallax/platform';
import type { Checkpoints } from './checkpoint.ts';
import { eventsLost, joinStarted, startIgnored } from './events.ts';
import { type PatientLog, patientLog } from './patient-log.ts';
import type { Retry } from './retry.ts';
import type { Shuffled } from './shuffled.ts';
import type { PartitionPair, Sides } from './sides.ts';
import { type From, formatFrom, planStart } from './start.ts';
import { checkLastRead, eventsCutOff } from './truncation.ts';

/** Tombstones loaded on going on: what came shortly before the end of the last process may be repeated after it. */
const RECALLED = 20_000;
/** Closed pairs one process remembers: some 250 bytes each. */
const MOST_TOMBSTONES = 400_000;

export interface OpeningAround {
  readonly experiment: Experiment;
  readonly run: string;
  readonly from: From;
  readonly means: Means;
  /** Opens events again that could not be read. */
  readonly retry: Retry | undefined;
  readonly sides: Sides;
  readonly shuffled: Shuffled;
  readonly log: PatientLog;
  readonly store: Pick<StoreReader, 'recent'>;
  readonly telemetry: Telemetry;
  readonly checkpoints: Checkpoints;
  readonly tracksConsumption: boolean;
  readonly rulesVersion: number;
  /** By output; shared by its joins for as long as the process lives. */
  readonly joinsSeen: Map<string, JoinsSeen>;
  readonly now: () => number;
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** The same for calls to the log. */
  readonly patientlyWithLog: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface OpenedJoin {
  readonly pair: PartitionPair;
  readonly join: Join;
  /** Absent: it begins anew. */
  readonly cut: JoinCut | undefined;
}

export async function openJoins(assigned: readonly AssignedPartition[], around: OpeningAround): Promise<OpenedJoin[]> {
  const { experiment, sides } = around;
  const log = patientLog(around.log, around.patientlyWithLog);
  const pairs = sides.pairUp(assigned);
  await around.retry?.begin(log, sides.topics, assigned);
  const configs = new Map(
    experiment.outputs.map((output) => [output.output, planJoins(experiment, output, around.means)]),
  );
  const infos = new Map((await log.topics()).map((info) => [info.topic, info]));
  const saved = new Map<PartitionPair, JoinCut | undefined>();
  for (const pair of pairs) {
    const cut = await around.patientlyWithLog(() => around.checkpoints.load(pair));
    if (cut !== undefined) await checkLastRead(log, pair, cut);
    saved.set(pair, cut === undefined ? undefined : ((await around.retry?.reopen(log, pair, cut)) ?? cut));
  }
  around.retry?.end();
  const fresh = pairs.filter((pair) => saved.get(pair) === undefined);
  if (around.from !== 'default' && fresh.length < pairs.length) {
    around.telemetry.record(startIgnored(formatFrom(around.from), pairs.length - fresh.length));
  }
  const begin = await planStart(around.from, sides, fresh, {
    log,
    telemetry: around.telemetry,
    deadlineMs: experiment.window.deadlineMs,
    shuffled: around.shuffled,
  });
  const opened: OpenedJoin[] = [];
  const elsewhere = (output: string) => (id: string, side: Side, partition: number) =>
    opened.find(
      ({ pair, join }) => pair.output.output === output && pair.partition !== partition && join.holds(id, side),
    )?.pair.partition;
  for (const pair of pairs) {
    const { output } = pair.output;
    const joins = around.joinsSeen.get(output) ?? { seen: false };
    around.joinsSeen.set(output, joins);
    joins.elsewhere = elsewhere(output);
    const cut = saved.get(pair);
    if (cut !== undefined && hasJoined(cut)) joins.seen = true;
    const config = (configs.get(output) as ReturnType<typeof planJoins>)({
      run: around.run,
      partition: pair.partition,
      timestamps: {
        legacy: infos.get(pair.legacy.topic)?.timestamps ?? 'create',
        candidate: infos.get(pair.candidate.topic)?.timestamps ?? 'create',
      },
      compacted: {
        legacy: infos.get(pair.legacy.topic)?.compacted === true,
        candidate: infos.get(pair.candidate.topic)?.compacted === true,
      },
      joins,
      shuffled: shuffledPartitions(around.shuffled, output),
      ...(experiment.privacy?.id === 'hmac' ? {} : { placesIds: infos.get(pair.legacy.topic)?.partitions ?? 1 }),
      topics: { legacy: pair.legacy.topic, candidate: pair.candidate.topic },
      tracksConsumption: around.tracksConsumption,
      openBytes: experiment.budgets.openBytes / Math.max(1, pairs.length),
      tombstones: Math.min(DEFAULT_TOMBSTONES, Math.ceil(MOST_TOMBSTONES / Math.max(1, pairs.length))),
      rulesVersion: around.rulesVersion,
    });
    const join = new Join(config, cut ?? begin(pair), around.now());
    // These ends were asked for at a time we do not know: they say which events were there, and prove no absence.
    const known = { asked: Number.NEGATIVE_INFINITY, answered: around.now() };
    for (const side of SIDES) {
      const { topic, partition, end } = pair[side];
      const cutOff = join.losses.ends(side, end, around.now());
      if (cutOff > 0) around.telemetry.record(eventsCutOff({ topic, partition }, end, cutOff));
      join.sample(side, { ...known, end: pair[side].end });
    }
    for (const side of SIDES) {
      const { topic, partition, start } = pair[side];
      const lost = join.losses.begins(side, start, around.now());
      if (lost > 0) around.telemetry.record(eventsLost({ topic, partition }, start, lost));
      // What was accounted for and comes first will not be read: where nothing follows, its end would never be reached.
      join.advance(side, join.wanted(side), around.now());
    }
    const place = { output, partition: pair.partition };
    const positions = { legacy: join.resumeAt('legacy'), candidate: join.resumeAt('candidate') };
    around.telemetry.record(joinStarted(place, positions, cut === undefined));
    if (cut !== undefined) await recall(join, config, around);
    opened.push({ pair, join, cut });
  }
  return opened;
}

/** The partitions of the sides that are shuffled. */
function shuffledPartitions(shuffled: Shuffled, output: string): Partial<Record<Side, number>> {
  const plans = SIDES.map((side) => [side, shuffled.planOf(output, side)?.partitions] as const);
  return Object.fromEntries(plans.filter(([, partitions]) => partitions !== undefined));
}

async function recall(join: Join, config: JoinConfig, around: OpeningAround): Promise<void> {
  const { experiment, run, output, partition } = config;
  const limit = Math.min(config.tombstones, RECALLED);
  const rows = await around.patiently(() => around.store.recent({ experiment, run, output }, partition, limit));
  join.recall([...rows].reverse());
}

/** Both sides have had judged events: the sides have been seen to answer each other. */
function hasJoined(cut: JoinCut): boolean {
  return SIDES.every((side) => cut[side].counts.some((events) => events > 0));
}
