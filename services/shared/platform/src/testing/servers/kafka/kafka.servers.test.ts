// The Kafka that tests start is real where it matters: replicas, logins, rights, and faults on the way.
import { Kafka, logLevel, type SASLOptions } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { describeOn } from '../describe-on.ts';
import { startKafka } from './kafka.ts';
import type { RunningKafka } from './options.ts';

const quiet = { logLevel: logLevel.NOTHING, clientId: 'test' };

async function send(kafka: Kafka, topic: string, value: string): Promise<void> {
  const producer = kafka.producer({ retry: { retries: 40, initialRetryTime: 100, maxRetryTime: 500 } });
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value, partition: 0 }] });
  await producer.disconnect();
}

async function written(kafka: Kafka, topic: string): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  const [partition] = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  return Number(partition?.high);
}

async function createTopic(kafka: Kafka, topic: string): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
}

describeOn('kafka', 'the shared broker', ({ kafka: { brokers, clusterId } }) => {
  test('is the one that this run started', async () => {
    const admin = new Kafka({ ...quiet, brokers: [...brokers] }).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    expect((await admin.describeCluster()).clusterId).toBe(clusterId);
  });
});

describeOn('kafka', 'three brokers', () => {
  let cluster: RunningKafka;
  let kafka: Kafka;
  beforeAll(async () => {
    cluster = await startKafka({ brokers: 3 });
    kafka = new Kafka({ ...quiet, brokers: [...cluster.brokers], connectionTimeout: 1_000 });
    await createTopic(kafka, 'replicated');
  });
  afterAll(() => cluster?.stop());

  async function leader(by = kafka): Promise<number> {
    const admin = by.admin();
    await admin.connect();
    const { topics } = await admin.fetchTopicMetadata({ topics: ['replicated'] });
    await admin.disconnect();
    return topics[0]?.partitions[0]?.leader ?? 0;
  }

  test('what was written survives the death of its leader, and writing goes on', async () => {
    await cluster.inSync();
    await send(kafka, 'replicated', 'before');
    const killed = cluster.nodes[(await leader()) - 1];
    await killed?.kill();
    await send(kafka, 'replicated', 'without it');
    expect(await written(kafka, 'replicated')).toBe(2);
    expect(await leader()).not.toBe(killed?.id);
    await killed?.start();
    await cluster.inSync();
  });

  test('a broker that is paused loses its leadership, and comes back into sync', async () => {
    await cluster.inSync();
    const before = await leader();
    const paused = cluster.nodes[before - 1];
    await paused?.pause();
    onTestFinished(() => paused?.resume());
    const brokers = cluster.brokers.filter((_, index) => index !== before - 1);
    const others = new Kafka({ ...quiet, brokers, requestTimeout: 2_000, connectionTimeout: 1_000 });
    // A KafkaJS producer that knows the paused leader would ask it again and again: its retries keep what it knows.
    const moved = async () => ![before, -1].includes(await leader(others).catch(() => -1));
    await vi.waitUntil(moved, { timeout: 60_000 });
    await send(others, 'replicated', 'without it');
    await paused?.resume();
    await cluster.inSync();
  });
});

describeOn('kafka', 'the secure listener', () => {
  let cluster: RunningKafka;
  const users = { alice: 'the secret of alice', bob: 'the secret of bob' };
  beforeAll(async () => {
    cluster = await startKafka({ security: { users, acl: true } });
    const admin = new Kafka({ ...quiet, brokers: [...cluster.brokers] }).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: 'private', numPartitions: 1 }], waitForLeaders: true });
    await admin.createAcls({
      acl: ['write', 'read', 'describe'].map((operation) => ({
        resourceType: 2, // topic
        resourceName: 'private',
        resourcePatternType: 3, // literal
        principal: 'User:alice',
        host: '*',
        operation: { write: 4, read: 3, describe: 8 }[operation] ?? 0,
        permissionType: 3, // allow
      })),
    });
    await admin.disconnect();
  });
  afterAll(() => cluster?.stop());

  const client = (sasl: SASLOptions) =>
    new Kafka({
      ...quiet,
      brokers: [...(cluster.secure?.brokers ?? [])],
      ssl: { ca: [cluster.secure?.ca ?? ''] },
      sasl,
      retry: { retries: 0 },
    });
  const token = (subject: string) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Date.now() / 1000;
    return `${part({ alg: 'none' })}.${part({ sub: subject, iat: now, exp: now + 600 })}.`;
  };

  describe.each(['scram-sha-256', 'scram-sha-512', 'plain'] as const)('by %s', (mechanism) => {
    const login = (username: string, password: string) => client({ mechanism, username, password } as SASLOptions);

    test('lets in who has the password', async () => {
      await send(login('alice', users.alice), 'private', mechanism);
    });
    test('refuses a wrong password', async () => {
      await expect(send(login('alice', 'guess'), 'private', 'never')).rejects.toThrow(/authentication/i);
    });
    test('lets a user without rights do nothing', async () => {
      await expect(send(login('bob', users.bob), 'private', 'never')).rejects.toThrow(/authorized/i);
    });
  });

  test('lets in a token, by the rights of its subject', async () => {
    const by = (subject: string) =>
      client({ mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: token(subject) }) });
    await send(by('alice'), 'private', 'token');
    await expect(send(by('bob'), 'private', 'never')).rejects.toThrow(/authorized/i);
  });

  test('shows its certificate to those who trust it only', async () => {
    const stranger = new Kafka({
      ...quiet,
      brokers: [...(cluster.secure?.brokers ?? [])],
      ssl: true,
      retry: { retries: 0 },
    });
    await expect(send(stranger, 'private', 'never')).rejects.toThrow(/certificate/i);
  });
});

describeOn('kafka', 'the listener behind a fault proxy', () => {
  let cluster: RunningKafka;
  beforeAll(async () => {
    cluster = await startKafka({ proxied: true });
    await createTopic(new Kafka({ ...quiet, brokers: [...cluster.brokers] }), 'faulty');
  });
  afterAll(() => cluster?.stop());

  test('a lost answer is a write all the same', async () => {
    const [proxy] = cluster.proxied?.proxies ?? [];
    const faulty = new Kafka({ ...quiet, brokers: [...(cluster.proxied?.brokers ?? [])], retry: { retries: 0 } });
    const producer = faulty.producer({ retry: { retries: 0 } });
    await producer.connect();
    onTestFinished(() => producer.disconnect());
    await producer.send({ topic: 'faulty', messages: [{ value: 'whole' }] });
    await proxy?.inject({ kind: 'answer-lost' }, { times: 1 });
    await expect(producer.send({ topic: 'faulty', messages: [{ value: 'answer lost' }] })).rejects.toThrow();
    expect(await written(new Kafka({ ...quiet, brokers: [...cluster.brokers] }), 'faulty')).toBe(2);
  });
});
