// verdict, signatures, explain and sql as processes, on a store that another process keeps open.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DivergenceStore, LedgerColumn, Outcome } from '@parallax/core';
import { openStore } from '@parallax/platform';
import { differenceRow, ledgerRow, pairRow } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-cli-'));
const address = `chdb:${join(folder, 'store')}`;
let store: DivergenceStore;

async function parallax(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: '1', PARALLAX_STORE: address };
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}

const pairs = (outcome: Outcome, count: number, more: object = {}) =>
  Array.from({ length: count }, (_, n) => pairRow({ id: `${outcome}-${n}`, outcome, ...more }));
const counters = (side: 'legacy' | 'candidate', columns: Partial<Record<LedgerColumn, number>>, more: object = {}) =>
  Object.entries(columns).map(([column, events]) =>
    ledgerRow({ side, column: column as LedgerColumn, events, ...more }),
  );

beforeAll(async () => {
  store = await openStore(address);
  await store.migrate();
  await store.write({
    pairs: [
      ...pairs('match', 7),
      ...pairs('equivalent', 1),
      ...pairs('mismatch', 2, { signature: 'v1:abc' }),
      pairRow({
        id: `it's "17"`,
        outcome: 'missing-candidate',
        candidate_count: 0,
        candidate_offsets: [],
        candidate_time: null,
        candidate_partition: null,
        candidate_digest: '',
        converged_ms: null,
      }),
      ...pairs('mismatch', 1, { id: 'still open', state: 'provisional' }),
      ...pairs('match', 3, { run: 'build-b' }),
    ],
    differences: [
      differenceRow({
        id: 'mismatch-0',
        path: '/items/3/total',
        pattern: '/items/*/total',
        legacy: '"a much longer text"',
      }),
      differenceRow({
        id: 'mismatch-1',
        path: '/items/4/total',
        pattern: '/items/*/total',
        legacy: '1.5',
        candidate: null,
        kind: 'removed',
      }),
      differenceRow({
        id: 'mismatch-1',
        position: 1,
        path: '/at',
        pattern: '/at',
        rule: 'ignore-times',
        severity: 'minor',
      }),
    ],
    ledger: [
      ...counters('legacy', { open: 1, agreed: 8, diverged: 3 }),
      ...counters('candidate', { open: 1, agreed: 8, diverged: 2, duplicate: 1 }),
      ...counters('legacy', { agreed: 3 }, { run: 'build-b' }),
      ...counters('candidate', { agreed: 3 }, { run: 'build-b' }),
    ],
  });
});
afterAll(() => store.close());

test('a diverging run leaves by 1 and shows its counts and a balanced ledger', async () => {
  const { status, stdout, stderr } = await parallax('verdict');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^DIVERGING {2}orders, run live\n3 pairs of 11 decided pairs diverge: parity 72.72 %/);
  expect(stdout).toMatch(/agreed +8 +match 7, equivalent 1\n/);
  expect(stdout).toMatch(/provisional +1 /);
  expect(stdout).toMatch(/consumed +12 +12\nBalances: 24 events read/);
  expect(stderr).toContain('parallax signatures orders');
});

test('a run without divergence leaves by 0 and says that zero in n only bounds the rate', async () => {
  const { status, stdout } = await parallax('verdict', 'orders', '--run', 'build-b');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^PARITY/);
  expect(stdout).toContain('Zero divergences in 3 decided pairs only bounds their rate near 100 % (3/n).');
});

test('a verdict is one JSON object', async () => {
  const { status, stdout, stderr } = await parallax('verdict', '--json', '--run', 'build-b');
  expect([status, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({
    verdict: 'PARITY',
    experiment: 'orders',
    run: 'build-b',
    pairs: 3,
    parity: 1,
    zeroBound: 1,
    ledger: { legacy: { agreed: 3 } },
    balance: { balances: true, consumed: { legacy: 3, candidate: 3 } },
  });
});

test('the criteria of a file count, and so do its outputs that are silent', async () => {
  const file = (...outputs: string[]) => {
    const side = (suffix: string) =>
      `{ outputs: { ${outputs.map((name) => `${name}: ${name}${suffix}`).join(', ')} } }`;
    return `experiment: orders\nlegacy: ${side('')}\ncandidate: ${side('.v2')}\ncriteria: { parity: 70% }\n`;
  };
  writeFileSync(join(folder, 'lenient.yaml'), file('price'));
  expect(await parallax('verdict', 'lenient.yaml')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('required is 70 %'),
  });
  writeFileSync(join(folder, 'two.yaml'), file('price', 'invoice'));
  expect(await parallax('verdict', 'two.yaml')).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^INCONCLUSIVE[\s\S]*No pair of output invoice has been judged\./),
  });
});

