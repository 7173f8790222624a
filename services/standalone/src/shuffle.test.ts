// A shuffler and a comparator together: what is judged, and counted, is what would have been if both systems had placed
// their ids alike, whatever happens to the shuffler.

import { mortal, World } from '@parallax/comparator/testing';
import { type NewRecord, shuffledTopic, shufflerGroup } from '@parallax/core';
import { mixedTraffic, type Traffic } from '@parallax/platform/testing';
import { type ShufflerOptions, type ShufflerPorts, type Shuffling, startShuffler } from '@parallax/shuffler';
import { beforeAll, describe, expect, test } from 'vitest';
import { byCrc, experiment, type Judged, judged, oracleOf } from './testing/shuffle-oracle.ts';

const traffic = mixedTraffic(5, 150);
const TARGET = shuffledTopic('x', 'candidate', 'default');

const SHUFFLED = experiment(['candidate']);

/** Anywhere, as a system without keys does. */
function scattered(records: readonly NewRecord[], partitions: number): NewRecord[] {
  return records.map((record, i) => ({ ...record, partition: ((i * 2_654_435_761) >>> 8) % partitions }));
}

async function write(world: World, { legacy, candidate }: Traffic): Promise<void> {
  await world.append('a', legacy);
  await world.append('b', byCrc(candidate, 6));
}

async function shuffler(
  world: World,
  ports: Partial<ShufflerPorts> = {},
  options: Partial<ShufflerOptions> = {},
): Promise<Shuffling> {
  const { telemetry, clock } = world;
  const log = ports.log ?? world.log.connect();
  return startShuffler({ telemetry, clock, log, ...ports }, { experiment: SHUFFLED, ...options });
}

let oracle: Judged;
let withoutOrder: Judged;
beforeAll(async () => {
  oracle = await oracleOf(traffic);
  withoutOrder = await oracleOf(traffic, false);
});

async function judgedAfter(world: World, between: () => Promise<unknown> = async () => undefined) {
  await write(world, traffic.first);
  await world.catchUp({ experiment: SHUFFLED });
  await between();
  await write(world, traffic.second);
  await world.catchUp({ experiment: SHUFFLED });
  return judged(world.store);
}

describe('a candidate that places ids anywhere', () => {
  test('is judged as if it had placed them as legacy does, and every event of it is counted once', async () => {
    const world = await new World({ topics: { a: 4, b: 6 } }).open();
    const running = await shuffler(world);
    expect(await judgedAfter(world)).toEqual(oracle);
    await running.stop();
    const total = Object.entries(oracle.ledger).filter(([column]) => column.startsWith('candidate'));
    expect(total.reduce((sum, [, events]) => sum + events, 0)).toBe(
      traffic.first.candidate.length + traffic.second.candidate.length,
    );
  });

  test('its records stand in the shuffled topic as they were, and say where', async () => {
    const world = await new World({ topics: { a: 4, b: 6 } }).open();
    await world.append('b', [
      { partition: 5, key: null, timestamp: 17, value: null, headers: [['correlation-id', Buffer.from('1')]] },
      { partition: 5, key: Buffer.from([0, 255]), timestamp: 16, value: Buffer.from('{'), headers: [['x', null]] },
    ]);
    const running = await shuffler(world);
    await running.caughtUp();
    await running.stop();
    const records = [];
    for (let partition = 0; partition < 4; partition++)
      records.push(...(await world.log.read(TARGET, partition, 0, 99)));
    const events = records.filter(({ headers }) => headers.some(([name]) => name === 'x-parallax-shuffle-source'));
    expect(events.map(({ key, timestamp, value, headers }) => ({ key, timestamp, value, headers }))).toEqual(
      expect.arrayContaining([
        {
          key: null,
          timestamp: 17,
          value: null,
          headers: [
            ['correlation-id', new Uint8Array(Buffer.from('1'))],
            ['x-parallax-shuffle-source', new Uint8Array(Buffer.from('b/5/0'))],
          ],
        },
        {
          key: new Uint8Array([0, 255]),
          timestamp: 16,
          value: new Uint8Array(Buffer.from('{')),
          headers: [
            ['x', null],
            ['x-parallax-shuffle-source', new Uint8Array(Buffer.from('b/5/1'))],
          ],
        },
      ]),
    );
    expect(events).toHaveLength(2);
  });

  test.each([['legacy', 'candidate'] as const, ['candidate', 'legacy'] as const])(
    'both sides may be shuffled, into as many partitions as the larger has',
    async (...sides) => {
      const both = experiment(sides);
      const world = await new World({ topics: { a: 3, b: 6 } }).open();
      const running = await shuffler(world, {}, { experiment: both });
      for (const half of [traffic.first, traffic.second]) {
        await world.append('a', scattered(half.legacy, 3));
        await world.append('b', scattered(half.candidate, 6));
        await world.catchUp({ experiment: both });
      }
      await running.stop();
      expect(judged(world.store, false)).toEqual(withoutOrder);
      const infos = await world.log.topics();
      expect(infos.filter(({ topic }) => topic.includes('.shuffle.')).map(({ partitions }) => partitions)).toEqual([
        6, 6,
      ]);
    },
  );
});

