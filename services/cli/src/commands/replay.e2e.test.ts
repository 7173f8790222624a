// replay and runs as processes: a backlog fed to a build, killed in the middle, gone on with, judged, compared, deleted.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import type { DivergenceStore, EventLog, NewRecord } from '@parallax/core';
import { openArchive, openLog, openStore } from '@parallax/platform';
import { pairRow, recordingTelemetry } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-replay-'));
const addresses = {
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
};
const ORDERS = 400;
const START = Date.parse('2026-01-31T12:00:00Z');

/** Answers every order but o-7, and o-13 with another price. */
const BUILD = `
import { openLog } from ${JSON.stringify(import.meta.resolve('@parallax/platform'))};
const { PARALLAX_LOG, PARALLAX_INPUT, PARALLAX_OUTPUT_DEFAULT, PARALLAX_GROUP } = process.env;
const log = await openLog(PARALLAX_LOG);
const text = (bytes) => new TextDecoder().decode(bytes);
let consumption;
let work = Promise.resolve();
const handlers = {
  assigned: async () => [],
  batch({ generation, topic, partition, records, next }) {
    const answers = records.map(({ key, value, headers }) => {
      const { order, price } = JSON.parse(text(value));
      const shadow = headers.some(([name, content]) => name === 'x-parallax-shadow' && text(content) === '1');
      if (!shadow) throw new Error('not a shadow');
      const priced = JSON.stringify({ price: order === 'o-13' ? price + 1 : price });
      return { order, record: { partition, key: null, value: Buffer.from(priced), headers: [['id', Buffer.from(order)]] } };
    });
    const publish = answers.filter(({ order }) => order !== 'o-7').map(({ record }) => record);
    work = work.then(async () => {
      if (publish.length > 0) await log.append(PARALLAX_OUTPUT_DEFAULT, publish);
      await consumption.commit(generation, [{ topic, partition, offset: next, metadata: '' }]);
    });
  },
};
consumption = await log.consume({ group: PARALLAX_GROUP, topics: [PARALLAX_INPUT], batchRecords: 50 }, handlers);
console.log('the build is up');
process.on('SIGTERM', async () => {
  await work;
  await log.close();
  process.exit(0);
});
`;
const EXPERIMENT = `
experiment: orders
input: { topic: orders.in, correlation: path:/order }
legacy: { topic: prices }
candidate: { topic: prices.v2 }
correlation: [header:id]
window: { settle: 100ms, deadline: 1s, late: 1h }
`;
const EXEC = `${process.execPath} ${folder}/build.mts`;

let log: EventLog;
/** Kept open, so that its engine need not start anew for each command. */
let store: DivergenceStore;