test('no data and unknown names leave by 2 and say what there is', async () => {
  expect(await parallax('verdict', 'orders', '--run', 'nope')).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^NO DATA/),
    stderr: expect.stringContaining('`parallax runs ls` lists the runs'),
  });
  const ls = await parallax('runs', 'ls');
  expect(ls).toMatchObject({ status: 0, stdout: expect.stringContaining('build-b') });
  expect(await parallax('runs')).toEqual(ls);
  expect(await parallax('runs', '--json')).toEqual(await parallax('runs', 'ls', '--json'));
  expect(await parallax('verdict', 'nope')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('It has orders.'),
  });
});

test('a store that is not there is neither made nor an accident', async () => {
  const missing = join(folder, 'missing');
  const { status, stdout, stderr } = await parallax('verdict', '--store', `chdb:${missing}`);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain('parallax start');
  expect(existsSync(missing)).toBe(false);
});

test('signatures come by size with the smallest example', async () => {
  const { status, stdout, stderr } = await parallax('signatures');
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^1\. 2 pairs, 18.18 % of the judged: mismatch, output price, v1:abc\n {3}changed, removed at \/items\/\*\/total\n/,
  );
  expect(stdout).toMatch(
    /example mismatch-1\n {5}\/items\/4\/total {2}removed {2}legacy 1.5 {2}candidate \(nothing\)\n/,
  );
  expect(stdout).toMatch(/2\. 1 pair, .*missing-candidate/);
  expect(stderr).toContain('parallax explain mismatch-1');
  const lines = (await parallax('signatures', '--json', '--top', '1')).stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).pairs)).toEqual([2]);
});

test('a pair is explained in words, a provisional one too, and every run that has the id', async () => {
  const { status, stdout } = await parallax('explain', 'mismatch-1');
  expect(status).toBe(0);
  expect(stdout).toContain('mismatch (diverged): both sides answered and the answers differ.');
  expect(stdout).toMatch(/legacy +1 event +partition 0, offset 1 +2026-03-01T09:00:00.000Z/);
  expect(stdout).toContain('excused by rule ignore-times, minor');
  expect((await parallax('explain', 'still open')).stdout).toContain('it is still open');
  expect((await parallax('explain', `it's "17"`)).stdout).toMatch(/only legacy answered[\s\S]*candidate {2}no event/);
  expect((await parallax('explain', 'match-0', '--json')).stdout.match(/"run":"(live|build-b)"/g)).toHaveLength(2);
});

test('with the experiment file a program gets the rules that are named, in full', async () => {
  const rules = ['- { name: ignore-times, severity: minor, time: { path: /at, within: 2s } }', '- ignore: /other'];
  const sides = 'experiment: orders\nlegacy: { topic: a }\ncandidate: { topic: b }\n';
  writeFileSync(join(folder, 'named.yaml'), `${sides}rules:\n${rules.map((rule) => `  ${rule}\n`).join('')}`);
  const { stdout, stderr } = await parallax('explain', 'mismatch-1', '--experiment', 'named.yaml', '--json');
  expect(stderr).toBe('');
  expect(JSON.parse(stdout).rules).toEqual([
    { kind: 'time', name: 'ignore-times', severity: 'minor', path: '/at', within: '2s' },
  ]);
});

test('an id that nobody has is trouble that teaches', async () => {
  expect(await parallax('explain', 'nobody')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('"nobody"'),
  });
  expect(await parallax('explain', 'mismatch-0', '--run', 'build-b')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/"mismatch-0" \(run build-b\)[\s\S]*Without --experiment, --run/),
  });
});

test('sql answers as a table or as one object a row', async () => {
  const query = `SELECT outcome, count() AS pairs FROM pairs WHERE run = 'live' GROUP BY outcome ORDER BY pairs DESC, outcome LIMIT 2`;
  expect((await parallax('sql', query)).stdout).toBe(
    'outcome   pairs\n--------  -----\nmatch         7\nmismatch      3\n',
  );
  expect((await parallax('sql', '--json', query)).stdout).toBe(
    '{"outcome":"match","pairs":7}\n{"outcome":"mismatch","pairs":3}\n',
  );
});

test('sql refuses to change anything and shows where a query is wrong', async () => {
  expect(await parallax('sql', 'DROP TABLE pairs_raw')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('DROP'),
  });
  expect(await parallax('sql', 'SELECT nope FROM pairs')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('nope'),
  });
});

test('watching prints a line when the verdict changes and leaves by the last one', async () => {
  const env = { ...process.env, PARALLAX_STORE: address };
  const child = spawn(process.execPath, [main, 'verdict', '--watch', '--run', 'watched', 'orders'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = async () => String((await once(child.stdout, 'data'))[0]);
  expect(await line()).toContain('NO DATA: nothing judged yet');
  await store.write({ pairs: pairs('match', 2, { run: 'watched' }) });
  expect(await line()).toContain('PARITY, parity 100 %: 2 agreed');
  child.kill('SIGINT');
  expect((await once(child, 'exit'))[0]).toBe(0);
});

test('help has examples and needs no store', () => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'verdict', '--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain('Examples:');
});