describe('the shuffler dies', () => {
  test.each([true, false])('at any of its calls (before it is made: %s), and another goes on', async (before) => {
    let calls = Number.POSITIVE_INFINITY;
    for (let at = 1; at <= calls; at += 2) {
      const world = await new World({ topics: { a: 4, b: 6 } }).open();
      await write(world, traffic.first);
      const ports = mortal(world, at, before);
      const { log, clock } = ports;
      const first = shuffler(world, clock === undefined ? { log } : { log, clock });
      const done = first.then((running) => running.caughtUp());
      const outcome = await Promise.race([ports.died.then(() => 'died'), done.then(() => 'done')]);
      if (outcome === 'done') calls = at;
      else {
        const second = await shuffler(world);
        await world.catchUp({ experiment: SHUFFLED });
        await write(world, traffic.second);
        await world.catchUp({ experiment: SHUFFLED });
        await second.stop();
        expect(judged(world.store), `call ${at}`).toEqual(oracle);
      }
    }
    expect(calls).toBeGreaterThan(8);
  });
});

test('the comparator dies at any of its calls, all is shuffled once more, and the next one counts nothing twice', async () => {
  let calls = Number.POSITIVE_INFINITY;
  // Never commits but where it begins: the next one begins there, too.
  const forgetful = { pace: { commitMs: 86_400_000 } };
  for (let at = 5; at <= calls; at += 7) {
    const world = await new World({ topics: { a: 4, b: 6 } }).open();
    const client = world.log.connect();
    await shuffler(world, { log: client }, forgetful);
    await write(world, traffic.first);
    const ports = mortal(world, at, at % 2 === 0);
    const { log, store, clock } = ports;
    const around = { log, store, ...(clock === undefined ? {} : { clock }) };
    const done = world.start({ experiment: SHUFFLED }, around).then((comparator) => comparator.caughtUp());
    const isDead = await Promise.race([ports.died.then(() => true), done.then(() => false)]);
    if (isDead) {
      client.crash();
      const again = await shuffler(world, {}, forgetful);
      await again.caughtUp();
      await world.catchUp({ experiment: SHUFFLED });
      await write(world, traffic.second);
      await world.catchUp({ experiment: SHUFFLED });
      await again.stop();
      expect(judged(world.store), `call ${at}`).toEqual(oracle);
    } else calls = at;
  }
  expect(calls).toBeGreaterThan(20);
});

test('one that was thought dead goes on writing what another has written: nothing is counted twice', async () => {
  const world = await new World({ topics: { a: 4, b: 6 }, groups: 'takeover' }).open();
  await write(world, traffic.first);
  const zombie = world.log.connect();
  const first = await shuffler(world, { log: zombie });
  await world.telemetry.seen('records-shuffled');
  const second = await shuffler(world);
  await second.caughtUp();
  // It still believes in its own generation, and shuffles all that comes, too.
  const result = await judgedAfterFirst(world);
  await second.stop();
  await first.stop();
  expect(result).toEqual(oracle);
});

async function judgedAfterFirst(world: World) {
  await world.catchUp({ experiment: SHUFFLED });
  await write(world, traffic.second);
  await world.catchUp({ experiment: SHUFFLED });
  return judged(world.store);
}

test('several share the partitions, come and go: every event is counted once', async () => {
  const world = await new World({ topics: { a: 4, b: 6 }, groups: 'shared' }).open();
  const first = await shuffler(world);
  const others: Shuffling[] = [];
  await write(world, traffic.first);
  others.push(await shuffler(world), await shuffler(world));
  await world.catchUp({ experiment: SHUFFLED });
  await first.stop();
  await write(world, traffic.second);
  world.log.rebalance(shufflerGroup('x'));
  await world.catchUp({ experiment: SHUFFLED });
  await Promise.all(others.map((other) => other.stop()));
  expect(judged(world.store)).toEqual(oracle);
});

