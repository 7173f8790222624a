// Log ends as one leader after another tells them.
import type Broker from 'kafkajs/src/broker/index.js';
import { expect, test } from 'vitest';
import type { Brokers } from '../brokers.ts';
import { LeaderEpochs } from './leader-epochs.ts';
import { EARLIEST, LATEST, listOffsets } from './offsets.ts';
import { Picture } from './picture.ts';

/** A cluster whose leader of t/0 answers one after the other with these ends, each told in an epoch. */
async function cluster(answers: readonly { readonly offset: number; readonly leaderEpoch: number }[]) {
  const left = [...answers];
  const partitionMetadata = [{ partitionId: 0, leader: 1, partitionErrorCode: 0 }];
  const topicMetadata = [{ topic: 't', topicErrorCode: 0, isInternal: false, partitionMetadata }];
  let renewals = 0;
  const brokers = {
    any: async () => ({}) as Broker,
    node: async () => ({}) as Broker,
    drop: () => undefined,
    metadata: async () => {
      renewals++;
      return { brokers: [], clusterId: null, controllerId: 1, topicMetadata };
    },
    ask: async () => {
      const next = left.shift();
      if (next === undefined) throw new Error('asked once more than there are answers');
      const partitions = [{ partition: 0, errorCode: 0, offset: String(next.offset), leaderEpoch: next.leaderEpoch }];
      return { responses: [{ topic: 't', partitions }] };
    },
  } as Partial<Brokers> as Brokers;
  const picture = new Picture(brokers);
  picture.watch(['t']);
  await picture.renew();
  const ask = async (at: typeof EARLIEST | typeof LATEST = LATEST) => {
    const { found } = await listOffsets(brokers, picture, [{ topic: 't', partition: 0 }], { at, withinMs: 1_000 });
    return found[0]?.offset;
  };
  return { ask, renewals: () => renewals };
}

test('an end told by a leader that was replaced is not taken, and the picture is renewed', async () => {
  const { ask, renewals } = await cluster([
    { offset: 100, leaderEpoch: 7 },
    { offset: 60, leaderEpoch: 6 },
    { offset: 101, leaderEpoch: 7 },
  ]);
  expect(await ask()).toBe(100);
  const before = renewals();
  expect(await ask()).toBeUndefined();
  expect(renewals()).toBe(before + 1);
  expect(await ask()).toBe(101);
});

test('an end told by a new leader is taken, also one that lies lower: that log has lost records', async () => {
  const { ask } = await cluster([
    { offset: 100, leaderEpoch: 7 },
    { offset: 60, leaderEpoch: 8 },
  ]);
  expect([await ask(), await ask()]).toEqual([100, 60]);
});

test('where a log begins is told in the epoch of its oldest record, and taken', async () => {
  const { ask } = await cluster([
    { offset: 100, leaderEpoch: 7 },
    { offset: 3, leaderEpoch: 0 },
  ]);
  expect([await ask(), await ask(EARLIEST)]).toEqual([100, 3]);
});

test('brokers that tell no epoch are taken at their word', async () => {
  const { ask } = await cluster([
    { offset: 100, leaderEpoch: 7 },
    { offset: 100, leaderEpoch: -1 },
  ]);
  expect([await ask(), await ask()]).toEqual([100, 100]);
});

test('an earlier epoch is believed after a minute of nothing else, for a topic made anew begins at 0 again', () => {
  let now = 0;
  const epochs = new LeaderEpochs(() => now);
  expect(epochs.isPast('t', 0, 5)).toBe(false);
  expect(epochs.isPast('t', 0, 0)).toBe(true);
  now = 59_999;
  expect(epochs.isPast('t', 0, 0)).toBe(true);
  expect(epochs.isPast('t', 0, 5)).toBe(false);
  now = 60_000;
  expect(epochs.isPast('t', 0, 0)).toBe(true);
  now = 120_000;
  expect(epochs.isPast('t', 0, 0)).toBe(false);
  expect(epochs.isPast('t', 0, 0)).toBe(false);
});
