// S3 that fails at any step of storing or reading: objects come out byte for byte as undisturbed, and nothing is left.
import { formatManifest, manifestKey, objectKey } from '@parallax/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeOn } from '../../testing/index.ts';
import { type S3Fault, type S3Faults, type S3Step, s3Faults } from '../../testing/s3-faults.ts';
import { type S3Subject, s3Subject } from '../../testing/s3-subject.ts';
import { manifestOf } from '../describe-object.ts';
import { ObjectEncoder } from '../object-encoder.ts';
import type { S3Options } from './options.ts';

const MIB = 1024 * 1024;
const PATIENT: S3Options = { firstWaitMs: 1, partBytes: 5 * MIB };
const HASTY: S3Options = { ...PATIENT, attempts: 2 };

const FAULTS: readonly S3Fault[] = [
  { kind: 'refused', status: 429, code: 'TooManyRequests' },
  { kind: 'refused', status: 500, code: 'InternalError' },
  { kind: 'reset' },
  { kind: 'lost' },
];
const STORING: readonly S3Step[] = ['put', 'begin', 'part', 'complete'];
const READING: readonly S3Step[] = ['read', 'list'];

interface StoredObject {
  readonly what: string;
  readonly key: string;
  readonly body: Uint8Array;
}

/** What the archiver writes: full chunks, tails and manifests, of records that compress to nothing less. */
const OBJECTS: readonly StoredObject[] = [
  avro('full', 100),
  avro('full', 6 * MIB),
  avro('tail', 100),
  avro('tail', 6 * MIB),
  manifest(),
];

const shown = (fault: S3Fault) => (fault.kind === 'refused' ? `${fault.status}` : fault.kind);
const FEW = OBJECTS.filter((_, index) => index === 0 || index === 3);
const cases = (steps: readonly S3Step[], faults: readonly S3Fault[], objects = OBJECTS) =>
  steps.flatMap((step) =>
    faults.flatMap((fault) =>
      objects.map((object) => ({ ...object, step, fault, title: `${shown(fault)} at ${step}, ${object.what}` })),
    ),
  );

