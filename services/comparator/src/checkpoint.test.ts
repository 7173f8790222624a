// Checkpoints: small ones in the commit, large ones beside it; what cannot be trusted halts with the cure.
import type { CommitResult, Committed, NewRecord } from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { describe, expect, test } from 'vitest';
import { checkpointTopic } from './checkpoint-topic.ts';
import { comparatorGroup } from './comparing.ts';
import { mortal } from './testing/mortal.ts';
import { experiment, World } from './testing/world.ts';

const GROUP = comparatorGroup('x', 'live');
const TOPIC = checkpointTopic('x');

/** A cut of it does not fit: two events of three are open, at odd distances. */
const SPARSE = 14_000;
const WAITS = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nwindow: { settle: 1h, deadline: 2h }\n';
/** Pairs of both sides are judged at once, the others stay open. */
const SETTLES = WAITS.replace('1h', '1ms');

function events(from: number, to: number, keep: (i: number) => boolean = () => true): NewRecord[] {
  return Array.from({ length: to - from }, (_, i) => from + i)
    .filter(keep)
    .map((i) => ({
      partition: 0,
      key: null,
      timestamp: TRAFFIC_BEGINS,
      value: Buffer.from(String(i)),
      headers: [['correlation-id', Buffer.from(String(i))]],
    }));
}

/** Legacy events of which the candidate has answered the first ones; the others stay open. */
async function withOpenEvents(): Promise<World> {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const isOpen = (i: number) => i > 100 && (i * i) % 7 !== 0;
  await world.append('a', events(0, SPARSE));
  await world.append(
    'b',
    events(0, SPARSE, (i) => !isOpen(i)),
  );
  return world;
}

/** Runs until the first cut is committed, without waiting for absence. */
async function oneCut(world: World, text = SETTLES): Promise<void> {
  const seen = world.telemetry.events.filter(({ name }) => name === 'cut-committed').length;
  const comparator = await world.start({ experiment: experiment(text) });
  const halted = comparator.ended.then((error) => Promise.reject(error));
  await Promise.race([world.telemetry.seen('cut-committed', seen + 1), halted]);
  halted.catch(() => undefined);
  await comparator.stop();
}

async function keysOf(world: World): Promise<string[]> {
  const records = await world.log.read(TOPIC, 0, 0, 1_000);
  return records.filter(({ value }) => value !== null).map(({ key }) => String(Buffer.from(key ?? '')));
}

async function committed(world: World): Promise<readonly Committed[]> {
  return world.log.committed(GROUP, ['a', 'b']);
}

/** Overwrites what is committed. */
async function commit(world: World, offsets: readonly Committed[]): Promise<void> {
  const generation = Promise.withResolvers<number>();
  const consumption = await world.log.consume(
    { group: GROUP, topics: ['a', 'b'] },
    {
      assigned: async (number) => {
        generation.resolve(number);
        return [];
      },
      batch: () => undefined,
    },
  );
  await consumption.commit(await generation.promise, offsets);
  await consumption.stop();
}

async function change(world: World, to: (committed: Committed) => Committed): Promise<void> {
  await commit(world, (await committed(world)).map(to));
}

describe('a cut too large for a commit', () => {
  test('lies in the checkpoint topic, and the next start goes on from it', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    const pointers = (await committed(world)).map(({ metadata }) => JSON.parse(metadata));
    expect(pointers[0]).toMatchObject({ at: expect.any(Number), chunks: 1 });
    expect(pointers[1]).not.toHaveProperty('at');
    const before = world.store.ledger();
    await oneCut(world);
    const counts = (rows: typeof before) => rows.map(({ side, column, events }) => `${side} ${column} ${events}`);
    expect(counts(world.store.ledger())).toEqual(counts(before));
  });

  test('leaves nothing behind from earlier generations', async () => {
    const world = await withOpenEvents();
    for (let life = 0; life < 4; life++) {
      await oneCut(world);
      await world.append('b', events(200 + life, 201 + life));
    }
    const spilled = (await keysOf(world)).filter((key) => !key.startsWith('rules'));
    expect(spilled.every((key) => key.startsWith(`${GROUP} a/0 4.`))).toBe(true);
    expect(spilled.length).toBeLessThanOrEqual(2);
  });

  test('is not lost when its commit is: the one that may be in force is never overwritten', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    // The first commit is made. Of the others the answer is lost, and they are not made: each has written a checkpoint.
    const log = world.log.connect();
    const consume = log.consume.bind(log);
    log.consume = async (options, handlers) => {
      const consumption = await consume(options, handlers);
      const commit = consumption.commit.bind(consumption);
      let isFirst = true;
      consumption.commit = async (...args): Promise<CommitResult> => {
        if (!isFirst) return 'unknown';
        isFirst = false;
        return commit(...args);
      };
      return consumption;
    };
    const comparator = await world.start({ experiment: experiment(SETTLES), pace: { cutMs: 3_000 } }, { log });
    const commits = world.telemetry.events.filter(({ name }) => name === 'cut-committed').length;
    await world.telemetry.seen('cut-committed', commits + 1);
    const inForce = await committed(world);
    expect(inForce[0]?.metadata).toContain('"at":');
    for (let i = 1; i <= 4; i++) {
      await world.append('b', events(200 + i, 201 + i));
      await world.telemetry.seen('cut-not-committed', i);
    }
    log.crash();
    await comparator.ended;
    expect(await committed(world)).toEqual(inForce);
    await oneCut(world);
  });

  test('that was written and not committed is not used', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    const ledger = () => world.store.ledger().map(({ side, column, events }) => `${side} ${column} ${events}`);
    const expected = ledger();
    for (let at = 1; at < 40; at++) {
      const ports = mortal(world, at, false);
      await Promise.race([world.start({ experiment: experiment(WAITS) }, ports).then(() => ports.died), ports.died]);
    }
    await oneCut(world);
    expect(ledger()).toEqual(expected);
  });
});

