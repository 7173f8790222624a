// A side that is silent, slow or whose clock is wrong is not a wrong side: hours of traffic on virtual time.
import { Fault, type NewRecord } from '@parallax/core';
import type { MemoryLog } from '@parallax/platform/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Comparing } from './comparing.ts';
import { comparatorGroup } from './comparing.ts';
import type { PatientLog } from './patient-log.ts';
import { experiment, World } from './testing/world.ts';

const MINUTE = 60_000;
const PACE = { sampleMs: 1000, workMs: 1000, cutMs: 20_000 };
const text = `experiment: x
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 2s, deadline: 60s, outage: 30s, late: 24h, maxOutage: 24h }
`;

function answer(id: number, timestamp: number): NewRecord {
  const headers = [['correlation-id', Buffer.from(`${id}`)]] as const;
  return { partition: id % 2, key: null, timestamp, value: Buffer.from('1'), headers };
}

/** One answer of legacy a second for so long; the candidate's comes when `candidateAt` says. */
async function flow(
  minutes: number,
  candidateAt: (at: number) => number,
  aheadMs = 0,
): Promise<{ world: World; comparator: Comparing; ids: number }> {
  const world = await new World({ topics: { a: 2, b: 2 } }).open();
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  const began = world.clock.now();
  const waiting: { readonly id: number; readonly at: number }[] = [];
  let ids = 0;
  for (let second = 0; second < minutes * 60 || waiting.length > 0; second++) {
    const at = second * 1000;
    if (second < minutes * 60) {
      waiting.push({ id: ids, at: Math.max(at, candidateAt(at)) });
      await world.append('a', [answer(ids++, began + at)]);
    }
    const due = waiting.filter((one) => one.at <= at);
    await world.append(
      'b',
      due.map(({ id }) => answer(id, began + at + aheadMs)),
    );
    for (const one of due) waiting.splice(waiting.indexOf(one), 1);
    await world.clock.sleep(1000);
  }
  return { world, comparator, ids };
}

/** Outcomes of all rows that are judged, and how often a judged row was ever called missing. */
async function judged({ world, comparator, ids }: Awaited<ReturnType<typeof flow>>) {
  for (let waited = 0; comparator.stats().openPairs > 0 && waited < 2000; waited++) await world.clock.sleep(1000);
  await comparator.stop();
  const rows = world.store.pairs();
  return { all: rows.length === ids, outcomes: [...new Set(rows.map(({ outcome, state }) => `${outcome} ${state}`))] };
}

test.each([
  ['and comes back with all of it', true, (at: number) => (at > 5 * MINUTE && at < 10 * MINUTE ? 10 * MINUTE : at)],
  // It is out until an answer comes within the deadline.
  ['and comes back an hour behind', false, (at: number) => (at > 5 * MINUTE ? at + 60 * MINUTE : at)],
])(
  'a side silent for minutes, %s, is one outage a partition, and nothing is ever called missing',
  async (_, ends, when) => {
    const run = await flow(12, when);
    expect(await judged(run)).toEqual({ all: true, outcomes: ['match final'] });
    const outages = run.world.store.outages();
    expect(outages.map(({ partition, side }) => `${side} ${partition}`).sort()).toEqual(['candidate 0', 'candidate 1']);
    expect(outages.every(({ ended }) => (ended !== null) === ends)).toBe(true);
  },
);

test('a candidate ten minutes behind leaves nothing missing', async () => {
  const run = await flow(25, (at) => at + 10 * MINUTE);
  expect(await judged(run)).toEqual({ all: true, outcomes: ['match final'] });
});

test('a candidate whose clock is two minutes ahead leaves nothing missing', async () => {
  const run = await flow(6, (at) => at + 300, 2 * MINUTE);
  expect(await judged(run)).toEqual({ all: true, outcomes: ['match final'] });
});

test('retention that overtakes a reader ends it, and the next start tells and counts it and leaves nothing missing', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const place = (id: number): NewRecord => ({ ...answer(id, world.clock.now()), partition: 0 });
  const start = () => world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  const overtaken = await start();
  await world.append('a', [place(0)]);
  await world.append('b', [place(0)]);
  await world.telemetry.seen('rows-written');
  for (let waited = 0; (await committed(world, 'b')) < 1 && waited < 500; waited++) await world.clock.sleep(1000);
  // Written and expired before anybody could read them.
  await world.append('b', [place(1), place(2), place(3)]);
  world.log.expire('b', 0, 3);
  await world.append('a', [place(1), place(2), place(3)]);
  expect(await overtaken.ended).toMatchObject({ code: 'offset-out-of-range' });
  const comparator = await start();
  await world.telemetry.seen('events-lost');
  const { ledger } = await comparator.caughtUp();
  await comparator.stop();
  expect(ledger.default).toMatchObject({ legacy: { agreed: 2, undecided: 2 }, candidate: { agreed: 2, lost: 2 } });
});

