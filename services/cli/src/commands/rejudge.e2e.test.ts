// `parallax rejudge` as a person calls it: on an archive the archiver has written, and on two files.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import { schemaFingerprint } from '@parallax/core';
import { ObjectEncoder, openArchive, openLog, openTelemetry } from '@parallax/platform';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'parallax-rejudge-'));
const address = `file:${join(folder, 'archive')}`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PAIRS = 60;
const BEGIN = 1_732_320_000_000;

function rejudge(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, 'rejudge', ...args], { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

const experiment = (name: string, rules: readonly string[]) =>
  file(
    name,
    `experiment: pricing\nlegacy: { topic: priced }\ncandidate: { topic: priced.v2 }\n${rules.length === 0 ? '' : 'rules:\n'}${rules.map((rule) => `  - ${rule}\n`).join('')}`,
  );

/** `city` is a regression of every twentieth order, two cents in `total` one of every fifteenth; `at` is noise. */
const legacyOf = (n: number) => ({ order: n, total: 10 + n, city: 'Lisbon', at: n });
const candidateOf = (n: number) => ({
  ...legacyOf(n),
  at: n + 1,
  ...(n % 20 === 3 ? { city: 'Porto' } : {}),
  ...(n % 15 === 4 ? { total: 10.02 + n } : {}),
});
const orders = Array.from({ length: PAIRS }, (_, n) => n);
const record = (n: number, value: unknown, after: number) => ({
  timestamp: BEGIN + n * 1_000 + after,
  key: null,
  value: Buffer.from(JSON.stringify(value)),
  headers: [['correlation-id', Buffer.from(`o-${n}`)] as const],
});

const AT = 'ignore: /at';
const CENTS = (limit: number) => `{ name: cents, tolerance: { path: /total, absolute: ${limit} } }`;

beforeAll(async () => {
  const log = await openLog(`embedded:${join(folder, 'log')}`);
  await log.ensureTopic({ topic: 'priced', partitions: 2 });
  await log.ensureTopic({ topic: 'priced.v2', partitions: 3 });
  await log.append(
    'priced',
    orders.map((n) => record(n, legacyOf(n), 0)),
  );
  await log.append(
    'priced.v2',
    orders.toReversed().map((n) => record(n, candidateOf(n), 40)),
  );
  const silent = () => undefined;
  const archiver = await startArchiver(
    {
      log,
      archive: openArchive(address),
      telemetry: openTelemetry('archiver', { debug: silent, info: silent, warn: silent, error: silent }),
    },
    { experiment: 'pricing', topics: ['priced', 'priced.v2'], limits: { records: 10, bytes: 1_000_000 } },
  );
  await archiver.caughtUp();
  await archiver.stop();
  await log.close();
  experiment('base.yaml', [AT, CENTS(0.05)]);
  experiment('changed.yaml', ['{ name: any city, ignore: /city }', AT, CENTS(0.01)]);
});

describe('on the archive', () => {
  test('says exactly what the changed rules hide and reveal, by which change, and ends in 1', async () => {
    const { code, stdout, stderr } = await rejudge('base.yaml', 'changed.yaml', '--archive', address, '--json');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    const report = JSON.parse(stdout);
    expect(report.matrix).toEqual({ equivalent: { equivalent: 53, mismatch: 4 }, mismatch: { equivalent: 3 } });
    expect(report.moved.hidden).toMatchObject({
      pairs: 3,
      kinds: [{ pairs: 3, patterns: ['/city'], example: { hidden: [{ legacy: '"Lisbon"', candidate: '"Porto"' }] } }],
    });
    expect(report.moved.revealed).toMatchObject({ pairs: 4, kinds: [{ pairs: 4, patterns: ['/total'] }] });
    expect(report.changes).toMatchObject([
      { change: 'added', name: 'any city', moves: { hidden: { alone: 3 } } },
      { change: 'changed', name: 'cents', moves: { revealed: { alone: 4 } } },
    ]);
    expect(report).toMatchObject({ pairs: PAIRS, alone: { legacy: 0, candidate: 0 } });
  });

  test('tells a person in 100 columns, the revealed first, with an example of each', async () => {
    const { stdout } = await rejudge('base.yaml', 'changed.yaml', '--archive', address);
    expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([]);
    expect(stdout.indexOf('NEWLY DIVERGING: 4 pairs')).toBeGreaterThan(0);
    expect(stdout.indexOf('No longer diverging: 3 pairs')).toBeGreaterThan(stdout.indexOf('NEWLY DIVERGING'));
    expect(stdout).toMatch(/\/city {2}changed {2}legacy "Lisbon" {2}candidate "Porto"/);
    expect(stdout).toMatch(/1\. added any city\n +hides 3 pairs by itself/);
    expect(stdout).toMatch(/2\. changed cents\n +reveals 4 pairs by itself/);
  });

  test('suggests rules for what diverges still, with counts and risk, unless told not to', async () => {
    experiment('strict.yaml', []);
    const { code, stdout } = await rejudge('strict.yaml', 'strict.yaml', '--archive', address);
    expect(code).toBe(0);
    expect(stdout).toContain('Nothing is changed');
    expect(stdout).toMatch(/tolerance: \{ path: \/total, absolute: 0\.02\d* \}/);
    expect(stdout).toMatch(/hides \d+ of \d+ sampled pairs that differ there/);
    expect(stdout).toMatch(/risk (low|medium|high): hides/);
    const without = await rejudge('strict.yaml', 'strict.yaml', '--archive', address, '--no-suggest', '--json');
    expect(JSON.parse(without.stdout)).not.toHaveProperty('suggestions');
  });

  test('judges the pairs that began in the time asked for, and ends in 2 where there are none', async () => {
    const from = new Date(BEGIN + 10_000).toISOString();
    const some = await rejudge('base.yaml', 'changed.yaml', '--archive', address, '--from', from, '--json');
    expect(JSON.parse(some.stdout).pairs).toBe(PAIRS - 10);
    const none = await rejudge('base.yaml', 'changed.yaml', '--archive', address, '--from', '2030-01-01T00:00:00Z');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('nothing was judged')]);
  });
});