beforeAll(async () => {
  writeFileSync(join(folder, 'build.mts'), BUILD);
  writeFileSync(join(folder, 'orders.yaml'), EXPERIMENT);
  log = await openLog(addresses.PARALLAX_LOG);
  store = await openStore(addresses.PARALLAX_STORE);
  await store.migrate();
  for (const topic of ['orders.in', 'prices', 'prices.v2']) await log.ensureTopic({ topic, partitions: 2 });
  const bytes = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const orders: NewRecord[] = [];
  const prices: NewRecord[] = [];
  for (let n = 0; n < ORDERS; n++) {
    const at = { partition: n % 2, timestamp: START + n * 10, key: bytes(`k${n}`) };
    orders.push({ ...at, value: bytes({ order: `o-${n}`, price: n }) });
    prices.push({ ...at, timestamp: at.timestamp + 3, value: bytes({ price: n }), headers: [['id', bytes(`o-${n}`)]] });
  }
  await log.append('orders.in', orders);
  await log.append('prices', prices);
  const archive = openArchive(addresses.PARALLAX_ARCHIVE);
  const archiver = await startArchiver(
    { log, archive, telemetry: recordingTelemetry() },
    { experiment: 'orders', topics: ['orders.in', 'prices', 'prices.v2'], limits: { records: 64, bytes: 1e6 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
});
afterAll(async () => {
  await store.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  readonly ended: Promise<number | null>;
}

function parallax(...args: string[]): Running {
  const env = { ...process.env, ...addresses, NO_COLOR: '1' };
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  return { child, out: () => out, err: () => err, ended: once(child, 'close').then(([code]) => code) };
}

async function finished(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const running = parallax(...args);
  const code = await running.ended;
  return { code, out: running.out(), err: running.err() };
}

const fedSoFar = async (topic: string) =>
  (await log.topics()).some((one) => one.topic === topic)
    ? (await log.extents([topic])).reduce((sum, { end }) => sum + end, 0)
    : 0;

test('a dry run says what would be fed, and touches nothing', async () => {
  const { code, out } = await finished('replay', 'orders.yaml', '--run', 'dry', '--dry-run', '--pace', '10x');
  expect(code).toBe(0);
  expect(out).toContain('400 inputs with 400 ids');
  expect(out).toMatch(/orders\.in +orders\.in\.replay\.dry +2 +400/);
  expect(out).toContain('Feeding takes 399ms.');
  expect((await log.topics()).map(({ topic }) => topic)).not.toContain('orders.in.replay.dry');
});

test('killed in the middle and started again, a replay ends with the verdict on every id, each fed once', async () => {
  const args = ['replay', 'orders.yaml', '--run', 'build-b', '--exec', EXEC, '--pace', '200/s', '--build', 'v7'];
  const first = parallax(...args);
  await expect.poll(() => fedSoFar('prices.replay.build-b'), { timeout: 30_000, interval: 5 }).toBeGreaterThan(60);
  first.child.kill('SIGKILL');
  await first.ended;
  const before = await fedSoFar('orders.in.replay.build-b');
  expect(before).toBeLessThan(ORDERS);

  // The build of the killed replay goes, too, and so frees its group.
  const second = await finished(...args.map((arg) => (arg === '200/s' ? 'flat-out' : arg)), '--json');
  expect(second.err).toContain('going on at the next record');
  expect(second.err).toContain('build | the build is up');
  expect(second.code).toBe(1);
  const { state, replay, verdict } = JSON.parse(second.out);
  expect(state).toBe('finished');
  expect(replay).toMatchObject({
    resumed: true,
    inputs: { fed: 400, total: 400 },
    outputs: { fed: 400, notSelected: 0 },
  });
  expect(verdict.outcomes).toMatchObject({ match: 398, mismatch: 1, 'missing-candidate': 1 });
  expect(verdict.balance).toMatchObject({ balances: true, consumed: { legacy: 400 } });
  for (const topic of ['orders.in', 'prices']) {
    const fed = (await log.extents([`${topic}.replay.build-b`])).map(({ end }) => end);
    expect(fed).toEqual([200, 200]);
  }
});

test('a dry run of a finished one says so, and how to go on', async () => {
  const { code, err } = await finished('replay', 'orders.yaml', '--run', 'build-b', '--dry-run');
  expect(code).toBe(2);
  expect(err).toContain('Run build-b is finished: this replay would be refused.');
  expect(err).toContain('parallax runs delete build-b orders.yaml');
  const json = await finished('replay', 'orders.yaml', '--run', 'build-b', '--dry-run', '--json');
  expect([json.code, JSON.parse(json.out).state]).toEqual([2, 'finished']);
});

test('its name is taken then; runs shows it, and compares it with what ran live', async () => {
  const again = await finished('replay', 'orders.yaml', '--run', 'build-b', '--exec', EXEC);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('runs delete build-b') });

  await store.write({
    pairs: [...Array(ORDERS - 5).keys()].map((n) =>
      pairRow({
        experiment: 'orders',
        output: 'default',
        id: `o-${n}`,
        ...(n < 10 ? { outcome: 'mismatch', signature: 'v1:old' } : { outcome: 'match', signature: '' }),
      }),
    ),
  });

  const ls = await finished('runs', 'ls');
  expect(ls.out).toMatch(/orders +live .*\norders +build-b +v7 +finished .* flat-out +400 +2 +0 +99\.5 %/);
  const show = await finished('runs', 'show', 'build-b');
  expect(show.out).toMatch(/^DIVERGING {2}orders, run build-b/);
  expect(show.out).toMatch(/inputs +400 of 400, 400 ids/);
  const compare = await finished('runs', 'compare', 'live', 'build-b');
  expect(compare.out).toMatch(/fixed +9 +diverged in live, agree in build-b/);
  expect(compare.out).toMatch(/remaining +1 /);
  expect(compare.out).toMatch(/new +1 +agreed in live, diverge in build-b/);
  expect(compare.out).toMatch(/steady +384 /);
  expect(compare.out).toMatch(/only-after +5 +judged in build-b alone, 0 of them diverge/);
  expect(compare.code).toBe(1);
  const json = JSON.parse((await finished('runs', 'compare', 'live', 'build-b', 'orders', '--json')).out);
  expect(json.kinds.fixed).toMatchObject([{ outcome: 'mismatch', signature: 'v1:old', pairs: 9 }]);
  expect(json.kinds.new).toMatchObject([{ outcome: 'mismatch', pairs: 1, examples: ['o-13'] }]);
  expect(await finished('runs', 'show', 'nope')).toMatchObject({
    code: 2,
    err: expect.stringContaining('live, build-b'),
  });
});

test('a build that dies is told with its last lines, and the run can be gone on with', async () => {
  const dies = await finished('replay', 'orders.yaml', '--run', 'dies', '--exec', 'echo no such luck >&2; exit 3');
  expect(dies.code).toBe(2);
  expect(dies.err).toContain('with exit code 3');
  expect(dies.err).toContain('no such luck');
  const after = await finished('replay', 'orders.yaml', '--run', 'dies', '--exec', EXEC);
  expect(after.code).toBe(1);
});

test('without a build it prints the settings; Ctrl-C pauses and says how to go on', async () => {
  const running = parallax('replay', 'orders.yaml', '--run', 'alone');
  await expect.poll(running.err, { timeout: 30_000 }).toContain("export PARALLAX_GROUP='orders.replay.alone'");
  await expect.poll(() => fedSoFar('prices.replay.alone'), { timeout: 30_000 }).toBe(ORDERS);
  const second = await finished('replay', 'orders.yaml', '--run', 'alone', '--json');
  expect(second).toMatchObject({ code: 2, out: '' });
  expect(JSON.parse(second.err)).toMatchObject({ error: { code: 'run-in-use' } });
  running.child.kill('SIGINT');
  expect(await running.ended).toBe(130);
  expect(running.err()).toContain('Paused. Go on: the same command.');
  expect((await finished('runs', 'ls', '--json')).out).toContain('"state":"interrupted"');
});

test('rounds are runs of their own; one that is finished is not begun again', async () => {
  const args = ['replay', 'orders.yaml', '--run', 'round', '--loop', '2', '--id', 'o-13', '--exec', EXEC];
  const first = await finished(...args);
  expect(first.code).toBe(1);
  expect(first.out.match(/Chosen: 1 of 400 inputs in that time\./g)).toHaveLength(2);
  expect(first.err).toContain('parallax runs compare round-1 round-2 orders');
  const again = await finished(...args.map((arg) => (arg === '2' ? '1' : arg)));
  expect(again).toMatchObject({ code: 2, out: '', err: expect.stringContaining('All rounds of round are finished') });
  for (const run of ['round-1', 'round-2']) expect((await finished('runs', 'delete', run)).code).toBe(0);
});

test('a live topic is no place to answer in, and a choice that is no choice is told', async () => {
  const live = await finished(
    'replay',
    'orders.yaml',
    '--run',
    'x',
    '--candidate-output',
    'prices',
    '--allow-target',
    '*',
  );
  expect(live).toMatchObject({ code: 2, err: expect.stringContaining('prices is live: legacy answers there') });
  const none = await finished('replay', 'orders.yaml', '--run', 'x', '--outcome', 'wrong', '--dry-run');
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining("--outcome is 'wrong'") });
  expect((await log.topics()).filter(({ topic }) => topic.endsWith('.replay.x'))).toEqual([]);
});

