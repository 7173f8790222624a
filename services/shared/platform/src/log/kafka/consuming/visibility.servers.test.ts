// What a consumer sees of a real log: nothing aborted, nothing twice, and a cursor that counts all that was skipped.
import type { EventLog } from '@parallax/core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { systemClock } from '../../../lifecycle/clock.ts';
import { describeOn, type RunningKafka, startKafka } from '../../../testing/index.ts';
import { record } from '../../../testing/log-conformance/recorder.ts';
import { fresh, freshTopic, fromUtf8, numbered, numbers, utf8 } from '../../../testing/log-conformance/subject.ts';
import { openKafkaLog } from '../log.ts';
import { createTopic, deleteBelow, put, transactionalProducer } from './testing/transactions.ts';

const FOUR_ZEROS = Buffer.from([0, 0, 0, 0]);

describeOn('kafka', 'a consumer of Kafka', ({ kafka: { brokers } }) => {
  let log: EventLog;
  beforeAll(async () => {
    log = await openKafkaLog(`kafka://${brokers.join(',')}`);
  });
  afterAll(() => log?.close());

  test('passes over aborted transactions and markers, up to the end, in an empty batch too', async () => {
    const topic = await freshTopic(log);
    const { begin } = await transactionalProducer(brokers);
    const kept = await begin();
    await put(kept, topic, ['a', 'b']);
    await kept.commit();
    const dropped = await begin();
    await put(dropped, topic, ['c', 'd']);
    await dropped.abort();
    const consumer = await record(log, { group: fresh('group'), topics: [topic], batchRecords: 2 });
    await consumer.untilCursor(topic, 0, 6);
    expect(consumer.values(topic)).toEqual(['a', 'b']);
    expect(consumer.batches.map(({ aborted = 0 }) => aborted).reduce((sum, count) => sum + count)).toBe(2);
    const reader = await record(
      log,
      { group: fresh('group'), topics: [topic] },
      { assigned: async () => [{ topic, partition: 0, offset: 3 }] },
    );
    await reader.untilCursor(topic, 0, 6);
    expect(reader.records(topic)).toEqual([]);
    expect(reader.batches.map(({ next, aborted }) => [next, aborted])).toEqual([[6, 2]]);
  });

  test('waits at an open transaction, while the log ends say what stands behind it', async () => {
    const topic = await freshTopic(log);
    const { begin } = await transactionalProducer(brokers);
    await log.append(topic, numbered(2));
    const open = await begin();
    await put(open, topic, ['open']);
    await log.append(topic, numbered(3));
    const consumer = await record(log, { group: fresh('group'), topics: [topic] });
    await consumer.untilCursor(topic, 0, 2);
    const before = systemClock.now();
    const [sample, ...others] = await consumer.consumption.ends();
    expect(others).toEqual([]);
    expect(sample).toMatchObject({ topic, partition: 0, end: 6 });
    expect(sample?.asked).toBeGreaterThanOrEqual(before);
    expect(sample?.answered).toBeGreaterThanOrEqual(sample?.asked ?? Number.POSITIVE_INFINITY);
    expect(consumer.batches.at(-1)?.next).toBe(2);
    await open.commit();
    await consumer.untilCursor(topic, 0, 7);
    expect(consumer.values(topic)).toEqual(['0', '1', 'open', '0', '1', '2']);
  });

  test('sees nothing of aborted transactions that overlap, wherever it begins, whatever their keys are', async () => {
    const topic = await freshTopic(log);
    const producers = await Promise.all(Array.from({ length: 4 }, () => transactionalProducer(brokers)));
    const open = await Promise.all(producers.map(({ begin }) => begin()));
    // Begun together, so that a filter that starts one transaction a record has begun too few of them by then.
    for (const [index, each] of open.entries()) await put(each, topic, [`0 of ${index}`], FOUR_ZEROS);
    await log.append(topic, [{ partition: 0, key: FOUR_ZEROS, value: utf8('plain') }]);
    for (const [index, each] of open.entries()) await put(each, topic, [`1 of ${index}`, `2 of ${index}`], FOUR_ZEROS);
    const [first, second, third, fourth] = open;
    await first?.abort();
    await second?.commit();
    const again = await producers[0]?.begin();
    if (again !== undefined) await put(again, topic, ['again'], FOUR_ZEROS);
    await third?.abort();
    await fourth?.abort();
    await again?.abort();
    await log.append(topic, numbered(1));
    const end = (await log.extents([topic]))[0]?.end ?? 0;
    const whole = await record(log, { group: fresh('group'), topics: [topic] });
    await whole.untilCursor(topic, 0, end);
    expect(whole.values(topic)).toEqual(['0 of 1', 'plain', '1 of 1', '2 of 1', '0']);
    const visible = whole.records(topic).map(({ offset }) => offset);
    for (let from = 0; from < end; from++) {
      const before = whole.batches.length;
      whole.consumption.seek({ topic, partition: 0, offset: from });
      await whole.until(({ batches }) => batches.length > before && batches.at(-1)?.next === end);
      const seen = whole.batches.slice(before).flatMap(({ records }) => records.map(({ offset }) => offset));
      expect([from, seen]).toEqual([from, visible.filter((offset) => offset >= from)]);
    }
  });

  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'unpacks %s, in batches of any size, from anywhere',
    async (compression) => {
      const packing = await openKafkaLog(`kafka://${brokers.join(',')}`, { compression });
      const topic = await freshTopic(log);
      for (let from = 0; from < 500; from += 100) await packing.append(topic, numbered(100, 0, from));
      await packing.close();
      const consumer = await record(
        log,
        { group: fresh('group'), topics: [topic], batchRecords: 33 },
        { assigned: async () => [{ topic, partition: 0, offset: 150 }] },
      );
      await consumer.untilCursor(topic, 0, 500);
      expect(consumer.values(topic)).toEqual(numbers(150, 500));
    },
  );

  test('ends when retention has taken what was to be read next, and says so', async () => {
    const [group, topic] = [fresh('group'), await freshTopic(log)];
    await log.append(topic, numbered(10));
    const first = await record(log, { group, topics: [topic] });
    await first.until(({ generation }) => generation !== -1);
    await first.consumption.commit(first.generation, [{ topic, partition: 0, offset: 2, metadata: '' }]);
    await first.consumption.stop();
    await deleteBelow(brokers, topic, 5);
    const second = await record(log, { group, topics: [topic] });
    expect(await second.consumption.ended).toMatchObject({
      code: 'offset-out-of-range',
      message: expect.stringMatching(/begins at 5, after the position 2/),
    });
    expect(second.assignments[0]?.partitions).toMatchObject([{ start: 5, end: 10, committed: { offset: 2 } }]);
    expect(second.batches).toEqual([]);
    // Nothing was committed in its stead.
    expect(await log.committed(group, [topic])).toMatchObject([{ offset: 2 }]);
    const fromStart = await record(log, { group: fresh('group'), topics: [topic] });
    await fromStart.untilCursor(topic, 0, 10);
    expect(fromStart.values(topic)).toEqual(numbers(5, 10));
  });

  test('ends at a position beyond the end, where a topic was made anew or lost records', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, numbered(3));
    const consumer = await record(
      log,
      { group: fresh('group'), topics: [topic] },
      { assigned: async () => [{ topic, partition: 0, offset: 4 }] },
    );
    expect(await consumer.consumption.ended).toMatchObject({
      code: 'offset-out-of-range',
      message: expect.stringMatching(/ends at 3, before the position 4/),
    });
    expect(consumer.batches).toEqual([]);
  });

  test('ends when its topic is deleted', async () => {
    const topic = await freshTopic(log);
    await log.append(topic, numbered(1));
    const consumer = await record(log, { group: fresh('group'), topics: [topic] });
    await consumer.untilCursor(topic, 0, 1);
    await log.deleteTopic(topic);
    const error = await consumer.consumption.ended;
    expect(error).toMatchObject({ code: 'unknown-topic', message: expect.stringContaining(topic) });
  });
});

