// `npm run servers` prints what a shell takes, stops at Ctrl-C, and leaves nothing behind even when it is killed.
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeOn, type ProcessUnderTest, startProcess } from '@parallax/platform/testing';
import { expect, onTestFinished, test, vi } from 'vitest';

const MAIN = fileURLToPath(new URL('./servers.ts', import.meta.url));

const start = (args: readonly string[], TMPDIR = tmpdir()) => startProcess(MAIN, args, { ...process.env, TMPDIR });

/** Resolves when all variables are printed. */
async function up(run: ProcessUnderTest): Promise<Record<string, string>> {
  onTestFinished(() => void run.child.kill('SIGKILL'));
  await vi.waitUntil(() => run.err().includes('Ctrl-C stops'), { timeout: 60_000 });
  return Object.fromEntries([...run.out().matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

test('what is no server, and no number of brokers, is refused with what is allowed', async () => {
  for (const [args, allowed] of [
    [['zookeeper'], 'allowed are kafka, s3, clickhouse'],
    [['--brokers', '2'], 'allowed are 1 and 3'],
  ] as const) {
    const ended = await start(args).ended;
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining(allowed)]);
  }
});

describeOn('s3', 'npm run servers', () => {
  test('prints the variables, serves there, and stops at Ctrl-C', async () => {
    const run = start(['s3']);
    const { AWS_ENDPOINT_URL_S3: url = '', ...others } = await up(run);
    expect(others).toMatchObject({ PARALLAX_ARCHIVE: 's3://parallax', AWS_ACCESS_KEY_ID: expect.any(String) });
    expect(await answers(url)).toBe(true);
    run.child.kill('SIGINT');
    expect((await run.ended).code).toBe(0);
    expect(await answers(url)).toBe(false);
  });

  test('killed, it takes its servers and their files with it', async () => {
    const files = mkdtempSync(join(tmpdir(), 'parallax-own-'));
    const run = start(['s3'], files);
    const { AWS_ENDPOINT_URL_S3: url = '' } = await up(run);
    const held = () => readdirSync(files).filter((name) => name.startsWith('parallax-s3-'));
    expect(existsSync(join(files, held()[0] ?? '', 'data', 'parallax'))).toBe(true);
    run.child.kill('SIGKILL');
    await vi.waitUntil(async () => !(await answers(url)), { timeout: 20_000 });
    await vi.waitUntil(() => held().length === 0, { timeout: 20_000 });
  });
});
