// The folder archive, and the double, held to one suite; then what only a file system can do wrong.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeArchive } from '../testing/describe-archive.ts';
import { memoryArchive } from '../testing/memory-archive.ts';
import { openFileArchive } from './file-archive.ts';
import { archiveFault } from './file-faults.ts';
import { openArchive } from './open-archive.ts';

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'parallax-archive-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

describeArchive('memory', async () => {
  const archive = memoryArchive();
  return { archive, reopen: () => archive, dispose: async () => undefined };
});

describeArchive('file:DIR', async () => {
  const path = mkdtempSync(join(tmpdir(), 'parallax-archive-'));
  return {
    archive: openFileArchive(join(path, 'made', 'later')),
    reopen: () => openFileArchive(join(path, 'made', 'later')),
    dispose: async () => rmSync(path, { recursive: true, force: true }),
  };
});

const body = new Uint8Array([1, 2, 3]);

test('opening and reading touch nothing', async () => {
  const path = join(folder(), 'none');
  const archive = openArchive(`file:${path}`);
  expect(await Array.fromAsync(archive.list(''))).toEqual([]);
  expect(await archive.read('a')).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

test('parts of dead writers are cleared by the next one, parts of living ones are left', async () => {
  const path = folder();
  mkdirSync(join(path, '.incoming'));
  const old = new Date(Date.now() - 86_400_000);
  const put = (name: string, at?: Date) => {
    writeFileSync(join(path, '.incoming', name), 'part');
    if (at) utimesSync(join(path, '.incoming', name), at, at);
  };
  put('4194999-dead');
  put(`${process.pid}-same-number-earlier-life`, old);
  put(`${process.pid}-ours`);
  put(`${process.ppid}-alive`, old);
  await openFileArchive(path).create('k', body);
  expect(readdirSync(join(path, '.incoming')).sort()).toEqual([`${process.pid}-ours`, `${process.ppid}-alive`].sort());
});

test('a file where the folder should be is a fault that says what to do', async () => {
  const path = join(folder(), 'file');
  writeFileSync(path, 'x');
  const archive = openArchive(`file:${path}`);
  const faults = [
    await archive.create('a/b', body).catch((error: unknown) => error),
    await archive.read('a/b').catch((error: unknown) => error),
    await Array.fromAsync(archive.list('')).catch((error: unknown) => error),
  ];
  for (const fault of faults) expect(fault).toMatchObject({ code: 'archive-not-a-folder', cure: expect.any(String) });
});

test('what is no file is damage of the object whose name it has', async () => {
  const path = folder();
  mkdirSync(join(path, 'a', 'b'), { recursive: true });
  symlinkSync('/dev/zero', join(path, 'a', 'c'));
  const damaged = { code: 'archive-object-damaged' };
  await expect(openFileArchive(path).read('a/b')).rejects.toMatchObject(damaged);
  await expect(openFileArchive(path).read('a/c')).rejects.toMatchObject(damaged);
});

test('objects and folders behind links are listed as they are read; links that lead nowhere or back are not', async () => {
  const path = folder();
  const elsewhere = folder();
  await openFileArchive(elsewhere).create('p/1', body);
  const archive = openFileArchive(path);
  await archive.create('topics/t/2', body);
  symlinkSync(join(elsewhere, 'p'), join(path, 'topics', 'linked'));
  symlinkSync(join(elsewhere, 'p', '1'), join(path, 'topics', 't', '1'));
  symlinkSync('nowhere', join(path, 'topics', 't', '3'));
  symlinkSync('..', join(path, 'topics', 't', 'back'));
  symlinkSync('self', join(path, 'topics', 't', 'self'));
  const objects = await Array.fromAsync(archive.list('topics/'));
  expect(objects).toEqual(['topics/linked/1', 'topics/t/1', 'topics/t/2'].map((key) => ({ key, bytes: 3 })));
});

test('a full disk may pass, a read-only one does not, and both name the place and the cure', () => {
  const refused = (code: string) => archiveFault('file:/x', 'store k', Object.assign(new Error(code), { code }));
  expect(refused('ENOSPC')).toMatchObject({ code: 'archive-full', retryable: true });
  expect(refused('EROFS')).toMatchObject({ code: 'archive-not-writable', retryable: false });
  expect(String(refused('EDQUOT'))).toContain('Cannot store k in the archive file:/x: the disk is full');
  for (const doing of ['read k', 'list topics/']) {
    const denied = archiveFault('file:/x', doing, Object.assign(new Error('EACCES'), { code: 'EACCES' }));
    expect(denied).toMatchObject({ code: 'archive-not-readable', retryable: false });
    expect(String(denied)).toContain(`Cannot ${doing} in the archive file:/x: this user may not read there`);
    expect(denied).toMatchObject({ cure: expect.stringMatching(/right to read/) });
  }
  const bug = new TypeError('x');
  expect(archiveFault('file:/x', 'store k', bug)).toBe(bug);
});

test.each([
  ['ftp://x', 'archive-bad-address'],
  ['file:', 'archive-bad-address'],
  ['file://host/x', 'archive-bad-address'],
  ['/tmp/x', 'archive-bad-address'],
])('the address %s is refused as %s', (address, code) => {
  expect(() => openArchive(address)).toThrow(expect.objectContaining({ code }));
});

test('a password in an address is not repeated', () => {
  expect(() => openArchive('s3://id:hush@bucket/x')).toThrow(/^(?!.*hush).*s3:\/\/id:\*\*\*@bucket/);
});

test('file:///DIR is the folder /DIR', () => {
  expect(openArchive('file:///tmp/x').address).toBe('file:/tmp/x');
});