test('what expired below what was judged is not waited for where nothing more comes', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const place = (id: number): NewRecord => ({ ...answer(id, world.clock.now()), partition: 0 });
  const first = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  await world.append('b', [place(0), place(1)]);
  await world.append('a', [place(1)]);
  await world.telemetry.seen('rows-written');
  await first.stop();
  world.log.expire('b', 0, 1);
  const next = await world.start({ experiment: experiment(text), pace: PACE });
  onTestFinished(() => next.stop());
  await world.append('a', [place(2)]);
  for (let waited = 0; world.store.pairs().length < 2 && waited < 500; waited++) await world.clock.sleep(1000);
  expect(world.store.pairs().map(({ id, outcome }) => `${id} ${outcome}`)).toEqual(['1 match', '2 inconclusive']);
});

/** The committed offset of partition 0. */
async function committed(world: World, topic: string): Promise<number> {
  const [commit] = await world.log.committed(comparatorGroup('x', 'live'), [topic]);
  return commit?.offset ?? 0;
}

test('a log that tells how far it reaches and delivers nothing for minutes holds nothing back by a transaction', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const log = world.log.connect();
  const place = (id: number): NewRecord => ({ ...answer(id, world.clock.now()), partition: 0 });
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE }, { log });
  onTestFinished(() => comparator.stop());
  for (const topic of ['a', 'b']) await world.append(topic, [place(0)]);
  await world.telemetry.seen('rows-written');
  await world.append('a', [place(1)]);
  for (let waited = 0; comparator.stats().openPairs === 0 && waited < 50; waited++) await world.clock.sleep(1000);
  log.suspend(false);
  await world.append('b', [place(2)]);
  await world.clock.sleep(5 * MINUTE);
  expect(world.store.pairs().map(({ id, outcome }) => [id, outcome])).toEqual([['0', 'match']]);
  log.awake();
  await comparator.caughtUp();
  expect(world.store.pairs().map(({ outcome }) => outcome)).toEqual(['match', 'missing-candidate', 'missing-legacy']);
});

test.each([
  ['when it is fetched', false, 'offset-out-of-range'],
  ['when it is asked for its end', true, 'log-truncated'],
])('a log that ends before what was read of it halts %s', async (_, isSilent, code) => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const log = world.log.connect();
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE }, { log });
  await threeOpen(world, comparator);
  if (isSilent) log.suspend(false);
  world.log.truncate('a', 0, 1);
  expect(await comparator.ended).toMatchObject({ code, cure: expect.stringContaining('anew') });
});

test('a log that has lost what was read halts the next start, too, though it has grown beyond that again', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  await threeOpen(world, comparator);
  await comparator.stop();
  world.log.truncate('a', 0, 1);
  const others = [3, 4, 5, 6].map((id) => ({ ...answer(id, world.clock.now()), partition: 0 }));
  await world.append('a', others);
  const next = await world.start({ experiment: experiment(text), pace: PACE });
  expect(await next.ended).toMatchObject({ code: 'log-truncated', cure: expect.stringContaining('--forget') });
});

test('a log that loses what an earlier process read of it halts before that is reached again', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  await threeOpen(world, comparator);
  await comparator.stop();
  const log = world.log.connect();
  const read = log.read.bind(log);
  // The last thing that is asked of the log before it is read again from the first open event on.
  log.read = async (...asked) => {
    const found = await read(...asked);
    if (asked[0] === 'a') world.log.truncate('a', 0, 2);
    return found;
  };
  const next = await world.start({ experiment: experiment(text), pace: PACE }, { log });
  onTestFinished(() => next.stop());
  const message = expect.stringContaining('ends at 2');
  expect(await ended(world, next)).toMatchObject({ code: 'log-truncated', message });
});

describe('a log that loses what was read and grows beyond it before anybody asks for its end', () => {
  /** Legacy's records of partition 0 from `end` on are taken back, and others come at once: more than there were. */
  const replace = async (world: World, end: number) => {
    world.log.truncate('a', 0, end);
    await world.append('a', others(world, 3, 7));
  };

  test('halts at the first batch of the new leader, and nothing of that is judged', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
    await threeOpen(world, comparator);
    await world.append('b', others(world, 3, 7));
    await replace(world, 1);
    expect(await ended(world, comparator)).toMatchObject({
      code: 'log-truncated',
      message: expect.stringContaining('another record at 2'),
    });
    expect(world.store.pairs()).toEqual([]);
  });

  test('halts, too, where it has grown just as far, and nothing is called missing', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
    await threeOpen(world, comparator);
    world.log.truncate('a', 0, 1);
    await world.append('a', others(world, 3, 5));
    await world.append('b', others(world, 3, 5));
    expect(await ended(world, comparator)).toMatchObject({ code: 'log-truncated' });
    expect(world.store.pairs()).toEqual([]);
  });

  test('halts while what an earlier process read is read again', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
    await threeOpen(world, comparator);
    await comparator.stop();
    const log = world.log.connect();
    const read = log.read.bind(log);
    let isReplaced = false;
    // The last thing that is asked of the log before it is read again from the first open event on.
    log.read = async (...asked) => {
      const found = await read(...asked);
      if (asked[0] === 'a' && !isReplaced) await replace(world, 2);
      isReplaced ||= asked[0] === 'a';
      return found;
    };
    const next = await world.start({ experiment: experiment(text), pace: PACE }, { log });
    onTestFinished(() => next.stop());
    expect(await ended(world, next)).toMatchObject({ code: 'log-truncated' });
  });

  test('is told from one that has another leader and lost nothing, which is read on', async () => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
    onTestFinished(() => comparator.stop());
    await threeOpen(world, comparator);
    world.log.elect('a', 0);
    await world.append('a', others(world, 3, 5));
    await world.append('b', others(world, 0, 5));
    for (let waited = 0; world.store.pairs().length < 5 && waited < 100; waited++) await world.clock.sleep(1000);
    expect(world.store.pairs().map(({ outcome }) => outcome)).toEqual(Array(5).fill('match'));
  });
});

