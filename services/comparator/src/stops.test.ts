// The comparator is told to stop while it is starting: at whichever step, it ends in order.
import { systemClock } from '@parallax/platform';
import { experimentFile, memoryArchive, memoryLog, memoryStore, stoppedStarts } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { comparatorConfig } from './config.ts';
import { runComparator } from './run.ts';

const EXPERIMENT = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n';

test('told to stop at any step of its start, it ends in order and says nothing of a failure', async () => {
  const config = comparatorConfig([experimentFile(EXPERIMENT), '--until-caught-up', '--forget'], {});
  const runs = await stoppedStarts({
    started: 'comparator-started',
    async world() {
      const log = memoryLog({ clock: systemClock.now });
      for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 2 });
      return { log, store: memoryStore(), archive: memoryArchive() };
    },
    work: (life, parts, logger) => runComparator(life, config, logger, () => undefined, 'x.yaml', parts),
  });
  const steps = ['parts.openLog', 'parts.openStore', 'store.migrate', 'log.deleteGroup', 'log.consume', undefined];
  expect(runs.map(({ at }) => at)).toEqual(expect.arrayContaining(steps));
  expect(runs).toEqual(runs.map(({ at }) => ({ at, code: 130, errors: [], misused: [] })));
});
