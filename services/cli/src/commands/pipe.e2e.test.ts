// pipe as a process: two programs as the two systems, live and as the build of a replay, and programs that fail.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EventLog } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-pipe-'));
const ORDERS = 3_000;

/** Answers every order, o-13 at a price of its own. */
const PRICE = `
import { createInterface } from 'node:readline';
for await (const line of createInterface({ input: process.stdin })) {
  const { order, quantity } = JSON.parse(line);
  const total = quantity * 2 + (order === 'o-13' ? Number(process.argv[2]) : 0);
  console.log(order === 'o-7' ? '' : JSON.stringify({ order, total }));
}`;
const EXPERIMENT = `
experiment: orders
input: { topic: orders.in }
legacy: { topic: priced }
candidate: { topic: priced.v2, group: v2 }
window: { settle: 100ms, deadline: 1s, late: 1h }
`;

let log: EventLog;
const children: ChildProcess[] = [];

beforeAll(async () => {
  writeFileSync(join(folder, 'price.mjs'), PRICE);
  writeFileSync(join(folder, 'orders.yaml'), EXPERIMENT);
  const line = (n: number) => JSON.stringify({ id: `o-${n}`, value: { order: `o-${n}`, quantity: n } });
  writeFileSync(join(folder, 'in.ndjson'), Array.from({ length: ORDERS }, (_, n) => line(n)).join('\n'));
  expect(await finished('feed', 'orders.in', 'in.ndjson', '--create', '--partitions', '3')).toMatchObject({ code: 0 });
  log = await openLog(`embedded:${folder}/.parallax/log`);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
afterAll(async () => {
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

function parallax(...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  return { child, out: () => out, err: () => err, ended: once(child, 'close').then(([code]) => code) };
}

async function finished(...args: string[]) {
  const running = parallax(...args);
  const code = await running.ended;
  return { code, out: running.out(), err: running.err() };
}

const written = async (topic: string) =>
  (await log.topics()).some((one) => one.topic === topic)
    ? (await log.extents([topic])).reduce((sum, { end }) => sum + end, 0)
    : 0;

test('two programs as the two systems get a verdict, killed in the middle or not', async () => {
  const price = [process.execPath, 'price.mjs'];
  const legacy = await finished(
    'pipe',
    'orders.in',
    'priced',
    '--group',
    'v1',
    '--until-caught-up',
    '--',
    ...price,
    '0',
  );
  expect(legacy).toMatchObject({ code: 0, out: '' });
  expect(legacy.err).toContain('3,000 inputs read, 1 answered by an empty line; 2,999 outputs written to priced.');

  const doomed = parallax('pipe', 'orders.in', 'priced.v2', '--group', 'v2', '--', ...price, '1');
  await expect.poll(() => written('priced.v2'), { timeout: 30_000, interval: 2 }).toBeGreaterThan(0);
  doomed.child.kill('SIGKILL');
  await doomed.ended;
  const again = parallax('pipe', 'orders.in', 'priced.v2', '--group', 'v2', '--', ...price, '1');
  await expect.poll(() => written('priced.v2'), { timeout: 30_000 }).toBe(ORDERS - 1);
  again.child.kill('SIGTERM');
  expect(await again.ended).toBe(0);
  expect(again.err()).toContain('written to priced.v2.');

  const started = await finished('start', 'orders.yaml', '--until-caught-up');
  expect(started.code).toBe(1);
  expect(JSON.parse((await finished('verdict', '--json')).out)).toMatchObject({
    verdict: 'DIVERGING',
    outcomes: { match: ORDERS - 2, mismatch: 1 },
  });
});

test('as the build of a replay it is told the topics and the group by the replay', async () => {
  const exec = `${process.execPath} ${main} pipe -- ${process.execPath} price.mjs 0`;
  const replay = await finished('replay', 'orders.yaml', '--run', 'r1', '--exec', exec);
  expect(replay.err).toContain('build | From orders.in.replay.r1 to priced.v2.replay.r1 by:');
  expect(replay.out).toContain('PARITY');
  expect(replay.code).toBe(0);
  const compared = await finished('runs', 'compare', 'live', 'r1');
  expect(compared).toMatchObject({ code: 0, out: expect.stringMatching(/fixed +1 /) });
});

test('a program that dies is told with its exit code and its last words', async () => {
  const script = "process.stderr.write('no price for o-1\\n'); process.exitCode = 7; process.stdin.destroy()";
  const died = await finished('pipe', 'orders.in', 'dead', '--group', 'dead', '--', process.execPath, '-e', script);
  expect(died.code).toBe(2);
  expect(died.err).toMatch(/parallax: The program ended with exit code 7.*\n.*stderr:\n +no price for o-1/);
  expect(await written('dead')).toBe(0);
});

test('what is not given, a program that is not there, and a line nobody asked for are told', async () => {
  const nothing = await finished('pipe', 'orders.in', '--', 'cat');
  expect(nothing).toMatchObject({
    code: 2,
    err: expect.stringContaining('Not given: the output topic (PARALLAX_OUTPUT), --group'),
  });
  const absent = await finished('pipe', 'orders.in', 'x', '--group', 'x', '--', 'no-such-program', '--group', 'y');
  expect(absent).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be started: no-such-program --group y'),
  });
  const twice = "process.stdin.on('data', (d) => process.stdout.write(String(d) + String(d)))";
  const shifted = await finished('pipe', 'orders.in', 'x', '--group', 'x', '--', process.execPath, '-e', twice);
  expect(shifted).toMatchObject({ code: 2, err: expect.stringContaining('a line nobody asked for') });
  expect(await written('x')).toBe(0);
});
