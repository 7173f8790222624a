// `parallax archiver FILE`: keeps every record of an experiment's topics in the archive, as a process of its own.
import { ARCHIVER_OPTIONS, runArchiver } from '@parallax/archiver';
import { runUntilSignal } from '@parallax/platform';
import { Command } from 'commander';
import { archiveOption, callerPath, jsonOption, logOption, serviceOptions } from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { serviceScreen } from '../output/service-screen.ts';
import { archiverStanding } from '../output/standing.ts';
import { print, say } from '../output/terminal.ts';

interface Options {
  readonly log: string;
  readonly archive: string;
  readonly untilCaughtUp?: boolean;
  readonly json?: boolean;
}

export function archiverCommand(): Command {
  const command = new Command('archiver')
    .description(
      'Keep every record of an experiment’s topics in the archive until Ctrl-C; the next start goes on from there.\nExit code 0, or 2 when something is wrong.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .option('--until-caught-up', 'archive what is there now, print the summary, exit')
    .addOption(logOption())
    .addOption(archiveOption())
    .addOption(jsonOption('tell an error as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const config = {
            ...serviceOptions(ARCHIVER_OPTIONS),
            experiment: callerPath(file),
            untilCaughtUp: options.untilCaughtUp === true,
            log: options.log,
            archive: options.archive,
          };
          const standing = archiverStanding(file);
          const screen = serviceScreen({ service: 'archiver', level: config.logLevel, standing });
          const printed = (line: string) => {
            screen.clear();
            return print(line);
          };
          return runArchiver(life, config, life.use('the logger', screen.logger), printed, file);
        },
        {
          onSignal: () => say('\nStopping in order; Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax archiver experiment.yaml', 'until Ctrl-C'],
    ['parallax archiver experiment.yaml --until-caught-up', 'what is there now'],
    ['parallax archive ls', 'what the archive has'],
  ]);
}
