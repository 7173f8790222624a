// Several comparators of one run that judge what is there: each stays until all of it is judged, and none judges what it did
// not read.
import type { NewRecord } from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { Sides } from './sides.ts';
import { mortal } from './testing/mortal.ts';
import { experiment, World } from './testing/world.ts';

const PARTITIONS = 4;
const EACH = 1_200;

function records(): NewRecord[] {
  return Array.from({ length: PARTITIONS * EACH }, (_, n) => ({
    partition: n % PARTITIONS,
    key: null,
    timestamp: TRAFFIC_BEGINS,
    value: Buffer.from(String(n)),
    headers: [['correlation-id', Buffer.from(`id-${n}`)]],
  }));
}

async function filled(): Promise<World> {
  const world = await new World({ topics: { a: PARTITIONS, b: PARTITIONS }, groups: 'shared' }).open();
  for (const topic of ['a', 'b']) await world.append(topic, records());
  return world;
}

function outcomes(world: World): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of world.store.pairs()) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

test.each([true, false])('one that is done stays until the others are (complete: %s)', async (complete) => {
  const world = await filled();
  const options = { complete, pace: { cutMs: 86_400_000 } };
  const members = await Promise.all([world.start(options), world.start(options), world.start(options)]);
  const done = members.map(async (member) => {
    await member.caughtUp();
    // Whoever is done finds all of it judged, not its own part only.
    const found = world.store.pairs().length;
    await member.stop();
    return found;
  });
  expect(await Promise.all(done)).toEqual(members.map(() => PARTITIONS * EACH));
  const generations = world.telemetry.events.filter(({ name }) => name === 'join-started').length;
  // Each of the three joined the group, and nobody's leaving made the others begin again before they were done.
  expect(generations).toBeLessThanOrEqual(3 * PARTITIONS);
});

test('what a killed one has not read is read by the others, also where the ends are complete', async () => {
  for (let calls = 20; calls <= 120; calls += 10) {
    const world = await filled();
    const options = { complete: true, pace: { cutMs: 20 } };
    const { died, ...ports } = mortal(world, calls, true);
    const survivor = await world.start(options);
    void world.start(options, ports).then((member) => member.caughtUp());
    const [stats] = await Promise.all([survivor.caughtUp(), died]);
    await survivor.stop();
    expect([calls, outcomes(world), stats.openPairs]).toEqual([calls, { match: PARTITIONS * EACH }, 0]);
  }
});

test('one of the same name that compares other topics is told of, not of a shuffle', () => {
  const other = experiment('experiment: x\nlegacy: { topic: a }\ncandidate: { topic: c }\n');
  const starting = new Sides(other, (topic) => topic);
  const assigned = [0, 1].map((partition) => ({
    topic: 'a',
    partition,
    offset: 0,
    start: 0,
    end: 0,
    committed: undefined,
  }));
  expect(() => starting.pairUp([...assigned, { ...(assigned[0] as (typeof assigned)[0]), topic: 'c' }])).toThrow(
    expect.objectContaining({
      code: 'partitions-apart',
      message: expect.stringMatching(/a 0, 1; c 0.*Another comparator/),
    }),
  );
});
