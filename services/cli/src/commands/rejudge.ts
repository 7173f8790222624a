// `parallax rejudge FILE CHANGED`: what a change of rules would hide and reveal, on traffic that was kept.
import {
  describeRejudged,
  type Experiment,
  Fault,
  type RejudgeSettings,
  Rejudging,
  rejudgeExitCode,
  rejudgeReport,
  rejudgeSettings,
  type Side,
} from '@parallax/core';
import {
  checkRegistries,
  type Lifecycle,
  loadExperiment,
  type OnProblem,
  openArchive,
  openMeans,
  openSchemas,
  runUntilSignal,
} from '@parallax/platform';
import { parseTime } from '@parallax/replayer';
import { Command } from 'commander';
import { troubles } from '../archiving/troubles.ts';
import { asInFiles, schemasOf } from '../comparing/schemas-of-files.ts';
import { archiveOption, callerPath, jsonOption, privacyKey, registryAccess } from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { counted } from '../output/amount.ts';
import { progress } from '../output/progress.ts';
import { print, say } from '../output/terminal.ts';
import { extentOf, type PairRange, rejudgeArchive } from '../rejudging/from-archive.ts';
import { rejudgeFiles } from '../rejudging/from-files.ts';
import { Pace } from '../rejudging/pace.ts';

/** Lines that could not be used, told one by one. */
const TOLD = 20;

const TROUBLE = 2;

interface Options {
  readonly archive: string;
  readonly legacy?: string;
  readonly candidate?: string;
  readonly output?: string;
  readonly from?: string;
  readonly to?: string;
  readonly suggest: boolean;
  readonly json?: boolean;
}

export function rejudgeCommand(): Command {
  const command = new Command('rejudge')
    .description(
      'Judge stored traffic under the rules in force and under changed ones: what would be hidden, what revealed, by which\nchange, and what rules would hide of the rest. It reads both sides’ outputs from the archive, or two files; nothing is\nwritten. Exit code 0 when no pair diverges that did not before, 1 when one does, 2 when none does but some can no longer\nbe decided, when there was no pair, and for trouble.',
    )
    .argument('<file>', 'the experiment as it is, a YAML file')
    .argument('<changed>', 'a copy of it with other rules')
    .option('--legacy <file>', 'events of legacy, as `compare` reads them, instead of the archive')
    .option('--candidate <file>', 'events of the candidate')
    .option('--output <name>', 'only this output of the experiment; with files: the one they hold')
    .option('--from <time>', 'only pairs whose first event was recorded at or after this time (ISO 8601 or epoch ms)')
    .option('--to <time>', 'only pairs whose first event was recorded before this time')
    .option('--no-suggest', 'suggest no rules for what still diverges')
    .addOption(archiveOption())
    .addOption(jsonOption('print the whole report as one JSON object'))
    .action(async (file: string, changed: string, options: Options) => {
      process.exitCode = await runUntilSignal((life) => rejudge(life, file, changed, options), {
        onSignal: () => say('\nStopping; nothing is kept. Ctrl-C again stops at once.'),
        onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
      });
    });
  return withExamples(command, [
    ['parallax rejudge experiment.yaml changed.yaml', 'on all the archive has of both outputs'],
    ['parallax rejudge experiment.yaml changed.yaml --from 2026-01-31T00:00Z', 'since then'],
    ['parallax rejudge x.yaml y.yaml --legacy a.ndjson --candidate b.ndjson', 'on two files'],
    ['parallax rejudge x.yaml x.yaml', 'nothing changed: the suggestions alone'],
    ['parallax rejudge x.yaml y.yaml --json --no-suggest', 'for programs'],
  ]);
}

async function rejudge(life: Lifecycle, file: string, changedFile: string, options: Options): Promise<number> {
  const { legacy, candidate, suggest, json = false } = options;
  const files = filesOf(options);
  const range = rangeOf(options, legacy !== undefined || candidate !== undefined);
  const experiment = await loadExperiment(callerPath(file), file);
  const changed = await loadExperiment(callerPath(changedFile), changedFile);
  const given = { file, experiment, changed, options };
  const {
    rejudging,
    doubts,
    damaged = 0,
  } = files === undefined ? await fromArchive(life, given, range) : await fromFiles(life, given, files);
  tellExpired(rejudging.settings);
  const report = rejudgeReport(rejudging, { suggest, doubts });
  if (json) await print(JSON.stringify(report));
  else await print(describeRejudged(report, [file, changedFile]).join('\n'));
  if (report.pairs === 0) {
    say('There is no id of which both sides have events: nothing was judged.');
    if (range.from !== undefined || range.to !== undefined)
      say('  `parallax archive ls` tells the times of what is stored.');
  }
  return damaged > 0 ? TROUBLE : rejudgeExitCode(report);
}

interface Given {
  readonly file: string;
  readonly experiment: Experiment;
  readonly changed: Experiment;
  readonly options: Options;
}

