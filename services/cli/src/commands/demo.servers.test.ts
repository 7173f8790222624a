// The demo on real servers: the story of the built-in parts, told by three variables on Kafka, S3 and ClickHouse.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOn, runProcess } from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describeOn(['kafka', 's3', 'clickhouse'], 'the demo', ({ kafka, s3, clickhouse }) => {
  const at = new URL(clickhouse.url);
  const env = (folder: string): NodeJS.ProcessEnv => ({
    ...process.env,
    ...s3.env,
    NO_COLOR: '1',
    PARALLAX_DEMO_FOLDER: folder,
    PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}`,
    PARALLAX_STORE: `http://${clickhouse.user}@${at.host}/parallax`,
    PARALLAX_STORE_PASSWORD: clickhouse.password,
    PARALLAX_ARCHIVE: `s3://${s3.bucket}/${randomUUID()}`,
  });

  test('finds every planned fault on real servers, and its commands name them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-demo-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const { code, out, err } = await runProcess(MAIN, ['start'], env(folder));
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('What went wrong on purpose: 9 of 9 found');
    expect(out).toMatch(/^ +build B +build-b +240 /m);
    expect(out).toContain(`--store http://${clickhouse.user}@${at.host}/parallax`);
    expect(out).not.toContain(clickhouse.password);
    // Nothing of what servers keep lies in the folder.
    expect(readdirSync(folder).sort()).toEqual(['demo.json', 'demo.log', 'faults.json']);
  });

  test('--fresh is refused there: what servers keep is not emptied by the way', async () => {
    const { code, err } = await runProcess(MAIN, ['start', '--fresh'], env(join(tmpdir(), randomUUID())));
    expect(code).toBe(2);
    expect(err).toContain("--fresh empties the demo's folder only");
  });
});
