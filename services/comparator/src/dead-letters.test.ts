// Nothing that could not be read is lost: it is in the dead-letter topic before it is counted, and a retry moves it to where
// it belongs, once, whatever dies in between.
import {
  type DeadLetter,
  deadLetterTopic,
  decodeSide,
  type EventLog,
  Fault,
  type NewRecord,
  readDeadLetter,
  UNREAD_COLUMNS,
} from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparatorGroup } from './comparing.ts';
import type { RetrySelection } from './retry.ts';
import { mortal } from './testing/mortal.ts';
import { experiment, World } from './testing/world.ts';

const TOPIC = deadLetterTopic('x');
const GROUP = comparatorGroup('x', 'live');
const file = (correlation: string, more = '') =>
  experiment(`experiment: x
correlation: ${correlation}
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 200ms, deadline: 2s, late: 1h }
${more}`);
/** Before and after somebody saw that the candidate carries some ids elsewhere. */
const FIRST = file('header:correlation-id');
const MENDED = file('{ any: [ header:correlation-id, path:/cid ] }');
const ALL: RetrySelection = { sides: ['legacy', 'candidate'], columns: UNREAD_COLUMNS };

function event(n: number, value: string, hasHeader = true): NewRecord {
  return {
    partition: n % 2,
    timestamp: TRAFFIC_BEGINS + n * 10,
    key: Buffer.from(`k${n}`),
    value: Buffer.from(value),
    headers: [
      ...(hasHeader ? [['correlation-id', Buffer.from(`id-${n}`)] as const] : []),
      ['other', null] as const,
      ['other', Buffer.from([0xff, 0])] as const,
    ],
  };
}

/** Of 40 ids ten are answered under an id that only the mended file finds; two answers are torn and have none at all. */
async function filled(): Promise<World> {
  const world = await new World().open();
  for (let n = 0; n < 40; n++) {
    await world.append('a', [event(n, `{"cid":"id-${n}","n":${n}}`)]);
    const isTorn = n === 7 || n === 20;
    const answer = isTorn ? `{"cid":"id-${n}` : `{"cid":"id-${n}","n":${n % 8 === 4 ? -1 : n}}`;
    await world.append('b', [event(n, answer, n % 4 !== 0 && !isTorn)]);
  }
  return world;
}

async function letters(world: World): Promise<readonly DeadLetter[]> {
  const there = (await world.log.topics()).some(({ topic }) => topic === TOPIC);
  const records = there ? await world.log.read(TOPIC, 0, 0, 10_000) : [];
  return records.map((record) => readDeadLetter(record) as DeadLetter);
}

const placeOf = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) =>
  `${topic}/${partition}/${offset}`;

/** Where the events are that the committed cut counts as unreadable. */
async function counted(world: World): Promise<readonly string[]> {
  const committed = await world.log.committed(GROUP, ['a', 'b']);
  return committed.flatMap(({ topic, partition, metadata }) => {
    const { unread } = decodeSide(metadata).cut;
    const runs = UNREAD_COLUMNS.flatMap((column) => [...(unread?.[column].from(0) ?? [])]);
    return runs.flatMap(([first, length]) =>
      Array.from({ length }, (_, i) => placeOf({ topic, partition, offset: first + i })),
    );
  });
}

test('what cannot be read is in the topic byte for byte, with where it was and what was wrong', async () => {
  const world = await filled();
  const { ledger } = await world.catchUp({ experiment: FIRST });
  expect(ledger.default?.candidate).toMatchObject({ 'no-id': 11, undecodable: 0 });
  const found = await letters(world);
  expect(found).toHaveLength(11);
  const [first] = await world.log.read('b', 0, 0, 1);
  expect(found.find((letter) => placeOf(letter) === 'b/0/0')).toEqual({
    code: 'no-id',
    reason: '',
    experiment: 'x',
    run: 'live',
    output: 'default',
    side: 'candidate',
    topic: 'b',
    partition: 0,
    offset: 0,
    timestamp: first?.timestamp,
    build: expect.stringMatching(/^\d+\.\d+\.\d+/),
    key: first?.key,
    value: first?.value,
    headers: first?.headers,
    omittedBytes: 0,
  });
  await world.catchUp({ experiment: FIRST });
  expect(await letters(world)).toHaveLength(11);
});

