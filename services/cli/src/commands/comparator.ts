// `parallax comparator FILE`: compares both sides of an experiment, as a process of its own.
import { COMPARATOR_OPTIONS, comparatorRequest, runComparator } from '@parallax/comparator';
import { runUntilSignal } from '@parallax/platform';
import { Command } from 'commander';
import { callerPath, jsonOption, logOption, serviceOptions, storeOption } from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { serviceScreen } from '../output/service-screen.ts';
import { comparatorStanding } from '../output/standing.ts';
import { print, say } from '../output/terminal.ts';

interface Options {
  readonly log: string;
  readonly store: string;
  readonly run?: string;
  readonly twin?: boolean;
  readonly bare?: boolean;
  readonly from?: string;
  readonly forget?: boolean;
  readonly untilCaughtUp?: boolean;
  readonly complete?: boolean;
  readonly json?: boolean;
}

export function comparatorCommand(): Command {
  const command = new Command('comparator')
    .description(
      'Compare both sides of an experiment until Ctrl-C; the next start goes on from there.\nWith --until-caught-up: judge what is there, print a JSON summary, and leave by the verdict: 0 PARITY, 1 DIVERGING, 2 else.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .option('--run <name>', '`live`, or the name of a replay')
    .option('--twin', 'compare legacy with its twin instead: the run `twin`, which `parallax noise` reads')
    .option('--bare', 'compare without the rules that excuse: the run `bare`, which `parallax noise` reads')
    .option('--from <place>', 'where to begin without a checkpoint: earliest, now, or a time (ISO 8601)')
    .option('--forget', 'begin anew: forget what was committed; rows stay, and are judged again the same')
    .option('--until-caught-up', 'judge what is there now, print the summary, exit')
    .option('--complete', 'with --until-caught-up: what is there now is all there is; nothing waits')
    .addOption(logOption())
    .addOption(storeOption())
    .addOption(jsonOption('tell an error as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const config = {
            ...serviceOptions(COMPARATOR_OPTIONS),
            ...comparatorRequest(callerPath(file), options),
            log: options.log,
            store: options.store,
          };
          const standing = comparatorStanding(file);
          const screen = serviceScreen({ service: 'comparator', level: config.logLevel, standing });
          const printed = (line: string) => {
            screen.clear();
            return print(line);
          };
          return runComparator(life, config, life.use('the logger', screen.logger), printed, file);
        },
        {
          onSignal: () => say('\nStopping in order; Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax comparator experiment.yaml', 'until Ctrl-C'],
    ['parallax comparator experiment.yaml --until-caught-up', 'judge what is there, then exit 0, 1 or 2'],
    ['parallax comparator experiment.yaml --until-caught-up --complete', 'both logs are finished: nothing waits'],
    ['parallax comparator experiment.yaml --forget --from earliest', 'begin anew'],
    ['parallax comparator experiment.yaml --twin', 'measure noise: how often legacy differs from itself'],
  ]);
}
