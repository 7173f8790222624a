// The engine process dies, is shared, is raced for, is abandoned: nothing written is lost and nobody has to know.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DivergenceStore } from '@parallax/core';
import { expect, onTestFinished, test, vi } from 'vitest';
import { pairRow } from '../testing/store-rows.ts';
import { readEndpoint } from './endpoint.ts';
import { openStore } from './index.ts';

const DOOR = fileURLToPath(new URL('./index.ts', import.meta.url));
const COUNT = 'SELECT count() AS n, uniqExact(id) AS ids FROM pairs_raw FINAL';

function directory(): string {
  return mkdtempSync(join(tmpdir(), 'parallax-engine-'));
}

async function open(dir: string): Promise<DivergenceStore> {
  const store = await openStore(`chdb:${dir}`);
  onTestFinished(() => store.close());
  return store;
}

function enginePid(dir: string): number {
  const pid = readEndpoint(dir)?.pid;
  if (pid === undefined) throw new Error('no engine');
  return pid;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie answers signals, too.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Another process that runs `body` with `store` open, and prints what it returns. */
function otherProcess(dir: string, body: string): { child: ChildProcess; output: Promise<string> } {
  const code = `import { openStore } from ${JSON.stringify(DOOR)};
    const store = await openStore(${JSON.stringify(`chdb:${dir}`)});
    const result = await (async () => { ${body} })();
    console.log(JSON.stringify(result));
    await store.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let text = '';
  child.stdout?.on('data', (chunk) => (text += chunk));
  child.stderr?.on('data', (chunk) => (text += chunk));
  return { child, output: once(child, 'close').then(() => text.trim()) };
}

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => pairRow({ id: `order-${from + n}` }));

test('an engine that is killed again and again in the middle of inserts loses and doubles nothing', async () => {
  const dir = directory();
  const store = await open(dir);
  await store.migrate();
  let writing = true;
  const killer = (async () => {
    for (let kills = 0; kills < 4 && writing; kills += 1) {
      const pid = await vi.waitUntil(() => readEndpoint(dir)?.pid, { timeout: 20_000 });
      await delay(60 * kills);
      if (alive(pid)) process.kill(pid, 'SIGKILL');
      await vi.waitUntil(() => !writing || (readEndpoint(dir)?.pid ?? pid) !== pid, { timeout: 20_000 });
    }
  })();
  for (let batch = 0; batch < 30; batch += 1) {
    await Promise.all([0, 1, 2].map((part) => store.write({ pairs: rows((batch * 3 + part) * 500, 500) })));
  }
  writing = false;
  await killer;
  expect(await store.query(COUNT)).toEqual([{ n: 45_000, ids: 45_000 }]);
});

test('what was acknowledged is there after the engine was killed', async () => {
  const dir = directory();
  const store = await open(dir);
  await store.migrate();
  await store.write({ pairs: rows(0, 10) });
  const killed = enginePid(dir);
  process.kill(killed, 'SIGKILL');
  expect(await store.query(COUNT)).toEqual([{ n: 10, ids: 10 }]);
  expect(enginePid(dir)).not.toBe(killed);
});

test('another process reads through the same engine while this one writes', async () => {
  const dir = directory();
  const store = await open(dir);
  await store.migrate();
  await store.write({ pairs: rows(0, 10) });
  const pid = enginePid(dir);
  expect(await otherProcess(dir, `return store.query(${JSON.stringify(COUNT)});`).output).toBe('[{"n":10,"ids":10}]');
  expect(enginePid(dir)).toBe(pid);
  expect(await store.query(COUNT)).toEqual([{ n: 10, ids: 10 }]);
});

test('processes that race to start an engine share one', async () => {
  const dir = directory();
  const body = `await store.migrate();
    await store.write({ pairs: [{ ...${JSON.stringify(pairRow(), (_, v) => (typeof v === 'bigint' ? undefined : v))}, id: String(process.pid), version: 1n }] });
    return 'done';`;
  const racers = [1, 2, 3].map(() => otherProcess(dir, body));
  expect(await Promise.all(racers.map(({ output }) => output))).toEqual(['"done"', '"done"', '"done"']);
  const store = await open(dir);
  expect(await store.query(COUNT)).toEqual([{ n: 3, ids: 3 }]);
});

test('an engine ends with the process that started it, however that ends, and a later one takes over', async () => {
  const dir = directory();
  const owner = otherProcess(
    dir,
    `await store.migrate(); console.log('up'); await new Promise((resolve) => setTimeout(resolve, 60_000));`,
  );
  await once(owner.child.stdout as NodeJS.ReadableStream, 'data');
  const pid = enginePid(dir);
  const store = await open(dir);
  expect(await store.query(COUNT)).toEqual([{ n: 0, ids: 0 }]);
  owner.child.kill('SIGKILL');
  await vi.waitUntil(() => !alive(pid), { timeout: 20_000 });
  await store.write({ pairs: rows(0, 3) });
  expect(await store.query(COUNT)).toEqual([{ n: 3, ids: 3 }]);
  expect(enginePid(dir)).not.toBe(pid);
});

test('closing the store ends its engine and takes the endpoint away', async () => {
  const dir = directory();
  const store = await openStore(`chdb:${dir}`);
  await store.migrate();
  const pid = enginePid(dir);
  expect(statSync(join(dir, 'endpoint')).mode & 0o777).toBe(0o600);
  await store.close();
  expect(alive(pid)).toBe(false);
  expect(existsSync(join(dir, 'endpoint'))).toBe(false);
  await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store-closed' });
});

test('an endpoint that names a dead engine, or is no endpoint at all, is replaced', async () => {
  const dir = directory();
  writeFileSync(join(dir, 'endpoint'), 'not json');
  const first = await open(dir);
  await first.migrate();
  await first.close();
  writeFileSync(join(dir, 'endpoint'), JSON.stringify({ url: 'http://127.0.0.1:1', token: 'x', pid: 1 }));
  const second = await open(dir);
  expect(await second.query(COUNT)).toEqual([{ n: 0, ids: 0 }]);
});

test('as a server, by URL and password and with compression, it is the same store', async () => {
  const dir = directory();
  await (await open(dir)).migrate();
  const { url, token } = readEndpoint(dir) ?? { url: '', token: '' };
  const server = await openStore(`${url.replace('//', '//parallax@')}/parallax`, {
    storePassword: token,
    compress: true,
  });
  onTestFinished(() => server.close());
  await server.migrate();
  await server.write({ pairs: rows(0, 2_000) });
  const scope = { experiment: 'orders', run: 'live', output: 'price' };
  expect(
    await server.lookup(
      scope,
      rows(1_000, 2_000).map(({ id }) => id),
    ),
  ).toHaveLength(1_000);
  const stranger = await openStore(`${url}/parallax`, { storePassword: 'guess' });
  onTestFinished(() => stranger.close());
  await expect(stranger.query('SELECT 1')).rejects.toMatchObject({ code: 'store-login', retryable: false });
});

test('a server that is not there is a fault that may pass', async () => {
  const store = await openStore('http://127.0.0.1:1/parallax');
  onTestFinished(() => store.close());
  await expect(store.write({ pairs: rows(0, 1) })).rejects.toMatchObject({
    code: 'store-unreachable',
    retryable: true,
  });
});

test('without the token the engine tells nothing', async () => {
  const dir = directory();
  const store = await open(dir);
  await store.migrate();
  const { url } = readEndpoint(dir) ?? { url: '' };
  for (const headers of [{}, { authorization: `Basic ${btoa('parallax:guess')}` }, { 'x-clickhouse-key': 'guess' }]) {
    const response = await fetch(`${url}/?query=SELECT%201`, { headers });
    expect(response.status).toBe(403);
    expect(await response.text()).not.toMatch(/^1/);
  }
});

test('a damaged directory is a fault that names the log and the cure', async () => {
  const dir = directory();
  mkdirSync(join(dir, 'data'));
  writeFileSync(join(dir, 'data', 'metadata'), 'a file where the engine wants a folder');
  const store = await open(dir);
  await expect(store.migrate()).rejects.toMatchObject({
    code: 'store-engine-failed',
    cure: expect.stringContaining('engine.log'),
  });
});

test('a directory that cannot be made is a fault that names it', async () => {
  const file = join(directory(), 'file');
  writeFileSync(file, '');
  const store = await open(join(file, 'store'));
  await expect(store.migrate()).rejects.toMatchObject({ code: 'store-directory' });
});

test('a schema newer than this build is refused', async () => {
  const dir = directory();
  const store = await open(dir);
  await store.migrate();
  const { url, token } = readEndpoint(dir) ?? { url: '', token: '' };
  const newer = 'INSERT INTO parallax.schema_versions (version) VALUES (9999)';
  await fetch(url, { method: 'POST', body: newer, headers: { 'x-clickhouse-key': token } });
  await expect(store.migrate()).rejects.toMatchObject({ code: 'store-newer-schema' });
});
