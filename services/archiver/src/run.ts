// Runs an archiver from its settings to its end: opens what it needs, archives, and answers with the exit code.
import {
  crashPoints,
  type Lifecycle,
  type Logger,
  letOldHeapGrow,
  loadExperiment,
  openTelemetry,
  PARTS,
  Packer,
  type Parts,
} from '@parallax/platform';
import { type ArchiverConfig, topicsOf } from './config.ts';
import { ARCHIVER_CRASH_POINTS } from './crash-points.ts';
import { archiverStarted } from './events.ts';
import { startArchiver } from './pipeline.ts';

/** 128 and the number of SIGINT: told to stop before it had caught up. */
const INTERRUPTED = 130;
/** Some of what was read is in quarantine only: the archive holds other records at those offsets. */
const TROUBLE = 2;

/**
 * Resolves with 0 once it was told to stop, or, with `untilCaughtUp`, once its summary is printed as one JSON object; then
 * with 2 where the archive held other records of the same offsets.
 * @param shown how the experiment file is called in messages; default: its path
 * @param parts for tests
 */
export async function runArchiver(
  life: Lifecycle,
  config: ArchiverConfig,
  logger: Logger,
  print: (line: string) => unknown,
  shown = config.experiment,
  parts: Parts = PARTS,
): Promise<number> {
  const experiment = await loadExperiment(config.experiment, shown);
  const crash = crashPoints(ARCHIVER_CRASH_POINTS, config.crashAt);
  const topics = topicsOf(experiment);
  const telemetry = openTelemetry('archiver', logger);
  const log = life.use('the event log', await parts.openLog(config.log, { ...config, telemetry }));
  const archive = life.use('the archive', parts.openArchive(config.archive));
  const options = {
    experiment: experiment.name,
    topics,
    limits: { records: config.chunkRecords, bytes: config.chunkBytes },
    codec: config.archiveCodec,
    packer: new Packer(),
    tail: { quietMs: config.tailQuietMs, maxAgeMs: config.tailMaxAgeMs },
  };
  letOldHeapGrow();
  const archiver = await life.start(
    'the archiver',
    () => startArchiver({ log, archive, telemetry, crash }, options),
    (started) => started.stop(),
  );
  telemetry.record(archiverStarted(topics, archive.address, log.address));
  if (!config.untilCaughtUp) {
    const ended = await Promise.race([archiver.ended, life.stopping.then(() => undefined)]);
    if (ended !== undefined) throw ended;
    return 0;
  }
  const stats = await Promise.race([archiver.caughtUp(), life.stopping.then(() => undefined)]);
  if (stats === undefined) return INTERRUPTED;
  await print(JSON.stringify(stats));
  return stats.conflicts === 0 ? 0 : TROUBLE;
}
