// The replayer on an archive on S3: what it feeds is what it feeds from a folder, whatever S3 does meanwhile.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Archive, EventLog, LogRecord } from '@parallax/core';
import { openArchive, openLog, openStore, type S3Options } from '@parallax/platform';
import {
  describeOn,
  memoryLog,
  memoryStore,
  recordingTelemetry,
  runProcess,
  type S3Fault,
  s3Faults,
  s3Subject,
} from '@parallax/platform/testing';
import { expect, onTestFinished, test } from 'vitest';
import { hastyClock, keep, ORDERS, type Recorded, START, watched } from './doubles.ts';
import { startReplay } from './pipeline.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const IDS = 600;

describeOn('s3', 'the replayer on S3', (server) => {
  test('feeds what it feeds from a folder, also when every other request fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-s3-replay-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'x.yaml');
    writeFileSync(
      file,
      'experiment: x\ncorrelation: [header:id]\ninput: { topic: orders.in }\nlegacy: { topic: answers }\ncandidate: { topic: answers.v2 }\n',
    );
    const log = await openLog(`embedded:${folder}/log`);
    onTestFinished(() => log.close());
    // Open in this process, so that its engine need not start anew for each replay.
    const store = await openStore(`chdb:${folder}/store`);
    onTestFinished(() => store.close());
    await store.migrate();
    const subject = s3Subject(server.s3);
    onTestFinished(() => subject.dispose());
    const proxy = await s3Faults(server.s3.endpoint);
    onTestFinished(() => proxy.stop());
    const asked: Recorded[] = [...Array(IDS).keys()].map((n) => ({ partition: n % 2, at: n, id: `o-${n}` }));
    for (const archive of [subject.archive, openArchive(`file:${folder}/archive`)]) {
      await keep(archive, 'orders.in', asked, 100);
      await keep(archive, 'answers', asked, 150);
    }
    const replay = (run: string, archive: string, env: NodeJS.ProcessEnv) =>
      runProcess(MAIN, [file, '--run', run], {
        ...process.env,
        PARALLAX_LOG: `embedded:${folder}/log`,
        PARALLAX_STORE: `chdb:${folder}/store`,
        PARALLAX_LOG_LEVEL: 'warn',
        PARALLAX_ARCHIVE: archive,
        ...env,
      });

    expect(await replay('folder', `file:${folder}/archive`, {})).toMatchObject({ code: 0 });
    const expected = await contents(log, 'folder');
    expect(expected.length).toBe(2 * IDS);

    expect(await replay('s3', subject.archive.address, server.s3.env)).toMatchObject({ code: 0 });
    expect(await contents(log, 's3')).toEqual(expected);

    proxy.inject('read', { kind: 'cut' }, 20);
    proxy.inject('list', { kind: 'refused', status: 503, code: 'SlowDown' }, 3);
    const behind = { ...server.s3.env, AWS_ENDPOINT_URL_S3: proxy.endpoint };
    expect(await replay('rough', subject.archive.address, behind)).toMatchObject({ code: 0 });
    expect(proxy.struck()).toBe(23);
    expect(await contents(log, 'rough')).toEqual(expected);
  });

  test.each<[string, S3Fault, S3Options]>([
    ['no longer accepts the credentials for a while', { kind: 'refused', status: 400, code: 'ExpiredToken' }, {}],
    ['denies access for a while', { kind: 'refused', status: 403, code: 'AccessDenied' }, {}],
    ['is as slow as to be given up', { kind: 'hang' }, { idleTimeoutMs: 100 }],
    ['resets connections', { kind: 'reset' }, {}],
  ])('waits, and goes on at the next record, when in the middle of it S3 %s', async (_, fault, options) => {
    const subject = s3Subject(server.s3);
    onTestFinished(() => subject.dispose());
    const proxy = await s3Faults(server.s3.endpoint);
    onTestFinished(() => proxy.stop());
    const asked: Recorded[] = [...Array(IDS).keys()].map((n) => ({ partition: n % 2, at: n, id: `o-${n}` }));
    await keep(subject.archive, 'orders.in', asked, 20);
    await keep(subject.archive, 'prices', asked, 20);
    const feed = async (archive: Archive, onAppend: () => void = () => undefined) => {
      const log = memoryLog({ clock: () => START });
      const telemetry = recordingTelemetry();
      const ports = { log: watched(log, onAppend), archive, store: memoryStore(), telemetry, clock: hastyClock() };
      const replaying = await startReplay(ports, { experiment: ORDERS, run: 'r', pace: 'flat-out', roundRecords: 50 });
      const report = await replaying.done;
      await replaying.finish();
      const topics = ['orders.in.v2.replay.r', 'prices.replay.r'];
      const fed = await Promise.all(
        (await log.extents(topics)).map(({ topic, partition, end }) => log.read(topic, partition, 0, end)),
      );
      return { report, fed, told: telemetry.events.map(({ name }) => name) };
    };
    const calm = await feed(subject.archive);
    const away = subject.reopen({ ...options, endpoint: proxy.endpoint, attempts: 1, firstWaitMs: 0 });
    let appends = 0;
    const rough = await feed(away, () => {
      appends += 1;
      if (appends === 2) proxy.inject('read', fault, 4);
    });
    expect(proxy.struck()).toBe(4);
    expect(rough.told).toContain('replay-unavailable');
    expect(rough.told).toContain('replay-back');
    expect(rough.report.inputs.fed).toBe(IDS);
    expect(rough.fed).toEqual(calm.fed);
  });
});

/** What names the run is left out. */
async function contents(log: EventLog, run: string): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for (const topic of ['orders.in', 'answers']) {
    for (const { partition, end } of await log.extents([`${topic}.replay.${run}`])) {
      const records = await log.read(`${topic}.replay.${run}`, partition, 0, end);
      found.push(
        ...records.map((record) => ({
          ...record,
          headers: record.headers.filter(([name]) => name !== 'x-parallax-run'),
        })),
      );
    }
  }
  return found;
}
