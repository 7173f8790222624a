// Conformance of an event log: what is written comes back byte for byte, where it belongs.
import type { EventLog, Header, NewRecord } from '@parallax/core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fresh, freshTopic, fromUtf8, type LogSubject, numbered, utf8 } from './subject.ts';

const content = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null });
const headerName = fc.oneof(fc.constantFrom('a', 'b', '1', '__proto__', ''), fc.string({ unit: 'grapheme' }));
const headers: fc.Arbitrary<Header[]> = fc.array(fc.tuple(headerName, content), { maxLength: 5 });
const timestamp = fc.integer({ min: 0, max: 4_102_444_800_000 });
const anyRecord: fc.Arbitrary<NewRecord> = fc.record({ key: content, value: content, headers, timestamp });

async function all(log: EventLog, topic: string, partition = 0): ReturnType<EventLog['read']> {
  const found = [];
  for (let from = 0; ; ) {
    const some = await log.read(topic, partition, from, 1_000);
    const last = some.at(-1);
    if (last === undefined) return found;
    found.push(...some);
    from = last.offset + 1;
  }
}

export function describeRecords(subject: () => LogSubject): void {
  describe('records', () => {
    it('come back byte for byte: keys, values, headers, their order and their times', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await fc.assert(
        fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 10 }), async (records) => {
          const positions = await log.append(topic, records);
          const from = positions[0]?.offset ?? -1;
          const found = await log.read(topic, 0, from, records.length);
          expect(found).toEqual(records.map((record, index) => ({ ...record, offset: from + index })));
        }),
        { numRuns: 50 },
      );
    });

    it('tell null from empty', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      const empty = new Uint8Array(0);
      const given = { timestamp: 5, key: empty, value: null, headers: [['h', empty] as const, ['h', null] as const] };
      await log.append(topic, [given, { ...given, key: null, value: empty }]);
      expect(await log.read(topic, 0, 0, 2)).toEqual([
        { ...given, offset: 0 },
        { ...given, key: null, value: empty, offset: 1 },
      ]);
    });

    it('are not changed by what the writer does with its buffers afterwards', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      const pool = utf8('xxvaluexx');
      const appending = log.append(topic, [{ key: null, value: pool.subarray(2, 7) }]);
      await appending;
      pool.fill(0);
      expect(fromUtf8((await log.read(topic, 0, 0, 1))[0]?.value)).toBe('value');
    });

    it.each([
      ['21', -973932308],
      ['foobar', -790332482],
      ['a-little-bit-long-string', -985981536],
      ['abc', 479470107],
    ])('with key %s go where the Java client puts them', async (key, hash) => {
      const { log } = subject();
      const topic = await freshTopic(log, 7);
      const [position] = await log.append(topic, [{ key: utf8(key), value: null }]);
      expect(position).toEqual({ topic, partition: (hash & 0x7fffffff) % 7, offset: 0 });
    });

    it('without key go round all partitions', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 3);
      await log.append(topic, Array(9).fill({ key: null, value: utf8('v') }));
      expect((await log.extents([topic])).map(({ end }) => end)).toEqual([3, 3, 3]);
    });

    it('go to the partition they name, whatever their key', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 3);
      const records = [2, 0, 2, 1].map((partition) => ({ partition, key: utf8('same'), value: null }));
      expect(await log.append(topic, records)).toEqual([
        { topic, partition: 2, offset: 0 },
        { topic, partition: 0, offset: 0 },
        { topic, partition: 2, offset: 1 },
        { topic, partition: 1, offset: 0 },
      ]);
    });

    it('for a partition that is not there are refused before anything is written', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      const append = log.append(topic, [...numbered(1, 0), ...numbered(1, 2)]);
      await expect(append).rejects.toMatchObject({ code: 'unknown-partition', retryable: false });
      await expect(log.read(topic, 2, 0, 1)).rejects.toMatchObject({ code: 'unknown-partition' });
      expect((await log.extents([topic])).map(({ end }) => end)).toEqual([0, 0]);
    });

    it('keep their times on a topic of creation times, and are given the present without one', async () => {
      const { log, clock } = subject();
      const topic = await freshTopic(log);
      const before = clock();
      await log.append(topic, [
        { timestamp: 12, key: null, value: null },
        { key: null, value: null },
      ]);
      const [given, stamped] = await log.read(topic, 0, 0, 2);
      expect(given?.timestamp).toBe(12);
      expect(stamped?.timestamp).toBeGreaterThanOrEqual(before);
      expect(stamped?.timestamp).toBeLessThanOrEqual(clock());
    });

    it('are stamped by the log on a topic of append times, and stamps never fall', async () => {
      const { log, clock } = subject();
      const topic = fresh('topic');
      await log.ensureTopic({ topic, partitions: 1, timestamps: 'append' });
      for (let index = 0; index < 5; index++) await log.append(topic, [{ timestamp: 7, key: null, value: null }]);
      const stamps = (await log.read(topic, 0, 0, 5)).map((found) => found.timestamp);
      expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
      // A broker's clock may differ a little from ours.
      expect(Math.abs((stamps[0] ?? 0) - clock())).toBeLessThan(60_000);
    });

    it('of one large append are all there, in order', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      const positions = await log.append(topic, [...numbered(7_000, 0), ...numbered(7_000, 1)]);
      const inOrder = Array.from({ length: 7_000 }, (_, index) => index);
      for (const partition of [0, 1]) {
        const own = positions.filter((position) => position.partition === partition);
        expect(own.map(({ offset }) => offset)).toEqual(inOrder);
        const values = (await all(log, topic, partition)).map(({ value }) => fromUtf8(value));
        expect(values).toEqual(inOrder.map(String));
      }
    });

    it('of nothing are nowhere', async () => {
      const { log } = subject();
      expect(await log.append(await freshTopic(log), [])).toEqual([]);
    });

    it('of several clients writing at once are all there, each client in its order', async () => {
      const { log, connect } = subject();
      const topic = await freshTopic(log);
      const others = await Promise.all([connect(), connect()]);
      onTestFinished(() => Promise.all(others.map((other) => other.close())).then(() => undefined));
      const write = async (writer: EventLog, name: number): Promise<void> => {
        for (let index = 0; index < 30; index++) await writer.append(topic, numbered(3, 0, name * 1_000 + index * 3));
      };
      await Promise.all([log, ...others].map(write));
      const found = (await all(log, topic)).map(({ value }) => Number(fromUtf8(value)));
      for (const name of [0, 1, 2]) {
        const own = found.filter((value) => Math.floor(value / 1_000) === name);
        expect(own).toEqual(Array.from({ length: 90 }, (_, index) => name * 1_000 + index));
      }
    });

    it('are read by their coordinates: from the middle, so many, and none beyond the end', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(20));
      expect((await log.read(topic, 0, 7, 3)).map(({ offset }) => offset)).toEqual([7, 8, 9]);
      expect((await log.read(topic, 0, 18, 10)).map(({ offset }) => offset)).toEqual([18, 19]);
      expect(await log.read(topic, 0, 20, 1)).toEqual([]);
      expect(await log.read(topic, 0, 1_000, 1)).toEqual([]);
    });

    it('are kept in a compacted topic as long as they are the newest of their key', async () => {
      const { log } = subject();
      const topic = fresh('topic');
      await log.ensureTopic({ topic, partitions: 1, compacted: true });
      const put = (key: string, value: string | null): NewRecord => {
        return { key: utf8(key), value: value === null ? null : utf8(value) };
      };
      await log.append(topic, [put('a', '1'), put('b', '1'), put('a', '2')]);
      await log.append(topic, [put('c', '1'), put('b', null), put('a', '3')]);
      const newest = new Map((await all(log, topic)).map((found) => [fromUtf8(found.key), found]));
      expect([...newest].map(([key, { offset }]) => [key, offset]).sort()).toEqual([
        ['a', 5],
        ['b', 4],
        ['c', 3],
      ]);
      expect(newest.get('b')?.value).toBeNull();
      expect((await log.extents([topic]))[0]?.end).toBe(6);
    });

    it('without a key are refused by a compacted topic', async () => {
      const { log } = subject();
      const topic = fresh('topic');
      await log.ensureTopic({ topic, partitions: 1, compacted: true });
      await expect(log.append(topic, numbered(1))).rejects.toMatchObject({ code: 'key-required' });
    });
  });
}
