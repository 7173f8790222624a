// Runs a comparator from its settings to its end: opens what it needs, compares, and answers with the exit code.

import type { Experiment } from '@parallax/core';
import {
  buildGroupOfRun,
  experimentOfRun,
  readsOwnTopics,
  topicOfRun,
  topicsOfRun,
  verdictExitCode,
} from '@parallax/core';
import {
  checkRegistries,
  crashPoints,
  type Lifecycle,
  type Logger,
  loadExperiment,
  openMeans,
  openSchemas,
  openTelemetry,
  PARTS,
  type Parts,
  readVerdict,
  retrying,
  systemClock,
  type Telemetry,
} from '@parallax/platform';
import { type ComparatorOptions, comparatorGroup } from './comparing.ts';
import type { ComparatorConfig } from './config.ts';
import { COMPARATOR_CRASH_POINTS, RETRY_CRASH_POINTS } from './crash-points.ts';
import { comparatorStarted, registryBack, registryUnreachable, storeBack, storeUnavailable } from './events.ts';
import { startComparator } from './start-comparator.ts';

/** 128 and the number of SIGINT: told to stop before it had caught up. */
const INTERRUPTED = 130;

/** How long a store that does not answer at the start is waited for by what ends once it has caught up. */
const START_PATIENCE_MS = 20_000;

/** Of what was to be read again something could not be. */
const UNREAD = 2;

/**
 * Resolves with the exit code: the verdict's with `untilCaughtUp`, whose summary is printed as one JSON object; of a
 * retry, whose report is printed, 0 when everything could be read, else 2; otherwise 0 once it was told to stop.
 * @param shown how the experiment file is called in messages; default: its path
 * @param parts for tests
 */
export async function runComparator(
  life: Lifecycle,
  config: ComparatorConfig,
  logger: Logger,
  print: (line: string) => unknown,
  shown = config.experiment,
  parts: Parts = PARTS,
): Promise<number> {
  const { run, retry } = config;
  const untilCaughtUp = config.untilCaughtUp || retry !== undefined;
  const experiment = experimentOfRun(await loadExperiment(config.experiment, shown), run);
  const means = openMeans(experiment, config.privacyKey);
  const schemas = await openSchemas(experiment, config.experiment, config);
  const crash = crashPoints([...COMPARATOR_CRASH_POINTS, ...RETRY_CRASH_POINTS], config.crashAt);
  const telemetry = openTelemetry('comparator', logger);
  const log = life.use('the event log', await parts.openLog(config.log, { ...config, telemetry }));
  const store = life.use('the divergence store', await parts.openStore(config.store, config));
  // Somebody waits for the end of what is there: an address that never answers is rather wrong than down for a while.
  const patienceMs = untilCaughtUp ? START_PATIENCE_MS : undefined;
  await life.start('the tables', () => patiently(life, telemetry, () => store.migrate(), patienceMs));
  if (config.forget) await life.start('anew', () => log.deleteGroup(comparatorGroup(experiment.name, run)));
  const options = {
    experiment,
    means,
    schemas,
    from: config.from,
    complete: config.complete,
    ...(config.retry === undefined ? {} : { retry: config.retry }),
    pace: paceOf(config),
    metadataBytes: config.metadataBytes,
    ...settingsOfRun(experiment, run),
  };
  await life.start('the schema registry', () => patientlyWithRegistry(life, telemetry, () => checkRegistries(schemas)));
  const comparator = await life.start(
    'the comparator',
    () => startComparator({ log, store, telemetry, crash, stopping: life.signal }, options),
    (started) => started.stop(),
  );
  telemetry.record(comparatorStarted(experiment.name, run, log.address, store.address));
  if (!untilCaughtUp) {
    const ended = await Promise.race([comparator.ended, life.stopping.then(() => undefined)]);
    if (ended !== undefined) throw ended;
    return 0;
  }
  const stats = await Promise.race([comparator.caughtUp(), life.stopping.then(() => undefined)]);
  if (stats === undefined) return INTERRUPTED;
  if (retry !== undefined) {
    const retried = comparator.retried();
    await print(JSON.stringify(retried));
    return retried.unread + retried.left === 0 ? 0 : UNREAD;
  }
  const report = await readVerdict(store, {
    experiment: experiment.name,
    run,
    thresholds: experiment.criteria,
    outputs: experiment.outputs.map(({ output }) => output),
  });
  // Equal bytes are a match.
  const rules = comparator.rules(report.outcomes.match === 0);
  await print(JSON.stringify({ ...report, openPairs: stats.openPairs, reused: stats.reused, rules }));
  return verdictExitCode(report.verdict);
}

function patiently<T>(
  life: Lifecycle,
  telemetry: Telemetry,
  work: () => Promise<T>,
  patienceMs: number | undefined,
): Promise<T> {
  return retrying(work, {
    ...(patienceMs === undefined ? {} : { patienceMs }),
    clock: systemClock,
    stopping: life.signal,
    onFailure: (error, attempt, retryMs) => telemetry.record(storeUnavailable(error, attempt, retryMs)),
    onBack: (attempts) => telemetry.record(storeBack(attempts)),
  });
}

function patientlyWithRegistry<T>(life: Lifecycle, telemetry: Telemetry, work: () => Promise<T>): Promise<T> {
  return retrying(work, {
    clock: systemClock,
    stopping: life.signal,
    onFailure: (error, attempt, retryMs) => telemetry.record(registryUnreachable(error, attempt, retryMs)),
    onBack: (attempts) => telemetry.record(registryBack(attempts)),
  });
}

/** A replay has topics of its own, and its build reads its input with a group of its own. */
function settingsOfRun(experiment: Experiment, run: string): Pick<ComparatorOptions, 'run' | 'topicOf' | 'input'> {
  if (readsOwnTopics(run)) return { run };
  const topicOf = (topic: string) => topicOfRun(topic, run);
  if (experiment.input === undefined) return { run, topicOf };
  const { input } = topicsOfRun(experiment, run);
  return { run, topicOf, input: { topic: input.topic, group: buildGroupOfRun(experiment, run) } };
}

function paceOf({ cutMs, sampleMs }: ComparatorConfig): NonNullable<ComparatorOptions['pace']> {
  return sampleMs === 0 ? { cutMs } : { cutMs, sampleMs };
}
