// Conformance of an event log: assignment and delivery.
import { describe, expect, it, onTestFinished } from 'vitest';
import { record } from './recorder.ts';
import { fresh, freshTopic, type LogSubject, numbered, numbers, utf8 } from './subject.ts';

export function describeConsuming(subject: () => LogSubject): void {
  describe('a consumer', () => {
    it('is told what it owns: ends and commits of every partition of every topic', async () => {
      const { log } = subject();
      const group = fresh('group');
      const [one, two] = [await freshTopic(log, 2), await freshTopic(log)];
      await log.append(one, numbered(5, 1));
      const first = await record(log, { group, topics: [one, two] });
      await first.until(() => first.generation !== -1);
      const committed = { topic: one, partition: 1, offset: 3, metadata: 'm' };
      await first.consumption.commit(first.generation, [committed]);
      await first.consumption.stop();
      const second = await record(log, { group, topics: [one, two] });
      await second.until(() => second.generation !== -1);
      const byPlace = [...(second.assignments[0]?.partitions ?? [])].sort((a, b) => {
        return [one, two].indexOf(a.topic) - [one, two].indexOf(b.topic) || a.partition - b.partition;
      });
      expect(byPlace).toEqual([
        { topic: one, partition: 0, start: 0, end: 0, offset: 0, committed: undefined },
        { topic: one, partition: 1, start: 0, end: 5, offset: 5, committed },
        { topic: two, partition: 0, start: 0, end: 0, offset: 0, committed: undefined },
      ]);
      expect(second.generation).toBeGreaterThan(first.generation);
    });

    it('hears nothing before consume() has resolved and the caller has gone on', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(1));
      const consumer = await record(log, { group: fresh('group'), topics: [topic] });
      expect(consumer.assignments).toEqual([]);
      await consumer.untilCursor(topic, 0, 1);
    });

    it('is given no record before it has said where to start', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(10));
      const gate = Promise.withResolvers<void>();
      const held = await record(
        log,
        { group: fresh('group'), topics: [topic] },
        { assigned: () => gate.promise.then(() => [{ topic, partition: 0, offset: 4 }]) },
      );
      await held.until(() => held.assignments.length > 0);
      // Long enough for another consumer to be served from beginning to end.
      const other = await record(log, { group: fresh('group'), topics: [topic] });
      await other.untilCursor(topic, 0, 10);
      expect(held.batches).toEqual([]);
      gate.resolve();
      await held.untilCursor(topic, 0, 10);
      expect(held.values(topic)).toEqual(numbers(4, 10));
    });

    it('starts where it says, else at its commit, else at the start', async () => {
      const { log } = subject();
      const group = fresh('group');
      const topic = await freshTopic(log, 3);
      for (const partition of [0, 1, 2]) await log.append(topic, numbered(6, partition));
      const first = await record(log, { group, topics: [topic] });
      await first.until(() => first.generation !== -1);
      await first.consumption.commit(first.generation, [
        { topic, partition: 0, offset: 5, metadata: '' },
        { topic, partition: 1, offset: 4, metadata: '' },
      ]);
      await first.consumption.stop();
      const second = await record(
        log,
        { group, topics: [topic] },
        { assigned: async () => [{ topic, partition: 0, offset: 2 }] },
      );
      for (const partition of [0, 1, 2]) await second.untilCursor(topic, partition, 6);
      expect([0, 1, 2].map((partition) => second.values(topic, partition))).toEqual([
        numbers(2, 6),
        numbers(4, 6),
        numbers(0, 6),
      ]);
    });

    it('gets batches in order, each beginning where the last one ended, none larger than asked', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, [...numbered(250, 0), ...numbered(250, 1)]);
      const consumer = await record(log, { group: fresh('group'), topics: [topic], batchRecords: 40 });
      for (const partition of [0, 1]) {
        await consumer.untilCursor(topic, partition, 250);
        let cursor = 0;
        for (const { records, next, generation } of consumer.of(topic, partition)) {
          expect(generation).toBe(consumer.generation);
          expect(records.length).toBeLessThanOrEqual(40);
          for (const { offset } of records) expect(offset).toBe(cursor++);
          expect(next).toBe(cursor);
        }
        expect(consumer.values(topic, partition)).toEqual(numbers(0, 250));
      }
    });

    it('is handed everything a record has', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      const headers = [['b', utf8('1')] as const, ['a', null] as const, ['b', new Uint8Array([0, 255])] as const];
      const given = { timestamp: 1_700_000_000_000, key: new Uint8Array([0, 0, 0, 0]), value: utf8('{}'), headers };
      await log.append(topic, [given, { timestamp: 1, key: null, value: null }]);
      const consumer = await record(log, { group: fresh('group'), topics: [topic] });
      await consumer.untilCursor(topic, 0, 2);
      expect(consumer.records(topic)).toEqual([
        { ...given, offset: 0 },
        { offset: 1, timestamp: 1, key: null, value: null, headers: [] },
      ]);
    });

    it('goes on with what is appended later, by this client or another', async () => {
      const { log, connect } = subject();
      const topic = await freshTopic(log);
      const other = await connect();
      onTestFinished(() => other.close());
      const consumer = await record(log, { group: fresh('group'), topics: [topic] });
      await consumer.until(() => consumer.generation !== -1);
      for (let index = 0; index < 5; index++) {
        await [log, other][index % 2]?.append(topic, numbered(2, 0, index * 2));
        await consumer.untilCursor(topic, 0, index * 2 + 2);
      }
      expect(consumer.values(topic)).toEqual(numbers(0, 10));
    });

    it('is carried over the gaps of a compacted topic, to its end', async () => {
      const { log } = subject();
      const topic = fresh('topic');
      await log.ensureTopic({ topic, partitions: 1, compacted: true });
      for (let index = 0; index < 20; index++) {
        await log.append(topic, [{ key: utf8(`k${index % 3}`), value: utf8(String(index)) }]);
      }
      const consumer = await record(log, { group: fresh('group'), topics: [topic], batchRecords: 2 });
      await consumer.untilCursor(topic, 0, 20);
      const offsets = consumer.records(topic).map(({ offset }) => offset);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      expect(offsets).toEqual(expect.arrayContaining([17, 18, 19]));
    });

    it('is independent of other groups', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(30));
      const consumers = await Promise.all([
        record(log, { group: fresh('group'), topics: [topic], batchRecords: 7 }),
        record(log, { group: fresh('group'), topics: [topic], batchRecords: 11 }),
      ]);
      await Promise.all(consumers.map((consumer) => consumer.untilCursor(topic, 0, 30)));
      for (const consumer of consumers) expect(consumer.values(topic)).toEqual(numbers(0, 30));
    });

    it('can ask how long its partitions are, and everything below the answer had been written', async () => {
      const { log, clock } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, numbered(4, 1));
      const consumer = await record(log, { group: fresh('group'), topics: [topic] });
      await consumer.until(() => consumer.generation !== -1);
      const before = clock();
      const samples = await consumer.consumption.ends();
      const after = clock();
      const ends = samples.map(({ partition, end }) => [partition, end]).sort();
      expect(ends).toEqual([
        [0, 0],
        [1, 4],
      ]);
      for (const { asked, answered } of samples) {
        const times = [before, asked, answered, after];
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      }
    });

    it('without an answer to its assignment ends with the reason', async () => {
      const { log } = subject();
      const reason = new Error('no checkpoint');
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [await freshTopic(log)] },
        { assigned: () => Promise.reject(reason) },
      );
      expect(await consumer.consumption.ended).toBe(reason);
    });

    it('whose handler throws ends with what it threw, and frees its group', async () => {
      const { log } = subject();
      const group = fresh('group');
      const topic = await freshTopic(log);
      await log.append(topic, numbered(1));
      const reason = new Error('cannot go on');
      const broken = await record(
        log,
        { group, topics: [topic] },
        {
          batch: () => {
            throw reason;
          },
        },
      );
      expect(await broken.consumption.ended).toBe(reason);
      const next = await record(log, { group, topics: [topic] });
      await next.untilCursor(topic, 0, 1);
      expect(broken.batches).toHaveLength(1);
    });

    it('hears nothing more once stopped, even from within a handler; stopping twice is fine', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, [...numbered(50, 0), ...numbered(50, 1)]);
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic], batchRecords: 5 },
        { batch: (_, { consumption }) => void consumption.stop() },
      );
      expect(await consumer.consumption.ended).toBeUndefined();
      await consumer.consumption.stop();
      const other = await record(log, { group: fresh('group'), topics: [topic] });
      await other.untilCursor(topic, 0, 50);
      expect(consumer.batches).toHaveLength(1);
    });
  });
}
