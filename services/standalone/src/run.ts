// Runs standalone from its settings to its end: opens what it needs, follows the run, and answers with the verdict.
import { ARCHIVER_CRASH_POINTS } from '@parallax/archiver';
import { COMPARATOR_CRASH_POINTS, type From } from '@parallax/comparator';
import { type Experiment, isRetryable, type RuleUse, type VerdictReport, verdictExitCode } from '@parallax/core';
import {
  checkRegistries,
  crashPoints,
  type Lifecycle,
  type LogAccess,
  type OpenLogger,
  openMeans,
  openSchemas,
  openTelemetry,
  PARTS,
  Packer,
  type Parts,
  type RegistryAccess,
  readVerdict,
  type StoreAccess,
  systemClock,
  withoutPassword,
} from '@parallax/platform';
import { SHUFFLER_CRASH_POINTS } from '@parallax/shuffler';
import { standaloneStarted, standaloneStopped } from './events.ts';
import { type Standalone, startStandalone } from './pipeline.ts';

const CRASH_POINTS = [...ARCHIVER_CRASH_POINTS, ...COMPARATOR_CRASH_POINTS, ...SHUFFLER_CRASH_POINTS];

export interface RunSettings extends LogAccess, StoreAccess {
  readonly experiment: Experiment;
  readonly log: string;
  readonly store: string;
  readonly privacyKey: string;
  /** Where the experiment file is, which its schema files are relative to, and how registries are entered. */
  readonly schemas?: { readonly path: string; readonly access: RegistryAccess };
  readonly archive: string;
  readonly from: From;
  readonly untilCaughtUp: boolean;
  readonly complete: boolean;
  readonly logger: OpenLogger;
  /** Called now and then with how things stand, and at the end. */
  /** `rules`: with the last one, what they have excused since the start. */
  readonly onVerdict: (report: VerdictReport, isLast: boolean, rules: readonly RuleUse[]) => Promise<void> | void;
  /** How often. Milliseconds. */
  readonly everyMs: number;
  /** For tests: where the process kills itself. */
  readonly crashAt?: string;
}

/** Resolves with the exit code: the verdict's with `untilCaughtUp`, otherwise 0 once it was told to stop. */
export async function runStandalone(life: Lifecycle, settings: RunSettings, parts: Parts = PARTS): Promise<number> {
  const { experiment, logger } = settings;
  life.use('the logger', logger);
  const means = openMeans(experiment, settings.privacyKey);
  const schemas = async (ofRun: Experiment) => {
    const opened = await openSchemas(ofRun, settings.schemas?.path ?? '', settings.schemas?.access);
    // One that is down is waited for where its schemas are needed, and told of there.
    await checkRegistries(opened).catch((error: unknown) => {
      if (!isRetryable(error)) throw error;
    });
    return opened;
  };
  const telemetry = openTelemetry('standalone', logger);
  const crash = crashPoints(CRASH_POINTS, settings.crashAt);
  const log = life.use('the event log', await parts.openLog(settings.log, { ...settings, telemetry }));
  const store = life.use('the divergence store', await parts.openStore(settings.store, settings));
  await life.start('the tables', () => store.migrate());
  const archive = life.use('the archive', parts.openArchive(settings.archive));
  const verdict = () =>
    readVerdict(store, {
      experiment: experiment.name,
      run: 'live',
      thresholds: experiment.criteria,
      outputs: experiment.outputs.map(({ output }) => output),
    });
  const standalone = await life.start(
    'archiver and comparator',
    () =>
      startStandalone(
        { log, store, archive, crash, telemetry: (part) => openTelemetry(part, logger) },
        { experiment, means, schemas, from: settings.from, complete: settings.complete, packer: new Packer() },
      ),
    async (started) => {
      await started.stop();
      if (settings.untilCaughtUp) return;
      const report = await verdict();
      await settings.onVerdict(report, true, rulesOf(started, report));
      telemetry.record(standaloneStopped(await life.stopping));
    },
  );
  telemetry.record(
    standaloneStarted({
      experiment: experiment.name,
      log: withoutPassword(settings.log),
      store: store.address,
      archive: archive.address,
    }),
  );
  if (settings.untilCaughtUp) {
    const stopping = life.stopping.then(() => undefined);
    if ((await Promise.race([standalone.caughtUp(), stopping])) === undefined) return 130;
    const report = await verdict();
    await settings.onVerdict(report, true, rulesOf(standalone, report));
    return verdictExitCode(report.verdict);
  }
  const ended = standalone.ended.then((error) => ({ error }));
  while (!life.signal.aborted) {
    const over = await Promise.race([ended, systemClock.sleep(settings.everyMs, life.signal)]);
    if (over?.error !== undefined) throw over.error;
    if (!life.signal.aborted) await settings.onVerdict(await verdict(), false, []);
  }
  return 0;
}

/** Equal bytes are a match, and not compared. */
function rulesOf({ comparator }: Standalone, { outcomes }: VerdictReport): readonly RuleUse[] {
  return comparator.rules(outcomes.match === 0);
}
