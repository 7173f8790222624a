// Runs one of the demo's systems as a process of its own; silent while it is well.
import { Fault } from '@parallax/core';
import { openLog, runUntilSignal } from '@parallax/platform';
import { faultsOf } from '../faults.ts';
import { holdFor } from '../pace.ts';
import { buildConfig } from './config.ts';
import { startBuild } from './pipeline.ts';
import { rendererOf } from './renderers.ts';
import { reportUsage } from './usage.ts';

process.exitCode = await runUntilSignal(
  async (life) => {
    const config = buildConfig(process.argv.slice(2), process.env);
    const log = life.use('the event log', await openLog(config.log, config.access));
    const side = config.build === 'legacy' ? 'legacy' : 'candidate';
    // Nobody would stop a system whose demo was killed, and it would hold its group.
    if (process.connected) process.once('disconnect', () => void life.stop('the demo is gone'));
    const usage = reportUsage();
    life.own('the usage report', () => usage.stop());
    const options = {
      log,
      input: config.input,
      output: config.output,
      group: config.group,
      render: rendererOf(config.build),
      faults: config.faults === undefined ? new Map() : faultsOf(config.faults, side),
      now: () => new Date(),
      hold: holdFor,
      onPublished: () => usage.count(),
    };
    const build = await life.start(
      'the build',
      () => startBuild(options),
      (started) => started.stop(),
    );
    usage.send();
    const ended = await Promise.race([build.ended, life.stopping.then(() => undefined)]);
    if (ended instanceof Error) throw ended;
    return 0;
  },
  {
    onError: (error) => {
      const cure = error instanceof Fault && error.cure !== undefined ? ` ${error.cure}` : '';
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}${cure}\n`);
    },
  },
);
// The parent's channel, where there is one, would keep a finished process alive.
if (process.connected) process.disconnect();