test('delete removes the topics, the rows and nothing else, and the name is free again', async () => {
  expect(await finished('runs', 'delete', 'live')).toMatchObject({ code: 2, err: expect.stringContaining('"live"') });
  for (const run of ['build-b', 'dies', 'alone']) {
    expect(await finished('runs', 'delete', run)).toMatchObject({ code: 0, err: expect.stringContaining('3 topics') });
  }
  expect((await log.topics()).map(({ topic }) => topic).filter((topic) => topic.includes('.replay.'))).toEqual([]);
  expect(await fedSoFar('orders.in')).toBe(ORDERS);
  expect((await finished('runs', 'ls')).out).not.toContain('build-b');
  const again = await finished(
    'replay',
    'orders.yaml',
    '--run',
    'build-b',
    '--exec',
    EXEC,
    '--from',
    '2026-01-31T12:00:01Z',
  );
  expect(again.out).toContain('Fed 300 of 300 inputs and 300 recorded answers, flat-out');
  expect(again.out).toContain('Left out: ');
  expect(again.code).toBe(0);
});

test('a damaged archive is named before feeding, the rest is fed and judged, and it is no success', async () => {
  const copy = join(folder, 'damaged');
  cpSync(join(folder, 'archive'), copy, { recursive: true });
  const key = 'topics/orders.in/partition=0/orders.in+0+0000000064.avro';
  const body = readFileSync(join(copy, key));
  rmSync(join(copy, key));
  writeFileSync(join(copy, key), body.subarray(0, -1));
  const dry = await finished('replay', 'orders.yaml', '--run', 'torn', '--archive', `file:${copy}`, '--dry-run');
  expect(dry).toMatchObject({ code: 2, err: expect.stringContaining(`${key}\n`) });
  expect(dry.err).toContain('What would be fed is incomplete: 1 problem in the archive');
  const torn = await finished('replay', 'orders.yaml', '--run', 'torn', '--archive', `file:${copy}`, '--exec', EXEC);
  expect(torn.out).toContain('Fed 336 of 336 inputs and 336 recorded answers');
  expect(torn.err.indexOf(key)).toBeLessThan(torn.err.indexOf('The archive is damaged, see above'));
  expect(torn.code).toBe(2);
  expect(await finished('runs', 'delete', 'torn')).toMatchObject({ code: 0 });
});
