// Nothing lost, nothing doubled: rows, differences and ledger do not depend on crashes, nor on what store and log do.
import { isRetryable } from '@parallax/core';
import { mixedTraffic, type WriteFate } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparatorGroup } from './comparing.ts';
import { mortal } from './testing/mortal.ts';
import { type Visible, World, type WorldOptions } from './testing/world.ts';

const GROUP = comparatorGroup('x', 'live');
const traffic = mixedTraffic(1, 120);

interface Half {
  readonly append: (world: World) => Promise<void>;
}

const HALVES: readonly Half[] = [traffic.first, traffic.second].map(({ legacy, candidate }) => ({
  async append(world) {
    await world.append('a', legacy);
    await world.append('b', candidate);
  },
}));

async function run(options: WorldOptions, live: (world: World) => Promise<void>): Promise<World> {
  const world = await new World(options).open();
  for (const half of HALVES) {
    await half.append(world);
    await live(world);
  }
  return world;
}

async function undisturbed(): Promise<Visible> {
  const world = await run({}, async (world) => void (await world.catchUp()));
  return world.visible();
}

test('dying at any call to the log or the store, again and again, changes nothing that is seen', async () => {
  const expected = await undisturbed();
  // A life makes about a hundred calls: later deaths are none.
  const fates = fc.array(fc.constantFrom<WriteFate>('apply', 'refuse', 'tear', 'lose-answer'), { maxLength: 30 });
  const death = fc.record({ at: fc.integer({ min: 1, max: 120 }), before: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(
      fc.array(death, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fates,
      async (deaths, isSmall, fates) => {
        // 50: every checkpoint lies beside the commit.
        const options = { metadataBytes: isSmall ? 4096 : 50 };
        const world = await run({ fate: (count) => fates[count] ?? 'apply' }, async (world) => {
          for (const { at, before } of deaths) {
            const ports = mortal(world, at, before);
            await Promise.race([world.catchUp(options, ports).catch(() => undefined), ports.died]);
          }
          await world.catchUp(options);
        });
        expect(world.visible()).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever befalls writes, rows and ledger are the same', async () => {
  const expected = await undisturbed();
  const fate = fc.constantFrom<WriteFate>('apply', 'refuse', 'tear', 'lose-answer');
  await fc.assert(
    fc.asyncProperty(fc.array(fate, { maxLength: 12 }), async (fates) => {
      const world = await run(
        { fate: (count) => fates[count] ?? 'apply' },
        async (world) => void (await world.catchUp()),
      );
      expect(world.visible()).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('a restart between any two batches goes on exactly', async () => {
  const expected = await undisturbed();
  const world = await run({}, async (world) => {
    for (let turn = 0; turn < 10; turn++) {
      const comparator = await world.start({ pace: { cutMs: 1, workMs: 1 } });
      for (let i = 0; i <= turn; i++) await world.clock.sleep(1);
      await comparator.stop();
    }
    await world.catchUp();
  });
  expect(world.visible()).toEqual(expected);
});

describe('a store that is down', () => {
  test('is waited for: told once, nothing is committed meanwhile, and it goes on when the store is back', async () => {
    let isDown = true;
    const world = await new World({ fate: () => (isDown ? 'refuse' : 'apply') }).open();
    await HALVES[0]?.append(world);
    const comparator = await world.start();
    const done = comparator.caughtUp();
    await world.telemetry.seen('store-unavailable', 5);
    expect(await world.log.committed(GROUP, ['a', 'b'])).toEqual([]);
    expect(world.store.pairs()).toEqual([]);
    isDown = false;
    await done;
    await comparator.stop();
    expect(world.store.pairs()).toHaveLength(Object.values(traffic.outcomes).reduce((a, b) => a + b, 0));
    const loud = world.telemetry.events.filter(({ level, name }) => level === 'warn' && name.startsWith('store'));
    expect(loud.map(({ name }) => name)).toEqual(['store-unavailable']);
    expect(world.telemetry.events.map(({ name }) => name)).toContain('store-back');
  });

  test('does not keep it from stopping: what was not written is judged again at the next start', async () => {
    const expected = await undisturbed();
    let isDown = true;
    const world = await run({ fate: () => (isDown ? 'refuse' : 'apply') }, async (world) => {
      isDown = true;
      const comparator = await world.start();
      await world.telemetry.seen('store-unavailable');
      await comparator.stop();
      expect(await comparator.ended).toBeUndefined();
      isDown = false;
      await world.catchUp();
    });
    expect(world.telemetry.events.map(({ name }) => name)).toContain('left-for-next-start');
    expect(world.visible()).toEqual(expected);
  });

  test('that answers late holds the commit back until the rows are there', async () => {
    const world = await new World({ fate: (count) => (count === 0 ? 'hold' : 'apply') }).open();
    await HALVES[0]?.append(world);
    const comparator = await world.start();
    await expect.poll(() => world.store.held.length).toBe(1);
    for (let i = 0; i < 50; i++) await world.clock.sleep(100);
    expect(await world.log.committed(GROUP, ['a', 'b'])).toEqual([]);
    world.store.held[0]?.apply();
    await comparator.caughtUp();
    expect(await world.log.committed(GROUP, ['a', 'b'])).toHaveLength(4);
    await comparator.stop();
  });
});

describe('stopping', () => {
  test('commits what was judged, so that the next start reads nothing again', async () => {
    const world = await new World().open();
    await HALVES[0]?.append(world);
    const comparator = await world.start();
    await world.telemetry.seen('rows-written');
    await comparator.stop();
    const rows = world.store.pairs().length;
    expect(await world.log.committed(GROUP, ['a', 'b'])).toHaveLength(4);
    const next = await world.catchUp();
    expect(rows + next.rows).toBeGreaterThanOrEqual(world.store.pairs().length);
    expect((await world.catchUp()).rows).toBe(0);
  });

  test('before it has caught up says so to who waits for that', async () => {
    const world = await new World().open();
    await HALVES[0]?.append(world);
    const comparator = await world.start();
    const waiting = comparator.caughtUp();
    const stopped = comparator.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'comparator-stopped' });
    await stopped;
    expect(await comparator.ended).toBeUndefined();
  });

  test('twice is fine', async () => {
    const world = await new World().open();
    const comparator = await world.start();
    await Promise.all([comparator.stop(), comparator.stop()]);
    await comparator.stop();
  });
});

test('a new generation goes on from the last commit, and the old one commits nothing more', async () => {
  const expected = await undisturbed();
  const world = await run({}, async (world) => {
    const comparator = await world.start({ pace: { cutMs: 50 } });
    for (let i = 0; i < 6; i++) {
      await world.clock.sleep(70);
      world.log.rebalance(GROUP);
    }
    await comparator.caughtUp();
    await comparator.stop();
  });
  expect(world.visible()).toEqual(expected);
});

test('a handler that fails for good ends the comparator with what it was', async () => {
  const world = await new World().open();
  const log = world.log.connect();
  log.read = () => Promise.reject(new TypeError('no such thing'));
  await expect(world.start({}, { log })).rejects.toThrow('no such thing');
  const later = await world.start();
  await later.stop();
  expect(isRetryable(await later.ended)).toBe(false);
});
