// `parallax archive` as a person calls it, on an archive the archiver has written.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import { openArchive, openLog, openTelemetry } from '@parallax/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-archive-cli-'));
const address = `file:${join(folder, 'archive')}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function archive(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'archive', ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

beforeAll(async () => {
  const log = await openLog(`embedded:${join(folder, 'log')}`);
  await log.ensureTopic({ topic: 'orders', partitions: 1 });
  const records = Array.from({ length: 25 }, (_, n) => ({
    timestamp: 1_732_320_000_000 + n * 1_000,
    key: null,
    value: Buffer.from(n % 2 === 0 ? `order ${n}` : `{"n": ${n}}`),
    headers: [['correlation-id', Buffer.from(`o-${n}`)] as const],
  }));
  await log.append('orders', records);
  const silent = () => undefined;
  const archiver = await startArchiver(
    {
      log,
      archive: openArchive(address),
      telemetry: openTelemetry('archiver', { debug: silent, info: silent, warn: silent, error: silent }),
    },
    { experiment: 'x', topics: ['orders'], limits: { records: 10, bytes: 1_000_000 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
  await log.close();
});

test('ls shows each partition with its records, size and times', async () => {
  const { code, stdout, stderr } = await archive('ls', '--archive', address);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^orders +0 +25 +0–24 +\S+ KiB +2 +1 +2024-11-23 00:00:00 +2024-11-23 00:00:24$/m);
});

test('ls --json gives programs the same', async () => {
  const { stdout } = await archive('ls', 'orders', '--json', '--archive', address);
  expect(JSON.parse(stdout)).toMatchObject({
    topic: 'orders',
    partition: 0,
    records: 25,
    objects: 2,
    tails: 1,
    gaps: [],
  });
});

test('cat prints the records that are meant, byte for byte', async () => {
  const cat = async (...args: string[]) => {
    const { code, stdout, stderr } = await archive('cat', 'orders', ...args, '--archive', address);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout.trimEnd().split('\n');
  };
  expect(await cat('--offsets', '11-12')).toEqual([
    '{"topic":"orders","partition":0,"offset":11,"timestamp":1732320011000,"key":null,"headers":{"correlation-id":"o-11"},"value":{"n": 11}}',
    `{"topic":"orders","partition":0,"offset":12,"timestamp":1732320012000,"key":null,"headers":{"correlation-id":"o-12"},"valueBase64":"${Buffer.from('order 12').toString('base64')}"}`,
  ]);
  expect(await cat()).toHaveLength(25);
  expect(await cat('--limit', '3')).toHaveLength(3);
  expect(await cat('--from', '2024-11-23T00:00:05Z', '--to', '2024-11-23T00:00:08Z')).toHaveLength(3);
  expect(await cat('--id', 'o-24')).toEqual(await cat('--header', 'correlation-id=o-24'));
});

test('cat says when nothing is meant, and what topics there are', async () => {
  const none = await archive('cat', 'orders', '--id', 'o-99', '--archive', address);
  expect(none).toMatchObject({ code: 2, stdout: '' });
  expect(none.stderr).toContain('25 records looked at');
  const other = await archive('cat', 'order', '--archive', address);
  expect(other).toMatchObject({ code: 2, stdout: '' });
  expect(other.stderr).toContain('It has orders.');
  const wrong = await archive('cat', 'orders', '--offsets', '9-3', '--archive', address);
  expect(wrong.stderr).toContain('both ends are included');
});

test('nothing there is said and is no success', async () => {
  for (const args of [['ls'], ['verify'], ['ls', 'orders', '--from', '2030-01-01', '--archive', address]]) {
    const { code, stdout, stderr } = await archive(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('There is nothing');
  }
});

test.each([
  [['ls', 'order']],
  [['cat', 'order']],
  [['query', 'SELECT 1 FROM records', '--topic', 'order']],
  [['expire', 'orders', 'order', '--older-than', '1d']],
])('a topic that was misspelt is no empty answer: %s', async (args) => {
  const { code, stdout, stderr } = await archive(...args, '--archive', address);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain('nothing of topic order\n  Did you mean orders? It has orders.');
});

test('a query may begin with a comment, and stand in a file or on stdin', async () => {
  const sql = '-- how many\nSELECT count() AS n FROM records';
  writeFileSync(join(folder, 'q.sql'), sql);
  for (const args of [[sql], ['--file', 'q.sql']]) {
    const { code, stdout, stderr } = await archive('query', ...args, '--json', '--archive', address);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{"n":25}\n', stderr: '' });
  }
  for (const args of [[], [sql, '--file', 'q.sql'], ['--file', 'none.sql']]) {
    expect(await archive('query', ...args, '--archive', address)).toMatchObject({ code: 2, stdout: '' });
  }
});

test('verify finds a sound archive sound, then names the object that was cut', async () => {
  const sound = await archive('verify', '--archive', address);
  expect({ code: sound.code, stdout: sound.stdout }).toEqual({ code: 0, stdout: '' });
  expect(sound.stderr).toMatch(/^3 objects, 25 records, \S+ KiB in \S+ s: all sound\.$/m);
  const key = 'topics/orders/partition=0/orders+0+0000000010.avro';
  truncateSync(join(folder, 'archive', key), 700);
  for (const args of [['ls'], ['cat', 'orders'], ['query', 'SELECT offset FROM records']]) {
    const { code, stdout, stderr } = await archive(...args, '--archive', address);
    expect([args, code, stdout.trim().split('\n').length]).toEqual([
      args,
      2,
      { ls: 3, cat: 15, query: 17 }[args[0] ?? ''],
    ]);
    expect(stderr).toContain(`${key}\n  ${key} is damaged`);
    if (args[0] !== 'ls') expect(stderr).toContain('orders, partition 0, offsets 10 to 19\n  No object');
  }
  const cut = await archive('verify', '--archive', address);
  expect(cut.code).toBe(2);
  expect(cut.stdout).toContain(`${key}\n  ${key} is damaged at byte`);
  const json = (await archive('verify', '--json', '--archive', address)).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(json.map(({ code }) => code)).toEqual(['archive-object-damaged', 'archive-gap', undefined]);
  expect(json.at(-1)).toMatchObject({ summary: { objects: 3, records: 15, problems: 2 } });
});

test('an address that is none is refused with the cure', async () => {
  const { code, stderr } = await archive('ls', '--archive', 'gs://bucket/x');
  expect(code).toBe(2);
  expect(stderr).toBe(
    `parallax: "gs://bucket/x" is not an archive's address: "gs:" is no kind of archive; allowed are file:DIR and s3://BUCKET/PREFIX\n  Give one of them, e.g. --archive file:.parallax/archive or --archive s3://traffic/parallax.\n`,
  );
});
