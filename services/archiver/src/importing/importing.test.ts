// What is imported stands in the archive as the archiver would have put it there, however often it is done.
import { type Archive, type EventLog, type LogRecord, partitionOfKey } from '@parallax/core';
import { expireArchive, readArchived, verifyArchive } from '@parallax/platform';
import { memoryArchive, memoryLog, recordingTelemetry } from '@parallax/platform/testing';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hastyClock } from '../doubles.ts';
import { startArchiver } from '../pipeline.ts';
import type { GivenRecord } from './given-record.ts';
import { importRecords } from './import-records.ts';
import { importTopic } from './import-topic.ts';

const limits = { records: 10, bytes: 100_000 };
const bytes = (text: string) => new TextEncoder().encode(text);

async function filled(count: number, partitions = 1): Promise<EventLog> {
  const log = memoryLog({ clock: () => 1_000_000 });
  onTestFinished(() => log.close());
  await log.ensureTopic({ topic: 'in', partitions });
  await append(log, count);
  return log;
}

async function append(log: EventLog, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, n) => ({
    timestamp: 1_000 + n,
    key: n % 3 === 0 ? null : bytes(`k${n}`),
    value: n % 5 === 0 ? null : bytes(`value ${n}`),
    headers: [['n', bytes(String(n))] as const, ['n', null] as const],
  }));
  await log.append('in', records);
}

async function archive(log: EventLog, to: Archive): Promise<void> {
  const options = { experiment: 'x', topics: ['in'], limits };
  const archiver = await startArchiver(
    { log, archive: to, telemetry: recordingTelemetry(), clock: hastyClock() },
    options,
  );
  await archiver.caughtUp();
  await archiver.stop();
}

async function contents(of: Archive): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const { key } of of.list('')) {
    found.set(key, Buffer.from((await of.read(key)) ?? bytes('')).toString('base64'));
  }
  return found;
}

async function problems(of: Archive): Promise<string[]> {
  const found: string[] = [];
  await verifyArchive(of, { onProblem: ({ code, place }) => found.push(`${code} ${place}`) });
  return found;
}

async function records(of: Archive, topic: string, partition = 0): Promise<LogRecord[]> {
  return (await Array.fromAsync(readArchived(of, topic, partition))).flat();
}

async function* lines(given: readonly Partial<GivenRecord>[]): AsyncGenerator<GivenRecord[]> {
  for (const [n, one] of given.entries()) {
    const base = { topic: 't', timestamp: 7, key: null, value: bytes(`v${n}`), headers: [], place: `line ${n + 1}` };
    yield [{ ...base, ...one }];
  }
}