describe('a checkpoint that cannot be trusted halts before anything is judged, with the cure', () => {
  const halts = async (world: World, fault: { code: string; message: RegExp }) => {
    const rows = world.store.pairs().length;
    const comparator = await world.start({ experiment: experiment(WAITS) });
    expect(await comparator.ended).toMatchObject({
      code: fault.code,
      message: expect.stringMatching(fault.message),
      cure: expect.stringMatching(/--forget|--from/),
    });
    expect(world.store.pairs()).toHaveLength(rows);
  };

  test("another's commit in its group, which is named", async () => {
    for (const metadata of ['', '4', '{"v":1', '[]', 'kafka-ui']) {
      const world = await withOpenEvents();
      await oneCut(world);
      await change(world, (one) => ({ ...one, metadata }));
      await halts(world, { code: 'commit-foreign', message: /group parallax\.x\.live\.comparator .*not made by/ });
    }
  });

  test('metadata that no build of ours wrote', async () => {
    for (const metadata of ['{"v":2}', '{"v":1,"o":"!"}']) {
      const world = await withOpenEvents();
      await oneCut(world);
      await change(world, (one) => ({ ...one, metadata }));
      await halts(world, { code: 'bad-checkpoint', message: /cannot be read/ });
    }
  });

  test('sides of different cuts', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    await change(world, (one) =>
      one.topic === 'b' ? { ...one, metadata: one.metadata.replace('"n":1', '"n":9') } : one,
    );
    await halts(world, { code: 'checkpoint-unusable', message: /different cuts/ });
  });

  test('a chunk that is gone, and one that was changed', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    const key = (await keysOf(world)).find((each) => each.startsWith(GROUP)) ?? '';
    await world.append(TOPIC, [{ partition: 0, key: Buffer.from(key), value: Buffer.from('other') }]);
    await halts(world, { code: 'checkpoint-unusable', message: /chunk .* is missing/ });
    const at = (await world.log.extents([TOPIC]))[0]?.end ?? 0;
    await change(world, (one) => ({ ...one, metadata: one.metadata.replace(/"at":\d+/, `"at":${at - 1}`) }));
    await halts(world, { code: 'bad-checkpoint', message: /digest/ });
  });

  test('a topic was deleted and created anew', async () => {
    const world = await withOpenEvents();
    await oneCut(world);
    const kept = await committed(world);
    await world.log.deleteTopic('a');
    await world.log.ensureTopic({ topic: 'a', partitions: 1 });
    await commit(world, kept);
    await halts(world, { code: 'checkpoint-unusable', message: /created anew/ });
  });
});

describe('events that expired while they were open', () => {
  test('are counted as lost and told, and what they may have answered is inconclusive, not missing', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    await world.append('a', events(0, 10));
    await world.append('b', events(0, 5));
    await oneCut(world);
    world.log.expire('a', 0, 7);
    await world.append('b', events(5, 10));
    const { ledger } = await world.catchUp({ experiment: experiment(WAITS.replace('1h', '1ms').replace('2h', '2s')) });
    expect(
      Object.fromEntries(world.store.pairs().map(({ id, outcome, reason }) => [id, `${outcome} ${reason}`])),
    ).toEqual(
      Object.fromEntries(
        Array.from({ length: 10 }, (_, i) => [i, i === 5 || i === 6 ? 'inconclusive evidence-lost' : 'match ']),
      ),
    );
    expect(ledger.default).toMatchObject({ legacy: { agreed: 8, lost: 2 }, candidate: { agreed: 8, undecided: 2 } });
    expect(await world.telemetry.seen('events-lost')).toMatchObject({ counts: { events: 2 }, fields: { start: 7 } });
  });
});
