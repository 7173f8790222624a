// The archiver on S3: the objects of an archive in a folder, whatever S3 does meanwhile.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Archive, EventLog } from '@parallax/core';
import { openArchive, openLog, type S3Options, verifyArchive } from '@parallax/platform';
import {
  describeOn,
  mixedTraffic,
  recordingTelemetry,
  runProcess,
  type S3Fault,
  type S3Faults,
  type S3Step,
  type S3Subject,
  s3Faults,
  s3Subject,
  startProcess,
} from '@parallax/platform/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hastyClock } from './doubles.ts';
import { startArchiver } from './pipeline.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TOPICS = ['a', 'b'];
const traffic = mixedTraffic(7, 300);

describeOn('s3', 'the archiver on S3', (server) => {
  let folder: string;
  let log: EventLog;
  let subject: S3Subject;
  let proxy: S3Faults;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parallax-s3-'));
    log = await openLog(`embedded:${folder}/log`);
    for (const topic of TOPICS) await log.ensureTopic({ topic, partitions: 2 });
    await log.append('a', traffic.first.legacy);
    await log.append('b', traffic.first.candidate);
    subject = s3Subject(server.s3);
    proxy = await s3Faults(server.s3.endpoint);
  });
  afterEach(async () => {
    await subject.dispose();
    await proxy.stop();
    await log.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Archives what the log has, in this process, while time runs as fast as it is waited for. */
  async function archive(name: string, into: Archive) {
    const telemetry = recordingTelemetry();
    const options = { experiment: name, topics: TOPICS, limits: { records: 60, bytes: 1_000_000 } };
    const archiver = await startArchiver({ log, archive: into, telemetry, clock: hastyClock() }, options);
    const stats = await archiver.caughtUp();
    await archiver.stop();
    return { stats, telemetry };
  }

  const breaking = (options: S3Options = {}) =>
    subject.reopen({ ...options, endpoint: proxy.endpoint, attempts: 1, firstWaitMs: 0 });

  async function undisturbed(): Promise<ReadonlyMap<string, string>> {
    const inFolder = openArchive(`file:${folder}/undisturbed`);
    await archive('undisturbed', inFolder);
    return contents(inFolder);
  }

  const life = (env: NodeJS.ProcessEnv, ...more: string[]): Parameters<typeof startProcess> => {
    writeFileSync(join(folder, 'x.yaml'), 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n');
    const settings = {
      PARALLAX_LOG: `embedded:${folder}/log`,
      PARALLAX_ARCHIVE: subject.archive.address,
      PARALLAX_CHUNK_RECORDS: '60',
      PARALLAX_LOG_LEVEL: 'warn',
    };
    return [MAIN, [join(folder, 'x.yaml'), ...more], { ...process.env, ...server.s3.env, ...settings, ...env }];
  };

  test('as a process it stores the objects it stores in a folder, byte for byte, and all of it verifies', async () => {
    expect(await runProcess(...life({}, '--until-caught-up'))).toMatchObject({ code: 0, err: '' });
    expect(await contents(subject.archive)).toEqual(await undisturbed());
    expect(await problems(subject.archive)).toEqual([]);
  });

  test('killed while a put is under way, it stores the same objects the next time', async () => {
    proxy.inject('put', { kind: 'hang' });
    const reached = proxy.reached('put');
    const child = startProcess(...life({ AWS_ENDPOINT_URL_S3: proxy.endpoint }, '--until-caught-up'));
    await reached;
    child.child.kill('SIGKILL');
    expect(await child.ended).toMatchObject({ signal: 'SIGKILL' });
    expect(await runProcess(...life({}, '--until-caught-up'))).toMatchObject({ code: 0, err: '' });
    expect(await contents(subject.archive)).toEqual(await undisturbed());
  });

  test('told to stop while S3 does not answer, it ends in order, and leaves the rest for the next start', async () => {
    proxy.inject('put', { kind: 'hang' });
    const reached = proxy.reached('put');
    const child = startProcess(...life({ AWS_ENDPOINT_URL_S3: proxy.endpoint }));
    await reached;
    child.child.kill('SIGTERM');
    const { code, err } = await child.ended;
    expect(code, err).toBe(0);
    expect(err).toContain('left-for-next-start');
    expect(await runProcess(...life({}, '--until-caught-up'))).toMatchObject({ code: 0, err: '' });
    expect(await contents(subject.archive)).toEqual(await undisturbed());
  });

  test('credentials that S3 does not accept end it with the cure', async () => {
    const { code, err } = await runProcess(...life({ AWS_SECRET_ACCESS_KEY: 'wrong' }, '--until-caught-up'));
    expect(code).toBe(2);
    expect(err).toContain('Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
    expect(err).not.toContain('wrong');
  });

  describe('waits, and goes on by itself, when S3', () => {
    const refused = (status: number, code: string): S3Fault => ({ kind: 'refused', status, code });
    test.each<[string, S3Step, S3Fault]>([
      ['is down for long', 'put', refused(503, 'ServiceUnavailable')],
      ['resets every connection for long', 'put', { kind: 'reset' }],
      ['loses every answer for long', 'put', { kind: 'lost' }],
      ['asks to slow down', 'put', refused(503, 'SlowDown')],
      ['does not list', 'list', refused(500, 'InternalError')],
      ['does not read', 'read', refused(429, 'TooManyRequests')],
    ])('%s', async (_, step, fault) => {
      const into = breaking();
      // Something to be read and compared: an object another archiver has stored.
      if (step === 'read') await archive('earlier', subject.archive);
      proxy.inject(step, fault, 60);
      const { telemetry } = await archive('x', into);
      expect(proxy.struck()).toBe(60);
      expect(telemetry.events.map(({ name }) => name)).toContain('archive-unavailable');
      expect(telemetry.events.map(({ name }) => name)).toContain('archive-back');
      expect(await contents(subject.archive)).toEqual(await undisturbed());
      expect(await problems(subject.archive)).toEqual([]);
    });

    test.each([
      ['ExpiredToken', 400],
      ['InvalidAccessKeyId', 403],
      ['AccessDenied', 403],
    ])('no longer accepts the credentials for a while (%s)', async (code, status) => {
      const into = breaking();
      await into.create('topics/before', new Uint8Array());
      await subject.archive.remove('topics/before');
      proxy.inject('put', refused(status, code), 20);
      const { telemetry } = await archive('x', into);
      expect(telemetry.events.map(({ name }) => name)).toContain('archive-back');
      expect(await contents(subject.archive)).toEqual(await undisturbed());
    });

    test('is as slow as to be given up, every other time', async () => {
      const into = breaking({ idleTimeoutMs: 100 });
      proxy.inject('put', { kind: 'hang' }, 6);
      await archive('x', into);
      expect(await contents(subject.archive)).toEqual(await undisturbed());
    });
  });
});

async function contents(archive: Archive): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of archive.list('')) {
    found.set(key, Buffer.from((await archive.read(key)) ?? []).toString('base64'));
  }
  return found;
}

async function problems(archive: Archive): Promise<unknown[]> {
  const found: unknown[] = [];
  await verifyArchive(archive, { onProblem: (problem) => found.push(problem) });
  return found;
}
