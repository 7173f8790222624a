// A store that fails while it is written to: afterwards its rows are those of an undisturbed one, none twice.
import { createClient } from '@clickhouse/client';
import type { DivergenceStore, Fault, RowBatch } from '@parallax/core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { retrying } from '../lifecycle/retry.ts';
import { startClickHouse } from '../testing/servers/clickhouse/clickhouse.ts';
import type { RunningClickHouse } from '../testing/servers/clickhouse/options.ts';
import { describeOn } from '../testing/servers/describe-on.ts';
import { type FaultKind, type FaultProxy, faultProxy, httpAnswer } from '../testing/servers/fault-proxy.ts';
import { differenceRow, ledgerRow, pairRow } from '../testing/store-rows.ts';
import { storeSnapshot } from '../testing/store-snapshot.ts';
import { openStore } from './index.ts';

const PAIRS = 2_000;

function batch(experiment: string): RowBatch {
  const ids = Array.from({ length: PAIRS }, (_, n) => `order-${n}`);
  return {
    pairs: ids.map((id, n) => pairRow({ experiment, id, outcome: n % 10 === 0 ? 'mismatch' : 'match' })),
    differences: ids
      .filter((_, n) => n % 10 === 0)
      .flatMap((id) => [0, 1].map((position) => differenceRow({ experiment, id, position }))),
    ledger: [ledgerRow({ experiment, events: PAIRS, cut: 7 })],
  };
}

const exception = (code: number, name: string) =>
  httpAnswer(500, `Code: ${code}. DB::Exception: It was so. (${name})`, {
    'X-ClickHouse-Exception-Code': String(code),
  });

const FAULTS: readonly (readonly [string, FaultKind])[] = [
  ['refuses connections', { kind: 'refuse' }],
  ['resets the connection', { kind: 'reset' }],
  ['answers 500 with nothing', { kind: 'answer', text: httpAnswer(500) }],
  ['is answered for by a proxy, 502', { kind: 'answer', text: httpAnswer(502, '<h1>Bad Gateway</h1>') }],
  [
    'is answered for by a page of a proxy that says 200',
    { kind: 'answer', text: httpAnswer(200, '<h1>We are back soon</h1>') },
  ],
  ['is answered for by a proxy, 503', { kind: 'answer', text: httpAnswer(503, 'upstream connect error') }],
  ['has too many parts', { kind: 'answer', text: exception(252, 'TOO_MANY_PARTS') }],
  ['is out of memory', { kind: 'answer', text: exception(241, 'MEMORY_LIMIT_EXCEEDED') }],
  ['is a read-only replica', { kind: 'answer', text: exception(242, 'TABLE_IS_READ_ONLY') }],
  ['has lost its Keeper', { kind: 'answer', text: exception(999, 'KEEPER_EXCEPTION') }],
  ['accepts and hangs', { kind: 'hang' }],
  ['takes the rows and loses the answer', { kind: 'answer-lost' }],
  ['is cut off in the middle of the rows', { kind: 'limit', bytes: 3_000, direction: 'up' }],
  ['is cut off in the middle of its answer', { kind: 'limit', bytes: 60, direction: 'down' }],
];

