// The comparator as a process: `node main.ts EXPERIMENT.yaml [--run NAME] [--from …] [--until-caught-up [--complete]]`.
import { Fault } from '@parallax/core';
import { openLogger, runUntilSignal, warnOfUnknown } from '@parallax/platform';
import { comparatorConfig } from './config.ts';
import { runComparator } from './run.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = comparatorConfig(process.argv.slice(2), process.env);
    const logger = life.use('the logger', openLogger({ service: 'comparator', to: 'stderr', level: config.logLevel }));
    warnOfUnknown(process.env, logger);
    return runComparator(life, config, logger, (line) => process.stdout.write(`${line}\n`));
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`comparator: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
