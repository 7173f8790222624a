// The archiver is told to stop while it is starting: at whichever step, it ends in order.
import { systemClock } from '@parallax/platform';
import { experimentFile, memoryArchive, memoryLog, memoryStore, stoppedStarts } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { archiverConfig } from './config.ts';
import { runArchiver } from './run.ts';

const EXPERIMENT = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n';

test('told to stop at any step of its start, it ends in order and says nothing of a failure', async () => {
  const config = archiverConfig([experimentFile(EXPERIMENT), '--until-caught-up'], {});
  const runs = await stoppedStarts({
    started: 'archiver-started',
    async world() {
      const log = memoryLog({ clock: systemClock.now });
      for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 2 });
      return { log, store: memoryStore(), archive: memoryArchive() };
    },
    work: (life, parts, logger) => runArchiver(life, config, logger, () => undefined, 'x.yaml', parts),
  });
  expect(runs.map(({ at }) => at)).toEqual(['parts.openLog', 'log.topics', 'log.consume', undefined]);
  expect(runs).toEqual(runs.map(({ at }) => ({ at, code: 130, errors: [], misused: [] })));
});