describeOn('clickhouse', 'a store that fails', ({ clickhouse: { url, user, password } }) => {
  const database = 'store_faults';
  let proxy: FaultProxy;
  let undisturbed: unknown;
  let experiments = 0;

  const open = (through: string, compress = false): Promise<DivergenceStore> =>
    openStore(`http://${user}@${through}/${database}`, { storePassword: password, compress, requestTimeoutMs: 1_000 });

  beforeAll(async () => {
    const client = createClient({ url, username: user, password });
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` });
    await client.close();
    const store = await open(new URL(url).host);
    await store.migrate();
    await store.write(batch('undisturbed'));
    undisturbed = await storeSnapshot(store, 'undisturbed');
    await store.close();
  });
  beforeEach(async () => {
    proxy = await faultProxy(new URL(url).host);
  });
  afterEach(() => proxy.stop());

  /** Writes until it succeeds; the fault is over once it was told. */
  async function writePatiently(experiment: string, compress: boolean): Promise<Fault[]> {
    const store = await open(proxy.address, compress);
    const told: Fault[] = [];
    const rows = store.gather?.();
    if (rows === undefined) throw new Error('this store gathers rows');
    rows.add(batch(experiment));
    await retrying(() => rows.write(), {
      clock: { now: () => 0, sleep: () => proxy.clear() },
      stopping: new AbortController().signal,
      onFailure: (error) => told.push(error as Fault),
      onBack: () => {},
    });
    await store.close();
    return told;
  }

  async function snapshot(experiment: string): Promise<unknown> {
    const store = await open(new URL(url).host);
    const found = await storeSnapshot(store, experiment);
    await store.close();
    return found;
  }

  describe.each(['differences_raw', 'pairs_raw', 'ledger_raw'])('at %s', (table) => {
    test.each(FAULTS)('a store that %s has the rows of an undisturbed one, once it is back', async (_, fault) => {
      const experiment = `faults-${++experiments}`;
      // A ledger's row is shorter than the cut.
      const shorter = table === 'ledger_raw' && fault.kind === 'limit' ? { ...fault, bytes: 60 } : fault;
      await proxy.inject(shorter, { when: (chunk) => chunk.includes(table) });
      // Compressed, the rows would fit below the limit.
      const told = await writePatiently(experiment, fault.kind !== 'limit' && experiments % 2 === 0);
      expect(told).not.toEqual([]);
      for (const error of told) expect(error).toMatchObject({ retryable: true, cure: expect.any(String) });
      expect(await snapshot(experiment)).toEqual(undisturbed);
    });
  });

  test('a connection that breaks once is not even told', async () => {
    for (const fault of [{ kind: 'reset' }, { kind: 'answer-lost' }] as const) {
      const experiment = `once-${++experiments}`;
      await proxy.inject(fault, { when: (chunk) => chunk.includes('pairs_raw'), times: 1 });
      expect(await writePatiently(experiment, true)).toEqual([]);
      expect(await snapshot(experiment)).toEqual(undisturbed);
    }
  });

  test('an answer in the store’s place that will stay as it is is told at once', async () => {
    await proxy.inject({ kind: 'answer', text: httpAnswer(404, '404 Not Found') });
    const store = await open(proxy.address);
    await expect(store.write(batch('never'))).rejects.toMatchObject({ code: 'store-failed', retryable: false });
    await store.close();
  });

  test('a page that a proxy gives in place of an answer is no empty answer', async () => {
    const store = await open(proxy.address);
    await proxy.inject({ kind: 'answer', text: httpAnswer(200, '<h1>We are back soon</h1>') });
    const away = { code: 'store-unreachable', retryable: true, message: expect.stringContaining('X-ClickHouse') };
    const scope = { experiment: 'undisturbed', run: 'live', output: 'price' };
    await expect(store.lookup(scope, ['order-1'])).rejects.toMatchObject(away);
    await expect(store.query('SELECT count() FROM pairs')).rejects.toMatchObject(away);
    await expect(store.migrate()).rejects.toMatchObject(away);
    await store.close();
  });

  test('a question is asked again when its answer is cut', async () => {
    const store = await open(proxy.address, true);
    await proxy.inject(
      { kind: 'limit', bytes: 300, direction: 'down' },
      { when: (chunk) => chunk.includes('POST'), times: 1 },
    );
    const scope = { experiment: 'undisturbed', run: 'live', output: 'price' };
    const ids = Array.from({ length: PAIRS }, (_, n) => `order-${n}`);
    expect(await store.lookup(scope, ids)).toHaveLength(PAIRS);
    await store.close();
  });
});

describeOn('clickhouse', 'a store of its own', () => {
  let server: RunningClickHouse;
  beforeAll(async () => {
    server = await startClickHouse();
  });
  afterAll(() => server?.stop());

  /** Time that passes only by waiting; `then` when so much has passed. */
  function patience(afterMs: number, then: () => Promise<void>) {
    let now = 0;
    let isOver = false;
    const told: Fault[] = [];
    return {
      told,
      passed: () => now,
      around: {
        clock: {
          now: () => now,
          async sleep(ms: number) {
            now += ms;
            if (isOver || now < afterMs) return;
            isOver = true;
            await then();
          },
        },
        stopping: new AbortController().signal,
        onFailure: (error: unknown) => told.push(error as Fault),
        onBack: () => {},
      },
    };
  }

  test('two minutes without the server lose and double nothing', async () => {
    const store = await openStore(server.store(), { storePassword: server.password, requestTimeoutMs: 2_000 });
    await store.migrate();
    await store.write(batch('before'));
    await server.kill();
    const outage = patience(120_000, () => server.start());
    await retrying(() => store.write(batch('during')), outage.around);
    expect(outage.passed()).toBeGreaterThanOrEqual(120_000);
    expect(new Set(outage.told.map(({ code }) => code))).toEqual(new Set(['store-unreachable']));
    const before = await storeSnapshot(store, 'before');
    expect(before.pairs).toHaveLength(PAIRS);
    expect(await storeSnapshot(store, 'during')).toEqual(before);
    await store.close();
  });

  test('a server that stands still is waited for', async () => {
    const store = await openStore(server.store(), { storePassword: server.password, requestTimeoutMs: 500 });
    await store.migrate();
    await server.pause();
    const outage = patience(100, () => server.resume());
    await retrying(() => store.write(batch('still')), outage.around);
    expect(outage.told[0]?.message).toContain('did not answer in time');
    await store.write(batch('still'));
    expect((await storeSnapshot(store, 'still')).pairs).toHaveLength(PAIRS);
    await store.close();
  });
});
