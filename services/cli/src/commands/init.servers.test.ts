// From two topics on a real Kafka to judged pairs: the file that init writes is used as it is.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32, type EventLog, formatSource } from '@parallax/core';
import { loadExperiment, openLog } from '@parallax/platform';
import { describeOn } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const ORDERS = 400;

describeOn('kafka', 'parallax init on Kafka', ({ kafka }) => {
  const address = `kafka://${kafka.brokers.join(',')}`;
  const mark = crypto.randomUUID().slice(0, 8);
  let folder: string;
  let log: EventLog;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-init-'));
    log = await openLog(address);
    await seed(`${mark}.orders`, `${mark}.orders.v2`, ORDERS, Date.now() - 60_000);
  });
  afterAll(async () => {
    await log?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Every fortieth order is priced wrong, every hundredth not at all. */
  async function seed(legacy: string, candidate: string, orders: number, from: number): Promise<void> {
    for (const topic of [legacy, candidate]) await log.ensureTopic({ topic, partitions: 3 });
    const all = Array.from({ length: orders }, (_, n) => ({ n, id: `order-${n}`, at: from + n * 20, total: n * 1.25 }));
    const items = (n: number) => [
      { sku: `a-${n}`, count: 1 },
      { sku: `b-${n}`, count: 2 },
    ];
    await log.append(
      legacy,
      all.map(({ n, id, at, total }) => ({
        key: Buffer.from(id),
        timestamp: at,
        value: json({ total, lines: items(n), priced: new Date(at - 3).toISOString() }),
      })),
    );
    await log.append(
      candidate,
      all
        .filter(({ n }) => n % 100 !== 7)
        .map(({ n, id, at, total }) => ({
          key: Buffer.from(id),
          timestamp: at + 100 + (n % 50),
          value: json({
            trace: crypto.randomUUID(),
            total: n % 40 === 3 ? total + 1 : total,
            lines: items(n).toReversed(),
            priced: new Date(at + 90).toISOString(),
          }),
        })),
    );
  }

  function json(value: object): Buffer {
    return Buffer.from(JSON.stringify(value));
  }

  function parallax(...args: string[]) {
    const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1', PARALLAX_LOG: address } };
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  const init = (legacy: string, candidate: string, ...more: string[]) =>
    parallax('init', '--legacy', legacy, '--candidate', candidate, ...more);

  test('what it writes is sound, is found fit by the doctor, and gives the outcomes that were seeded', async () => {
    const written = await init(`${mark}.orders`, `${mark}.orders.v2`, '--name', `init-${mark}`, '--out', 'orders.yaml');
    expect(written, written.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(written.stderr).toContain('parallax doctor orders.yaml');
    const again = await init(`${mark}.orders`, `${mark}.orders.v2`, '--out', 'orders.yaml');
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('There is a file orders.yaml already.') });

    const { outputs, rules, window } = await loadExperiment(join(folder, 'orders.yaml'));
    expect(outputs[0]?.legacy.correlation.flat().map(formatSource)).toEqual(['key']);
    expect(
      rules.map((rule) => ('paths' in rule ? rule.paths : 'path' in rule ? [rule.path, rule.kind] : [])).toSorted(),
    ).toEqual([['/lines', 'unordered'], ['/priced'], ['/trace']]);
    expect(window).toMatchObject({ deadlineMs: 10_000, settleMs: 1_000 });
    expect(readFileSync(join(folder, 'orders.yaml'), 'utf8')).toMatch(/# \/total differs in 10 of \d+ pairs/);

    const sound = await parallax('doctor', 'orders.yaml');
    expect(sound.code, sound.stdout).toBe(0);
    const judged = await parallax('comparator', 'orders.yaml', '--until-caught-up', '--complete');
    expect(judged.code, judged.stderr).toBe(1);
    const rows = await parallax('sql', '--json', 'SELECT outcome, count() AS pairs FROM pairs GROUP BY outcome');
    const counts = Object.fromEntries(
      rows.stdout
        .trim()
        .split('\n')
        .map((line): { outcome: string; pairs: number } => JSON.parse(line))
        .map(({ outcome, pairs }) => [outcome, Number(pairs)]),
    );
    expect(counts).toEqual({ equivalent: 386, mismatch: 10, 'missing-candidate': 4 });
  });

  test('says what it saw where there is nothing to join', async () => {
    const empty = `${mark}.empty`;
    const other = `${mark}.other`;
    for (const topic of [empty, other, `${mark}.none`]) await log.ensureTopic({ topic, partitions: 1 });
    await log.append(
      other,
      Array.from({ length: 50 }, (_, n) => ({ key: Buffer.from(`machine-${n}`), value: json({ heat: n / 7 }) })),
    );
    const oneSided = await init(`${mark}.orders`, empty, '--out', 'early.yaml');
    expect(oneSided).toMatchObject({ code: 2, stderr: expect.stringContaining('holds no record yet') });
    expect((await parallax('check', 'early.yaml')).code).toBe(0);
    const unrelated = await init(`${mark}.orders`, other);
    expect(unrelated).toMatchObject({ code: 2, stdout: '' });
    expect(unrelated.stderr).toContain('No place of one side holds ids that stand on the other');
    expect(unrelated.stderr).toMatch(/other: key \(50 ids in 50 records\)/);
    const nothing = await init(empty, `${mark}.none`);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('Neither topic holds a record') });
    const absent = await init(`${mark}.orders`, 'mistyped');
    expect(absent).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no topic "mistyped"') });
  });

  test('finds that the sides place ids differently, and what it writes brings them together', async () => {
    const [legacy, candidate] = [`${mark}.java`, `${mark}.librdkafka`];
    for (const topic of [legacy, candidate]) await log.ensureTopic({ topic, partitions: 3 });
    const keys = Array.from({ length: 90 }, (_, n) => Buffer.from(`order-${n}`));
    const value = (key: Buffer) => json({ order: String(key), total: key.length });
    await log.append(
      legacy,
      keys.map((key) => ({ key, value: value(key) })),
    );
    await log.append(
      candidate,
      keys.map((key) => ({ key, value: value(key), partition: crc32(key) % 3 })),
    );
    const written = await init(legacy, candidate, '--name', `crc-${mark}`, '--out', 'crc.yaml');
    expect(written.code, written.stderr).toBe(0);
    expect(written.stderr).toContain('the file says `shuffle: true`');
    const { outputs } = await loadExperiment(join(folder, 'crc.yaml'));
    expect([outputs[0]?.legacy.shuffle, outputs[0]?.candidate.shuffle]).toEqual([undefined, true]);
    expect(readFileSync(join(folder, 'crc.yaml'), 'utf8')).toContain('.librdkafka: crc32');
    const fit = await parallax('doctor', 'crc.yaml');
    expect(fit.code, fit.stdout).toBe(0);
    const judged = await parallax('start', 'crc.yaml', '--until-caught-up');
    expect(judged.code, judged.stderr).toBe(0);
  });

  test('joins long topics by samples of the same times', async () => {
    await seed(`${mark}.long`, `${mark}.long.v2`, 6_000, Date.now() - 600_000);
    const written = await init(`${mark}.long`, `${mark}.long.v2`, '--sample', '600');
    expect(written.code, written.stderr).toBe(0);
    expect(written.stdout).toMatch(/6\d\d of about 6000 records read|\b600 of about 6000 records read/);
    expect(written.stdout).toMatch(/^correlation: key/m);
    expect(written.stdout).toMatch(/9\d(\.\d)? % of the ids|100 % of the ids/);
  });
});