test('while it is stopped nothing is called missing and no side is out, however far legacy is read', async () => {
  const world = await new World({ topics: { a: 4, b: 6 } }).open();
  const before = await shuffler(world);
  await write(world, traffic.first);
  await world.catchUp({ experiment: SHUFFLED });
  const known = judged(world.store);
  await before.stop();
  const comparator = await world.start({ experiment: SHUFFLED });
  await write(world, traffic.second);
  const ids = Array.from({ length: 60 }, (_, i) => `later-${i}`);
  const events = ids.map((id) => {
    const headers = [['correlation-id', Buffer.from(id)] as const];
    return { key: Buffer.from(id), value: Buffer.from('1'), headers, timestamp: world.clock.now() };
  });
  await world.append('a', events);
  await world.append('b', byCrc(events, 6));
  // Fifteen deadlines.
  await world.clock.sleep(30_000);
  expect(await world.telemetry.seen('shuffle-behind')).toMatchObject({ level: 'warn' });
  expect(world.store.pairs().filter(({ state, id }) => state !== 'provisional' && id.startsWith('later-'))).toEqual([]);
  expect(Object.keys(judged(world.store).pairs)).toEqual(Object.keys(known.pairs));
  expect(world.telemetry.events.filter(({ name }) => name.startsWith('outage'))).toEqual([]);
  const after = await shuffler(world);
  await comparator.caughtUp();
  await comparator.stop();
  await after.stop();
  const { pairs } = judged(world.store);
  for (const id of ids) expect(pairs[id]).toMatch(/^match judged/);
  expect(Object.fromEntries(Object.entries(pairs).filter(([id]) => !id.startsWith('later-')))).toEqual(oracle.pairs);
});

describe('what the source no longer has', () => {
  const answers = (ids: readonly string[], time: number) =>
    ids.map((id) => {
      const headers = [['correlation-id', Buffer.from(id)] as const];
      return { key: Buffer.from(id), value: Buffer.from('1'), headers, timestamp: time };
    });
  const names = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);

  test('when it is to be shuffled is counted as lost, and what it may have answered is not called missing', async () => {
    const world = await new World({ topics: { a: 4, b: 1 } }).open();
    const both = async (ids: readonly string[]) => {
      await world.append('a', answers(ids, world.clock.now()));
      await world.append(
        'b',
        answers(ids, world.clock.now()).map((one) => ({ ...one, partition: 0 })),
      );
    };
    await both(names('before', 20));
    const first = await shuffler(world);
    await world.catchUp({ experiment: SHUFFLED });
    await first.stop();
    await both(names('expired', 12));
    world.log.expire('b', 0, 32);
    await both(names('after', 20));
    const second = await shuffler(world);
    await world.catchUp({ experiment: SHUFFLED });
    await second.stop();
    const { pairs, ledger } = judged(world.store);
    expect(ledger).toEqual({
      'legacy agreed': 40,
      'legacy undecided': 12,
      'candidate agreed': 40,
      'candidate lost': 12,
    });
    for (const id of names('expired', 12)) expect(pairs[id]).toMatch(/^inconclusive judged/);
  });

  test('because shuffling began later is before the start, though the shuffled topic begins at 0', async () => {
    const world = await new World({ topics: { a: 4, b: 2 } }).open();
    const time = world.clock.now();
    await world.append('a', answers([...names('early', 8), ...names('late', 8)], time));
    await world.append('b', byCrc(answers(names('early', 8), time), 2));
    const running = await shuffler(world, {}, { from: 'now' });
    await running.caughtUp();
    await world.append('b', byCrc(answers(names('late', 8), time), 2));
    await world.catchUp({ experiment: SHUFFLED });
    await running.stop();
    expect(judged(world.store).ledger).toEqual({
      'legacy agreed': 8,
      'legacy before-start': 8,
      'candidate agreed': 8,
    });
  });
});

test('with complete ends nothing waits, and a source that grows meanwhile is refused', async () => {
  const world = await new World({ topics: { a: 4, b: 6 } }).open();
  await write(world, traffic.first);
  await write(world, traffic.second);
  const running = await shuffler(world);
  await running.caughtUp();
  await world.catchUp({ experiment: SHUFFLED, complete: true });
  await running.stop();
  const { ledger } = judged(world.store);
  expect(ledger['legacy open']).toBeUndefined();
  expect(ledger['candidate open']).toBeUndefined();
  const grown = await new World({ topics: { a: 4, b: 6 } }).open();
  await write(grown, traffic.first);
  const comparator = await grown.start({ experiment: SHUFFLED, complete: true });
  const caughtUp = comparator.caughtUp();
  // Nothing has been shuffled yet, so it waits, and knows the ends.
  await grown.clock.sleep(1_000);
  await write(grown, traffic.second);
  const shuffling = await shuffler(grown);
  await expect(caughtUp).rejects.toMatchObject({ code: 'source-grew' });
  await comparator.stop();
  await shuffling.stop();
});
