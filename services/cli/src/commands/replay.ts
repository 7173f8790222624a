// `parallax replay FILE --run NAME`: stored traffic against a new build, compared with what legacy answered then.
import { type Experiment, formatDuration } from '@parallax/core';
import {
  checkRegistries,
  type Lifecycle,
  loadExperiment,
  openArchive,
  openLog,
  openLogger,
  openMeans,
  openSchemas,
  openStore,
  openTelemetry,
  runUntilSignal,
  systemClock,
} from '@parallax/platform';
import { previewReplay, type ReplayFlags, type ReplayRequest, replayRequest } from '@parallax/replayer';
import {
  buildEnvironment,
  type ReplayingRun,
  type ReplayRunResult,
  shellBuild,
  startReplayRun,
} from '@parallax/standalone';
import { Command } from 'commander';
import {
  archiveOption,
  callerDirectory,
  callerEnvironment,
  callerPath,
  jsonOption,
  logAccess,
  logOption,
  privacyKey,
  registryAccess,
  storeAccess,
  storeOption,
} from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { asSize, counted } from '../output/amount.ts';
import { progress } from '../output/progress.ts';
import { table } from '../output/table.ts';
import { print, say } from '../output/terminal.ts';
import { ending, standing } from '../replaying/words.ts';

interface Options extends ReplayFlags {
  readonly exec?: string;
  readonly dryRun?: boolean;
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly json?: boolean;
}

const EVERY_MS = 500;
/** 128 and the number of SIGINT. */
const INTERRUPTED = 130;

export function replayCommand(): Command {
  const command = new Command('replay')
    .description(
      'Feed stored traffic to a new build as a run of its own, and compare its answers with those legacy gave then.\nExit code 0 PARITY, 1 DIVERGING, 2 anything else. Ctrl-C pauses: the same command goes on at the next record.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .requiredOption('--run <name>', 'name of the run, such as build-b')
    .option('--exec <command>', 'start the build by this shell command; default: print its settings and wait for it')
    .option('--pace <pace>', 'flat-out, as-recorded, 10x, or 200/s', 'flat-out')
    .option('--from <time>', 'inputs recorded at or after this time (ISO 8601)')
    .option('--to <time>', 'inputs recorded before this time')
    .option('--build <label>', 'what is tried, such as a version; kept with the run')
    .option('--dry-run', 'say what would be fed and how long it takes; touch nothing')
    .addOption(logOption())
    .addOption(archiveOption())
    .addOption(storeOption())
    .addOption(jsonOption('print the result as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const request = replayRequest(callerPath(file), options);
          const experiment = await loadExperiment(request.experiment, file);
          return options.dryRun
            ? preview(life, experiment, request, options)
            : replay(life, experiment, request, file, options);
        },
        {
          onSignal: () => say('\nPausing in order; Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax replay experiment.yaml --run build-b --exec ./build-b', 'all stored traffic, as fast as it goes'],
    ['parallax replay experiment.yaml --run slow --pace as-recorded --exec ./b', 'at its recorded speed'],
    ['parallax replay experiment.yaml --run noon --from 2026-01-31T12:00Z --to 2026-01-31T13:00Z', 'one hour of it'],
    ['parallax replay experiment.yaml --run build-b --dry-run', 'what, how much, how long'],
    ['parallax runs compare live build-b', 'then: fixed, remaining, new'],
  ]);
}

async function replay(
  life: Lifecycle,
  experiment: Experiment,
  request: ReplayRequest,
  file: string,
  options: Options,
): Promise<number> {
  const shown = progress();
  const logger = life.use(
    'the logger',
    openLogger({ service: 'replay', to: { file: callerPath('.parallax/replay.log') } }),
  );
  const log = life.use('the event log', await openLog(options.log, logAccess()));
  const archive = life.use('the archive', openArchive(options.archive));
  const store = life.use('the divergence store', await openStore(options.store, storeAccess()));
  await life.start('the tables', () => store.migrate());
  const startBuild =
    options.exec === undefined
      ? undefined
      : shellBuild({
          command: options.exec,
          directory: callerDirectory(),
          environment: callerEnvironment(),
          onLine: (line) => shown.done(`build | ${line.replace(/\p{Cc}/gu, '·')}`),
        });
  const means = openMeans(experiment, privacyKey());
  const schemas = await openSchemas(experiment, callerPath(file), registryAccess());
  await checkRegistries(schemas);
  const run = await life.start(
    'the replay',
    () =>
      startReplayRun(
        { log, archive, store, telemetry: (part) => openTelemetry(part, logger) },
        { ...request, experiment, means, schemas, ...(startBuild === undefined ? {} : { startBuild }) },
      ),
    (started) => started.stop(),
  );
  if (run.isResumed) say(`Run ${request.run} was begun before: going on at the next record.`);
  if (startBuild === undefined) say(settingsToStart(run));
  const result = await followed(run, (line) => shown.update(line)).finally(() => shown.done());
  if (options.json) await print(JSON.stringify(result));
  else for (const line of ending(result)) await print(line);
  if (result.state === 'interrupted') {
    say(`\nPaused. Go on: the same command. Give it up: parallax runs delete ${request.run} ${file}`);
    return INTERRUPTED;
  }
  const { name } = experiment;
  say(`\nLook further:
  parallax signatures ${name} --run ${request.run}
  parallax runs compare live ${request.run} ${name}`);
  return { PARITY: 0, DIVERGING: 1, INCONCLUSIVE: 2, 'NO DATA': 2 }[result.verdict.verdict];
}

async function followed(run: ReplayingRun, show: (line: string) => void): Promise<ReplayRunResult> {
  const over = new AbortController();
  const followed = (async () => {
    while (!over.signal.aborted) {
      show(standing(run.progress(), run.settings));
      await systemClock.sleep(EVERY_MS, over.signal);
    }
  })();
  try {
    return await run.done;
  } finally {
    over.abort();
    await followed;
  }
}

function settingsToStart({ settings }: ReplayingRun): string {
  const lines = Object.entries(buildEnvironment(settings)).map(([name, value]) => `  export ${name}='${value}'`);
  return `Start the build with these settings; this waits for it:\n${lines.join('\n')}`;
}

async function preview(
  life: Lifecycle,
  experiment: Experiment,
  request: ReplayRequest,
  { archive: address, json }: Options,
): Promise<number> {
  const archive = life.use('the archive', openArchive(address));
  const found = await previewReplay(archive, { ...request, experiment });
  if (json) {
    await print(JSON.stringify(found));
    return 0;
  }
  const rows = found.topics.map(({ source, topic, ranges }) => [
    source,
    topic,
    ranges.length,
    ranges.reduce((sum, range) => sum + range.records, 0),
  ]);
  await print(table(['from the archive', 'to', 'partitions', 'records at most'], rows));
  await print(
    `\n${counted(found.inputs, 'input')} with ${counted(found.ids, 'id')}, recorded ${found.earliest ?? '–'} to ${found.latest ?? '–'}; ${asSize(found.bytes)} to read.`,
  );
  const lasts =
    found.durationMs === null ? 'as fast as this machine goes' : formatDuration(Math.ceil(found.durationMs));
  await print(`Feeding takes ${lasts}.`);
  if (found.missing > 0) await print(`The archive lacks ${counted(found.missing, 'offset')} in between.`);
  return 0;
}