describe('a topic', () => {
  test('becomes the very objects the archiver writes, byte for byte', async () => {
    const log = await filled(57, 3);
    const [imported, archived] = [memoryArchive(), memoryArchive()];
    const results = await importTopic({ log, archive: imported }, 'in', { limits });
    await archive(log, archived);
    expect(results.reduce((sum, { records: count }) => sum + count, 0)).toBe(57);
    expect(await contents(imported)).toEqual(await contents(archived));
    expect(await problems(imported)).toEqual([]);
  });

  test('is read on from where the archive ends, and the tail there gives way', async () => {
    const log = await filled(25);
    const to = memoryArchive();
    await importTopic({ log, archive: to }, 'in', { limits });
    await append(log, 10);
    const [again] = await importTopic({ log, archive: to }, 'in', { limits });
    expect(again).toMatchObject({ records: 15, objects: 2, conflicts: [] });
    expect((await records(to, 'in')).length).toBe(35);
    const [nothing] = await importTopic({ log, archive: to }, 'in', { limits });
    expect(nothing).toMatchObject({ records: 5, objects: 0, found: 1 });
    expect(await problems(to)).toEqual([]);
  });

  test('fills what an object that was lost has left, and the archiver goes on from it', async () => {
    const log = await filled(45);
    const to = memoryArchive();
    await importTopic({ log, archive: to }, 'in', { limits });
    const whole = await contents(to);
    for (const key of whole.keys()) if (key.includes('+0000000010.avro')) await to.remove(key);
    expect(await problems(to)).toEqual([expect.stringContaining('archive-gap')]);
    await importTopic({ log, archive: to }, 'in', { limits });
    expect(await contents(to)).toEqual(whole);
    await archive(log, to);
    expect(await contents(to)).toEqual(whole);
  });

  test('killed after any step and imported again leaves the same archive', async () => {
    const log = await filled(33);
    const undisturbed = memoryArchive();
    await importTopic({ log, archive: undisturbed }, 'in', { limits });
    for (let steps = 0; steps < 12; steps++) {
      const to = memoryArchive();
      let left = steps;
      const dying: Archive = {
        ...to,
        create: async (key, body) => {
          if (left-- <= 0) throw new Error('killed');
          return to.create(key, body);
        },
      };
      await importTopic({ log, archive: dying }, 'in', { limits }).catch(() => undefined);
      await importTopic({ log, archive: to }, 'in', { limits });
      expect(await contents(to)).toEqual(await contents(undisturbed));
    }
  });

  test('that was created anew under the same name is told as a conflict, and nothing of the archive changes', async () => {
    const to = memoryArchive();
    await importTopic({ log: await filled(10), archive: to }, 'in', { limits });
    const before = await records(to, 'in');
    const other = await filled(0);
    await other.append(
      'in',
      Array.from({ length: 15 }, (_, n) => ({ timestamp: 1, key: null, value: bytes(`other ${n}`) })),
    );
    const given = (await other.read('in', 0, 0, 100)).map((record) => ({ ...record, topic: 'in', partition: 0 }));
    const result = await importRecords(to, lines(given), { limits });
    expect(result.conflicts).toMatchObject([
      { key: expect.stringContaining('in+0+0000000000.avro'), why: expect.stringContaining('offset 0') },
    ]);
    expect((await records(to, 'in')).slice(0, 10)).toEqual(before);
    expect(await problems(to)).toEqual([expect.stringContaining('archive-quarantined')]);
  });
});

