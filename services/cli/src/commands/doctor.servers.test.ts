// The doctor as a person calls it, on real servers that lack one thing each: it names it, what follows, and the cure.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, type EventLog, partitionOfKey } from '@parallax/core';
import { openLog } from '@parallax/platform';
import { describeOn, type RunningKafka, startKafka } from '@parallax/platform/testing';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Examined, experiment, openSurgery, problems, type Surgery } from '../doctoring/testing/doctor.ts';

const PASSWORD = 'not-to-be-shown';
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const codes = ({ findings }: Examined) => findings.flatMap(({ code }) => (code === undefined ? [] : [code]));

let surgery: Surgery;
const doctor: Surgery['doctor'] = (...args) => surgery.doctor(...args);

describeOn('kafka', 'the doctor on a cluster with logins and rights', () => {
  let kafka: RunningKafka;
  let log: EventLog;
  let admin: ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>;
  let plain: string;
  let secure: string;
  let login: NodeJS.ProcessEnv;

  beforeAll(async () => {
    surgery = openSurgery();
    const { folder } = surgery;
    kafka = await startKafka({ security: { users: { alice: PASSWORD }, acl: true } });
    plain = `kafka://${kafka.brokers.join(',')}`;
    secure = `kafka://${kafka.secure?.brokers.join(',')}`;
    writeFileSync(join(folder, 'ca.pem'), kafka.secure?.ca ?? '');
    writeFileSync(join(folder, 'password'), PASSWORD);
    login = {
      PARALLAX_LOG_TLS: 'on',
      PARALLAX_LOG_CA_FILE: join(folder, 'ca.pem'),
      PARALLAX_LOG_SASL: 'scram-sha-256',
      PARALLAX_LOG_USER: 'alice',
      PARALLAX_LOG_PASSWORD_FILE: join(folder, 'password'),
    };
    log = await openLog(plain);
    admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await admin.connect();
    for (const topic of ['sound.a', 'sound.b']) await topicWith(topic, 3, {});
    await fill('sound.a', 3, partitionOfKey);
    await fill('sound.b', 3, partitionOfKey);
  });
  afterAll(async () => {
    await admin?.disconnect();
    await log?.close();
    await kafka?.stop();
    surgery?.close();
  });

  async function topicWith(topic: string, partitions: number, settings: Record<string, string>): Promise<void> {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }));
    await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }], waitForLeaders: true });
  }

  function fill(topic: string, partitions: number, place: (key: Uint8Array, partitions: number) => number) {
    const records = Array.from({ length: 60 }, (_, n) => {
      const key = Buffer.from(`order-${n}`);
      return { key, partition: place(key, partitions), value: Buffer.from(JSON.stringify({ total: n })) };
    });
    return log.append(topic, records);
  }

  test('nothing stands in the way of a sound experiment, and what was looked at is told', async () => {
    const examined = await doctor(experiment('sound.a', 'sound.b'), plain);
    expect(problems(examined)).toEqual([]);
    expect(examined.code).toBe(0);
    const said = examined.findings.map(({ says }) => says).join('\n');
    expect(said).toMatch(/1 of 1 brokers, which speak the protocol of Kafka \d/);
    expect(said).toContain('60 sampled ids are on both sides of default, each in the same partition of both.');
    expect(said).toContain('parallax.sound-a.checkpoints can be made');
    expect(said).toContain('written with compression none');
  });

  test('a broker that is not there', async () => {
    const examined = await doctor(experiment('sound.a', 'sound.b'), 'kafka://127.0.0.1:1');
    expect(examined.code).toBe(2);
    expect(codes(examined)).toContain('log-unreachable');
    // The other things are looked at all the same.
    expect(examined.findings.map(({ area }) => area)).toEqual(expect.arrayContaining(['store', 'machine']));
  });

  test('a wrong password, which is not shown', async () => {
    const wrong = { ...login, PARALLAX_LOG_PASSWORD_FILE: '', PARALLAX_LOG_PASSWORD: 'mistyped-secret' };
    const examined = await doctor(experiment('sound.a', 'sound.b'), secure, wrong);
    expect(examined.code).toBe(2);
    expect(problems(examined)).toEqual([
      expect.objectContaining({ code: 'log-login', cure: expect.stringContaining('PARALLAX_LOG_PASSWORD') }),
    ]);
    expect(examined.said).not.toContain('mistyped-secret');
  });

  test('rights that are missing, each with the call that gives it', async () => {
    const none = await doctor(experiment('sound.a', 'sound.b'), secure, login);
    expect(none.code).toBe(2);
    const cures = problems(none).map(({ cure }) => cure);
    expect(cures).toEqual(
      expect.arrayContaining([
        expect.stringContaining("--allow-principal User:alice --operation Read --topic 'sound.a'"),
        expect.stringContaining("--operation Read --topic 'sound.b'"),
        expect.stringContaining("--operation Create --topic 'parallax.sound-a.checkpoints'"),
        expect.stringContaining("--group 'parallax.sound-a.live.comparator'"),
      ]),
    );
    expect(none.said).not.toContain(PASSWORD);
    const allow = (resourceType: number, resourceName: string, operation: number) => ({
      principal: 'User:alice',
      host: '*',
      permissionType: AclPermissionTypes.ALLOW,
      resourceType,
      resourceName,
      resourcePatternType: ResourcePatternTypes.PREFIXED,
      operation,
    });
    await admin.createAcls({
      acl: [
        allow(AclResourceTypes.TOPIC, 'sound.', AclOperationTypes.READ),
        allow(AclResourceTypes.TOPIC, 'parallax.', AclOperationTypes.ALL),
        allow(AclResourceTypes.GROUP, 'parallax.', AclOperationTypes.ALL),
      ],
    });
    await expect
      .poll(async () => problems(await doctor(experiment('sound.a', 'sound.b'), secure, login)), { timeout: 60_000 })
      .toEqual([]);
  });

  describe('of topics', () => {
    test('one that is absent', async () => {
      const examined = await doctor(experiment('sound.a', 'sounds.b'), plain);
      expect(examined.code).toBe(2);
      expect(problems(examined)).toEqual([
        expect.objectContaining({
          code: 'unknown-topic',
          says: expect.stringContaining('"sounds.b"'),
          cure: expect.stringContaining('Did you mean sound.b?'),
        }),
      ]);
    });

    test('partition counts that differ', async () => {
      await topicWith('counts.b', 2, {});
      await fill('counts.b', 2, partitionOfKey);
      const examined = await doctor(experiment('sound.a', 'counts.b'), plain);
      expect(examined.code).toBe(2);
      expect(codes(examined)).toEqual(expect.arrayContaining(['partition-counts', 'split-ids']));
      expect(problems(examined)[0]?.cure).toContain('shuffle: true');
    });

    test('a partitioner that is another one', async () => {
      await topicWith('crc.b', 3, {});
      await fill('crc.b', 3, (key, partitions) => crc32(key) % partitions);
      const examined = await doctor(experiment('sound.a', 'crc.b'), plain);
      expect(examined.code).toBe(2);
      expect(problems(examined)).toEqual([
        expect.objectContaining({
          code: 'split-ids',
          says: expect.stringContaining('Partitioners: sound.a: murmur2; crc.b: crc32.'),
        }),
      ]);
    });

    test('one that is compacted, one that keeps records for too short, and clocks that are ahead', async () => {
      await topicWith('kept.a', 1, { 'cleanup.policy': 'compact' });
      await topicWith('kept.b', 1, { 'retention.ms': '60000' });
      const timestamp = Date.now() + 120_000;
      await log.append('kept.a', [{ key: Buffer.from('o'), value: Buffer.from('{}'), timestamp }]);
      await log.append('kept.b', [{ key: Buffer.from('o'), value: Buffer.from('{}'), timestamp: Date.now() }]);
      const examined = await doctor(experiment('kept.a', 'kept.b'), plain);
      expect(codes(examined)).toEqual(expect.arrayContaining(['compacted', 'retention', 'clock-ahead']));
      expect(problems(examined).map(({ code }) => code)).toEqual(['retention']);
    });

    test('a transaction that is open', async () => {
      for (const topic of ['open.a', 'open.b']) await topicWith(topic, 1, {});
      const client = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING });
      const producer = client.producer({ transactionalId: 'doctor', maxInFlightRequests: 1, idempotent: true });
      await producer.connect();
      try {
        const transaction = await producer.transaction();
        await transaction.send({ topic: 'open.a', messages: [{ key: 'o', value: '{}' }] });
        const examined = await doctor(experiment('open.a', 'open.b'), plain);
        expect(examined.findings).toContainEqual(
          expect.objectContaining({
            code: 'open-transaction',
            level: 'warning',
            says: expect.stringContaining('open.a'),
          }),
        );
        await transaction.abort();
      } finally {
        await producer.disconnect();
      }
    });

    test('ids that are not where the experiment says', async () => {
      const wrong = experiment('sound.a', 'sound.b').replace('correlation: key', 'correlation: path:/orderId');
      const examined = await doctor(wrong, plain);
      expect(problems(examined).map(({ code }) => code)).toEqual(['no-id', 'no-id']);
      expect(problems(examined)[0]?.cure).toContain('parallax init --legacy sound.a');
    });
  });

  test("the candidate's group: absent, and how far behind", async () => {
    const more = 'input: { topic: orders.in }\n';
    await topicWith('orders.in', 2, {});
    await fill('orders.in', 2, partitionOfKey);
    const named = experiment('sound.a', 'sound.b', more).replace('topic: sound.b', 'topic: sound.b, group: pricing');
    expect(codes(await doctor(named, plain))).toContain('no-group');
    await admin.setOffsets({ groupId: 'pricing', topic: 'orders.in', partitions: [{ partition: 0, offset: '3' }] });
    const examined = await doctor(named, plain);
    expect(examined.findings.map(({ says }) => says).join('\n')).toMatch(
      /"pricing" \(the candidate\) is \d+ records behind/,
    );
  });
});
