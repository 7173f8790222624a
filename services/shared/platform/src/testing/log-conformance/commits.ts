// Conformance of an event log: commits, their fencing, and the life of a group.
import { type EventLog, MAX_COMMIT_METADATA } from '@parallax/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Recorder, record } from './recorder.ts';
import { fresh, freshTopic, type LogSubject, numbered } from './subject.ts';

async function assigned(log: EventLog, group: string, topics: readonly string[]): Promise<Recorder> {
  const consumer = await record(log, { group, topics });
  await consumer.until(() => consumer.generation !== -1);
  return consumer;
}

export function describeCommits(subject: () => LogSubject): void {
  describe('a commit', () => {
    it('is kept with its metadata, for every client to see; partitions without one are absent', async () => {
      const { log, connect } = subject();
      const group = fresh('group');
      const [one, two] = [await freshTopic(log, 3), await freshTopic(log)];
      expect(await log.committed(group, [one])).toEqual([]);
      const consumer = await assigned(log, group, [one, two]);
      const offsets = [
        { topic: one, partition: 0, offset: 7, metadata: '' },
        { topic: one, partition: 2, offset: 9, metadata: '{"é":"\u{1f600}"}' },
        { topic: two, partition: 0, offset: 1, metadata: 'x' },
      ];
      expect(await consumer.consumption.commit(consumer.generation, offsets)).toBe('committed');
      const other = await connect();
      onTestFinished(() => other.close());
      for (const client of [log, other]) {
        expect(await client.committed(group, [one])).toEqual(offsets.slice(0, 2));
        expect(await client.committed(group, [two])).toEqual(offsets.slice(2));
        expect(await client.committed(fresh('group'), [one, two])).toEqual([]);
      }
    });

    it('replaces the one before, backwards too', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const { consumption, generation } = await assigned(log, group, [topic]);
      await consumption.commit(generation, [{ topic, partition: 0, offset: 9, metadata: 'later' }]);
      await consumption.commit(generation, [{ topic, partition: 0, offset: 3, metadata: '' }]);
      expect(await log.committed(group, [topic])).toEqual([{ topic, partition: 0, offset: 3, metadata: '' }]);
    });

    it('takes metadata up to the limit, and with more than that writes nothing of itself', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log, 2)];
      const { consumption, generation } = await assigned(log, group, [topic]);
      const full = 'é'.repeat(MAX_COMMIT_METADATA / 2);
      const fits = [0, 1].map((partition) => ({ topic, partition, offset: 1, metadata: full }));
      expect(await consumption.commit(generation, fits)).toBe('committed');
      const torn = [
        { topic, partition: 0, offset: 2, metadata: 'small' },
        { topic, partition: 1, offset: 2, metadata: `${full}x` },
      ];
      const refusal = consumption.commit(generation, torn);
      await expect(refusal).rejects.toMatchObject({
        code: 'metadata-too-large',
        message: expect.stringMatching(/4097/),
      });
      expect(await log.committed(group, [topic])).toEqual(fits);
    });

    it('of a partition its generation does not own is a fault', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const { consumption, generation } = await assigned(log, group, [topic]);
      const own = { topic, partition: 0, offset: 1, metadata: '' };
      const foreign = { ...own, topic: await freshTopic(log) };
      await expect(consumption.commit(generation, [own, foreign])).rejects.toMatchObject({ code: 'not-owned' });
      await expect(consumption.commit(generation, [{ ...own, partition: 1 }])).rejects.toMatchObject({
        code: 'not-owned',
      });
      expect(await log.committed(group, [topic, foreign.topic])).toEqual([]);
    });

    it('in the name of an older generation is refused, from whoever it comes', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      // A log may refuse to begin beyond its end.
      await log.append(topic, numbered(10));
      const first = await assigned(log, group, [topic]);
      const offsets = (offset: number) => [{ topic, partition: 0, offset, metadata: '' }];
      await first.consumption.commit(first.generation, offsets(1));
      await first.consumption.stop();
      expect(await first.consumption.commit(first.generation, offsets(2))).toBe('refused');
      const second = await assigned(log, group, [topic]);
      expect(second.generation).toBeGreaterThan(first.generation);
      expect(await first.consumption.commit(first.generation, offsets(3))).toBe('refused');
      expect(await first.consumption.commit(second.generation, offsets(3))).toBe('refused');
      expect(await second.consumption.commit(first.generation, offsets(4))).toBe('refused');
      expect(await second.consumption.commit(second.generation + 1, offsets(5))).toBe('refused');
      expect(await log.committed(group, [topic])).toEqual(offsets(1));
      expect(await second.consumption.commit(second.generation, offsets(6))).toBe('committed');
    });

    it('goes with its topic', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const { consumption, generation } = await assigned(log, group, [topic]);
      await consumption.commit(generation, [{ topic, partition: 0, offset: 4, metadata: '' }]);
      await consumption.stop();
      await log.deleteTopic(topic);
      await log.ensureTopic({ topic, partitions: 1 });
      expect(await log.committed(group, [topic])).toEqual([]);
    });
  });

  describe('a group', () => {
    it('cannot be deleted while it lives, and is forgotten afterwards', async () => {
      const { log } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const { consumption, generation } = await assigned(log, group, [topic]);
      await consumption.commit(generation, [{ topic, partition: 0, offset: 4, metadata: '' }]);
      await expect(log.deleteGroup(group)).rejects.toMatchObject({ code: 'group-locked' });
      expect(await log.committed(group, [topic])).toHaveLength(1);
      await consumption.stop();
      await log.deleteGroup(group);
      expect(await log.committed(group, [topic])).toEqual([]);
      await log.deleteGroup(group);
    });

    it('that one client consumes is refused to others where groups are exclusive', async ({ skip }) => {
      const { log, connect, exclusiveGroups } = subject();
      skip(!exclusiveGroups, 'groups are shared here');
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const first = await assigned(log, group, [topic]);
      const other = await connect();
      onTestFinished(() => other.close());
      const handlers = { assigned: async () => [], batch: () => undefined };
      for (const client of [log, other]) {
        const refusal = client.consume({ group, topics: [topic] }, handlers);
        await expect(refusal).rejects.toMatchObject({ code: 'group-locked', message: expect.stringContaining(group) });
      }
      await first.consumption.stop();
      const second = await assigned(other, group, [topic]);
      expect(second.generation).toBeGreaterThan(first.generation);
    });

    it('is freed by closing the client that consumed it', async () => {
      const { log, connect } = subject();
      const [group, topic] = [fresh('group'), await freshTopic(log)];
      const other = await connect();
      const first = await assigned(other, group, [topic]);
      await other.close();
      expect(await first.consumption.ended).toBeUndefined();
      await assigned(log, group, [topic]);
    });
  });

  describe('a closed log', () => {
    it('refuses every verb', async () => {
      const { log, connect } = subject();
      const topic = await freshTopic(log);
      const other = await connect();
      await other.close();
      await other.close();
      const handlers = { assigned: async () => [], batch: () => undefined };
      const closed = { code: 'log-closed' };
      await expect(other.topics()).rejects.toMatchObject(closed);
      await expect(other.append(topic, [{ key: null, value: null }])).rejects.toMatchObject(closed);
      await expect(other.read(topic, 0, 0, 1)).rejects.toMatchObject(closed);
      await expect(other.consume({ group: fresh('group'), topics: [topic] }, handlers)).rejects.toMatchObject(closed);
    });

    it('has done what was under way, or refuses it likewise', async () => {
      const { log, connect } = subject();
      const topic = await freshTopic(log);
      const other = await connect();
      const handlers = { assigned: async () => [], batch: () => undefined };
      const verbs = [
        other.ensureTopic({ topic: fresh('topic'), partitions: 1 }),
        other.consume({ group: fresh('group'), topics: [topic] }, handlers),
        other.append(topic, numbered(3)),
        other.consume({ group: fresh('group'), topics: [topic] }, handlers),
        other.deleteGroup(fresh('group')),
        other.extents([topic]),
        other.read(topic, 0, 0, 1),
        other.committed(fresh('group'), [topic]),
        // Each join takes several steps.
        ...Array.from({ length: 20 }, () => other.consume({ group: fresh('group'), topics: [topic] }, handlers)),
      ];
      const ended = Promise.allSettled(verbs);
      await other.close();
      for (const one of await ended)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'log-closed' });
    });
  });
}
