// `parallax start [FILE]`: runs an experiment, archiver and comparator in one process; without a file, the demo.
import { describeVerdict, Fault, type RuleUse, summariseVerdict, type VerdictReport } from '@parallax/core';
import {
  type Fields,
  type Lifecycle,
  loadExperiment,
  type OpenLogger,
  openLogger,
  runUntilSignal,
} from '@parallax/platform';
import { parseFrom, runDemo, runStandalone } from '@parallax/standalone';
import { Command } from 'commander';
import {
  archiveOption,
  callerPath,
  demoSurroundings,
  jsonOption,
  logAccess,
  logOption,
  logVariables,
  privacyKey,
  registryAccess,
  storeAccess,
  storeOption,
} from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { progress } from '../output/progress.ts';
import { ruleUseLines } from '../output/rule-uses.ts';
import { print, say } from '../output/terminal.ts';

interface Options {
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly fresh?: boolean;
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
  readonly complete?: boolean;
  readonly json?: boolean;
}

/** How often a running experiment tells how it stands. Milliseconds. */
const EVERY_MS = 2_000;

export function startCommand(): Command {
  const command = new Command('start')
    .description(
      'Run an experiment: archive all traffic, compare both sides, until Ctrl-C; the next start goes on from there.\nWithout a file: the demo, on real documents, in about half a minute.',
    )
    .argument('[file]', 'the experiment, a YAML file; default: the demo')
    .option('--fresh', "empty the demo's folder first")
    .option('--from <place>', 'where to begin without a checkpoint: earliest, now, or a time (ISO 8601)')
    .option('--until-caught-up', 'judge what is there now, print a JSON summary, exit with the verdict’s code')
    .option('--complete', 'with --until-caught-up: what is there now is all there is; nothing waits')
    .addOption(logOption())
    .addOption(storeOption())
    .addOption(archiveOption())
    .addOption(jsonOption('print the final verdict as JSON'))
    .action(async (file: string | undefined, options: Options) => {
      check(file, options);
      process.exitCode = await runUntilSignal(
        (life) => (file === undefined ? demo(life, options, command) : experiment(life, file, options)),
        {
          onSignal: () => say('\nStopping in order; the next start goes on from here. Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax start', 'the demo: an old and a new Markdown library, real documents'],
    ['parallax start --fresh', 'the same from the beginning'],
    ['parallax start experiment.yaml', 'an experiment of your own, until Ctrl-C'],
    ['parallax start experiment.yaml --until-caught-up', 'judge what is there, then exit 0, 1 or 2'],
  ]);
}

function check(file: string | undefined, { fresh, complete, untilCaughtUp, from }: Options): void {
  const usage = (message: string, cure: string) => new Fault(message, { code: 'usage', cure });
  if (file !== undefined && fresh) {
    throw usage('--fresh empties the demo’s folder; it does not go with a file.', 'Leave --fresh out.');
  }
  if (file === undefined && (complete || untilCaughtUp || from !== undefined)) {
    throw usage('The demo takes no --from, --until-caught-up or --complete.', 'Give an experiment file with them.');
  }
  if (complete && !untilCaughtUp) {
    throw usage('--complete says that what is there is all there is.', 'Give --until-caught-up with it.');
  }
}

async function demo(life: Lifecycle, options: Options, command: Command): Promise<number> {
  const parts = ['log', 'store', 'archive'] as const;
  const given = parts.filter((part) => command.getOptionValueSource(part) !== 'default');
  return runDemo(life, {
    ...demoSurroundings(),
    elsewhere: Object.fromEntries(given.map((part) => [part, options[part]])),
    access: { ...logAccess(), ...storeAccess() },
    logVariables: logVariables(),
    fresh: options.fresh === true,
  });
}

async function experiment(life: Lifecycle, file: string, options: Options): Promise<number> {
  const untilCaughtUp = options.untilCaughtUp === true;
  const logFile = callerPath('.parallax/standalone.log');
  const shown = progress({ plainEveryMs: 10_000 });
  const tell = (message: string) => {
    shown.done();
    say(message);
  };
  const loaded = await loadExperiment(callerPath(file), file);
  const from = parseFrom(options.from);
  if (!untilCaughtUp) say(`Comparing ${loaded.name}. Ctrl-C stops; the next start goes on from there. Log: ${logFile}`);
  return runStandalone(life, {
    experiment: loaded,
    ...logAccess(),
    log: options.log,
    store: options.store,
    ...storeAccess(),
    privacyKey: privacyKey(),
    schemas: { path: callerPath(file), access: registryAccess() },
    archive: options.archive,
    from,
    untilCaughtUp,
    complete: options.complete === true,
    logger: alsoTelling(openLogger({ service: 'standalone', to: { file: logFile } }), tell),
    everyMs: EVERY_MS,
    onVerdict: async (report, isLast, rules) => {
      if (!isLast) shown.update(`${loaded.name}: ${summariseVerdict(report)}`);
      else await printVerdict(report, rules, shown.done, untilCaughtUp || options.json === true);
    },
  });
}

/** What a person must know of stands on the screen, too. */
function alsoTelling(logger: OpenLogger, tell: (message: string) => void): OpenLogger {
  const both = (level: 'warn' | 'error') => (fields: Fields, message: string) => {
    logger[level](fields, message);
    tell(fields.err instanceof Error ? `${message}\n  ${fields.err.message}` : message);
  };
  return { ...logger, warn: both('warn'), error: both('error') };
}

async function printVerdict(
  report: VerdictReport,
  rules: readonly RuleUse[],
  clear: () => void,
  json: boolean,
): Promise<void> {
  clear();
  const lines = json ? [JSON.stringify({ ...report, rules })] : [...describeVerdict(report), ...ruleUseLines(rules)];
  await print(lines.join('\n'));
}
