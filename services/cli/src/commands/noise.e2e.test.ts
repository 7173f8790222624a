// noise as a process: a second legacy instance, a candidate that is worse in a noisy field, and rules that hide it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DivergenceStore, EventLog, NewRecord } from '@parallax/core';
import { openLog, openStore } from '@parallax/platform';
import { afterAll, beforeAll, expect, test } from 'vitest';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-noise-'));
const addresses = {
  PARALLAX_LOG: `embedded:${folder}/log`,
  PARALLAX_STORE: `chdb:${folder}/store`,
  PARALLAX_ARCHIVE: `file:${folder}/archive`,
};
const ORDERS = 600;
const START = Date.parse('2026-01-31T12:00:00Z');
const EXPERIMENT = `# ours
experiment: orders
correlation: [header:id]
legacy: { topic: prices }
candidate: { topic: prices.v2 }   # the new one
twin: { topic: prices.twin }
window: { settle: 100ms, deadline: 1s, late: 1h }
rules:
  - ignore: /total   # it is noisy
  - ignore: [ /req, /at ]
`;

/** Numbers that look drawn, the same in every run. */
function randomness(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Of each: an id and a time of its own, a total that is off by a cent in 5 %, and in `worse` more of the orders. */
function prices(seed: number, worse: number): readonly { readonly id: string; readonly value: object }[] {
  const random = randomness(seed);
  const hex = (length: number) => Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');
  return Array.from({ length: ORDERS }, (_, n) => {
    const off = random() < 0.05 || random() < worse;
    const value = {
      req: `req-${hex(16)}`,
      at: new Date(START + n * 1_000 + Math.floor(random() * 90)).toISOString(),
      total: 100 + n + (off ? 0.01 : 0),
      city: 'Bern',
    };
    return { id: `o-${n}`, value };
  });
}

let log: EventLog;
let store: DivergenceStore;

beforeAll(async () => {
  writeFileSync(join(folder, 'orders.yaml'), EXPERIMENT);
  log = await openLog(addresses.PARALLAX_LOG);
  // Kept open, so that its engine need not start anew for each command.
  store = await openStore(addresses.PARALLAX_STORE);
  await store.migrate();
  const bytes = (text: string) => new TextEncoder().encode(text);
  for (const [topic, seed, worse] of [
    ['prices', 1, 0],
    ['prices.twin', 2, 0],
    ['prices.v2', 3, 0.15],
  ] as const) {
    await log.ensureTopic({ topic, partitions: 2 });
    const records = prices(seed, worse).map(
      ({ id, value }, n): NewRecord => ({
        partition: n % 2,
        timestamp: START + n * 1_000,
        key: null,
        value: bytes(JSON.stringify(value)),
        headers: [['id', bytes(id)]],
      }),
    );
    await log.append(topic, records);
    writeFileSync(
      join(folder, `${topic}.ndjson`),
      prices(seed, worse)
        .map((one, n) => `${JSON.stringify({ ...one, timestamp: START + n * 1_000 })}\n`)
        .join(''),
    );
  }
});
afterAll(async () => {
  await store.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

async function parallax(
  ...given: readonly (string | Readonly<Record<string, string>>)[]
): Promise<{ code: number | null; out: string; err: string }> {
  const args = given.filter((one) => typeof one === 'string');
  const more = given.filter((one) => typeof one !== 'string');
  const env = Object.assign({}, process.env, addresses, { NO_COLOR: '1' }, ...more);
  const child = spawn(process.execPath, [main, ...args], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
  const [code] = await once(child, 'close');
  return { code, out, err };
}

interface Shown {
  readonly aaPairs: number;
  readonly abPairs: number;
  readonly abRuns: Record<string, string>;
  readonly rates: readonly {
    readonly pattern: string;
    readonly verdict: string;
    readonly aa: { readonly hits: number };
    readonly ab: { readonly hits: number };
    readonly excess: { readonly low: number };
  }[];
  readonly suggestions: readonly { readonly name: string; readonly rule: object; readonly hides: number }[];
  readonly left: readonly { readonly pattern: string; readonly why: string }[];
  readonly written?: readonly string[];
  readonly refused?: readonly string[];
}

async function shown(...args: string[]): Promise<Shown> {
  const { code, out, err } = await parallax('noise', ...args, '--json');
  expect(code, err).toBe(0);
  return JSON.parse(out);
}

const verdicts = ({ rates }: Shown) => Object.fromEntries(rates.map(({ pattern, verdict }) => [pattern, verdict]));

test('before anything was compared with the twin, what to start is said', async () => {
  expect(await parallax('noise', 'orders.yaml')).toMatchObject({
    code: 2,
    err: expect.stringContaining('parallax comparator FILE --twin'),
  });
});

let first: Shown;
test('a regression in a field whose noise is excused still shows, and has no part in the verdict', async () => {
  const started = await parallax('start', 'orders.yaml', '--until-caught-up', '--complete');
  // Under rules that hide the field both systems are the same.
  expect(started.code, started.err).toBe(0);
  expect(JSON.parse(started.out)).toMatchObject({
    verdict: 'PARITY',
    pairs: ORDERS,
    rules: [{ kind: 'ignore', places: null }, { kind: 'ignore' }],
  });
  first = await shown('orders.yaml');
  expect(first).toMatchObject({ aaPairs: ORDERS, abPairs: ORDERS, abRuns: { default: 'bare' } });
  expect(verdicts(first)).toEqual({ '/total': 'above-noise', '/req': 'noise', '/at': 'noise' });
  const total = first.rates.find(({ pattern }) => pattern === '/total');
  const differing = (seed: number, worse: number) => {
    const legacy = prices(1, 0).map(({ value }) => value);
    return prices(seed, worse).filter(({ value }, n) => {
      const [one, other] = [legacy[n], value] as { total: number }[];
      return one?.total !== other?.total;
    }).length;
  };
  expect(total).toMatchObject({ aa: { hits: differing(2, 0) }, ab: { hits: differing(3, 0.15) } });
  expect(total?.excess.low).toBeGreaterThan(0);
  expect(first.suggestions).toEqual([]);
  expect(first.left).toContainEqual({ output: 'default', pattern: '/total', why: expect.stringMatching(/^THE RULES/) });
});

test('judged again from the beginning, and killed between its rows and its commit, nothing is counted twice', async () => {
  const twin = ['comparator', 'orders.yaml', '--twin', '--forget', '--until-caught-up', '--complete'];
  const killed = await parallax(...twin, { PARALLAX_CRASH_AT: 'comparator.after-write' });
  expect(killed.code).toBe(null);
  expect((await shown('orders.yaml')).rates).toEqual(first.rates);
  const again = await parallax(...twin);
  expect([0, 1], again.err).toContain(again.code);
  expect((await shown('orders.yaml')).rates).toEqual(first.rates);
});

test('rules that were taken out are suggested narrower, and the file keeps all else as it was', async () => {
  const bare = EXPERIMENT.slice(0, EXPERIMENT.indexOf('rules:'));
  writeFileSync(join(folder, 'orders.yaml'), bare);
  const written = await shown('orders.yaml', '--write', '--accept', 'all');
  // The total is noisy, and the candidate is worse there than noise: no rule for it without somebody who says so.
  expect(written).toMatchObject({ written: ['noise /req', 'noise /at'], refused: ['noise /total'] });
  expect(readFileSync(join(folder, 'orders.yaml'), 'utf8')).not.toContain('/total');
  const named = await parallax('noise', 'orders.yaml', '--write', '--accept', 'all');
  expect(named).toMatchObject({ code: 0, err: expect.stringContaining('Not written: noise /total.') });
  expect((await shown('orders.yaml', '--write', '--accept', 'noise /total')).written).toEqual(['noise /total']);
  const text = readFileSync(join(folder, 'orders.yaml'), 'utf8');
  expect(text.startsWith(bare)).toBe(true);
  expect(text.slice(bare.length)).toMatch(/# Noise: legacy and its twin differ here in \d+ of 600 pairs/);
  expect(text).toContain('time: { path: /at, within: 100ms }');
  expect(text).toContain('matching: "^req-[0-9a-f]{16}$"');
  expect(text).toContain('tolerance: { path: /total, absolute: 0.01');
  expect(text).toContain('# ACCEPTED ALTHOUGH the candidate differs more than that at /total.');
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  expect(await parallax('check', 'orders.yaml')).toMatchObject({ code: 0 });
  // What was accepted leaves nothing of legacy's own noise.
  const twin = await parallax('compare', 'prices.ndjson', 'prices.twin.ndjson', '--experiment', 'orders.yaml');
  expect(twin.code, twin.out).toBe(0);
});

test('files tell the same as log and store', async () => {
  writeFileSync(join(folder, 'files.yaml'), EXPERIMENT);
  const files = ['--legacy', 'prices.ndjson', '--twin', 'prices.twin.ndjson', '--candidate', 'prices.v2.ndjson'];
  expect((await shown('files.yaml', ...files)).rates).toEqual(first.rates);
});

test('what cannot be done is told', async () => {
  writeFileSync(join(folder, 'files.yaml'), EXPERIMENT);
  const told = async (...args: string[]) => {
    const { code, err } = await parallax('noise', ...args);
    expect(code).toBe(2);
    return err;
  };
  expect(await told('files.yaml', '--accept', 'all')).toContain('goes with --write');
  expect(await told('files.yaml', '--legacy', 'prices.ndjson')).toContain('Give --legacy and --twin');
  expect(await told('files.yaml', '--write')).toContain('no terminal');
  expect(await told('files.yaml', '--write', '--accept', 'noise /nowhere')).toContain('Nothing called noise /nowhere');
  writeFileSync(
    join(folder, 'lone.yaml'),
    'experiment: orders\nlegacy: { topic: prices }\ncandidate: { topic: prices.v2 }\n',
  );
  expect(await told('lone.yaml')).toContain('twin: { topic: NAME }');
});
