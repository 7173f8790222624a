// TLS, logins and rights on a real cluster: who is let in, and what those who are not are told.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EventLog } from '@parallax/core';
import kafkajs from 'kafkajs';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { describeOn, type RunningKafka, startKafka } from '../../testing/index.ts';
import { openKafkaLog } from './log.ts';
import type { KafkaSecurity } from './security.ts';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const PASSWORD = 'not-to-be-shown';
const record = { key: Buffer.from('k'), value: Buffer.from('v') };

describeOn('kafka', 'a cluster behind TLS, logins and rights', () => {
  let kafka: RunningKafka;
  let admin: EventLog;
  let acls: ReturnType<InstanceType<typeof kafkajs.Kafka>['admin']>;
  let address: string;
  let tls: KafkaSecurity;
  beforeAll(async () => {
    kafka = await startKafka({ security: { users: { alice: PASSWORD, bob: PASSWORD, oauth: PASSWORD }, acl: true } });
    admin = await openKafkaLog(`kafka://${kafka.brokers.join(',')}`);
    acls = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
    await acls.connect();
    address = `kafka://${kafka.secure?.brokers.join(',')}`;
    tls = { logTls: 'on', logCa: kafka.secure?.ca ?? '' };
    await admin.ensureTopic({ topic: 'shared', partitions: 1 });
    for (const user of ['alice', 'oauth']) {
      await allow(user, AclResourceTypes.TOPIC, 'shared', AclOperationTypes.ALL);
      await allow(user, AclResourceTypes.GROUP, '*', AclOperationTypes.ALL);
    }
  });
  afterAll(async () => {
    await acls?.disconnect();
    await admin?.close();
    await kafka?.stop();
  });

  async function allow(user: string, resourceType: number, resourceName: string, operation: number): Promise<void> {
    const who = { principal: `User:${user}`, host: '*', permissionType: AclPermissionTypes.ALLOW };
    const what = { resourceType, resourceName, resourcePatternType: ResourcePatternTypes.LITERAL, operation };
    await acls.createAcls({ acl: [{ ...who, ...what }] });
  }

  async function opened(security: KafkaSecurity, at: string = address): Promise<EventLog> {
    const log = await openKafkaLog(at, security);
    onTestFinished(() => log.close());
    return log;
  }

  const login = (logUser: string, logSasl: KafkaSecurity['logSasl'] = 'scram-sha-256'): KafkaSecurity => {
    return { ...tls, logSasl: logSasl ?? 'off', logUser, logPassword: PASSWORD };
  };

  it.each(['scram-sha-256', 'scram-sha-512', 'plain'] as const)('%s lets a user write and read', async (mechanism) => {
    const log = await opened(login('alice', mechanism));
    const [position] = await log.append('shared', [record]);
    expect(await log.read('shared', 0, position?.offset ?? -1, 1)).toHaveLength(1);
    expect((await log.extents(['shared']))[0]?.end).toBe((position?.offset ?? -2) + 1);
    expect(await log.committed('group', ['shared'])).toEqual([]);
  });

  it('a token of an endpoint lets a client write', async () => {
    const asked: string[] = [];
    const endpoint = createServer((request, response) => {
      asked.push(`${request.headers.authorization}`);
      const now = Math.floor(Date.now() / 1_000);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ access_token: unsigned({ sub: 'oauth', iat: now, exp: now + 3_600 }) }));
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void endpoint.close());
    const { port } = endpoint.address() as AddressInfo;
    const security = { ...login('the client', 'oauthbearer'), logTokenUrl: `http://127.0.0.1:${port}/token` };
    const log = await opened(security);
    await log.append('shared', [record]);
    const basic = Buffer.from(`${encodeURIComponent('the client')}:${PASSWORD}`).toString('base64');
    expect(new Set(asked)).toEqual(new Set([`Basic ${basic}`]));
  });

  it('a wrong password, an unknown user and a token that is not there are told without a secret', async () => {
    const wrong = openKafkaLog(address, { ...login('alice'), logPassword: 'hunter2' });
    await expect(wrong).rejects.toMatchObject({ code: 'log-login', retryable: false });
    await expect(wrong).rejects.toThrow(/"alice"/);
    await expect(wrong).rejects.not.toThrow(/hunter2/);
    await expect(openKafkaLog(address, login('nobody'))).rejects.toMatchObject({ code: 'log-login' });
    const token = { ...tls, logSasl: 'oauthbearer', logTokenFile: '/nowhere/token' } as const;
    await expect(openKafkaLog(address, token)).rejects.toMatchObject({
      code: 'log-token',
      message: expect.stringContaining('/nowhere/token'),
    });
  });

  it('a certificate that nobody vouches for is told with what to give', async () => {
    const { logCa: _, ...trusting } = login('alice');
    await expect(openKafkaLog(address, trusting)).rejects.toMatchObject({
      code: 'log-certificate',
      retryable: false,
      cure: expect.stringContaining('PARALLAX_LOG_CA_FILE'),
    });
  });

  it('a plain client on the TLS port, a TLS client on the plain port, and one without login are told what may be wrong', async () => {
    await expect(openKafkaLog(address)).rejects.toMatchObject({ cure: expect.stringContaining('PARALLAX_LOG_TLS=on') });
    const plain = `kafka://${kafka.brokers.join(',')}`;
    await expect(openKafkaLog(plain, tls)).rejects.toMatchObject({
      cure: expect.stringContaining('PARALLAX_LOG_TLS=off'),
    });
    await expect(openKafkaLog(address, tls)).rejects.toMatchObject({
      cure: expect.stringContaining('PARALLAX_LOG_SASL'),
    });
  });

  it('a right that is missing is named with the call that gives it', async () => {
    const log = await opened(login('bob'));
    const refusal = (operation: string) => ({
      code: 'log-forbidden',
      retryable: false,
      message: expect.stringMatching(new RegExp(`"bob" may not ${operation} on topic "shared"`)),
      cure: expect.stringContaining(`--allow-principal User:bob --operation ${operation} --topic 'shared'`),
    });
    await expect(log.append('shared', [record])).rejects.toMatchObject(refusal('Write'));
    await expect(log.read('shared', 0, 0, 1)).rejects.toMatchObject(refusal('Read'));
    await expect(log.extents(['shared'])).rejects.toMatchObject(refusal('Describe'));
    await expect(log.committed('theirs', ['shared'])).rejects.toMatchObject({
      code: 'log-forbidden',
      message: expect.stringContaining('group "theirs"'),
    });
    await expect(log.ensureTopic({ topic: 'new', partitions: 1 })).rejects.toMatchObject({ code: 'log-forbidden' });
    await expect(log.deleteTopic('shared')).rejects.toMatchObject({ code: 'log-forbidden' });
    expect(await log.topics()).toEqual([]);
  });

  it('who may read but not write is told so by the write, and may read', async () => {
    await allow('bob', AclResourceTypes.TOPIC, 'shared', AclOperationTypes.READ);
    const log = await opened(login('bob'));
    await expect.poll(() => log.read('shared', 0, 0, 1)).toHaveLength(1);
    await expect(log.append('shared', [record])).rejects.toMatchObject({ code: 'log-forbidden', retryable: false });
    // Without DescribeConfigs a topic is listed as what promises least.
    expect(await log.topics()).toEqual([{ topic: 'shared', partitions: 1, compacted: false, timestamps: 'create' }]);
  });
});

/** A token as the broker takes it when it has no validator of its own. */
function unsigned(claims: object): string {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