test('whenever a process dies, all that a committed cut counts is in the topic', async () => {
  const death = fc.record({ at: fc.integer({ min: 1, max: 60 }), before: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 3 }), async (deaths) => {
      const world = await filled();
      for (const { at, before } of deaths) {
        const ports = mortal(world, at, before);
        await Promise.race([world.catchUp({ experiment: FIRST }, ports).catch(() => undefined), ports.died]);
        const there = new Set((await letters(world)).map(placeOf));
        expect((await counted(world)).filter((place) => !there.has(place))).toEqual([]);
      }
      await world.catchUp({ experiment: FIRST });
      expect(new Set((await letters(world)).map(placeOf)).size).toBe(11);
      expect(await counted(world)).toHaveLength(11);
    }),
    { numRuns: 40 },
  );
});

describe('a dead-letter topic that takes nothing', () => {
  /** The log of a world, with its own way to answer appends of dead letters. */
  function logWhere(world: World, append: (records: readonly NewRecord[]) => void): EventLog {
    const log = world.log.connect();
    const plain = log.append.bind(log);
    log.append = async (topic, records) => {
      if (topic === TOPIC) append(records);
      return plain(topic, records);
    };
    return log;
  }

  test('for now holds the commit back, pauses reading once enough waits, and goes on when it is back', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    // Two batches, each of which fills what may wait.
    const big = { ...event(0, 'x'.repeat(17 * 1024), false), partition: 0 };
    await world.append('a', Array<NewRecord>(2_000).fill(big));
    await world.append('b', [{ ...event(1, '1'), partition: 0 }]);
    let isDown = true;
    const log = logWhere(world, () => {
      if (isDown) throw new Fault('down', { code: 'log-down', retryable: true });
    });
    const comparator = await world.start({ experiment: FIRST }, { log });
    const done = comparator.caughtUp();
    await world.telemetry.seen('log-unavailable', 6);
    expect(await world.log.committed(GROUP, ['a', 'b'])).toEqual([]);
    const told = () => world.telemetry.events.filter(({ name }) => name === 'event-unreadable').length;
    expect(told()).toBe(1_000);
    isDown = false;
    await done;
    await comparator.stop();
    expect(told()).toBe(2_000);
    expect(new Set((await letters(world)).map(placeOf)).size).toBe(2_000);
  });

  test('of this size gets the letter without its value, which is told', async () => {
    const world = await filled();
    const log = logWhere(world, (records) => {
      if (records.some(({ value }) => value?.length === 20)) throw new Fault('large', { code: 'record-too-large' });
    });
    await world.catchUp({ experiment: FIRST }, { log });
    const found = await letters(world);
    expect(new Set(found.map(placeOf)).size).toBe(11);
    const cut = found.filter(({ omittedBytes }) => omittedBytes > 0);
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.every(({ value, omittedBytes }) => value === null && omittedBytes === 20)).toBe(true);
    expect(await world.telemetry.seen('dead-letter-without-value')).toMatchObject({ level: 'warn' });
  });

  test('for good ends the comparator with what it was', async () => {
    const world = await filled();
    const log = logWhere(world, () => {
      throw new Fault('no', { code: 'not-allowed' });
    });
    const comparator = await world.start({ experiment: FIRST }, { log });
    expect(await comparator.ended).toMatchObject({ code: 'not-allowed' });
    expect(await counted(world)).toEqual([]);
  });
});

