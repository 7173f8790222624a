// Conformance of an event log: topics, their ends, look-ups by time.
import { describe, expect, it } from 'vitest';
import { fresh, freshTopic, type LogSubject, numbered, utf8 } from './subject.ts';

export function describeTopics(subject: () => LogSubject): void {
  describe('topics', () => {
    it('are created once, and left alone when they exist with other partitions', async () => {
      const { log } = subject();
      const topic = fresh('topic');
      expect(await log.ensureTopic({ topic, partitions: 3 })).toBe('created');
      expect(await log.ensureTopic({ topic, partitions: 5 })).toBe('exists');
      expect(await log.topics()).toContainEqual({ topic, partitions: 3, compacted: false, timestamps: 'create' });
    });

    it('are listed with their settings', async () => {
      const { log } = subject();
      const topic = fresh('topic');
      await log.ensureTopic({ topic, partitions: 1, compacted: true, timestamps: 'append' });
      expect(await log.topics()).toContainEqual({ topic, partitions: 1, compacted: true, timestamps: 'append' });
    });

    it.each(['', '.', '..', 'a b', 'a/b', 'x'.repeat(250)])('cannot be named %j', async (topic) => {
      const { log } = subject();
      await expect(log.ensureTopic({ topic, partitions: 1 })).rejects.toMatchObject({ code: 'bad-topic' });
    });

    it.each([0, -1, 1.5, Number.NaN])('cannot have %d partitions', async (partitions) => {
      const { log } = subject();
      const creation = log.ensureTopic({ topic: fresh('topic'), partitions });
      await expect(creation).rejects.toMatchObject({ code: 'bad-topic' });
    });

    it('that are unknown are a fault that names them, whoever asks', async () => {
      const { log } = subject();
      const topic = fresh('absent');
      const fault = { code: 'unknown-topic', message: expect.stringContaining(topic), retryable: false };
      const handlers = { assigned: async () => [], batch: () => undefined };
      await expect(log.extents([topic])).rejects.toMatchObject(fault);
      await expect(log.offsetsAt(topic, 0)).rejects.toMatchObject(fault);
      await expect(log.append(topic, numbered(1))).rejects.toMatchObject(fault);
      await expect(log.read(topic, 0, 0, 1)).rejects.toMatchObject(fault);
      await expect(log.consume({ group: fresh('group'), topics: [topic] }, handlers)).rejects.toMatchObject(fault);
    });

    it('tell the ends of every partition', async () => {
      const { log } = subject();
      const [one, two] = [await freshTopic(log, 2), await freshTopic(log)];
      await log.append(one, numbered(3, 1));
      expect(await log.extents([one, two])).toEqual([
        { topic: one, partition: 0, start: 0, end: 0, offset: 0 },
        { topic: one, partition: 1, start: 0, end: 3, offset: 3 },
        { topic: two, partition: 0, start: 0, end: 0, offset: 0 },
      ]);
    });

    it('are gone when deleted, with their records and commits', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      await log.append(topic, numbered(10));
      expect(await log.deleteTopic(topic)).toBe('deleted');
      expect(await log.deleteTopic(topic)).toBe('absent');
      await expect(log.extents([topic])).rejects.toMatchObject({ code: 'unknown-topic' });
      expect(await log.ensureTopic({ topic, partitions: 2 })).toBe('created');
      expect((await log.extents([topic])).map(({ end }) => end)).toEqual([0, 0]);
      expect(await log.read(topic, 0, 0, 10)).toEqual([]);
    });

    it('give the first offset at or after a time, and the end where there is none', async () => {
      const { log } = subject();
      const topic = await freshTopic(log, 2);
      const stamped = [10, 50, 20, 40].map((timestamp) => ({ partition: 0, timestamp, key: null, value: utf8('v') }));
      await log.append(topic, stamped);
      const at = async (time: number): Promise<readonly number[]> => {
        return (await log.offsetsAt(topic, time)).map(({ offset }) => offset);
      };
      expect(await at(0)).toEqual([0, 0]);
      expect(await at(20)).toEqual([1, 0]);
      expect(await at(45)).toEqual([1, 0]);
      expect(await at(51)).toEqual([4, 0]);
    });

    it('find a time in a long partition', async () => {
      const { log } = subject();
      const topic = await freshTopic(log);
      const long = Array.from({ length: 3_000 }, (_, index) => ({ timestamp: 1_000 + index, key: null, value: null }));
      await log.append(topic, long);
      for (const index of [0, 1, 1_023, 1_024, 1_025, 2_500, 2_999]) {
        expect(await log.offsetsAt(topic, 1_000 + index)).toEqual([{ topic, partition: 0, offset: index }]);
      }
    });
  });
}
