// `parallax deadletters` as a person calls it: what could not be read is listed, masked, and read again, also when the
// retry is killed in the middle.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DivergenceStore, type EventLog, type NewRecord, readDeadLetter } from '@parallax/core';
import { openLog, openStore } from '@parallax/platform';
import { type Ended, runProcess } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const KEY = 'a key that nobody else has';
const folder = mkdtempSync(join(tmpdir(), 'parallax-deadletters-'));
const FILE = join(folder, 'experiment.yaml');
let log: EventLog;
let store: DivergenceStore;

function event(n: number, value: string, hasId = true): NewRecord {
  const headers = hasId ? [['correlation-id', Buffer.from(`id-${n}`)] as const] : [];
  return { timestamp: 1_732_320_000_000 + n * 1_000, key: null, value: Buffer.from(value), headers };
}

function written(correlation: string, more = ''): void {
  const text = `experiment: orders
correlation: ${correlation}
legacy: { topic: a }
candidate: { topic: b }
window: { settle: 50ms, deadline: 300ms, late: 1h }
${more}`;
  writeFileSync(FILE, text);
}

function parallax(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runProcess(MAIN, args, {
    ...process.env,
    PARALLAX_LOG: `embedded:${folder}/log`,
    PARALLAX_STORE: `chdb:${folder}/store`,
    PARALLAX_CUT_MS: '50',
    PARALLAX_LOG_LEVEL: 'error',
    ...more,
  });
}

async function ledger(): Promise<Readonly<Record<string, number>>> {
  const rows = await store.query(
    `SELECT column, sum(last) AS events FROM
     (SELECT side, column, partition, argMax(events, cut) AS last FROM ledger WHERE side = 'candidate' GROUP BY ALL)
     GROUP BY column HAVING events > 0`,
  );
  return Object.fromEntries(rows.map(({ column, events }) => [String(column), Number(events)]));
}

beforeAll(async () => {
  log = await openLog(`embedded:${folder}/log`);
  for (const topic of ['a', 'b']) await log.ensureTopic({ topic, partitions: 1 });
  store = await openStore(`chdb:${folder}/store`);
  await store.migrate();
  const answers = [0, 1, 2, 3].map((n) => event(n, `{"cid":"id-${n}","iban":"SECRET${n}","n":${n}}`, n % 2 === 0));
  await log.append(
    'a',
    [0, 1, 2, 3].map((n) => event(n, `{"cid":"id-${n}","iban":"SECRET${n}","n":${n}}`)),
  );
  await log.append('b', [...answers, event(4, '{"cid":"SECRET\u001b[31m', false)]);
  written('header:correlation-id');
  await parallax(['comparator', FILE, '--until-caught-up']);
});
afterAll(async () => {
  await store.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

test('ls counts what is wrong and lists it, nothing that could act on a terminal', async () => {
  const { code, out, err } = await parallax(['deadletters', 'ls', FILE]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^no-id +default +candidate +unread +3$/m);
  expect(out).toMatch(/^b\/0\/1 +2024-11-23 00:00:01 +no-id +unread +"\{\\"cid\\":\\"id-1\\"/m);
  expect(out).not.toContain('\u001b');
});

test('ls --json, filters and --limit say the same for programs and for less', async () => {
  const list = async (...args: string[]) => {
    const { out } = await parallax(['deadletters', 'ls', FILE, '--json', ...args]);
    return out.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  };
  expect((await list()).map(({ offset }) => offset)).toEqual([1, 3, 4]);
  expect((await list('--since', '2024-11-23T00:00:03Z')).map(({ offset }) => offset)).toEqual([3, 4]);
  expect(await list('--side', 'legacy')).toEqual([]);
  expect(await list('--code', 'undecodable')).toEqual([]);
  expect((await list())[0]).toMatchObject({ code: 'no-id', state: 'unread', run: 'live', topic: 'b', bytes: 37 });
  const short = await parallax(['deadletters', 'ls', FILE, '--limit', '1']);
  expect(short.err).toContain('… and 2 more;');
});

test('what `privacy` masks is masked here too; the topic keeps the bytes', async () => {
  written('header:correlation-id', 'privacy: { /iban: hmac }\n');
  const refused = await parallax(['deadletters', 'ls', FILE]);
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('PARALLAX_PRIVACY_KEY')]);
  for (const args of [[], ['--json']]) {
    const { code, out, err } = await parallax(['deadletters', 'ls', FILE, ...args], { PARALLAX_PRIVACY_KEY: KEY });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('hmac:');
    expect(out).not.toContain('SECRET');
  }
  const records = await log.read('parallax.orders.deadletters', 0, 0, 10);
  expect(records.map((record) => Buffer.from(readDeadLetter(record)?.value ?? []).toString()).join()).toContain(
    'SECRET1',
  );
});

test('an output or a time that is none is refused', async () => {
  expect((await parallax(['deadletters', 'ls', FILE, '--output', 'x'])).err).toContain('no output "x"');
  expect((await parallax(['deadletters', 'retry', FILE, '--since', 'now'])).code).toBe(2);
});

test('retry reads them again with the mended file, whatever kills it, and what has an id now is counted once', async () => {
  expect(await ledger()).toEqual({ agreed: 2, 'no-id': 3 });
  written('{ any: [ header:correlation-id, path:/cid ] }');
  for (const point of ['comparator.after-reopened', 'comparator.after-commit', 'comparator.after-deadletters']) {
    const killed = await parallax(['deadletters', 'retry', FILE], { PARALLAX_CRASH_AT: point });
    expect(killed.signal, `${point} is reached: ${killed.err}`).toBe('SIGKILL');
  }
  const { code, out } = await parallax(['deadletters', 'retry', FILE, '--json']);
  expect([code, JSON.parse(out)]).toEqual([2, expect.objectContaining({ left: 0, unread: 1 })]);
  expect(await ledger()).toEqual({ agreed: 4, undecodable: 1 });
  const list = await parallax(['deadletters', 'ls', FILE, '--json']);
  expect(JSON.parse(list.out)).toMatchObject({ offset: 4, code: 'undecodable', reason: 'malformed-json' });
  const all = await parallax(['deadletters', 'ls', FILE, '--all']);
  expect(all.out).toMatch(/^no-id +default +candidate +read +2$/m);
});