describeOn('s3', 'S3 that fails', (server) => {
  let proxy: S3Faults;
  let subject: S3Subject;
  beforeEach(async () => {
    proxy = await s3Faults(server.s3.endpoint);
    subject = s3Subject(server.s3, PATIENT);
  });
  afterEach(async () => {
    await subject.dispose();
    await proxy.stop();
  });

  const behind = (step: S3Step, options: S3Options) =>
    subject.reopen({ ...options, endpoint: proxy.endpoint, multipartBytes: step === 'put' ? 16 * MIB : 0 });

  async function expectAsUndisturbed({ key, body }: StoredObject): Promise<void> {
    expect(Buffer.compare((await subject.archive.read(key)) ?? new Uint8Array(), body)).toBe(0);
    expect(await Array.fromAsync(subject.archive.list(''))).toEqual([{ key, bytes: body.length }]);
    expect(await Array.fromAsync(subject.archive.unfinished())).toEqual([]);
  }

  describe('for a moment: the call succeeds all the same', () => {
    test.each(cases(STORING, FAULTS))('$title', async ({ step, fault, key, body, what }) => {
      proxy.inject(step, fault, 2);
      expect(await behind(step, PATIENT).create(key, body)).toBe('created');
      expect(proxy.struck(), 'the fault struck').toBeGreaterThan(0);
      await expectAsUndisturbed({ what, key, body });
    });

    test.each(cases(READING, FAULTS))('$title', async ({ step, fault, key, body }) => {
      await subject.archive.create(key, body);
      proxy.inject(step, fault, 2);
      const archive = behind(step, PATIENT);
      if (step === 'list') expect(await Array.fromAsync(archive.list(''))).toEqual([{ key, bytes: body.length }]);
      else expect(Buffer.compare((await archive.read(key)) ?? new Uint8Array(), body)).toBe(0);
      expect(proxy.struck()).toBe(2);
    });
  });

  describe('for long: the call says that it may be tried again, and then it succeeds', () => {
    test.each(cases(STORING, FAULTS, FEW))('$title', async ({ step, fault, key, body, what }) => {
      const archive = behind(step, HASTY);
      proxy.inject(step, fault);
      // Nor is it to be learned that a put whose answer was lost has succeeded.
      proxy.inject('head', fault);
      await expect(archive.create(key, body)).rejects.toMatchObject({ name: 'Fault', retryable: true });
      proxy.clear();
      // Where the answers were lost the object is there, as the caller will find.
      const stored = fault.kind === 'lost' && (step === 'put' || step === 'complete');
      expect(await archive.create(key, body)).toBe(stored ? 'exists' : 'created');
      await expectAsUndisturbed({ what, key, body });
    });
  });

  describe('on the way back', () => {
    const damage: readonly S3Fault[] = [{ kind: 'cut' }, { kind: 'stall' }, { kind: 'hang' }, { kind: 'flipped' }];
    const options = { ...PATIENT, idleTimeoutMs: 250 };

    test.each(cases(['read'], damage, FEW))('$title: the object is read again, whole', async ({ fault, key, body }) => {
      await subject.archive.create(key, body);
      proxy.inject('read', fault, 1);
      expect(Buffer.compare((await behind('read', options).read(key)) ?? new Uint8Array(), body)).toBe(0);
      expect(proxy.struck()).toBe(1);
    });

    test.each([
      ['cut', 'archive-unavailable', true],
      ['stall', 'archive-unavailable', true],
      ['flipped', 'archive-object-damaged', false],
    ] as const)('what stays %s is never handed out, but told as %s', async (kind, code, retryable) => {
      const [{ key, body } = manifest()] = OBJECTS;
      await subject.archive.create(key, body);
      proxy.inject('read', { kind });
      await expect(behind('read', { ...options, attempts: 2 }).read(key)).rejects.toMatchObject({ code, retryable });
    });

    test('a put that is never answered is tried again, and known for ours', async () => {
      const object = OBJECTS[1] ?? manifest();
      proxy.inject('put', { kind: 'hang' }, 1);
      expect(await behind('put', options).create(object.key, object.body)).toBe('created');
      await expectAsUndisturbed(object);
    });
  });

  test('a stranger’s object that is there when the answer was lost is not taken for ours', async () => {
    const [{ key, body } = manifest()] = OBJECTS;
    proxy.inject('put', { kind: 'reset' }, 1);
    await subject.archive.create(key, Buffer.from(body).fill(7));
    expect(await behind('put', PATIENT).create(key, body)).toBe('exists');
    expect(proxy.struck()).toBe(1);
    expect((await subject.archive.read(key))?.[0]).toBe(7);
  });

  test('a clock that is an hour behind is corrected by what S3 says the time is', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      expect(await behind('put', PATIENT).create('k', Buffer.from('x'))).toBe('created');
      expect(proxy.asked.filter((step) => step === 'put')).toHaveLength(2);
    } finally {
      vi.useRealTimers();
    }
  });

  test('the same bytes under the same key from two writers are one’s creation only', async () => {
    const [{ key, body } = manifest()] = OBJECTS;
    await subject.archive.create(key, body);
    expect(await subject.reopen().create(key, body)).toBe('exists');
  });

  test.each([
    ['credentials that expired', 'archive-credentials-expired', 400, 'ExpiredToken'],
    ['denial', 'archive-forbidden', 403, 'AccessDenied'],
    ['a key that was revoked', 'archive-credentials', 403, 'InvalidAccessKeyId'],
  ])('%s may pass once the same has been allowed before', async (_, code, status, name) => {
    const archive = behind('put', HASTY);
    await archive.create('before', Buffer.from('x'));
    proxy.inject('put', { kind: 'refused', status, code: name });
    await expect(archive.create('k', Buffer.from('x'))).rejects.toMatchObject({ code, retryable: true });
    proxy.clear();
    expect(await archive.create('k', Buffer.from('x'))).toBe('created');
  });

  test.each([
    ['a full bucket', 507, 'XMinioStorageFull', 'archive-full', 'make room'],
    ['a full quota', 403, 'QuotaExceeded', 'archive-full', 'Raise the quota'],
    ['a server in trouble', 503, 'ServiceUnavailable', 'archive-unavailable', 'tried again'],
    ['a clock too far off', 403, 'RequestExpired', 'archive-clock-skew', 'NTP'],
  ])('%s is told as what may pass, at the first request too, and does', async (_, status, name, code, cure) => {
    const archive = behind('put', HASTY);
    proxy.inject('put', { kind: 'refused', status, code: name });
    const creating = archive.create('k', Buffer.from('x'));
    await expect(creating).rejects.toMatchObject({ code, retryable: true, cure: expect.stringContaining(cure) });
    proxy.clear();
    expect(await archive.create('k', Buffer.from('x'))).toBe('created');
  });

  test.each([
    ['denial', 403, 'AccessDenied', 'archive-forbidden', 's3:PutObject'],
    ['a region that is another', 301, 'PermanentRedirect', 'archive-wrong-region', 'AWS_REGION'],
    [
      'a region that is another, told otherwise',
      400,
      'AuthorizationHeaderMalformed',
      'archive-wrong-region',
      'AWS_REGION',
    ],
    ['a server without conditional puts', 501, 'NotImplemented', 'archive-unfit', 'If-None-Match'],
    ['a key that is too long', 400, 'KeyTooLongError', 'archive-key-too-long', 'shorter prefix'],
    ['something unheard of', 400, 'Unheard', 'archive-failed', 'doctor'],
  ])('%s at the first request is told at once, with its cure', async (_, status, name, code, cure) => {
    proxy.inject('put', { kind: 'refused', status, code: name });
    const creating = behind('put', PATIENT).create('k', Buffer.from('x'));
    await expect(creating).rejects.toMatchObject({ code, retryable: false, cure: expect.stringContaining(cure) });
    expect(proxy.struck()).toBe(1);
  });
});

function avro(kind: 'full' | 'tail', bytes: number): StoredObject {
  const { key, object } = encoded(kind, bytes);
  return {
    what: `a ${kind === 'full' ? 'full chunk' : 'tail'} of ${object.body.length} bytes`,
    key,
    body: object.body,
  };
}

function encoded(kind: 'full' | 'tail', bytes: number) {
  const encoder = new ObjectEncoder({ topic: 'orders', partition: 0, timestampType: 'create' });
  let noise = bytes;
  for (let offset = 0; offset < 8; offset++) {
    const value = new Uint8Array(bytes / 8).map(() => {
      noise = (Math.imul(noise, 1_664_525) + 1_013_904_223) >>> 0;
      return noise >>> 24;
    });
    encoder.add({ offset, timestamp: offset, key: null, value, headers: [] });
  }
  const object = encoder.snapshot();
  const name = { kind, topic: 'orders', partition: 0, first: 0 };
  return { key: objectKey(kind === 'tail' ? { ...name, count: object.count } : name), object };
}

function manifest(): StoredObject {
  const { key, object } = encoded('full', 800);
  const body = formatManifest(manifestOf(key, 'orders', 0, 0, object));
  return { what: 'a manifest', key: manifestKey(key), body };
}
