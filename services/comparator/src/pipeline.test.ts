// What the comparator makes of two logs: rows, ledger, and what it says of what it cannot judge.
import { crc32 } from 'node:zlib';
import { type Consumption, type EventLog, type NewRecord, partitionOfKey } from '@parallax/core';
import { mixedTraffic, TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { describe, expect, test } from 'vitest';
import { comparatorGroup } from './comparing.ts';
import { experiment, World } from './testing/world.ts';

function record(id: string, value: string, partition = 0, timestamp = TRAFFIC_BEGINS): NewRecord {
  return { partition, key: null, timestamp, value: Buffer.from(value), headers: [['correlation-id', Buffer.from(id)]] };
}

function outcomes(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of world.store.pairs()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test('mixed traffic on several partitions is judged as it was made, and the ledger holds every event once', async () => {
  const traffic = mixedTraffic(7, 200);
  const world = await new World({ topics: { a: 3, b: 3 } }).open();
  await world.append('a', traffic.first.legacy);
  await world.append('b', traffic.first.candidate);
  await world.catchUp();
  await world.append('a', traffic.second.legacy);
  await world.append('b', traffic.second.candidate);
  const { ledger, openPairs } = await world.catchUp();
  expect(outcomes(world)).toEqual(traffic.outcomes);
  expect(openPairs).toBe(0);
  const total = (side: 'legacy' | 'candidate') =>
    Object.values(ledger.default?.[side] ?? {}).reduce((a, b) => a + b, 0);
  expect([total('legacy'), total('candidate')]).toEqual([
    traffic.first.legacy.length + traffic.second.legacy.length,
    traffic.first.candidate.length + traffic.second.candidate.length,
  ]);
});

test('what comes while it runs is judged without a restart', async () => {
  const world = await new World().open();
  const comparator = await world.start();
  await comparator.caughtUp();
  await world.append('a', [record('1', '1'), record('2', '2')]);
  await world.append('b', [record('1', '1'), record('2', '3')]);
  await comparator.caughtUp();
  expect(outcomes(world)).toEqual({ match: 1, mismatch: 1 });
  await comparator.stop();
});

test('with complete ends nothing waits: a side alone is missing at once', async () => {
  const world = await new World().open();
  await world.append('a', [record('1', '1'), record('2', '2')]);
  await world.append('b', [record('1', '1')]);
  const began = world.clock.now();
  await world.catchUp({ complete: true });
  expect(outcomes(world)).toEqual({ match: 1, 'missing-candidate': 1 });
  expect(world.clock.now() - began).toBeLessThan(1_000);
});

test('a silent candidate is not called missing: its pairs are shown and stay open, though legacy goes on', async () => {
  const world = await new World().open();
  const legacy = (from: number) => Array.from({ length: 30 }, (_, i) => record(`${from + i}`, '1', i % 2));
  await world.append('a', legacy(0));
  const comparator = await world.start();
  let flowing = true;
  const flow = async () => {
    for (let i = 100; flowing; i += 30) {
      await world.append('a', legacy(i));
      await world.clock.sleep(100);
    }
  };
  const feeding = flow();
  const { ledger } = await comparator.caughtUp();
  flowing = false;
  await feeding;
  expect(ledger.default?.legacy).toMatchObject({ diverged: 0, open: expect.any(Number) });
  expect(ledger.default?.legacy.open).toBeGreaterThanOrEqual(30);
  expect(new Set(world.store.pairs().map(({ state }) => state))).toEqual(new Set(['provisional']));
  await world.append('b', legacy(0));
  await comparator.caughtUp();
  expect(outcomes(world).match).toBe(30);
  await comparator.stop();
});

test('a candidate that has not consumed its input is waited for, and called missing once it has', async () => {
  const world = await new World({ topics: { a: 1, b: 1, in: 1 } }).open();
  const text = `experiment: x
input: { topic: in }
legacy: { topic: a }
candidate: { topic: b, group: build }
window: { settle: 200ms, deadline: 2s }
`;
  await world.append('in', [record('1', '1'), record('2', '2')]);
  await world.append('a', [record('1', '1'), record('2', '2')]);
  await world.append('b', [record('1', '1')]);
  const options = { experiment: experiment(text) };
  await world.catchUp(options);
  expect(world.store.pairs().map(({ id, outcome, state }) => [id, outcome, state])).toEqual([
    ['1', 'match', 'final'],
    ['2', 'missing-candidate', 'provisional'],
  ]);
  const generation = Promise.withResolvers<number>();
  const build = await world.log.consume(
    { group: 'build', topics: ['in'] },
    {
      assigned: async (number) => {
        generation.resolve(number);
        return [];
      },
      batch: () => undefined,
    },
  );
  await build.commit(await generation.promise, [{ topic: 'in', partition: 0, offset: 2, metadata: '' }]);
  await world.catchUp(options);
  expect(world.store.pairs().map(({ id, outcome, state }) => [id, outcome, state])).toContainEqual([
    '2',
    'missing-candidate',
    'final',
  ]);
});

test('each output has its own pairs, and what is selected decides', async () => {
  const world = await new World({ topics: { p: 1, p2: 1, i: 1, i2: 1 } }).open();
  const text = `experiment: x
legacy: { outputs: { price: p, invoice: i }, select: /after }
candidate: { outputs: { price: p2, invoice: i2 } }
window: { settle: 200ms, deadline: 2s }
`;
  await world.append('p', [record('1', '{"before":0,"after":{"a":1}}')]);
  await world.append('p2', [record('1', '{"a":1.0}')]);
  await world.append('i', [record('1', '{"after":{"a":1}}')]);
  await world.append('i2', [record('1', '{"a":2}')]);
  const { ledger } = await world.catchUp({ experiment: experiment(text) });
  expect(Object.fromEntries(world.store.pairs().map(({ output, outcome }) => [output, outcome]))).toEqual({
    price: 'match',
    invoice: 'mismatch',
  });
  expect(ledger).toMatchObject({ price: { legacy: { agreed: 1 } }, invoice: { legacy: { diverged: 1 } } });
});

test('events that cannot be read are counted and told, the first of them aloud', async () => {
  const world = await new World().open();
  const bad = Array.from({ length: 8 }, () => ({ ...record('', '{"a":'), headers: [] }));
  await world.append('a', [...bad, record('1', '1')]);
  await world.append('b', [record('1', '1'), { ...record('', '{}', 1), headers: [] }]);
  const { ledger } = await world.catchUp();
  expect(ledger.default).toMatchObject({
    legacy: { undecodable: 8, agreed: 1 },
    candidate: { 'no-id': 1, agreed: 1 },
  });
  const told = world.telemetry.events.filter(({ name }) => name === 'event-unreadable');
  expect(told.map(({ level }) => level)).toEqual([...Array(5).fill('warn'), ...Array(3).fill('debug'), 'warn']);
  expect(told[0]?.message).toContain('offset 0 of a, partition 0');
});

test('catching up outlives a rebalance before its last commit: what was not committed is judged and counted again', async () => {
  const traffic = mixedTraffic(11, 60);
  const ledgers = [];
  for (const rebalances of [0, 1]) {
    const world = await new World().open();
    await world.append('a', traffic.first.legacy);
    await world.append('b', traffic.first.candidate);
    let left = rebalances;
    const reach = (point: string) => {
      if (point === 'comparator.after-window-cut' && left-- > 0) world.log.rebalance(comparatorGroup('x', 'live'));
    };
    // No cut but the last.
    await world.catchUp({ pace: { cutMs: 86_400_000 } }, { crash: { reach } });
    ledgers.push(world.visible().ledger);
  }
  expect(ledgers[1]).toEqual(ledgers[0]);
});

test('catching up waits for the ends of all its partitions: a log may not tell them at first', async () => {
  const world = await new World().open();
  await world.append('a', [record('1', '1'), record('2', '2', 1)]);
  await world.append('b', [record('1', '1'), record('2', '2', 1)]);
  const client = world.log.connect();
  const told = [0, 3, 0, 3, 0, 3, 0, 3];
  const consume: EventLog['consume'] = async (options, handlers) => {
    const consumption = await client.consume(options, handlers);
    const ends: Consumption['ends'] = async () => (await consumption.ends()).slice(0, told.shift());
    return new Proxy(consumption, {
      get: (target, name) => {
        const member: unknown = name === 'ends' ? ends : Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  };
  const log = new Proxy<EventLog>(client, {
    get: (target, name) => {
      const member: unknown = name === 'consume' ? consume : Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const { openPairs } = await world.catchUp({}, { log });
  expect(openPairs).toBe(0);
  expect(outcomes(world)).toEqual({ match: 2 });
});

test('absent topics are named, with those there are', async () => {
  const world = await new World({ topics: { a: 1, other: 1 } }).open();
  await expect(world.start()).rejects.toMatchObject({
    code: 'topics-absent',
    message: 'The event log memory: has no topic b. It has a, other.',
  });
});

describe('systems that place ids differently', () => {
  const CURE = expect.stringContaining('shuffle: true');

  test('on unequal partitions are refused before anything is read', async () => {
    const world = await new World({ topics: { a: 4, b: 6 } }).open();
    await expect(world.start()).rejects.toMatchObject({
      code: 'partition-counts-differ',
      message: expect.stringContaining('a has 4 partitions, b has 6'),
      cure: CURE,
    });
  });

  const murmured = (ids: readonly string[], count: number) =>
    ids.map((id) => record(id, '1', partitionOfKey(Buffer.from(id), count)));
  const byCrc = (ids: readonly string[], count: number) =>
    ids.map((id) => record(id, '1', crc32(Buffer.from(id)) % count));
  const some = Array.from({ length: 40 }, (_, i) => `order-${i}`);

  test.each([
    ['candidate', murmured, byCrc],
    ['legacy', byCrc, murmured],
    ['legacy: { shuffle: true }` and `candidate', byCrc, byCrc],
    // Either would do.
    ['candidate', murmured, murmured],
  ] as const)('are advised to shuffle the %s, by where their ids are seen to lie', async (named, a, b) => {
    const advice = expect.stringContaining(`Set \`${named}: { shuffle: true }\`, and`);
    const unequal = await new World({ topics: { a: 4, b: 6 } }).open();
    await unequal.append('a', a(some, 4));
    await unequal.append('b', b(some, 6));
    await expect(unequal.start()).rejects.toMatchObject({ code: 'partition-counts-differ', cure: advice });
    if (a === b) return;
    const equal = await new World({ topics: { a: 4, b: 4 } }).open();
    await equal.append('a', a(some, 4));
    await equal.append('b', b(some, 4));
    const comparator = await equal.start();
    expect(await comparator.ended).toMatchObject({ code: 'split-id', cure: advice });
  });

  // Java's clients hash keys by murmur2, librdkafka's by CRC32: on four partitions one id in four meets all the same.
  test.each([4, 1000])(
    'by murmur2 and CRC32 on %i partitions halt before anything is called missing',
    async (count) => {
      const world = await new World({ topics: { a: count, b: count } }).open();
      const ids = Array.from({ length: 40 }, (_, i) => `order-${i}`);
      const key = (id: string) => Buffer.from(id);
      await world.append(
        'a',
        ids.map((id) => record(id, '1', partitionOfKey(key(id), count))),
      );
      await world.append(
        'b',
        ids.map((id) => record(id, '1', crc32(key(id)) % count)),
      );
      const comparator = await world.start();
      expect(await comparator.ended).toMatchObject({
        code: 'split-id',
        message: expect.stringMatching(/the id "order-\d+" is in a partition \d+ and in b partition \d+/),
        cure: CURE,
      });
      expect(outcomes(world)).not.toHaveProperty('missing-legacy');
      expect(outcomes(world)).not.toHaveProperty('missing-candidate');
    },
  );
});

test('a second comparator of the same run is refused', async () => {
  const world = await new World().open();
  const first = await world.start();
  await expect(world.start()).rejects.toMatchObject({ code: 'group-locked' });
  await first.stop();
});

test('--from decides where a run without a checkpoint begins, and is told to be ignored where there is one', async () => {
  const earlier = [record('1', '1', 0, TRAFFIC_BEGINS), record('2', '2', 0, TRAFFIC_BEGINS + 60_000)];
  const judged = async (from: 'earliest' | 'now' | number) => {
    const world = await new World().open();
    await world.append('a', earlier);
    await world.append('b', earlier);
    const comparator = await world.start({ from });
    await comparator.caughtUp();
    await world.append('a', [record('3', '3')]);
    await world.append('b', [record('3', '3')]);
    await comparator.caughtUp();
    await comparator.stop();
    return world;
  };
  const ids = (world: World) => world.store.pairs().map(({ id }) => id);
  expect(ids(await judged('earliest'))).toEqual(['1', '2', '3']);
  expect(ids(await judged(TRAFFIC_BEGINS + 1))).toEqual(['2', '3']);
  const world = await judged('now');
  expect(ids(world)).toEqual(['3']);
  await world.catchUp({ from: 'earliest' });
  expect(ids(world)).toEqual(['3']);
  expect(await world.telemetry.seen('start-ignored')).toMatchObject({ fields: { from: 'earliest', partitions: 2 } });
});

test('a known difference that has expired counts again, and makes an epoch of its own', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const rules =
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nwindow: { settle: 200ms, deadline: 2s }\nrules: [{ known: { path: /n, owner: us, ticket: T-1, expires: 2999-01-01 } }]\n';
  const judgedAt = async (id: string, now: number) => {
    await world.append('a', [record(id, '{"n":1}')]);
    await world.append('b', [record(id, '{"n":2}')]);
    await world.catchUp({ experiment: experiment(rules), means: { now } });
    const row = world.store.pairs().find((pair) => pair.id === id);
    return [row?.outcome, row?.rules_version] as const;
  };
  const day = Date.UTC(2999, 0, 1);
  const [before, after] = [await judgedAt('1', day - 1), await judgedAt('2', day)];
  expect([before[0], after[0]]).toEqual(['known', 'mismatch']);
  expect(after[1]).toBeGreaterThan(before[1] ?? 0);
});

test('rows carry the epoch of their rules, which rises when rules change and stays when they do not', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const strict =
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nwindow: { settle: 200ms, deadline: 2s }\n';
  const epochOf = async (id: string, rules: string) => {
    await world.append('a', [record(id, '{"at":1}')]);
    await world.append('b', [record(id, '{"at":2}')]);
    await world.catchUp({ experiment: experiment(strict + rules) });
    const row = world.store.pairs().find((pair) => pair.id === id);
    return [row?.outcome, row?.rules_version] as const;
  };
  const told = () => world.telemetry.events.filter(({ name }) => name === 'rules-changed').length;
  const [first, same] = [await epochOf('1', ''), await epochOf('2', '')];
  expect(told()).toBe(0);
  const [changed, back] = [await epochOf('3', 'rules: [{ ignore: [/at] }]\n'), await epochOf('4', '')];
  expect([first[0], same[0], changed[0], back[0]]).toEqual(['mismatch', 'mismatch', 'equivalent', 'mismatch']);
  expect(same[1]).toBe(first[1]);
  expect(changed[1]).toBeGreaterThan(first[1] ?? 0);
  expect(back[1]).toBeGreaterThan(changed[1] ?? 0);
  expect(told()).toBe(2);
});
