// `parallax replay FILE --run NAME`: stored traffic against a new build, compared with what legacy answered then.
import { checkRunName, type DivergenceStore, type Experiment, formatDuration, groupThousands } from '@parallax/core';
import {
  checkRegistries,
  keepYoungHeapSmall,
  type Lifecycle,
  loadExperiment,
  openArchive,
  openLog,
  openLogger,
  openMeans,
  openSchemas,
  openStore,
  openTelemetry,
  readRuns,
  runUntilSignal,
} from '@parallax/platform';
import { previewReplay, type ReplayRequest, replayRequest } from '@parallax/replayer';
import { shellBuild, startReplayRun } from '@parallax/standalone';
import { Command } from 'commander';
import { troubles } from '../archiving/troubles.ts';
import {
  archiveOption,
  callerDirectory,
  callerEnvironment,
  callerPath,
  jsonOption,
  logAccess,
  logOption,
  privacyKey,
  readerOptions,
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
import { followed } from '../replaying/followed.ts';
import { knownRun } from '../replaying/known-run.ts';
import {
  allowedTargets,
  candidateTopics,
  type RunFlags,
  roundsOf,
  stopRulesOf,
  warmUpOf,
  withFeedingOptions,
  withRunOptions,
} from '../replaying/options.ts';
import { checkRamp, NOTHING_MEASURED, paceOf, rampLines } from '../replaying/ramp.ts';
import { ending, lookFurther, NOT_WHOLE, settingsToStart, standingOf } from '../replaying/words.ts';

interface Options extends RunFlags {
  readonly exec?: string;
  readonly dryRun?: boolean;
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly json?: boolean;
}

const TROUBLE = 2;
/** 128 and the number of SIGINT. */
const INTERRUPTED = 130;

export function replayCommand(): Command {
  const command = withRunOptions(
    withFeedingOptions(
      new Command('replay')
        .description(
          'Feed stored traffic to a new build as a run of its own, and compare its answers with those legacy gave then.\nExit code 0 PARITY, 1 DIVERGING, 2 anything else; of a ramp 0 when it could be measured.\nCtrl-C pauses: the same command goes on at the next record.\nWhat is chosen is chosen by id: all inputs of an id are fed, if one of them fits every option given.',
        )
        .argument('<file>', 'the experiment, a YAML file')
        .requiredOption('--run <name>', 'name of the run, such as build-b')
        .option(
          '--exec <command>',
          'start the build by this shell command; default: print its settings and wait for it',
        ),
    ),
  )
    .option('--build <label>', 'what is tried, such as a version; kept with the run')
    .option('--dry-run', 'say what would be fed and how long it takes; touch nothing')
    .addOption(logOption())
    .addOption(archiveOption())
    .addOption(storeOption())
    .addOption(jsonOption('print the result as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const asked = replayRequest(callerPath(file), options);
          const experiment = await loadExperiment(asked.experiment, file);
          const request = wholeRequest(asked, experiment, options);
          return options.dryRun
            ? preview(life, experiment, request, file, options)
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
    ['parallax replay experiment.yaml --run again --in build-b --exec ./b', 'only what diverged in build-b'],
    ['parallax replay experiment.yaml --run some --share 1% --exec ./b', 'one entity in a hundred, by key'],
    ['parallax replay experiment.yaml --run ramp --ramp 1x..20x --exec ./b', 'how much the build takes'],
    ['parallax replay experiment.yaml --run build-b --dry-run', 'what, how much, how long'],
    ['parallax runs compare live build-b', 'then: fixed, remaining, new'],
  ]);
}

async function replay(
  life: Lifecycle,
  experiment: Experiment,
  request: WholeRequest,
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
  await checkRegistries(schemas, ['input', 'legacy', 'candidate']);
  const damage = troubles(() => shown.done(), 'What is replayed');
  const pace = await paceOf(archive, experiment, request, options);
  keepYoungHeapSmall();
  const oneRound = async (round: string): Promise<Round> => {
    const run = await life.start(
      'the replay',
      () =>
        startReplayRun(
          { log, archive, store, telemetry: (part) => openTelemetry(part, logger) },
          {
            ...request,
            pace,
            run: round,
            experiment,
            means,
            schemas,
            onDamage: damage.tell,
            ...(startBuild === undefined ? {} : { startBuild }),
          },
        ),
      (started) => started.stop(),
    );
    if (run.isResumed) say(`Run ${round} was begun before: going on at the next record.`);
    if (startBuild === undefined) say(settingsToStart(run));
    const result = await followed(run, (line) => shown.update(line)).finally(() => shown.done());
    if (options.json) await print(JSON.stringify(result));
    else for (const line of ending(result)) await print(line);
    const measured = rampLines(result, process.stdout.columns);
    if (measured !== undefined && !options.json) await print(`\n${measured.join('\n')}`);
    const judged = { PARITY: 0, DIVERGING: 1, INCONCLUSIVE: 2, 'NO DATA': 2 }[result.verdict.verdict];
    const found = options.ramp === undefined ? judged : measured === undefined ? TROUBLE : 0;
    const code = result.replay.damaged > 0 ? TROUBLE : found;
    if (result.replay.damaged > 0 && !options.json) say(NOT_WHOLE);
    if (options.ramp !== undefined && measured === undefined && !options.json) say(`\n${NOTHING_MEASURED}`);
    if (result.stoppedBy === 'ramp') {
      say(`\nStopped: the ramp is over. Its run goes with: parallax runs delete ${round} ${file}`);
      return { code, isPaused: true };
    }
    if (result.state === 'interrupted') {
      const why = { divergences: 'Enough diverges.', time: 'The time is up.' };
      const { stoppedBy } = result;
      const said = stoppedBy === undefined ? '' : ` ${why[stoppedBy]}`;
      say(`\nPaused.${said} Go on: the same command. Give it up: parallax runs delete ${round} ${file}`);
      return { code: stoppedBy === undefined ? INTERRUPTED : code, isPaused: true };
    }
    say(lookFurther(experiment.name, round, request.loop === undefined ? 'live' : `${request.run}-1`));
    return { code, isPaused: false };
  };
  return eachRound(store, experiment.name, request, oneRound);
}

interface Round {
  readonly code: number;
  readonly isPaused: boolean;
}

/** The worst of their exit codes; a round that is finished is not begun again, and one that pauses is the last. */
async function eachRound(
  store: DivergenceStore,
  experiment: string,
  { run, loop }: WholeRequest,
  oneRound: (name: string) => Promise<Round>,
): Promise<number> {
  let worst = 0;
  let isBegun = false;
  for (const round of roundsOf(run, loop)) {
    if (loop !== undefined) {
      const [known] = await readRuns(store, { experiment, run: round });
      if (known?.state === 'finished') {
        // What diverged then is no parity now.
        if (known.diverged > 0) worst = Math.max(worst, 1);
        continue;
      }
    }
    isBegun = true;
    const { code, isPaused } = await oneRound(round);
    worst = Math.max(worst, code);
    if (isPaused) break;
  }
  if (isBegun) return worst;
  say(`All rounds of ${run} are finished: parallax runs ls ${experiment}`);
  return TROUBLE;
}

/** With what a whole replay takes besides feeding. */
function wholeRequest(asked: ReplayRequest, experiment: Experiment, options: Options) {
  const outputs = experiment.outputs.map(({ output }) => output);
  const topics = candidateTopics(options.candidateOutput, outputs);
  const warmUpMs = warmUpOf(options);
  checkRamp(options);
  for (const round of roundsOf(asked.run, options.loop)) {
    checkRunName(round);
    break;
  }
  return {
    ...asked,
    loop: options.loop,
    allow: allowedTargets(options),
    stopRules: stopRulesOf(options),
    ...(topics === undefined ? {} : { candidateTopics: topics }),
    ...(warmUpMs === undefined ? {} : { warmUpMs }),
  };
}
type WholeRequest = ReturnType<typeof wholeRequest>;

async function preview(
  life: Lifecycle,
  experiment: Experiment,
  request: WholeRequest,
  file: string,
  { archive: address, store: storeAddress, json, loop }: Options,
): Promise<number> {
  const archive = life.use('the archive', openArchive(address));
  const store =
    request.choice?.judged === undefined
      ? undefined
      : life.use('the divergence store', await openStore(storeAddress, readerOptions()));
  const means = openMeans(experiment, privacyKey());
  const schemas = await openSchemas(experiment, callerPath(file), registryAccess());
  const damage = troubles(undefined, 'What would be fed');
  const found = await previewReplay(archive, { ...request, experiment, means, schemas, onDamage: damage.tell }, store);
  const known = loop === undefined ? await knownRun(store, storeAddress, experiment.name, request.run) : undefined;
  const code = known?.state === 'finished' || found.damaged > 0 ? TROUBLE : 0;
  if (json) {
    await print(JSON.stringify({ ...found, state: known?.state ?? null }));
    return code;
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
  if (found.chosen !== null) {
    await print(`Chosen: ${found.chosen}: ${counted(found.inputs, 'input')} of ${groupThousands(found.looked)}.`);
  }
  if (found.warming > 0) await print(`Not judged, to warm up: ${counted(found.warming, 'id')}.`);
  await print(
    found.durationMs === null
      ? 'It is fed as fast as this machine and the log go.'
      : `Feeding takes ${formatDuration(Math.ceil(found.durationMs))}.`,
  );
  if (found.missing > 0) await print(`The archive lacks ${counted(found.missing, 'offset')} in between.`);
  damage.conclude();
  if (known?.state !== undefined) say(`\n${standingOf(request.run, known.state, file)}`);
  return code;
}