interface Rejudged {
  readonly rejudging: Rejudging;
  readonly doubts: readonly string[];
  /** Objects of the archive that could not be read. */
  readonly damaged?: number;
}

async function fromArchive(
  life: Lifecycle,
  { file, experiment, changed, options }: Given,
  range: PairRange,
): Promise<Rejudged> {
  const schemas = await openSchemas(experiment, callerPath(file), registryAccess());
  await checkRegistries(schemas);
  const means = { ...openMeans(experiment, privacyKey()), schemas };
  const settings = rejudgeSettings(experiment, changed, options.output, means);
  const rejudging = new Rejudging(settings);
  const archive = life.use('the archive', openArchive(options.archive));
  const doubts: string[] = [];
  const shown = progress();
  const { tell, count } = troubles(() => shown.done());
  // Gaps are told with the extent.
  const onProblem: OnProblem = (problem) => {
    if (problem.code !== 'archive-gap') tell(problem);
  };
  for (const output of settings.outputs) {
    const extent = await extentOf(archive, output, onProblem);
    doubts.push(...extent.doubts);
    const pace = new Pace(extent.records, (line) => shown.update(`${output.plan.output}: ${line}`));
    await life.start('rejudging', () =>
      rejudgeArchive(archive, rejudging, output, extent, {
        range,
        schemas,
        signal: life.signal,
        onProblem,
        progress: (phase, events) => pace.add(phase, events),
      }).finally(() => shown.done()),
    );
  }
  const damaged = count();
  if (damaged > 0) {
    doubts.push(
      `${counted(damaged, 'object')} of the archive could not be read: pairs are judged without what lay there.`,
    );
  }
  return { rejudging, doubts, damaged };
}

async function fromFiles(
  life: Lifecycle,
  { file, experiment, changed, options }: Given,
  files: Readonly<Record<Side, string>>,
): Promise<Rejudged> {
  const paths = { legacy: callerPath(files.legacy), candidate: callerPath(files.candidate) };
  const [own, other] = [asInFiles(experiment, paths), asInFiles(changed, paths)];
  const schemas = await schemasOf(own, callerPath(file), paths);
  const settings = rejudgeSettings(own, other, options.output, { ...openMeans(own, privacyKey()), schemas });
  const [output] = settings.outputs;
  if (output === undefined || settings.outputs.length > 1) {
    const names = settings.outputs.map(({ plan }) => plan.output).join(', ');
    throw new Fault(`The experiment has ${settings.outputs.length} outputs: ${names}`, {
      code: 'output-unknown',
      cure: 'Say with --output NAME which of them the two files hold.',
    });
  }
  const rejudging = new Rejudging(settings);
  const shown = progress();
  let pace: Pace | undefined;
  let unusable = 0;
  let done = 0;
  await life.start('rejudging', () =>
    rejudgeFiles(rejudging, output, {
      files,
      signal: life.signal,
      unusable: (name, place, why) => {
        if (++unusable <= TOLD) say(`${name}:${place}: ${why}`);
      },
      progress: (pairs, of) => {
        pace ??= new Pace(of, (line) => shown.update(line));
        pace.add('events', pairs - done);
        done = pairs;
      },
    }).finally(() => shown.done()),
  );
  if (unusable > TOLD) say(`… and ${unusable - TOLD} more lines that could not be used.`);
  return { rejudging, doubts: [] };
}

/** They are as if they were not there, in both files. */
function tellExpired({ outputs }: RejudgeSettings): void {
  const expired = new Map(
    outputs
      .flatMap(({ before, after }) => [...before.plan.expired, ...after.plan.expired])
      .map((rule) => [rule.name, rule]),
  );
  for (const { name, owner, ticket, expires } of expired.values()) {
    say(`The known difference ${name} (${owner}, ${ticket}) has expired on ${expires}: it counts.`);
  }
}

function filesOf({ legacy, candidate }: Options): Readonly<Record<Side, string>> | undefined {
  if (legacy === undefined && candidate === undefined) return undefined;
  if (legacy !== undefined && candidate !== undefined) return { legacy, candidate };
  throw new Fault(`Only the file of ${legacy === undefined ? 'the candidate' : 'legacy'} is given.`, {
    code: 'bad-arguments',
    cure: 'Give --legacy and --candidate, or neither, to read the archive.',
  });
}

function rangeOf({ from, to }: Options, isFiles: boolean): PairRange {
  if (isFiles && (from !== undefined || to !== undefined)) {
    throw new Fault('--from and --to choose from the archive; of files all events are judged.', {
      code: 'bad-arguments',
      cure: 'Leave them out, or leave out --legacy and --candidate.',
    });
  }
  const range = {
    ...(from === undefined ? {} : { from: parseTime('--from', from) }),
    ...(to === undefined ? {} : { to: parseTime('--to', to) }),
  };
  if (range.from === undefined || range.to === undefined || range.from < range.to) return range;
  throw new Fault(`--from ${from} is not before --to ${to}`, {
    code: 'bad-arguments',
    cure: 'Give the earlier time as --from.',
  });
}
