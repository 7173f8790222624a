// The archiver as a process: `node main.ts EXPERIMENT.yaml [--until-caught-up]`.
import { Fault } from '@parallax/core';
import {
  loadExperiment,
  openArchive,
  openLog,
  openLogger,
  openTelemetry,
  runUntilSignal,
  withoutPassword,
} from '@parallax/platform';
import { archiverConfig, topicsOf } from './config.ts';
import { startArchiver } from './pipeline.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = archiverConfig(process.argv.slice(2), process.env);
    const experiment = await loadExperiment(config.experiment);
    const logger = life.use('the logger', openLogger({ service: 'archiver', to: 'stderr', level: config.logLevel }));
    const log = life.use('the event log', await openLog(config.log));
    const archive = life.use('the archive', openArchive(config.archive));
    const archiver = await startArchiver(
      { log, archive, telemetry: openTelemetry('archiver', logger) },
      {
        experiment: experiment.name,
        topics: topicsOf(experiment),
        limits: { records: config.chunkRecords, bytes: config.chunkBytes },
        tail: { quietMs: config.tailQuietMs, maxAgeMs: config.tailMaxAgeMs },
      },
    );
    life.own('the archiver', () => archiver.stop());
    logger.info(
      { topics: topicsOf(experiment), archive: archive.address, log: withoutPassword(config.log) },
      'Archiving.',
    );
    if (config.untilCaughtUp) {
      process.stdout.write(`${JSON.stringify(await archiver.caughtUp())}\n`);
      return 0;
    }
    const ended = await Promise.race([archiver.ended, life.stopping.then(() => undefined)]);
    if (ended !== undefined) throw ended;
    return 0;
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? `\n  ${error.cure}` : '';
      process.stderr.write(`archiver: ${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
