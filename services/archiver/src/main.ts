// The archiver as a process: `node main.ts EXPERIMENT.yaml [--until-caught-up]`.
import { Fault } from '@parallax/core';
import { openLogger, runUntilSignal, warnOfUnknown } from '@parallax/platform';
import { archiverConfig } from './config.ts';
import { runArchiver } from './run.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = archiverConfig(process.argv.slice(2), process.env);
    const logger = life.use('the logger', openLogger({ service: 'archiver', to: 'stderr', level: config.logLevel }));
    warnOfUnknown(process.env, logger);
    return runArchiver(life, config, logger, (line) => process.stdout.write(`${line}\n`));
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`archiver: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