describe('on two files', () => {
  const line = (n: number, value: unknown) => JSON.stringify({ id: `o-${n}`, timestamp: BEGIN + n, value });

  test('says the same as on the archive', async () => {
    file('legacy.ndjson', orders.map((n) => line(n, legacyOf(n))).join('\n'));
    file(
      'candidate.ndjson',
      orders
        .map((n) => line(n, candidateOf(n)))
        .toReversed()
        .join('\n'),
    );
    const files = await rejudge(
      'base.yaml',
      'changed.yaml',
      '--legacy',
      'legacy.ndjson',
      '--candidate',
      'candidate.ndjson',
      '--json',
    );
    const archive = await rejudge('base.yaml', 'changed.yaml', '--archive', address, '--json');
    expect(files.code).toBe(1);
    const { moved, matrix } = JSON.parse(files.stdout);
    const other = JSON.parse(archive.stdout);
    expect(matrix).toEqual(other.matrix);
    expect(moved.revealed.kinds.map(({ is }: { is: string }) => is)).toEqual(
      other.moved.revealed.kinds.map(({ is }: { is: string }) => is),
    );
  });

  test('reads Avro by the schema files of the experiment', async () => {
    const ORDER =
      '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"n","type":"long"}]}';
    file('order.avsc', ORDER);
    const encoder = new ObjectEncoder({ topic: 'priced.v2', partition: 0, timestampType: 'create' });
    const head = Buffer.concat([Buffer.from([0xc3, 1]), Buffer.from(schemaFingerprint(ORDER), 'hex')]);
    for (const [offset, id] of ['a', 'b'].entries()) {
      const value = Buffer.concat([head, Buffer.from([2, id.charCodeAt(0), 2 * 2])]);
      encoder.add({ offset, timestamp: 1, key: null, value, headers: [] });
    }
    writeFileSync(join(folder, 'avro'), encoder.snapshot().body);
    file('plain', ['a', 'b'].map((id, n) => JSON.stringify({ timestamp: 1, value: { id, n: n + 1 } })).join('\n'));
    const sides =
      'legacy: { topic: a }\ncandidate: { topic: b, format: avro, schemas: [ order.avsc ] }\ncorrelation: path:/id\nexperiment: x\n';
    file('avro.yaml', sides);
    file('avro-changed.yaml', `${sides}rules: [ { ignore: /n } ]\n`);
    const { stdout, stderr } = await rejudge(
      'avro.yaml',
      'avro-changed.yaml',
      '--legacy',
      'plain',
      '--candidate',
      'avro',
      '--json',
    );
    expect(stderr).toBe('');
    expect(JSON.parse(stdout).matrix).toEqual({ match: { match: 1 }, mismatch: { equivalent: 1 } });
  });
});

test('a damaged archive is judged around its damage, named, and the result is no success', async () => {
  const copy = join(folder, 'damaged');
  cpSync(join(folder, 'archive'), copy, { recursive: true });
  const [key = ''] = readdirSync(copy, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.startsWith('topics/priced.v2/') && name.endsWith('.avro'))
    .sort();
  const body = readFileSync(join(copy, key));
  body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  rmSync(join(copy, key));
  writeFileSync(join(copy, key), body);
  const { code, stdout, stderr } = await rejudge('base.yaml', 'base.yaml', '--archive', `file:${copy}`, '--json');
  expect(code).toBe(2);
  expect(stderr.split('\n').filter((line) => line === key)).toHaveLength(1);
  const report = JSON.parse(stdout);
  expect(report.pairs).toBe(PAIRS - 10);
  expect(report.doubts).toContainEqual(expect.stringContaining('1 object of the archive could not be read'));
});

describe('a mistake', () => {
  const refused = async (...args: string[]) => {
    const { code, stdout, stderr } = await rejudge(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };

  test('is told with what to do: no archive, a topic it does not have, half of two files, other pairs', async () => {
    expect(await refused('base.yaml', 'changed.yaml', '--archive', `file:${join(folder, 'nowhere')}`)).toMatch(
      /nothing of priced, the topic of legacy[\s\S]*It is empty/,
    );
    const other = (name: string) =>
      file(name, 'experiment: x\nlegacy: { topic: priced }\ncandidate: { topic: prized }\n');
    expect(await refused(other('o.yaml'), 'o.yaml', '--archive', address)).toMatch(
      /nothing of prized[\s\S]*It has priced, priced\.v2/,
    );
    expect(await refused('base.yaml', 'changed.yaml', '--legacy', 'legacy.ndjson')).toMatch(/Only the file of legacy/);
    expect(await refused('base.yaml', 'o.yaml', '--archive', address)).toMatch(/differ in topic of candidate/);
    expect(await refused('base.yaml', 'absent.yaml')).toMatch(/There is no file absent\.yaml/);
    expect(await refused('base.yaml', 'changed.yaml', '--from', 'noon')).toMatch(/--from is 'noon'/);
  });
});
