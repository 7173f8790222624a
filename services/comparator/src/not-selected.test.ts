// Ids that nobody wants to be judged are counted, and neither judged nor missed, however they come and after a restart.
import { macFor } from '@parallax/platform';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { EXPERIMENT, experiment, World } from './testing/world.ts';

const event = (id: string, value: unknown) => ({
  partition: 0,
  timestamp: TRAFFIC_BEGINS,
  key: null,
  value: Buffer.from(JSON.stringify(value)),
  headers: [['correlation-id', Buffer.from(id)] as const],
});
const judges = (id: string) => !id.startsWith('warm');

async function written(): Promise<World> {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  await world.append('a', [event('one', 1), event('warm-1', 1)]);
  await world.append('b', [event('warm-1', 2), event('warm-2', 1), event('one', 1), event('warm-2', 1)]);
  return world;
}

const LEDGER = [
  'default/0 candidate agreed 1',
  'default/0 candidate not-selected 3',
  'default/0 legacy agreed 1',
  'default/0 legacy not-selected 1',
];

test('they are counted as not selected, and have no row', async () => {
  const world = await written();
  await world.catchUp({ means: { judges } });
  const { pairs, ledger } = world.visible();
  expect(Object.keys(pairs)).toEqual(['one']);
  expect(ledger).toEqual(LEDGER);
});

test('they are counted once by one process after another', async () => {
  const world = await written();
  await world.catchUp({ means: { judges } });
  await world.append('b', [event('warm-3', 1)]);
  await world.catchUp({ means: { judges } });
  expect(world.visible().ledger).toEqual(LEDGER.map((line) => line.replace('selected 3', 'selected 4')));
});

test('they are known by the id in the event, although rows have it masked', async () => {
  const world = await written();
  const masked = experiment(`${EXPERIMENT}privacy: { id: hmac }\n`);
  await world.catchUp({ experiment: masked, means: { judges, mac: macFor('a key') } });
  expect(world.visible().ledger).toEqual(LEDGER);
});