describe('a retry', () => {
  async function asIfMendedFromTheStart() {
    const world = await filled();
    await world.catchUp({ experiment: MENDED });
    return world.visible();
  }

  async function retried(world: World, selection = ALL, text = MENDED) {
    const comparator = await world.start({ experiment: text, retry: selection });
    try {
      await comparator.caughtUp();
      return comparator.retried();
    } finally {
      await comparator.stop();
    }
  }

  test('moves what can be read now into its pairs: rows and ledger as if it always could', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    expect(world.store.pairs().filter(({ outcome }) => outcome === 'missing-candidate')).toHaveLength(11);
    expect(await retried(world)).toEqual({ reopened: 11, left: 0, unread: 2 });
    expect(world.visible()).toEqual(await asIfMendedFromTheStart());
  });

  test('twice, or once more by a plain start, changes nothing more', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    await retried(world);
    const after = world.visible();
    expect(await retried(world)).toEqual({ reopened: 2, left: 0, unread: 2 });
    await world.catchUp({ experiment: MENDED });
    expect(world.visible()).toEqual(after);
  });

  test('with a file that reads no more than before leaves everything where it was', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    const before = world.visible();
    expect(await retried(world, ALL, FIRST)).toEqual({ reopened: 11, left: 0, unread: 11 });
    expect(world.visible()).toEqual(before);
    expect(await retried(world)).toEqual({ reopened: 11, left: 0, unread: 2 });
    expect(world.visible()).toEqual(await asIfMendedFromTheStart());
  });

  test('that dies at any call, and is done again or not, ends the same', async () => {
    const expected = await asIfMendedFromTheStart();
    const death = fc.record({ at: fc.integer({ min: 1, max: 80 }), before: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(death, { minLength: 1, maxLength: 3 }), fc.boolean(), async (deaths, isSmall) => {
        const world = await filled();
        // 50: every checkpoint lies beside the commit.
        const options = { metadataBytes: isSmall ? 50 : 4096 };
        await world.catchUp({ experiment: FIRST, ...options });
        for (const { at, before } of deaths) {
          const ports = mortal(world, at, before);
          const life = world.catchUp({ experiment: MENDED, retry: ALL, ...options }, ports);
          await Promise.race([life.catch(() => undefined), ports.died]);
        }
        await world.catchUp({ experiment: MENDED, retry: ALL, ...options });
        expect(world.visible()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('takes only the sides, columns, outputs and times asked for', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    const none = { reopened: 0, left: 0, unread: 0 };
    expect(await retried(world, { ...ALL, sides: ['legacy'] }, FIRST)).toEqual(none);
    expect(await retried(world, { ...ALL, columns: ['undecodable'] }, FIRST)).toEqual(none);
    expect(await retried(world, { ...ALL, outputs: ['other'] }, FIRST)).toEqual(none);
    const since = TRAFFIC_BEGINS + 20 * 10;
    expect(await retried(world, { ...ALL, since }, FIRST)).toMatchObject({ reopened: 5, left: 0 });
  });

  test('leaves what the log no longer has where it is counted, and says how many', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    world.log.expire('b', 0, 10);
    expect(await retried(world)).toEqual({ reopened: 6, left: 5, unread: 2 });
    const { ledger } = await world.catchUp({ experiment: MENDED });
    expect(ledger.default?.candidate).toMatchObject({ 'no-id': 5, undecodable: 2, lost: 0, open: 0 });
    const missing = world.store.pairs().filter(({ outcome }) => outcome === 'missing-candidate');
    expect(missing).toHaveLength(5 + 2);
    expect(await retried(world)).toEqual({ reopened: 2, left: 5, unread: 2 });
  });

  test('of a run that was never begun does not begin it', async () => {
    const world = await filled();
    const comparator = await world.start({ experiment: MENDED, retry: ALL });
    expect(await comparator.ended).toMatchObject({ code: 'nothing-to-retry' });
    expect([await world.log.committed(GROUP, ['a', 'b']), world.store.pairs()]).toEqual([[], []]);
  });

  test('needs the run for itself', async () => {
    const world = await filled();
    await world.catchUp({ experiment: FIRST });
    const log = world.log.connect();
    const extents = log.extents.bind(log);
    // As another member of the group would: half of the partitions are not ours.
    log.extents = async (topics) => [...(await extents(topics)), ...(await extents(topics))];
    const comparator = await world.start({ experiment: MENDED, retry: ALL }, { log });
    expect(await comparator.ended).toMatchObject({ code: 'retry-needs-all' });
    expect(await counted(world)).toHaveLength(11);
  });
});
