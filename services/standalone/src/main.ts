// Standalone as a process: `node main.ts EXPERIMENT.yaml [--from …] [--until-caught-up [--complete]]`.
import { Fault, summariseVerdict } from '@parallax/core';
import { loadExperiment, openLogger, runUntilSignal, warnOfUnknown } from '@parallax/platform';
import { standaloneConfig } from './config.ts';
import { runStandalone } from './run.ts';

const EVERY_MS = 10_000;

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = standaloneConfig(process.argv.slice(2), process.env);
    const logger = openLogger({ service: 'standalone', to: 'stderr', level: config.logLevel });
    warnOfUnknown(process.env, logger);
    return runStandalone(life, {
      ...config,
      experiment: await loadExperiment(config.experiment),
      schemas: { path: config.experiment, access: config },
      logger,
      everyMs: EVERY_MS,
      onVerdict: (report, isLast, rules) => {
        if (isLast) process.stdout.write(`${JSON.stringify({ ...report, rules })}\n`);
        else logger.info({ verdict: report.verdict }, summariseVerdict(report));
      },
    });
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`standalone: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
