// `parallax replayer FILE --run NAME`: feeds a run, as a process of its own.
import { runUntilSignal } from '@parallax/platform';
import { REPLAYER_OPTIONS, type ReplayFlags, replayRequest, runReplayer } from '@parallax/replayer';
import { Command } from 'commander';
import { archiveOption, callerPath, jsonOption, logOption, serviceOptions, storeOption } from '../config.ts';
import { explain, render } from '../failure.ts';
import { withExamples } from '../help.ts';
import { serviceScreen } from '../output/service-screen.ts';
import { replayerStanding } from '../output/standing.ts';
import { print, say } from '../output/terminal.ts';
import { withFeedingOptions } from '../replaying/options.ts';

interface Options extends ReplayFlags {
  readonly log: string;
  readonly store: string;
  readonly archive: string;
  readonly json?: boolean;
}

export function replayerCommand(): Command {
  const command = withFeedingOptions(
    new Command('replayer')
      .description(
        'Feed stored traffic to a run of its own, and nothing else; the next start goes on from there.\nA comparator of the same run judges it; `parallax replay` does both. Exit code 0 when all is fed, 2 when something is wrong.',
      )
      .argument('<file>', 'the experiment, a YAML file')
      .requiredOption('--run <name>', 'name of the run, such as build-b'),
  )
    .option('--build <label>', 'what is tried, kept with the run')
    .addOption(logOption())
    .addOption(archiveOption())
    .addOption(storeOption())
    .addOption(jsonOption('tell an error as one JSON object'))
    .action(async (file: string, options: Options) => {
      process.exitCode = await runUntilSignal(
        async (life) => {
          const config = {
            ...serviceOptions(REPLAYER_OPTIONS),
            ...replayRequest(callerPath(file), options),
            log: options.log,
            archive: options.archive,
            store: options.store,
          };
          const standing = replayerStanding(options.run ?? file);
          const screen = serviceScreen({ service: 'replayer', level: config.logLevel, standing });
          const printed = (line: string) => {
            screen.clear();
            return print(line);
          };
          return runReplayer(life, config, life.use('the logger', screen.logger), printed, file);
        },
        {
          onSignal: () => say('\nStopping in order; Ctrl-C again stops at once.'),
          onError: (error) => process.stderr.write(render(explain(error), options.json === true)),
        },
      );
    });
  return withExamples(command, [
    ['parallax replayer experiment.yaml --run build-b', 'feed all stored traffic'],
    ['parallax comparator experiment.yaml --run build-b', 'judge it meanwhile'],
  ]);
}
