// Reading and administering a real log: transactions, gaps, expired starts, many hands at once.
import type { EventLog } from '@parallax/core';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeOn } from '../../testing/index.ts';
import { openKafkaLog } from './log.ts';

type Client = InstanceType<typeof kafkajs.Kafka>;
type Admin = ReturnType<Client['admin']>;
type Producer = ReturnType<Client['producer']>;

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString();
const one = (value: string) => ({ key: Buffer.from('k'), value: Buffer.from(value) });

describeOn('kafka', 'a log on Kafka', ({ kafka }) => {
  const brokers = [...kafka.brokers];
  const client: Client = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING });
  let log: EventLog;
  let admin: Admin;
  beforeAll(async () => {
    log = await openKafkaLog(`kafka://${brokers.join(',')}`);
    admin = client.admin();
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.disconnect();
    await log?.close();
  });

  async function topicOf(partitions = 1): Promise<string> {
    const topic = `reading-${crypto.randomUUID()}`;
    await log.ensureTopic({ topic, partitions });
    return topic;
  }

  async function transactional(): Promise<Producer> {
    const producer = client.producer({
      idempotent: true,
      transactionalId: crypto.randomUUID(),
      maxInFlightRequests: 1,
    });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    return producer;
  }

  async function values(topic: string, from = 0): Promise<string[]> {
    const found: string[] = [];
    for (let at = from; ; ) {
      const records = await log.read(topic, 0, at, 1_000);
      const last = records.at(-1);
      if (last === undefined) return found;
      found.push(...records.map(({ value }) => text(value)));
      at = last.offset + 1;
    }
  }

  describe('transactions', () => {
    it('that overlap show what was committed and nothing that was aborted, wherever reading starts', async () => {
      const topic = await topicOf();
      const [first, second] = [await transactional(), await transactional()];
      const messages = (value: string) => ({ topic, acks: -1, messages: [{ ...one(value), key: Buffer.alloc(4) }] });
      const [aborted, committed] = [await first.transaction(), await second.transaction()];
      await aborted.send(messages('aborted 1'));
      await committed.send(messages('committed 1'));
      await aborted.send(messages('aborted 2'));
      await log.append(topic, [one('plain')]);
      await aborted.abort();
      await committed.send(messages('committed 2'));
      const again = await first.transaction();
      await again.send(messages('committed 3'));
      await again.commit();
      await committed.commit();
      expect(await values(topic)).toEqual(['committed 1', 'plain', 'committed 2', 'committed 3']);
      const { end = 0 } = (await log.extents([topic]))[0] ?? {};
      for (let from = 0; from <= end; from++) {
        expect((await values(topic, from)).filter((value) => value.startsWith('aborted'))).toEqual([]);
      }
    });

    it('that are open end what is read, not what is said to be the end', async () => {
      const topic = await topicOf();
      await log.append(topic, [one('before')]);
      const open = await (await transactional()).transaction();
      await open.send({ topic, messages: [one('in it')] });
      await log.append(topic, [one('behind')]);
      expect(await values(topic)).toEqual(['before']);
      expect((await log.extents([topic]))[0]).toMatchObject({ start: 0, end: 3 });
      await open.commit();
      await expect.poll(() => values(topic)).toEqual(['before', 'in it', 'behind']);
    });

    it('whose records fill more than a fetch are passed over to the next that counts', async () => {
      const topic = await topicOf();
      const aborted = await (await transactional()).transaction();
      const large = Buffer.alloc(60_000);
      for (let count = 0; count < 5; count++) await aborted.send({ topic, messages: [{ key: null, value: large }] });
      await aborted.abort();
      await log.append(topic, [one('behind')]);
      expect((await log.read(topic, 0, 0, 1)).map(({ value }) => text(value))).toEqual(['behind']);
    });
  });

  it('a start that has moved is where reading below it starts', async () => {
    const topic = await topicOf(2);
    await log.append(
      topic,
      Array.from({ length: 10 }, (_, index) => ({ ...one(String(index)), partition: 0 })),
    );
    // Its metadata must have been asked for, or deleting fails.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '7' }] });
    expect((await log.read(topic, 0, 2, 2)).map(({ offset }) => offset)).toEqual([7, 8]);
    expect((await log.extents([topic]))[0]).toMatchObject({ start: 7, end: 10 });
    expect(await log.read(topic, 0, 11, 1)).toEqual([]);
  });

  it('a record larger than a fetch or a batch is written and read whole', async () => {
    const topic = await topicOf();
    const large = Buffer.alloc(3_000_000, 'x');
    await expect(log.append(topic, [{ key: null, value: large }])).rejects.toMatchObject({
      code: 'record-too-large',
      retryable: false,
      cure: expect.stringContaining('max.message.bytes'),
    });
    await admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: kafkajs.ConfigResourceTypes.TOPIC,
          name: topic,
          configEntries: [{ name: 'max.message.bytes', value: '4000000' }],
        },
      ],
    });
    const append = () => log.append(topic, [one('small'), { key: null, value: large }, one('small')]);
    await expect.poll(() => append().catch(() => [])).toHaveLength(3);
    const [, found] = await log.read(topic, 0, 0, 2);
    const whole = found ?? (await log.read(topic, 0, 1, 1))[0];
    expect(Buffer.from(whole?.value ?? []).equals(large)).toBe(true);
  });

  it('a topic with smaller batches than usual takes a large append in smaller ones', async () => {
    const topic = `small-${crypto.randomUUID()}`;
    const configEntries = [{ name: 'max.message.bytes', value: '20000' }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
    const records = Array.from({ length: 500 }, (_, index) => one(String(index).padStart(400, '.')));
    expect((await log.append(topic, records)).map(({ offset }) => offset)).toEqual(records.map((_, index) => index));
  });

  it('partitions that were added are there for who asks for them', async () => {
    const topic = await topicOf(1);
    await log.append(topic, [one('a')]);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    await expect
      .poll(() => log.append(topic, [{ ...one('b'), partition: 2 }]).catch(() => []))
      .toEqual([{ topic, partition: 2, offset: 0 }]);
    expect((await log.read(topic, 2, 0, 1)).map(({ value }) => text(value))).toEqual(['b']);
  });

  it('a topic that another client has deleted is unknown to all who knew it, and new to them when it is made again', async () => {
    const topic = await topicOf(2);
    await log.append(topic, [one('a'), one('b')]);
    const other = await openKafkaLog(`kafka://${brokers.join(',')}`);
    onTestFinished(() => other.close());
    const unknown = { code: 'unknown-topic', message: expect.stringContaining(topic), retryable: false };
    for (const verb of [
      () => log.extents([topic]),
      () => log.offsetsAt(topic, 0),
      () => log.read(topic, 0, 0, 1),
      () => log.append(topic, [one('c')]),
    ]) {
      await other.ensureTopic({ topic, partitions: 2 });
      await log.extents([topic]);
      await other.deleteTopic(topic);
      await expect(verb()).rejects.toMatchObject(unknown);
    }
    await other.ensureTopic({ topic, partitions: 1 });
    expect(await log.append(topic, [one('d')])).toEqual([{ topic, partition: 0, offset: 0 }]);
    expect(await values(topic)).toEqual(['d']);
  });

  it('a topic created by many at once is created by one', async () => {
    const topic = `raced-${crypto.randomUUID()}`;
    const others = await Promise.all(Array.from({ length: 5 }, () => openKafkaLog(`kafka://${brokers.join(',')}`)));
    onTestFinished(async () => void (await Promise.all(others.map((other) => other.close()))));
    const outcomes = await Promise.all(others.map((other) => other.ensureTopic({ topic, partitions: 2 })));
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    for (const other of others) expect(await other.extents([topic])).toHaveLength(2);
  });

  it('closing rejects an append that is under way, and every verb afterwards', async () => {
    const topic = await topicOf();
    const other = await openKafkaLog(`kafka://${brokers.join(',')}`);
    const appending = other.append(topic, [one('x')]);
    const closed = { code: 'log-closed' };
    const outcome = expect(appending).rejects.toMatchObject(closed);
    await other.close();
    await outcome;
    await expect(other.append(topic, [one('x')])).rejects.toMatchObject(closed);
    await expect(other.read(topic, 0, 0, 1)).rejects.toMatchObject(closed);
    await expect(other.topics()).rejects.toMatchObject(closed);
    await expect(other.committed('group', [topic])).rejects.toMatchObject(closed);
    await other.close();
  });

  it('an address where nobody listens is told with what to look at, and may be tried again', async () => {
    await expect(openKafkaLog('kafka://127.0.0.1:1')).rejects.toMatchObject({
      code: 'log-unreachable',
      retryable: true,
      message: expect.stringContaining('127.0.0.1:1'),
      cure: expect.stringContaining('advertised.listeners'),
    });
    await expect(openKafkaLog('kafka://nowhere.invalid:9092')).rejects.toMatchObject({
      code: 'log-unreachable',
      message: expect.stringContaining('nowhere.invalid'),
    });
  });

  it('one broker of several that are named is enough', async () => {
    const found = await openKafkaLog(`kafka://127.0.0.1:1,${brokers.join(',')}`);
    expect(await found.topics()).not.toEqual([]);
    await found.close();
  });
});
