// `parallax load FILE`: how much load production produces, how long both sides take, and what a build took under a ramp.
import { Fault, maskedId } from '@parallax/core';
import {
  checkRegistries,
  loadExperiment,
  openArchive,
  openMac,
  openSchemas,
  openStore,
  readLatency,
  readLoadSteps,
  systemClock,
} from '@parallax/platform';
import { parseTime } from '@parallax/replayer';
import { Command } from 'commander';
import { troubles } from '../archiving/troubles.ts';
import {
  archiveOption,
  callerPath,
  jsonOption,
  privacyKey,
  quotedForShell,
  registryAccess,
  storeAccess,
  storeOption,
} from '../config.ts';
import { withExamples } from '../help.ts';
import { answerLatencies } from '../loading/latency.ts';
import { countProduction, productionRows } from '../loading/production.ts';
import { latencyLines, productionLines, stepLines } from '../loading/words.ts';
import { progress } from '../output/progress.ts';
import { print, say } from '../output/terminal.ts';
import { withStore } from '../reading/store.ts';

interface Options {
  readonly run?: string;
  readonly from?: string;
  readonly to?: string;
  readonly archive: string;
  readonly store: string;
  readonly json?: boolean;
}

export function loadCommand(): Command {
  const command = new Command('load')
    .description(
      'How much load production produces: rates, sizes and latencies, from the archive and the judged pairs; kept in the\nstore as rows of `load`. With --run: what a build took when it was replayed with --ramp.\nExit code 0, or 2 when there is nothing, or the archive is damaged.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .option('--run <name>', 'a replay that was fed with --ramp')
    .option('--from <time>', 'recorded at or after this time (ISO 8601)')
    .option('--to <time>', 'recorded before this time')
    .addOption(archiveOption())
    .addOption(storeOption())
    .addOption(jsonOption('print one JSON object'))
    .action((file: string, options: Options) =>
      options.run === undefined ? ofProduction(file, options) : ofRun(file, options.run, options),
    );
  return withExamples(command, [
    ['parallax load experiment.yaml', 'rates, sizes and latencies of all stored traffic'],
    ['parallax load experiment.yaml --from 2026-01-31T08:00Z --to 2026-01-31T20:00Z', 'of a day'],
    ['parallax replay experiment.yaml --run ramp --ramp 1x..20x --exec ./build-b', 'what a build takes'],
    ['parallax load experiment.yaml --run ramp', 'the same again, from the store'],
  ]);
}

async function ofProduction(file: string, options: Options): Promise<void> {
  const experiment = await loadExperiment(callerPath(file), file);
  const schemas = await openSchemas(experiment, callerPath(file), registryAccess());
  await checkRegistries(schemas, ['input']);
  const archive = openArchive(options.archive);
  const shown = progress();
  const from = options.from === undefined ? Number.NEGATIVE_INFINITY : parseTime('--from', options.from);
  const to = options.to === undefined ? Number.POSITIVE_INFINITY : parseTime('--to', options.to);
  const { tell: onProblem, conclude } = troubles(() => shown.done());
  const onProgress = (topic: string, records: number) =>
    shown.update(`${topic}: ${records.toLocaleString('en')} records`);
  const { topics, asked } = await countProduction(experiment, {
    archive,
    schemas,
    from,
    to,
    onProgress,
    onProblem,
  }).finally(async () => {
    shown.done();
    await archive.close();
  });
  if (topics.length === 0) {
    throw new Fault(`The archive ${archive.address} has nothing of ${experiment.name} in that time.`, {
      code: 'nothing-archived',
      cure: '`parallax archive ls` shows what it has. Traffic is stored while an experiment runs (`parallax start FILE`).',
    });
  }
  const store = await openStore(options.store, storeAccess());
  try {
    await store.migrate();
    const mac = experiment.privacy?.id === 'hmac' ? openMac(experiment, privacyKey()) : undefined;
    const asStored = (id: string) => (mac === undefined ? id : maskedId(id, mac));
    const answers = await answerLatencies(store, experiment, asked, asStored);
    const between = await readLatency(store, { experiment: experiment.name, run: 'live' });
    await store.write({ load: productionRows(experiment.name, topics, systemClock.now()) });
    if (options.json) {
      const told = topics.map(({ topic, side, summary }) => ({ topic, side, ...summary }));
      await print(JSON.stringify({ experiment: experiment.name, topics: told, answers, between }));
      conclude();
      return;
    }
    await print(productionLines(topics, process.stdout.columns).join('\n'));
    const lines = latencyLines(answers, between);
    if (lines.length > 0) await print(`\n${lines.join('\n')}`);
  } finally {
    await store.close();
  }
  conclude();
  say(`\nWhat a build takes: parallax replay ${quotedForShell(file)} --run ramp --ramp 1x..20x --exec COMMAND`);
}

async function ofRun(file: string, run: string, { store: address, json }: Options): Promise<void> {
  const { name: experiment } = await loadExperiment(callerPath(file), file);
  const steps = await withStore(address, (store) => readLoadSteps(store, { experiment, run }));
  if (steps.length === 0) {
    throw new Fault(`Nothing was measured in run ${run} of ${experiment}.`, {
      code: 'load-unknown',
      cure: 'Replay a run with --ramp, such as --ramp 1x..20x; `parallax load FILE` without --run is about production.',
    });
  }
  if (json) await print(JSON.stringify({ experiment, run, steps }));
  else await print(stepLines(steps, process.stdout.columns).join('\n'));
}
