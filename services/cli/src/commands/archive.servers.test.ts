// `parallax archive` and a dry replay as a person calls them, on an archive on S3.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startArchiver } from '@parallax/archiver';
import { openLog } from '@parallax/platform';
import { describeOn, recordingTelemetry, type S3Subject, s3Subject } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

describeOn('s3', 'parallax on an archive on S3', (server) => {
  let folder: string;
  let subject: S3Subject;

  function parallax(env: NodeJS.ProcessEnv, ...args: string[]) {
    const options = { cwd: folder, env: { ...process.env, NO_COLOR: '1', ...server.s3.env, ...env } };
    return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-s3-cli-'));
    subject = s3Subject(server.s3);
    const log = await openLog(`embedded:${folder}/log`);
    for (const topic of ['orders', 'answers']) await log.ensureTopic({ topic, partitions: 1 });
    const records = Array.from({ length: 25 }, (_, n) => ({
      timestamp: 1_732_320_000_000 + n * 1_000,
      key: null,
      value: Buffer.from(JSON.stringify({ id: `o-${n}` })),
    }));
    await log.append('orders', records);
    await log.append('answers', records.slice(0, 5));
    const archiver = await startArchiver(
      { log, archive: subject.archive, telemetry: recordingTelemetry() },
      { experiment: 'x', topics: ['orders', 'answers'], limits: { records: 10, bytes: 1_000_000 } },
    );
    await archiver.caughtUp();
    await archiver.stop();
    await log.close();
  });
  afterAll(async () => {
    await subject.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  test('ls shows each partition, verify finds it sound', async () => {
    const ls = await parallax({}, 'archive', 'ls', '--archive', subject.archive.address);
    expect({ code: ls.code, stderr: ls.stderr }).toEqual({ code: 0, stderr: '' });
    expect(ls.stdout).toMatch(/^orders +0 +25 +0–24 /m);
    const verify = await parallax({ PARALLAX_ARCHIVE: subject.archive.address }, 'archive', 'verify');
    expect(verify).toMatchObject({ code: 0, stdout: '' });
    expect(verify.stderr).toMatch(/^4 objects, 30 records, .*all sound\.$/m);
  });

  test('query answers from the objects where they lie, and shows no credentials', async () => {
    const sql = 'SELECT topic, count() AS n FROM records GROUP BY topic ORDER BY topic';
    const { code, stdout, stderr } = await parallax(
      {},
      'archive',
      'query',
      sql,
      '--json',
      '--archive',
      subject.archive.address,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('{"topic":"answers","n":5}\n{"topic":"orders","n":25}\n');
    const wrong = await parallax(
      {},
      'archive',
      'query',
      'SHOW CREATE TABLE archive.objects',
      '--json',
      '--archive',
      subject.archive.address,
    );
    const secret = server.s3.env.AWS_SECRET_ACCESS_KEY ?? 'none';
    expect(`${wrong.stdout}${wrong.stderr}`).toContain('S3');
    expect(`${wrong.stdout}${wrong.stderr}`).not.toContain(secret);
  });

  test('a replay finds what it would feed', async () => {
    writeFileSync(
      join(folder, 'x.yaml'),
      'experiment: x\ninput: { topic: orders, correlation: path:/id }\nlegacy: { topic: answers }\ncandidate: { topic: answers.v2 }\ncorrelation: [path:/id]\n',
    );
    const dry = ['replay', 'x.yaml', '--run', 'dry', '--dry-run', '--archive', subject.archive.address];
    const { code, stdout, stderr } = await parallax({}, ...dry, '--log', `embedded:${folder}/log`);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('25 inputs with 25 ids');
  });

  test('what S3 refuses is told with its cure', async () => {
    const wrong = await parallax(
      { AWS_SECRET_ACCESS_KEY: 'wrong' },
      'archive',
      'ls',
      '--archive',
      subject.archive.address,
    );
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('S3 does not accept the credentials');
    expect(wrong.stderr).toContain('Check AWS_ACCESS_KEY_ID');
    const none = await parallax({}, 'archive', 'verify', '--archive', 's3://no-such-bucket/x');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('there is no such bucket');
  });
});
