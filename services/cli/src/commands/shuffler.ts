// `parallax shuffler FILE`: keys the sides that ask for it anew by correlation id, as a process of its own.

import { openLogger, runUntilSignal } from '@parallax/platform';
import { runShuffler, SHUFFLER_OPTIONS, shufflerRequest } from '@parallax/shuffler';
import { Command } from 'commander';
import { callerPath, jsonOption, logOption, serviceOptions } from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { print, say } from '../output/terminal.ts';

interface Options {
  readonly log: string;
  readonly from?: string;
  readonly untilCaughtUp?: boolean;
  readonly json?: boolean;
}

export function shufflerCommand(): Command {
  const command = new Command('shuffler')
    .description(
      'Key the sides with `shuffle: true` anew by correlation id, into topics of Parallax’s own, until Ctrl-C; the next start goes on from there.\nSeveral share the work. Exit code 0, or 2 when something is wrong.',
    )
    .argument('<file>', 'the experiment, a YAML file')
    .option('--from <place>', 'where to begin without a commit: earliest (default), now, or a time (ISO 8601)')
    .option('--until-caught-up', 'shuffle what is there now, print the summary, exit')
    .addOption(logOption())
    .addOption(jsonOption('tell an error as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const config = {
            ...serviceOptions(SHUFFLER_OPTIONS),
            ...shufflerRequest(callerPath(file), options),
            log: options.log,
          };
          const logger = openLogger({ service: 'shuffler', to: 'stderr', level: config.logLevel });
          return runShuffler(life, config, life.use('the logger', logger), print, file);
        },
        {
          onSignal: () => say('\nStopping in order; Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax shuffler experiment.yaml', 'until Ctrl-C'],
    ['parallax shuffler experiment.yaml --until-caught-up', 'what is there now'],
  ]);
}
