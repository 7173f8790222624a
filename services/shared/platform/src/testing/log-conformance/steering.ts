// Conformance of an event log: pause, resume and seek, and nothing that was in flight.
import { describe, expect, it } from 'vitest';
import { record } from './recorder.ts';
import { fresh, freshTopic, type LogSubject, numbered, numbers } from './subject.ts';

export function describeSteering(subject: () => LogSubject): void {
  describe('a partition', () => {
    it('delivers nothing while paused, others go on, and resuming loses and repeats nothing', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, numbered(100, 0));
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic], batchRecords: 10 },
        {
          batch: ({ partition }, recorder) => {
            const third = partition === 0 && recorder.of(topic, 0).length === 3;
            if (third) recorder.consumption.pause([{ topic, partition }]);
          },
        },
      );
      await consumer.until(() => consumer.of(topic, 0).length === 3);
      await log.append(topic, numbered(50, 1));
      await consumer.untilCursor(topic, 1, 50);
      expect(consumer.of(topic, 0)).toHaveLength(3);
      const seen = consumer.values(topic, 0).length;
      expect(consumer.values(topic, 0)).toEqual(numbers(0, seen));
      consumer.consumption.resume([{ topic, partition: 0 }]);
      await consumer.untilCursor(topic, 0, 100);
      expect(consumer.values(topic, 0)).toEqual(numbers(0, 100));
    });

    it('can be paused before anything is delivered', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, [...numbered(5, 0), ...numbered(5, 1)]);
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic] },
        {
          assigned: async () => {
            consumer.consumption.pause([{ topic, partition: 0 }]);
            return [];
          },
        },
      );
      await consumer.untilCursor(topic, 1, 5);
      expect(consumer.of(topic, 0)).toEqual([]);
      consumer.consumption.resume([{ topic, partition: 0 }]);
      await consumer.untilCursor(topic, 0, 5);
    });

    it('that is sought backwards is read again from there', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(60));
      const consumer = await record(log, { group: fresh('group'), topics: [topic], batchRecords: 20 });
      await consumer.untilCursor(topic, 0, 60);
      const before = consumer.batches.length;
      consumer.consumption.seek({ topic, partition: 0, offset: 15 });
      await consumer.until(() => consumer.batches.length > before && consumer.batches.at(-1)?.next === 60);
      const again = consumer.batches.slice(before).flatMap(({ records }) => records.map(({ offset }) => offset));
      expect(again.map(String)).toEqual(numbers(15, 60));
    });

    it('that is sought within a handler delivers nothing from before the seek', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(100));
      let sought = 0;
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic], batchRecords: 10 },
        {
          batch: (_, { consumption }) => {
            sought++;
            if (sought === 1) consumption.seek({ topic, partition: 0, offset: 80 });
            if (sought === 2) consumption.seek({ topic, partition: 0, offset: 5 });
          },
        },
      );
      await consumer.until(({ batches }) => batches.length > 2 && batches.at(-1)?.next === 100);
      expect(consumer.batches[0]?.records[0]?.offset).toBe(0);
      expect(consumer.batches[1]?.records[0]?.offset).toBe(80);
      const rest = consumer.batches.slice(2).flatMap(({ records }) => records.map(({ offset }) => offset));
      expect(rest.map(String)).toEqual(numbers(5, 100));
    });

    it('that is paused stays so when it is sought, and resumes from there', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, numbered(10, 0));
      const consumer = await record(log, { group: fresh('group'), topics: [topic] });
      await consumer.untilCursor(topic, 0, 10);
      consumer.consumption.pause([{ topic, partition: 0 }]);
      consumer.consumption.seek({ topic, partition: 0, offset: 7 });
      const before = consumer.of(topic, 0).length;
      await log.append(topic, numbered(10, 1));
      await consumer.untilCursor(topic, 1, 10);
      expect(consumer.of(topic, 0)).toHaveLength(before);
      consumer.consumption.resume([{ topic, partition: 0 }]);
      await consumer.until(() => consumer.of(topic, 0).length > before);
      expect(consumer.of(topic, 0)[before]?.records.map(({ offset }) => offset)).toEqual([7, 8, 9]);
    });

    it('paused and resumed again and again is delivered once and whole', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      await log.append(topic, [...numbered(300, 0), ...numbered(300, 1)]);
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic], batchRecords: 9 },
        {
          batch: ({ partition }, { consumption }) => {
            const [one, other] = [[{ topic, partition }], [{ topic, partition: 1 - partition }]];
            consumption.pause(one);
            consumption.pause(other);
            consumption.resume(other);
            consumption.resume(one);
          },
        },
      );
      for (const partition of [0, 1]) {
        await consumer.untilCursor(topic, partition, 300);
        expect(consumer.values(topic, partition)).toEqual(numbers(0, 300));
      }
    });

    it('that is not owned is ignored', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      const { consumption } = await record(log, { group: fresh('group'), topics: [topic] });
      const foreign = { topic: fresh('topic'), partition: 3 };
      consumption.pause([foreign]);
      consumption.resume([foreign]);
      consumption.seek({ ...foreign, offset: 1 });
    });
  });
}
