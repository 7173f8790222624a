// A writer to S3 killed in the middle of its puts: what it was told is stored is there, and nothing is there by half.
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeOn, startProcess } from '../../testing/index.ts';
import { type S3Subject, s3Subject } from '../../testing/s3-subject.ts';

const CHILD = fileURLToPath(new URL('../../testing/s3-child.ts', import.meta.url));
const MIB = 1024 * 1024;

describeOn('s3', 'a writer to S3 that is killed', (server) => {
  let subject: S3Subject;
  beforeEach(() => {
    subject = s3Subject(server.s3, { multipartBytes: 0, partBytes: 5 * MIB });
  });
  afterEach(() => subject.dispose());

  test.each([
    ['at once', 300_000, 10],
    ['at once', 3_000_000, 5],
    ['in-parts', 300_000, 6],
    ['in-parts', 6 * MIB, 3],
  ])(
    '%s, objects of %i bytes: all that was acknowledged is whole, the rest whole or absent',
    async (mode, bytes, after) => {
      const child = startProcess(CHILD, [subject.archive.address, `${bytes}`, mode], {
        ...process.env,
        ...server.s3.env,
      });
      const stored = () => child.out().split('\n').slice(0, -1);
      await new Promise<void>((resolve) => {
        child.child.stdout?.on('data', () => stored().length >= after && resolve());
        void child.ended.then(() => resolve());
      });
      child.child.kill('SIGKILL');
      expect(await child.ended).toMatchObject({ signal: 'SIGKILL', err: '' });

      const objects = await Array.fromAsync(subject.archive.list(''));
      const keys = objects.map(({ key }) => key);
      for (const line of stored()) expect(keys).toContain(line.replace('stored ', ''));
      for (const object of objects) {
        expect(object.bytes).toBe(bytes);
        const body = await subject.archive.read(object.key);
        const n = Number(object.key.split('/').at(-1));
        expect(body?.length === bytes && body.every((byte) => byte === n % 251), object.key).toBe(true);
      }
      // Its successor stores the same objects under the same keys, which ends what was left of their uploads.
      const left = await Array.fromAsync(subject.archive.unfinished());
      for (const { key } of left)
        await subject.archive.create(key, new Uint8Array(bytes).fill(Number(key.split('/').at(-1)) % 251));
      expect(await Array.fromAsync(subject.archive.unfinished())).toEqual([]);
      if (mode === 'at once') expect(left).toEqual([]);
    },
  );
});
