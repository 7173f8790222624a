// `parallax archive import` as a person calls it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@parallax/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-import-'));
const log = `embedded:${join(folder, 'log')}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function archive(input: string | undefined, ...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [MAIN, 'archive', ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}

beforeAll(async () => {
  const opened = await openLog(log);
  await opened.ensureTopic({ topic: 'orders', partitions: 2 });
  const records = Array.from({ length: 30 }, (_, n) => ({
    timestamp: 1_732_320_000_000 + n,
    key: n % 7 === 0 ? null : Buffer.from([0xff, n]),
    value: n % 5 === 0 ? null : Buffer.from(n % 2 === 0 ? `{"n": ${n}}` : `bytes ${n}`),
    headers: [
      ['a', Buffer.from([0xfe])],
      ['a', null],
    ] as const,
  }));
  await opened.append('orders', records);
  await opened.close();
});

test('a topic of the log, printed by cat and imported elsewhere, is the same archive', async () => {
  const first = await archive(undefined, 'import', '--topic', 'orders', '--log', log, '--archive', 'file:one');
  expect(first).toMatchObject({ code: 0, stdout: '' });
  expect(first.stderr).toContain('30 records of orders: 2 objects stored');
  const { stdout: lines } = await archive(undefined, 'cat', 'orders', '--archive', 'file:one');
  const piped = await archive(lines, 'import', '-', '--json', '--archive', 'file:two');
  expect(JSON.parse(piped.stdout)).toEqual({
    topics: ['orders'],
    records: 30,
    objects: 2,
    found: 0,
    conflicts: [],
    expired: 0,
  });
  expect((await archive(undefined, 'cat', 'orders', '--archive', 'file:two')).stdout).toBe(lines);
  const copied = await archive(undefined, 'import', 'one', '--json', '--archive', 'file:three');
  expect(JSON.parse(copied.stdout)).toMatchObject({ records: 30, conflicts: [], expired: 0 });
  const digests = (await archive(undefined, 'ls', '--json', '--archive', 'file:one')).stdout;
  expect((await archive(undefined, 'ls', '--json', '--archive', 'file:two')).stdout).toBe(digests);
  expect((await archive(undefined, 'ls', '--json', '--archive', 'file:three')).stdout).toBe(digests);
  for (const name of ['one', 'two', 'three']) {
    expect((await archive(undefined, 'verify', '--archive', `file:${name}`)).code).toBe(0);
  }
});

test('lines without a place get one, and a contradiction is named with exit code 2', async () => {
  const lines = ['{"id":"a","value":1}', '{"id":"b","value":2,"timestamp":5}'].join('\n');
  writeFileSync(join(folder, 'events.ndjson'), lines);
  const untimed = await archive(undefined, 'import', 'events.ndjson', '--topic', 't', '--archive', 'file:four');
  expect(untimed.code).toBe(2);
  expect(untimed.stderr).toContain('events.ndjson:1: the record has no timestamp');
  const timed = ['--topic', 't', '--time', '2026-01-31T00:00:00Z', '--archive', 'file:four'];
  expect((await archive(undefined, 'import', 'events.ndjson', ...timed)).code).toBe(0);
  const other = await archive('{"id":"a","value":9}', 'import', '-', ...timed);
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('offset 0');
  expect(other.stderr).toContain('quarantine/');
});

test('what the archive let go of is not brought back, and that is told', async () => {
  const lines = '{"id":"a","value":1,"timestamp":1}\n{"id":"b","value":2,"timestamp":2}';
  const given = ['import', '-', '--topic', 't', '--archive', 'file:six'];
  await archive(lines, ...given);
  await archive(undefined, 'expire', '--older-than', '1d', '--archive', 'file:six');
  const again = await archive(lines, ...given);
  expect(again.code).toBe(0);
  expect(again.stderr).toContain('0 objects stored, 0 there already');
  expect(again.stderr).toContain('2 records left out');
  expect((await archive(undefined, 'ls', '--archive', 'file:six')).code).toBe(2);
});

test('an unreadable line is named, and nothing after it is taken', async () => {
  const bad = await archive(
    '{"value":1,"timestamp":1}\nnothing',
    'import',
    '-',
    '--topic',
    't',
    '--archive',
    'file:five',
  );
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain('stdin:2: not JSON');
  const none = await archive(undefined, 'import', '--archive', 'file:five');
  expect(none.stderr).toContain('Give --topic NAME');
  const nowhere = await archive('{"value":1,"timestamp":1}', 'import', '-', '--topic', 't', '--partitions', '0');
  expect(nowhere.code).toBe(2);
  expect(nowhere.stderr).toContain("'0' is invalid. It is a whole number from 1.");
});