describe('records from elsewhere', () => {
  test('without places get offsets in their order, and partitions by their keys', async () => {
    const to = memoryArchive();
    const given = [{ key: bytes('a') }, { key: bytes('b') }, { key: null }, { key: bytes('a') }, { key: null }];
    const result = await importRecords(to, lines(given), { partitions: 4, limits });
    expect(result).toMatchObject({ records: 5, topics: ['t'], conflicts: [] });
    const all = await Promise.all([0, 1, 2, 3].map((partition) => records(to, 't', partition)));
    const named = all.map((some) => some.flatMap(({ key }) => (key === null ? [] : [Buffer.from(key).toString()])));
    expect(named[partitionOfKey(bytes('a'), 4)]?.filter((key) => key === 'a').length).toBe(2);
    expect(all.map((some) => some.filter(({ key }) => key === null).length)).toEqual([1, 1, 0, 0]);
    expect(all.flatMap((some) => some.map(({ offset }, n) => offset === n))).not.toContain(false);
  });

  test('imported twice are there once; with other records in the same places, they are a conflict', async () => {
    const to = memoryArchive();
    const given = Array.from({ length: 25 }, () => ({}));
    await importRecords(to, lines(given), { limits });
    const before = await contents(to);
    expect(await importRecords(to, lines(given), { limits })).toMatchObject({ objects: 0, found: 3, conflicts: [] });
    expect(await contents(to)).toEqual(before);
    const other = given.map((_, n) => (n === 12 ? { value: bytes('other') } : {}));
    const { conflicts } = await importRecords(to, lines(other), { limits });
    expect(conflicts.map(({ why }) => why)).toEqual(['offset 12 differs']);
  });

  test.each([
    ['keys', (n: number) => bytes(`k${n % 9}`)],
    ['turns', () => null],
  ])('again among another number of partitions are refused before anything is stored: placed by %s', async (_, key) => {
    const given = Array.from({ length: 40 }, (_, n) => ({ key: key(n) }));
    const to = memoryArchive();
    await importRecords(to, lines(given), { partitions: 4, limits });
    const before = await contents(to);
    for (const partitions of [1, 3, 5, 8]) {
      await expect(importRecords(to, lines(given), { partitions, limits })).rejects.toMatchObject({
        code: 'import-other-partitions',
        cure: expect.stringContaining('--partitions 4'),
      });
    }
    expect(await contents(to)).toEqual(before);
    const again = await importRecords(to, lines([...given, {}]), { partitions: 4, limits });
    expect(again).toMatchObject({ records: 41, conflicts: [] });
  });

  test('whose import was broken off are no mistake of partitions', async () => {
    const given = Array.from({ length: 40 }, () => ({}));
    for (let steps = 0; steps < 9; steps++) {
      const to = memoryArchive();
      let left = steps;
      const create: Archive['create'] = async (key, body) => {
        if (left-- <= 0) throw new Error('killed');
        return to.create(key, body);
      };
      await importRecords({ ...to, create }, lines(given), { partitions: 4, limits: { ...limits, records: 6 } }).catch(
        () => 0,
      );
      await importRecords(to, lines(given), { partitions: 4, limits: { ...limits, records: 6 } });
      expect(await problems(to)).toEqual([]);
      expect((await Promise.all([0, 1, 2, 3].map((partition) => records(to, 't', partition)))).flat()).toHaveLength(40);
    }
  });

  test('cut in other places than the archive are compared with it, and stored only where it has them not', async () => {
    const to = memoryArchive();
    const given = Array.from({ length: 25 }, () => ({}));
    await importRecords(to, lines(given), { limits });
    const more = [...given, {}, {}];
    const other = { records: 7, bytes: 100_000 };
    expect(await importRecords(to, lines(more), { limits: other })).toMatchObject({ conflicts: [] });
    expect((await records(to, 't')).map(({ offset }) => offset)).toEqual(more.map((_, n) => n));
    expect(await problems(to)).toEqual([]);
  });

  test('where the archive let go are not brought back, with places of their own or without', async () => {
    for (const places of [{ partition: 0 }, {}]) {
      const to = memoryArchive();
      const given = Array.from({ length: 25 }, (_, n) => ({
        timestamp: 1_000 + n,
        ...('partition' in places ? { ...places, offset: n } : {}),
      }));
      await importRecords(to, lines(given), { limits });
      await Array.fromAsync(expireArchive(to, { before: 1_015 }));
      const left = await contents(to);
      const again = await importRecords(to, lines(given), { limits });
      expect(again).toMatchObject({ objects: 0, found: 2, records: 15, expired: 10 });
      expect(await contents(to)).toEqual(left);
      expect(await problems(to)).toEqual([]);
    }
  });

  test('that go backwards, or tell their offset only sometimes, are refused with their place', async () => {
    const to = memoryArchive();
    const at = (...offsets: (number | undefined)[]) =>
      importRecords(to, lines(offsets.map((offset) => (offset === undefined ? {} : { offset }))));
    await expect(at(3, 3)).rejects.toMatchObject({
      code: 'import-out-of-order',
      message: expect.stringMatching(/^line 2/),
    });
    await expect(at(3, undefined)).rejects.toMatchObject({ code: 'import-mixed-offsets' });
    expect(await contents(to)).toEqual(new Map());
  });

  test('of any bytes, offsets, times and types come back exactly', async () => {
    const some = fc.option(fc.uint8Array({ maxLength: 12 }));
    const record = fc.record({
      step: fc.integer({ min: 1, max: 1_000 }),
      timestamp: fc.integer({ min: -1, max: 2 ** 52 }),
      timestampType: fc.constantFrom<'create' | 'append'>('create', 'append'),
      key: some,
      value: some,
      headers: fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 3 }), some), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 40 }), async (all) => {
        const to = memoryArchive();
        let offset = 0;
        const given = all.map(({ step, ...one }) => {
          offset += step;
          return { ...one, offset, partition: 2 };
        });
        await importRecords(to, lines(given), { limits });
        const read = await records(to, 't', 2);
        expect(read.map(plain)).toEqual(given.map(plain));
        expect(await problems(to)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});

function plain({ offset, timestamp, key, value, headers, ...rest }: LogRecord & { readonly timestampType?: string }) {
  const hex = (one: Uint8Array | null) => (one === null ? null : Buffer.from(one).toString('hex'));
  const { timestampType } = rest;
  const named = headers.map(([name, one]) => [name, hex(one)]);
  return { offset, timestamp, timestampType, key: hex(key), value: hex(value), headers: named };
}
