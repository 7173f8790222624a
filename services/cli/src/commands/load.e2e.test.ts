// `parallax load` as a process: what an archive and judged pairs hold, as a table, a picture, JSON and rows.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import type { NewRecord } from '@parallax/core';
import { openArchive, openLog, openStore } from '@parallax/platform';
import { pairRow, recordingTelemetry, runProcess } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-load-'));
const addresses = {
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
};
const START = Date.parse('2026-01-31T12:00:00Z');
const FILE = join(folder, 'orders.yaml');
const EXPERIMENT = `
experiment: orders
correlation: [ header:id ]
input: { topic: orders.in }
legacy: { outputs: { price: prices } }
candidate: { outputs: { price: prices.v2 } }
`;
/** One order a second for two minutes, and forty more in the hundredth. */
const ASKED = [...Array(120).keys(), ...Array<number>(40).fill(100)].map((second, n) => ({ second, id: `o-${n}` }));
let store: Awaited<ReturnType<typeof openStore>>;

beforeAll(async () => {
  writeFileSync(FILE, EXPERIMENT);
  const log = await openLog(addresses.PARALLAX_LOG);
  const record =
    (afterMs: number) =>
    (one: { second: number; id: string }): NewRecord => ({
      key: null,
      value: new Uint8Array(100),
      timestamp: START + one.second * 1_000 + afterMs,
      headers: [['id', Buffer.from(one.id)]],
    });
  for (const topic of ['orders.in', 'prices', 'prices.v2']) await log.ensureTopic({ topic, partitions: 2 });
  await log.append('orders.in', ASKED.map(record(0)));
  await log.append('prices', ASKED.map(record(30)));
  const archive = openArchive(addresses.PARALLAX_ARCHIVE);
  const archiver = await startArchiver(
    { log, archive, telemetry: recordingTelemetry() },
    { experiment: 'orders', topics: ['orders.in', 'prices', 'prices.v2'] },
  );
  await archiver.caughtUp();
  await archiver.stop();
  await log.close();
  store = await openStore(addresses.PARALLAX_STORE);
  await store.migrate();
  await store.write({
    pairs: ASKED.map(({ second, id }) =>
      pairRow({
        ...{ experiment: 'orders', output: 'price', id, legacy_time: START + second * 1_000 + 30 },
        ...{ candidate_time: START + second * 1_000 + (id === 'o-7' ? 900 : 10), converged_ms: -20 },
      }),
    ),
  });
});

afterAll(async () => {
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const load = (...args: string[]) => runProcess(main, ['load', FILE, ...args], { ...process.env, ...addresses });

test('rates, sizes and latencies are told, and kept as rows by the minute', async () => {
  const { code, out } = await load('--json');
  expect(code).toBe(0);
  const told = JSON.parse(out);
  expect(told.topics).toHaveLength(2);
  expect(told.topics[0]).toMatchObject({ topic: 'orders.in', side: 'input', records: 160 });
  expect(told.topics[0].perSecond).toMatchObject({ mean: 160 / 120, peak: 41, peakAt: START + 100_000, slotMs: 1_000 });
  expect(told.topics[0].size).toMatchObject({ max: 107 });
  expect(told.answers).toMatchObject([
    { side: 'legacy', latency: { count: 160, p50: 30, max: 30 } },
    { side: 'candidate', latency: { count: 160, p50: 10, max: 900 } },
  ]);
  expect(told.between).toMatchObject([{ output: 'price', pairs: 160 }]);
  const rows = await store.query(
    `SELECT side, records FROM load WHERE experiment = 'orders' AND topic = 'orders.in' ORDER BY began`,
  );
  expect(rows.map(({ side, records }) => [side, Number(records)])).toEqual([
    ['input', 60],
    ['input', 100],
  ]);
});

test('a stretch of time replaces what was measured before', async () => {
  const to = new Date(START + 60_000).toISOString();
  const { code, out } = await load('--json', '--to', to);
  expect(code).toBe(0);
  expect(JSON.parse(out).topics[0]).toMatchObject({ records: 60 });
  const rows = await store.query(`SELECT sum(records) AS all FROM load WHERE topic = 'orders.in'`);
  expect(Number(rows[0]?.all)).toBe(60);
});

test('for people it is a table and a picture in plain characters', async () => {
  const { code, out } = await load();
  expect(code).toBe(0);
  expect(out).toMatch(/topic\s+side\s+records\s+\/s mean/);
  expect(out).toMatch(/^orders\.in\s+\|.*@.*\|$/m);
  expect(out).toMatch(/from input to answer, ms/);
  expect(out).not.toMatch(/[^\x20-\x7e\n]/);
});

test('a run that was not fed by steps has nothing to tell, and says what does', async () => {
  const { code, err } = await load('--run', 'build-b');
  expect(code).toBe(2);
  expect(err).toMatch(/--ramp/);
});

test('a damaged object is named, the rest is counted, and it is no success', async () => {
  const archive = openArchive(addresses.PARALLAX_ARCHIVE);
  const [tail] = await Array.fromAsync(archive.list('tails/orders.in/partition=1/'));
  const path = join(folder, 'archive', tail?.key ?? '');
  const body = readFileSync(path);
  body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  rmSync(path);
  writeFileSync(path, body);
  const { code, out, err } = await load('--json');
  expect(code).toBe(2);
  expect(err).toContain(`${tail?.key}\n`);
  expect(err).toContain('archive-object-damaged');
  expect(err).toContain('is incomplete: 1 problem in the archive');
  const { topics } = JSON.parse(out);
  expect(topics[0]).toMatchObject({ topic: 'orders.in', records: 80 });
});
