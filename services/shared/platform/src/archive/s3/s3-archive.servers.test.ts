// The archive on a real S3 server: the port's promise, on objects stored at once and in parts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Archive, Fault } from '@parallax/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeArchive, describeOn } from '../../testing/index.ts';
import { s3Faults } from '../../testing/s3-faults.ts';
import { type S3Subject, s3Options, s3Subject } from '../../testing/s3-subject.ts';
import { openArchive } from '../open-archive.ts';
import type { S3Options } from './options.ts';
import { openS3Archive } from './s3-archive.ts';

const MIB = 1024 * 1024;
/** Every object in parts, and pages that do not hold a listing. */
const IN_PARTS: S3Options = { multipartBytes: 0, partBytes: 5 * MIB, pageKeys: 3 };
const ONE_TRY: S3Options = { attempts: 2, firstWaitMs: 1 };

describeOn('s3', 'S3', (server) => {
  describeArchive('at once', async () => s3Subject(server.s3));
  describeArchive('in parts', async () => s3Subject(server.s3, IN_PARTS));

  let subject: S3Subject;
  beforeEach(() => {
    subject = s3Subject(server.s3, IN_PARTS);
  });
  afterEach(() => subject.dispose());

  test('of sixteen creators at once exactly one creates, forty times, at once and in parts', async () => {
    const clients = Array.from({ length: 8 }, (_, n) => subject.reopen({ multipartBytes: n % 2 === 0 ? 0 : MIB }));
    for (let round = 0; round < 40; round++) {
      const outcomes = await Promise.all(
        Array.from({ length: 16 }, (_, n) => clients[n % 8]?.create(`race/${round}`, bytes(`${round} ${n}`))),
      );
      const winners = outcomes.flatMap((outcome, n) => (outcome === 'created' ? [n] : []));
      expect(winners, `round ${round}`).toHaveLength(1);
      expect(await text(subject.archive, `race/${round}`)).toBe(`${round} ${winners[0]}`);
    }
    expect(await Array.fromAsync(subject.archive.unfinished())).toEqual([]);
  });

  test('an object of several parts is the bytes that were given', async () => {
    const body = Buffer.alloc(12 * MIB + 3, 'a larger object, in three parts. ');
    expect(await subject.archive.create('k', body)).toBe('created');
    expect(Buffer.compare((await subject.reopen().read('k')) ?? bytes(''), body)).toBe(0);
    expect(await subject.archive.create('k', bytes('other'))).toBe('exists');
    expect(await Array.fromAsync(subject.archive.unfinished())).toEqual([]);
  });

  test('keys of every kind of character are kept, listed and removed', async () => {
    const keys = [
      `a b`,
      'a+b',
      'a%20b',
      'a%2Fb',
      `a&b<c>"d'`,
      'a?b=c#d',
      'a:b@c',
      'ä/日本/😀',
      'a*b|c',
      'a~b^c`d',
      ' lead',
      'trail ',
      '=;,$!()[]{}',
    ];
    for (const key of keys) expect(await subject.archive.create(key, bytes(key)), key).toBe('created');
    for (const key of keys) expect(await text(subject.archive, key)).toBe(key);
    expect((await keysOf(subject.archive)).toSorted()).toEqual(keys.toSorted());
    for (const key of keys) {
      expect(await keysOf(subject.archive, key), key).toContain(key);
      await subject.archive.remove(key);
    }
    expect(await keysOf(subject.archive)).toEqual([]);
  });

  test('what others keep beside the archive is not seen', async () => {
    const above = openS3Archive(subject.archive.address.replace(/\/[^/]*$/, ''), s3Options(server.s3));
    const prefix = subject.archive.address.split('/').at(-1);
    await above.create(`${prefix}2/k`, bytes('a neighbour'));
    await subject.archive.create('k', bytes('ours'));
    expect(await keysOf(subject.archive)).toEqual(['k']);
    expect(await text(above, `${prefix}/k`)).toBe('ours');
    await above.close();
  });

  test.each<[string, () => Archive, string, string]>([
    [
      'no such bucket',
      () => openS3Archive('s3://no-such-bucket/x', s3Options(server.s3)),
      'archive-no-bucket',
      'Create the bucket',
    ],
    [
      'a wrong secret',
      () => subject.reopen({ credentials: { ...keysOfServer(), secretAccessKey: 'wrong' } }),
      'archive-credentials',
      'AWS_SECRET_ACCESS_KEY',
    ],
    [
      'an unknown key',
      () => subject.reopen({ credentials: { ...keysOfServer(), accessKeyId: 'nobody' } }),
      'archive-credentials',
      'AWS_ACCESS_KEY_ID',
    ],
    [
      'nobody there',
      () => subject.reopen({ ...ONE_TRY, endpoint: 'http://127.0.0.1:9' }),
      'archive-unavailable',
      'AWS_ENDPOINT_URL_S3',
    ],
    [
      'no such host',
      () => subject.reopen({ ...ONE_TRY, endpoint: 'http://nowhere.invalid' }),
      'archive-unavailable',
      'AWS_ENDPOINT_URL_S3',
    ],
  ])('%s is told with its cure, for every verb, and without the secret', async (_, open, code, cure) => {
    const archive = open();
    for (const [verb, attempt] of [
      ['create', () => archive.create('k', bytes('x'))],
      ['read', () => archive.read('k')],
      ['list', () => Array.fromAsync(archive.list(''))],
      ['remove', () => archive.remove('k')],
    ] as const) {
      // Nothing is there to be removed, which is fine.
      if (verb === 'remove' && code === 'archive-no-bucket') continue;
      const fault = await faultOf(attempt);
      expect(fault, verb).toMatchObject({ code, retryable: code === 'archive-unavailable' });
      expect(fault.cure).toContain(cure);
      expect(fault.message).toContain(archive.address);
      expect(`${fault.message}${fault.stack}${JSON.stringify(fault)}`).not.toContain(keysOfServer().secretAccessKey);
    }
    await archive.close();
  });

  test('endpoint, credentials and region come from the environment', async () => {
    for (const [name, value] of Object.entries(server.s3.env)) vi.stubEnv(name, value);
    vi.stubEnv('AWS_REGION', undefined);
    try {
      const archive = openArchive(subject.archive.address);
      expect(await archive.create('k', bytes('by the environment'))).toBe('created');
      expect(await text(subject.archive, 'k')).toBe('by the environment');
      await archive.close();
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('credentials in a file are read again when S3 no longer accepts those it had', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parallax-credentials-'));
    const file = join(folder, 'credentials');
    const { accessKeyId, secretAccessKey } = keysOfServer();
    const write = (secret: string) =>
      writeFileSync(file, `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`);
    const names = ['AWS_SHARED_CREDENTIALS_FILE', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const;
    for (const name of names) vi.stubEnv(name, name === 'AWS_SHARED_CREDENTIALS_FILE' ? file : undefined);
    const proxy = await s3Faults(server.s3.endpoint);
    try {
      write(secretAccessKey);
      const archive = openArchive(subject.archive.address, { ...ONE_TRY, endpoint: proxy.endpoint });
      expect(await archive.create('before', bytes('x'))).toBe('created');
      proxy.inject('put', { kind: 'refused', status: 403, code: 'InvalidAccessKeyId' }, 1);
      write('rotated and unknown to S3');
      await expect(archive.create('k', bytes('x'))).rejects.toMatchObject({
        code: 'archive-credentials',
        retryable: true,
      });
      write(secretAccessKey);
      expect(await archive.create('k', bytes('x'))).toBe('created');
      await archive.close();
    } finally {
      vi.unstubAllEnvs();
      await proxy.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('a closed archive says so and ends what is under way', async () => {
    const archive = subject.reopen();
    const creating = faultOf(() => archive.create('k', Buffer.alloc(20 * MIB)));
    await archive.close();
    expect(await creating).toMatchObject({ code: 'archive-closed' });
    expect(await faultOf(() => archive.read('k'))).toMatchObject({ code: 'archive-closed' });
    await archive.close();
  });

  function keysOfServer() {
    const { credentials } = s3Options(server.s3);
    if (credentials === undefined) throw new Error('the server has keys');
    return credentials;
  }
});

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

async function text(archive: Archive, key: string): Promise<string | undefined> {
  const body = await archive.read(key);
  return body && new TextDecoder().decode(body);
}

async function keysOf(archive: Archive, prefix = ''): Promise<string[]> {
  return (await Array.fromAsync(archive.list(prefix))).map(({ key }) => key);
}

async function faultOf(work: () => Promise<unknown>): Promise<Fault> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Fault)) throw new Error(`no fault but ${error} of ${work}`, { cause: error });
  return error;
}
