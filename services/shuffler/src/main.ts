// The shuffler as a process: `node main.ts EXPERIMENT.yaml [--from earliest|now|TIME] [--until-caught-up]`.
import { Fault } from '@parallax/core';
import { openLogger, runUntilSignal, warnOfUnknown } from '@parallax/platform';
import { shufflerConfig } from './config.ts';
import { runShuffler } from './run.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = shufflerConfig(process.argv.slice(2), process.env);
    const logger = life.use('the logger', openLogger({ service: 'shuffler', to: 'stderr', level: config.logLevel }));
    warnOfUnknown(process.env, logger);
    return runShuffler(life, config, logger, (line) => process.stdout.write(`${line}\n`));
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`shuffler: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
