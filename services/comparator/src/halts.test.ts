// What ends comparing for good is in the store, and what passes or is wanted is not.
import type { DivergenceStore, HaltRow, NewRecord } from '@parallax/core';
import { Fault } from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { describe, expect, test } from 'vitest';
import { Halts } from './halts.ts';
import { experiment, FastClock, World } from './testing/world.ts';

function record(id: string, partition: number): NewRecord {
  const headers = [['correlation-id', Buffer.from(id)]] as const;
  return { partition, key: null, timestamp: TRAFFIC_BEGINS, value: Buffer.from('1'), headers };
}

async function both(world: World, records: readonly NewRecord[]): Promise<void> {
  for (const topic of ['a', 'b']) await world.append(topic, records);
}

/** Both sides had the id in partition 0, and then legacy has it in partition 1 while the candidate goes on. */
async function scatter(world: World): Promise<void> {
  await both(world, [record('1', 0), record('2', 0)]);
  await world.catchUp();
  await world.append('a', [record('1', 1)]);
  await both(world, [record('3', 1)]);
}

const newestCheckpoint = (world: World) => Math.max(...world.store.ledger().map(({ as_of }) => as_of));

describe('a comparator', () => {
  test('that ends by an id in other partitions says so before it is passed on, after its last checkpoint', async () => {
    const world = await new World().open();
    await scatter(world);
    expect(world.store.halts()).toEqual([]);
    const comparator = await world.start();
    await expect(comparator.caughtUp()).rejects.toMatchObject({ code: 'split-id' });
    expect(world.store.halts()).toMatchObject([{ experiment: 'x', run: 'live', code: 'split-id' }]);
    await comparator.stop();
    expect(world.store.halts()[0]?.at).toBeGreaterThanOrEqual(newestCheckpoint(world));
  });

  test('that nobody waits for to catch up says so before it ends', async () => {
    const world = await new World().open();
    await scatter(world);
    const comparator = await world.start();
    expect(await comparator.ended).toMatchObject({ code: 'split-id' });
    expect(world.store.halts()).toMatchObject([{ run: 'live', code: 'split-id' }]);
  });

  test('whose sides have other numbers of partitions says so though it never read anything', async () => {
    const world = await new World({ topics: { a: 2, b: 3 } }).open();
    await expect(world.start()).rejects.toMatchObject({ code: 'partition-counts-differ' });
    expect(world.store.halts()).toMatchObject([{ code: 'partition-counts-differ' }]);
  });

  test('that cannot go on from its checkpoint says so while it opens its partitions', async () => {
    const world = await new World().open();
    await both(world, [record('1', 0)]);
    await world.catchUp();
    const store = { ...world.store, recent: async () => refuse() };
    const ended = world.start({}, { store }).then((comparator) => comparator.ended);
    expect(await ended.catch((error: unknown) => error)).toMatchObject({ code: 'log-damaged' });
    expect(world.store.halts()).toMatchObject([{ code: 'log-damaged' }]);
  });

  test('that is told to stop says nothing', async () => {
    const world = await new World().open();
    await both(world, [record('1', 0)]);
    const comparator = await world.start();
    const catchingUp = comparator.caughtUp().catch((error: unknown) => error);
    await comparator.stop();
    expect(await catchingUp).toMatchObject({ code: 'comparator-stopped' });
    expect(world.store.halts()).toEqual([]);
  });

  test('that starts while another is at work on the same group says nothing', async () => {
    const world = await new World().open();
    const first = await world.start();
    await expect(world.start()).rejects.toMatchObject({ code: 'group-locked' });
    expect(world.store.halts()).toEqual([]);
    await first.stop();
  });

  test('that is started again writes the ledger anew, though there is nothing to read', async () => {
    const world = await new World().open();
    await both(world, [record('1', 0)]);
    await world.catchUp();
    const before = newestCheckpoint(world);
    await world.clock.sleep(60_000);
    await world.catchUp();
    expect(newestCheckpoint(world)).toBeGreaterThan(before);
  });
});

describe('what is told', () => {
  function halts(write: DivergenceStore['write']) {
    return new Halts({ store: { write }, clock: new FastClock(), experiment: experiment().name, run: 'live' });
  }

  async function told(...errors: readonly unknown[]): Promise<readonly HaltRow[]> {
    const rows: HaltRow[] = [];
    const one = halts(async (batch) => void rows.push(...(batch.halts ?? [])));
    for (const error of errors) await one.tell(error);
    return rows;
  }

  test('is the first failure, and no other', async () => {
    const [first, second] = ['first', 'second'].map((code) => new Fault(code, { code }));
    expect(await told(first, second)).toMatchObject([{ code: 'first', message: 'first' }]);
  });

  test('is nothing that may pass by itself, before the first failure that does not', async () => {
    const away = new Fault('The store is away', { code: 'store-unreachable', retryable: true });
    expect(await told(away)).toEqual([]);
    expect(await told(away, new Fault('x', { code: 'log-truncated' }))).toMatchObject([{ code: 'log-truncated' }]);
  });

  test('holds no password, no text of an unexpected error, and no more than a few lines', async () => {
    const [secret] = await told(new Fault('https://me:p4ss@host:8443/db is wrong', { code: 'x' }));
    expect(secret?.message).toBe('https://me:***@host:8443/db is wrong');
    const [unexpected] = await told(new TypeError('cannot read {"card":"4111"}'));
    expect(unexpected).toMatchObject({ code: 'internal', message: expect.stringContaining('TypeError') });
    expect(unexpected?.message).not.toContain('4111');
    const [long] = await told(new Fault('😀'.repeat(10_000), { code: 'x' }));
    expect(long?.message).toBe(`${'😀'.repeat(500)}…`);
  });

  test('is given up where the store refuses, and where it does not answer', async () => {
    const error = new Fault('x', { code: 'x' });
    await halts(async () => refuse()).tell(error);
    await halts(() => new Promise(() => undefined)).tell(error);
  });
});

function refuse(): never {
  throw new Fault('Nobody can read this.', { code: 'log-damaged' });
}
