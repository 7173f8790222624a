// The replayer as a process: `node main.ts EXPERIMENT.yaml --run NAME [--pace …] [--from …] [--to …] [--build …]`.
import { Fault } from '@parallax/core';
import { openLogger, runUntilSignal, warnOfUnknown } from '@parallax/platform';
import { replayerConfig } from './config.ts';
import { runReplayer } from './run.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = replayerConfig(process.argv.slice(2), process.env);
    const logger = life.use('the logger', openLogger({ service: 'replayer', to: 'stderr', level: config.logLevel }));
    warnOfUnknown(process.env, logger);
    return runReplayer(life, config, logger, (line) => process.stdout.write(`${line}\n`));
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`replayer: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
