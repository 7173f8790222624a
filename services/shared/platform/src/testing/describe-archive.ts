// What every archive must do: one suite for the double, the folder and the real servers.
import { type Archive, type ArchiveObject, Fault } from '@parallax/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

export interface ArchiveUnderTest {
  readonly archive: Archive;
  /** The same objects through another client, as another process has them. */
  reopen(): Archive;
  dispose(): Promise<void>;
}

export function describeArchive(name: string, open: () => Promise<ArchiveUnderTest>): void {
  describe(`${name} as an archive`, () => {
    let subject: ArchiveUnderTest;
    beforeEach(async () => {
      subject = await open();
    });
    afterEach(() => subject.dispose());

    const keys = async (prefix: string) => (await listed(subject.archive, prefix)).map(({ key }) => key);

    test('gives back what was stored, through any client', async () => {
      expect(await subject.archive.create('topics/a/x.avro', bytes('hello'))).toBe('created');
      expect(await text(subject.reopen(), 'topics/a/x.avro')).toBe('hello');
      expect(await listed(subject.reopen(), '')).toEqual([{ key: 'topics/a/x.avro', bytes: 5 }]);
    });

    test('keeps an empty object and tells it from none', async () => {
      await subject.archive.create('empty', bytes(''));
      expect(await text(subject.archive, 'empty')).toBe('');
      expect(await subject.archive.read('topics/none')).toBeUndefined();
      expect(await keys('topics/')).toEqual([]);
    });

    test('keeps every byte of a large object', async () => {
      const body = Uint8Array.from({ length: 3_000_001 }, (_, index) => (index * 31) % 251);
      await subject.archive.create('large', body);
      expect(Buffer.compare((await subject.archive.read('large')) ?? bytes(''), body)).toBe(0);
    });

    test('never replaces an object, whatever it holds', async () => {
      await subject.archive.create('k', bytes('first'));
      expect(await subject.reopen().create('k', bytes('second'))).toBe('exists');
      expect(await subject.archive.create('k', bytes('first'))).toBe('exists');
      expect(await text(subject.archive, 'k')).toBe('first');
    });

    test('of many creates of one key at once exactly one creates, and its body is what stays', async () => {
      const clients = [subject.archive, subject.reopen(), subject.reopen()];
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => clients[index % 3]?.create('race/k', bytes(`body ${index}`))),
      );
      const winners = outcomes.flatMap((outcome, index) => (outcome === 'created' ? [index] : []));
      expect(winners).toHaveLength(1);
      expect(await text(subject.archive, 'race/k')).toBe(`body ${winners[0]}`);
      expect(await keys('')).toEqual(['race/k']);
    });

    test('a reader sees the whole object or none while it is created', async () => {
      const body = new Uint8Array(2_000_000).fill(7);
      const creating = subject.archive.create('big/k', body);
      let created = false;
      void creating.then(() => {
        created = true;
      });
      const reader = subject.reopen();
      while (!created) {
        const seen = await reader.read('big/k');
        expect([undefined, body.length]).toContain(seen?.length);
        for (const object of await listed(reader, 'big/')) expect(object.bytes).toBe(body.length);
      }
      expect((await reader.read('big/k'))?.length).toBe(body.length);
    });

    test('lists in the order of the keys’ UTF-8 bytes, slash and all', async () => {
      const all = [
        'a.b/1',
        'a/1',
        'a/10',
        'a/2',
        'a0',
        'b/c/d',
        'B/x',
        'é/1',
        'ﬀ/1',
        '𐀀/1',
        'a-/z',
        'a/b.avro',
        'a/b/c',
      ];
      for (const key of all) await subject.archive.create(key, bytes(key));
      const sorted = all.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      expect(await keys('')).toEqual(sorted);
      for (const prefix of ['a', 'a/', 'a/1', 'a/b', 'b/c', 'none', 'é']) {
        expect(await keys(prefix)).toEqual(sorted.filter((key) => key.startsWith(prefix)));
      }
    });

    test('what is removed is gone and may be created anew; removing nothing is fine', async () => {
      await subject.archive.create('tails/a', bytes('1'));
      await subject.reopen().remove('tails/a');
      expect(await subject.archive.read('tails/a')).toBeUndefined();
      expect(await keys('')).toEqual([]);
      await subject.archive.remove('tails/a');
      expect(await subject.archive.create('tails/a', bytes('2'))).toBe('created');
    });

    test.each([
      '',
      '/etc/passwd',
      '../x',
      'a/../../x',
      'a/./b',
      '.',
      '..',
      'a//b',
      'a/',
      'a\0b',
      'a\\b',
      'a\nb',
      '.incoming/x',
      `${'x'.repeat(256)}`,
      '\ud800',
      'a/'.repeat(600),
    ])('refuses %j as a key, for every verb', async (key) => {
      for (const attempt of [
        async () => subject.archive.create(key, bytes('x')),
        async () => subject.archive.read(key),
        async () => subject.archive.remove(key),
      ]) {
        const error = await attempt().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(Fault);
        expect(error).toMatchObject({ code: 'archive-bad-key', retryable: false });
      }
      expect(await keys('')).toEqual([]);
    });

    test('a prefix that leads out of the archive lists nothing', async () => {
      await subject.archive.create('a/b', bytes('x'));
      for (const prefix of ['../', '/', '..', '.incoming']) expect(await keys(prefix)).toEqual([]);
    });
  });
}

function bytes(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

async function text(archive: Archive, key: string): Promise<string | undefined> {
  const body = await archive.read(key);
  return body && new TextDecoder().decode(body);
}

async function listed(archive: Archive, prefix: string): Promise<ArchiveObject[]> {
  return Array.fromAsync(archive.list(prefix));
}
