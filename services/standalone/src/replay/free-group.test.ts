// A group is waited for while somebody is in it, and not for ever.
import { memoryLog } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { untilGroupIsFree } from './free-group.ts';

const settings = { log: 'memory:', run: 'r', input: 'in', outputs: { default: 'out' }, group: 'g' };
const idle = { assigned: async () => [], batch: () => undefined };

async function occupied() {
  let time = 0;
  const log = memoryLog({ clock: () => time });
  await log.ensureTopic({ topic: 'in', partitions: 1 });
  const other = await log.consume({ group: 'g', topics: ['in'] }, idle);
  const sleepThen = (wake: () => void) => ({
    now: () => time,
    sleep: async (ms: number) => {
      time += ms;
      wake();
    },
  });
  return { log, other, sleepThen };
}

test('it is free as soon as the last one has left, and stays so', async () => {
  const { log, other, sleepThen } = await occupied();
  await untilGroupIsFree(
    log,
    settings,
    sleepThen(() => void other.stop()),
  );
  const next = await log.consume({ group: 'g', topics: ['in'] }, idle);
  await next.stop();
});

test('one who stays is told of', async () => {
  const { log, sleepThen } = await occupied();
  await expect(
    untilGroupIsFree(
      log,
      settings,
      sleepThen(() => undefined),
    ),
  ).rejects.toMatchObject({
    code: 'build-in-use',
    cure: expect.stringContaining('start the same replay again'),
  });
});
