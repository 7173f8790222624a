// Standalone is told to stop while it is starting: at whichever step, it ends in order.
import { loadExperiment, systemClock } from '@parallax/platform';
import { experimentFile, memoryArchive, memoryLog, memoryStore, stoppedStarts } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { runStandalone } from './run.ts';

const SHUFFLED = `experiment: x
legacy: { topic: a, shuffle: true }
candidate: { topic: b }
`;

test('told to stop at any step of its start, it ends in order and says nothing of a failure', async () => {
  const experiment = await loadExperiment(experimentFile(SHUFFLED));
  const runs = await stoppedStarts({
    started: 'standalone-started',
    async world() {
      const log = memoryLog({ clock: systemClock.now });
      for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 2 });
      return { log, store: memoryStore(), archive: memoryArchive() };
    },
    work: (life, parts, logger) =>
      runStandalone(
        life,
        {
          experiment,
          log: '',
          store: '',
          archive: '',
          privacyKey: '',
          from: 'default',
          untilCaughtUp: true,
          complete: false,
          logger,
          onVerdict: () => undefined,
          everyMs: 1_000,
        },
        parts,
      ),
  });
  expect(runs.map(({ at }) => at)).toEqual(expect.arrayContaining(['parts.openLog', 'store.migrate', 'log.consume']));
  expect(runs).toEqual(runs.map(({ at }) => ({ at, code: 130, errors: [], misused: [] })));
});
