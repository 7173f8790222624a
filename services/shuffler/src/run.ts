// Runs a shuffler from its settings to its end: opens what it needs, shuffles, and answers with the exit code.
import {
  crashPoints,
  type Lifecycle,
  type Logger,
  loadExperiment,
  openSchemas,
  openTelemetry,
  PARTS,
  type Parts,
} from '@parallax/platform';
import type { ShufflerConfig } from './config.ts';
import { SHUFFLER_CRASH_POINTS } from './crash-points.ts';
import { shufflerStarted } from './events.ts';
import { startShuffler } from './pipeline.ts';

/** 128 and the number of SIGINT: told to stop before it had caught up. */
const INTERRUPTED = 130;

/**
 * Resolves with 0 once it was told to stop, or, with `untilCaughtUp`, once its summary is printed as one JSON object.
 * @param shown how the experiment file is called in messages; default: its path
 * @param parts for tests
 */
export async function runShuffler(
  life: Lifecycle,
  config: ShufflerConfig,
  logger: Logger,
  print: (line: string) => unknown,
  shown = config.experiment,
  parts: Parts = PARTS,
): Promise<number> {
  const experiment = await loadExperiment(config.experiment, shown);
  const schemas = await openSchemas(experiment, config.experiment, config);
  const crash = crashPoints(SHUFFLER_CRASH_POINTS, config.crashAt);
  const telemetry = openTelemetry('shuffler', logger);
  const log = life.use('the event log', await parts.openLog(config.log, { ...config, telemetry }));
  const { from, progressMs, commitMs } = config;
  const shuffler = await life.start(
    'the shuffler',
    () => startShuffler({ log, telemetry, crash }, { experiment, schemas, from, pace: { progressMs, commitMs } }),
    (started) => started.stop(),
  );
  const { plan } = shuffler;
  const [sources, targets] = [plan.map(({ source }) => source), plan.map(({ target }) => target)];
  telemetry.record(shufflerStarted(sources, targets, log.address));
  if (!config.untilCaughtUp) {
    const ended = await Promise.race([shuffler.ended, life.stopping.then(() => undefined)]);
    if (ended !== undefined) throw ended;
    return 0;
  }
  const stats = await Promise.race([shuffler.caughtUp(), life.stopping.then(() => undefined)]);
  if (stats === undefined) return INTERRUPTED;
  await print(JSON.stringify(stats));
  return 0;
}
