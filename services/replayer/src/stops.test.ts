// The replayer is told to stop while it is starting: at whichever step, it ends in order.
import { systemClock } from '@parallax/platform';
import { experimentFile, memoryArchive, memoryLog, memoryStore, stoppedStarts } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { replayerConfig } from './config.ts';
import { keep } from './doubles.ts';
import { runReplayer } from './run.ts';

const EXPERIMENT = `experiment: x
correlation: [header:id]
input: { topic: in }
legacy: { topic: a }
candidate: { topic: b, input: in.b, group: g }
`;

test('told to stop at any step of its start, it ends in order and says nothing of a failure', async () => {
  const config = replayerConfig([experimentFile(EXPERIMENT), '--run', 'build-b'], {});
  const runs = await stoppedStarts({
    started: 'run-opened',
    async world() {
      const [log, archive] = [memoryLog({ clock: systemClock.now }), memoryArchive()];
      for (const topic of ['in', 'a', 'b', 'in.b']) await log.ensureTopic({ topic, partitions: 1 });
      await keep(archive, 'in', [{ partition: 0, at: 1, id: 'one' }]);
      await keep(archive, 'a', [{ partition: 0, at: 2, id: 'one' }]);
      return { log, store: memoryStore(), archive };
    },
    work: (life, parts, logger) => runReplayer(life, config, logger, () => undefined, 'x.yaml', parts),
  });
  const steps = ['parts.openLog', 'parts.openStore', 'store.migrate', 'log.consume', 'store.write', undefined];
  expect(runs.map(({ at }) => at)).toEqual(expect.arrayContaining(steps));
  expect(runs).toEqual(runs.map(({ at }) => ({ at, code: 130, errors: [], misused: [] })));
});
