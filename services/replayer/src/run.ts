// Runs a replayer from its settings to its end: opens what it needs, feeds, and answers with the exit code.
import {
  crashPoints,
  keepYoungHeapSmall,
  type Lifecycle,
  type Logger,
  loadExperiment,
  openSchemas,
  openTelemetry,
  PARTS,
  type Parts,
} from '@parallax/platform';
import type { ReplayerConfig } from './config.ts';
import { REPLAYER_CRASH_POINTS } from './crash-points.ts';
import { startReplay } from './pipeline.ts';

/** 128 and the number of SIGINT: told to stop before everything was fed. */
const INTERRUPTED = 130;
/** The archive is damaged: not everything was fed. */
const TROUBLE = 2;

/**
 * Feeds only: a comparator of the same run judges what comes of it. Resolves with the exit code; the report is printed
 * as one JSON object.
 * @param shown how the experiment file is called in messages; default: its path
 * @param parts for tests
 */
export async function runReplayer(
  life: Lifecycle,
  config: ReplayerConfig,
  logger: Logger,
  print: (line: string) => unknown,
  shown = config.experiment,
  parts: Parts = PARTS,
): Promise<number> {
  const experiment = await loadExperiment(config.experiment, shown);
  const schemas = await openSchemas(experiment, config.experiment, config);
  const crash = crashPoints(REPLAYER_CRASH_POINTS, config.crashAt);
  const telemetry = openTelemetry('replayer', logger);
  const log = life.use('the event log', await parts.openLog(config.log, { ...config, telemetry }));
  const archive = life.use('the archive', parts.openArchive(config.archive));
  const store = life.use('the divergence store', await parts.openStore(config.store, config));
  await life.start('the tables', () => store.migrate());
  keepYoungHeapSmall();
  const replay = await life.start(
    'the replay',
    () => startReplay({ log, archive, store, telemetry, crash }, { ...config, experiment, schemas }),
    (started) => started.stop(),
  );
  const report = await replay.done;
  await print(JSON.stringify(report));
  if (report.state !== 'fed') return INTERRUPTED;
  await replay.finish();
  return report.damaged === 0 ? 0 : TROUBLE;
}
