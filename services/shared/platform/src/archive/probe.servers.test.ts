// The probe on a real S3 server, and on one that does not honour conditional puts.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeOn } from '../testing/index.ts';
import { s3Faults } from '../testing/s3-faults.ts';
import { type S3Subject, s3Options, s3Subject } from '../testing/s3-subject.ts';
import { probeArchive } from './probe.ts';
import { unfinishedUploads } from './unfinished.ts';

const NEEDS = ['create', 'read', 'list', 'refuse', 'race', 'parts', 'remove'];

describeOn('s3', 'the probe', (server) => {
  let subject: S3Subject;
  beforeEach(() => {
    subject = s3Subject(server.s3);
  });
  afterEach(() => subject.dispose());

  test('finds a sound server sound, and leaves nothing', async () => {
    const findings = await probeArchive(subject.archive.address, s3Options(server.s3));
    expect(findings.map(({ need, met }) => [need, met])).toEqual(NEEDS.map((need) => [need, true]));
    expect(await Array.fromAsync(subject.archive.list(''))).toEqual([]);
    expect(await unfinishedUploads(subject.archive.address, s3Options(server.s3))).toEqual([]);
  });

  test('finds that a server ignores the condition', async () => {
    const proxy = await s3Faults(server.s3.endpoint);
    proxy.inject('put', { kind: 'agreed' });
    proxy.inject('complete', { kind: 'agreed' });
    const findings = await probeArchive(subject.archive.address, { ...s3Options(server.s3), endpoint: proxy.endpoint });
    const unmet = findings.filter(({ met }) => !met);
    expect(unmet.map(({ need, code }) => [need, code])).toEqual(
      ['refuse', 'race', 'parts'].map((need) => [need, 'archive-unfit']),
    );
    expect(unmet[0]).toMatchObject({
      says: expect.stringContaining('whose key was taken'),
      cure: expect.stringContaining('If-None-Match'),
    });
    await proxy.stop();
  });

  test('tells what is denied, need by need', async () => {
    const proxy = await s3Faults(server.s3.endpoint);
    proxy.inject('list', { kind: 'refused', status: 403, code: 'AccessDenied' });
    const findings = await probeArchive(subject.archive.address, { ...s3Options(server.s3), endpoint: proxy.endpoint });
    expect(findings.filter(({ met }) => !met)).toEqual([
      expect.objectContaining({
        need: 'list',
        code: 'archive-forbidden',
        cure: expect.stringContaining('s3:ListBucket'),
      }),
    ]);
    await proxy.stop();
  });

  test('an upload whose writer went away is found, with its key and age, until the key is created', async () => {
    const proxy = await s3Faults(server.s3.endpoint);
    const writer = subject.reopen({ endpoint: proxy.endpoint, multipartBytes: 0 });
    proxy.inject('part', { kind: 'hang' });
    const reached = proxy.reached('part');
    const creating = writer.create('topics/k', new Uint8Array(9));
    creating.catch(() => undefined);
    await reached;
    const [left, ...more] = await unfinishedUploads(subject.archive.address, s3Options(server.s3));
    expect([left?.key, more]).toEqual(['topics/k', []]);
    expect(Date.now() - (left?.begun ?? 0)).toBeLessThan(3_600_000);
    expect(await subject.reopen({ multipartBytes: 0 }).create('topics/k', new Uint8Array(9))).toBe('created');
    expect(await unfinishedUploads(subject.archive.address, s3Options(server.s3))).toEqual([]);
    await writer.close();
    await expect(creating).rejects.toMatchObject({ code: 'archive-closed' });
    await proxy.stop();
  });
});