describeOn('kafka', 'a compacted topic of Kafka', () => {
  let kafka: RunningKafka;
  let log: EventLog;
  beforeAll(async () => {
    kafka = await startKafka({ properties: { 'log.cleaner.backoff.ms': '100' } });
    log = await openKafkaLog(`kafka://${kafka.brokers.join(',')}`);
  });
  afterAll(async () => {
    await log?.close();
    await kafka?.stop();
  });

  test('is read to its end, over batches of which nothing is left', async () => {
    const topic = fresh('topic');
    const often = { 'segment.ms': '50', 'min.cleanable.dirty.ratio': '0.001', 'delete.retention.ms': '0' };
    await createTopic(kafka.brokers, topic, { 'cleanup.policy': 'compact', ...often });
    const versions = async (round: number) => {
      for (const key of ['a', 'b', 'c']) {
        await log.append(topic, [{ partition: 0, key: utf8(key), value: utf8(`${round}`) }]);
      }
    };
    for (let round = 0; round < 5; round++) await versions(round);
    const end = () => log.extents([topic]).then(([extent]) => extent?.end ?? 0);
    // Closed segments are cleaned; what is appended last closes the one before.
    const left = async () => {
      await versions(9);
      const records = await log.read(topic, 0, 0, 1_000);
      return records.length < 15 && (records[0]?.offset ?? 0) > 0;
    };
    await vi.waitUntil(left, { timeout: 60_000, interval: 200 });
    const consumer = await record(
      log,
      { group: fresh('group'), topics: [topic], batchRecords: 2 },
      { assigned: async () => [{ topic, partition: 0, offset: 0 }] },
    );
    await consumer.untilCursor(topic, 0, await end());
    const values = consumer.records(topic).map(({ key, value }) => `${fromUtf8(key)}${fromUtf8(value)}`);
    expect(values.slice(-3)).toEqual(['a9', 'b9', 'c9']);
    expect(values).not.toContain('a0');
  });
});