test('a log that cannot be read for a while when it is opened is awaited', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE });
  await threeOpen(world, comparator);
  await comparator.stop();
  const log = world.log.connect();
  const read = log.read.bind(log);
  let refusals = 0;
  log.read = async (...asked) => {
    if (asked[0] === 'a' && refusals++ < 3)
      throw new Fault('Its leader is away.', { code: 'log-unavailable', cure: 'Wait.', retryable: true });
    return read(...asked);
  };
  const next = await world.start({ experiment: experiment(text), pace: PACE }, { log });
  await next.caughtUp();
  expect(refusals).toBe(4);
  await next.stop();
});

test.each(['append', 'ensureTopic', 'extents', 'offsetsAt', 'read', 'topics'] as const)(
  'a start to which the log does not answer a call (%s) waits for it, and says so',
  async (verb) => {
    const world = await new World({ topics: { a: 1, b: 1 } }).open();
    const log = refusing(world.log.connect(), verb, 3);
    const from = world.clock.now();
    const comparator = await world.start({ experiment: experiment(text), from, pace: PACE }, { log });
    await comparator.caughtUp();
    await comparator.stop();
    const told = world.telemetry.events.map(({ name }) => name).filter((name) => name.startsWith('log-'));
    expect(told).toEqual(['log-unavailable', 'log-unavailable', 'log-unavailable', 'log-back']);
  },
);

test('a start that waits for its log ends when it is told to stop', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const stopping = new AbortController();
  const log = refusing(world.log.connect(), 'read', Number.POSITIVE_INFINITY);
  const starting = world.start({ experiment: experiment(text) }, { log, stopping: stopping.signal });
  await world.telemetry.seen('log-unavailable', 3);
  stopping.abort();
  await expect(starting).rejects.toMatchObject({ code: 'log-unavailable' });
});

test('what a log has lost before it was read leaves what it may have answered undecided', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const log = world.log.connect();
  const place = (id: number): NewRecord => ({ ...answer(id, world.clock.now()), partition: 0 });
  const comparator = await world.start({ experiment: experiment(text), from: 'earliest', pace: PACE }, { log });
  onTestFinished(() => comparator.stop());
  for (const topic of ['a', 'b']) await world.append(topic, [place(0)]);
  await world.telemetry.seen('rows-written');
  await world.append('a', [place(1)]);
  for (let waited = 0; comparator.stats().openPairs === 0 && waited < 50; waited++) await world.clock.sleep(1000);
  log.suspend(false);
  await world.append('b', [place(1), place(2)]);
  await world.clock.sleep(5000);
  world.log.truncate('b', 0, 1);
  await world.clock.sleep(5000);
  log.awake();
  await world.append('b', [place(3), place(4), place(5)]);
  for (let waited = 0; world.store.pairs().length < 5 && waited < 500; waited++) await world.clock.sleep(1000);
  const found = world.store.pairs().map(({ id, outcome, reason }) => `${id} ${outcome} ${reason}`);
  expect(found.sort().slice(0, 2)).toEqual(['0 match ', '1 inconclusive evidence-lost']);
});

function others(world: World, from: number, to: number): NewRecord[] {
  return Array.from({ length: to - from }, (_, i) => ({ ...answer(from + i, world.clock.now()), partition: 0 }));
}

/** What it ends by, within a minute or so. */
async function ended(world: World, comparator: Comparing): Promise<unknown> {
  let ended: unknown;
  void comparator.ended.then((error) => {
    ended = error;
  });
  for (let waited = 0; ended === undefined && waited < 50; waited++) await world.clock.sleep(1000);
  return ended;
}

async function threeOpen(world: World, comparator: Comparing): Promise<void> {
  await world.append(
    'a',
    [0, 1, 2].map((id) => ({ ...answer(id, world.clock.now()), partition: 0 })),
  );
  for (let waited = 0; comparator.stats().openPairs < 3 && waited < 50; waited++) await world.clock.sleep(1000);
}

/** Does not answer the first calls of this verb. */
function refusing(log: MemoryLog, verb: keyof PatientLog, times: number): MemoryLog {
  let refusals = 0;
  return new Proxy(log, {
    get: (target, name) => {
      const found = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return async (...args: unknown[]) => {
        if (name === verb && refusals++ < times)
          throw new Fault('Its leader is away.', { code: 'log-unavailable', cure: 'Wait.', retryable: true });
        return found.apply(target, args);
      };
    },
  });
}
