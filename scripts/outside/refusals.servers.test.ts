// What cannot work is told by the real processes: what is wrong, where, and what to do.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openLog } from '@parallax/platform';
import { describeOn, type RunningKafka, runProcess, startKafka } from '@parallax/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAINS = {
  comparator: fileURLToPath(new URL('../../services/comparator/src/main.ts', import.meta.url)),
  archiver: fileURLToPath(new URL('../../services/archiver/src/main.ts', import.meta.url)),
  replayer: fileURLToPath(new URL('../../services/replayer/src/main.ts', import.meta.url)),
} as const;
const TROUBLE = 2;
const PASSWORD = 'a secret of alice';

interface Case {
  readonly what: string;
  readonly service: keyof typeof MAINS;
  readonly env?: (kafka: RunningKafka) => NodeJS.ProcessEnv;
  readonly topics?: readonly [string, string];
  readonly says: readonly RegExp[];
}

const secure = (kafka: RunningKafka, user: string, password: string): NodeJS.ProcessEnv => ({
  PARALLAX_LOG: `kafka://${kafka.secure?.brokers.join(',')}`,
  PARALLAX_LOG_TLS: 'on',
  PARALLAX_LOG_CA: kafka.secure?.ca,
  PARALLAX_LOG_SASL: 'scram-sha-256',
  PARALLAX_LOG_USER: user,
  PARALLAX_LOG_PASSWORD: password,
});

const services = ['comparator', 'archiver'] as const;
const CASES: readonly Case[] = [
  ...services.flatMap((service): Case[] => [
    {
      what: 'a broker that is not there',
      service,
      env: () => ({ PARALLAX_LOG: 'kafka://127.0.0.1:1' }),
      says: [/127\.0\.0\.1:1/, /\n {2}\S/],
    },
    {
      what: 'a wrong password',
      service,
      env: (kafka) => secure(kafka, 'alice', 'a guess'),
      says: [/alice/, /PARALLAX_LOG_PASSWORD/],
    },
    {
      what: 'no permission',
      service,
      env: (kafka) => secure(kafka, 'bob', 'a secret of bob'),
      says: [/bob|may not|permission|allowed/i, /\n {2}\S/],
    },
    { what: 'a topic that is not there', service, topics: ['even.a', 'nowhere'], says: [/nowhere/, /\n {2}\S/] },
  ]),
  {
    what: 'partition counts that differ',
    service: 'comparator',
    topics: ['even.a', 'uneven.b'],
    says: [/uneven\.b/, /partition/, /\n {2}\S/],
  },
  {
    what: 'a wrong password of the store',
    service: 'comparator',
    env: () => ({ PARALLAX_STORE_PASSWORD: 'a guess' }),
    says: [/PARALLAX_STORE_PASSWORD/],
  },
  {
    what: 'a replay without an archived input',
    service: 'replayer',
    says: [/even\.in/, /\n {2}\S/],
  },
];

describeOn(['kafka', 's3', 'clickhouse'], 'told by the processes', ({ s3, clickhouse }) => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-refusals-'));
  const at = (database: string) => `http://${clickhouse.user}@${new URL(clickhouse.url).host}/${database}`;
  let kafka: RunningKafka;
  beforeAll(async () => {
    kafka = await startKafka({ security: { users: { alice: PASSWORD, bob: 'a secret of bob' }, acl: true } });
    const log = await openLog(`kafka://${kafka.brokers.join(',')}`);
    for (const topic of ['even.in', 'even.a', 'even.b']) await log.ensureTopic({ topic, partitions: 2 });
    await log.ensureTopic({ topic: 'uneven.b', partitions: 3 });
    await log.close();
  });
  afterAll(async () => {
    await kafka?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const life = (service: Case['service'], [a, b]: readonly [string, string], env: NodeJS.ProcessEnv) => {
    const file = join(folder, `${randomUUID()}.yaml`);
    const sides = `input: { topic: even.in }\nlegacy: { topic: ${a} }\ncandidate: { topic: ${b} }\n`;
    writeFileSync(file, `experiment: refusals\ncorrelation: header:id\n${sides}`);
    return runProcess(MAINS[service], service === 'replayer' ? [file, '--run', 'r'] : [file, '--until-caught-up'], {
      ...process.env,
      ...s3.env,
      PARALLAX_LOG: `kafka://${kafka.brokers.join(',')}`,
      PARALLAX_STORE: at('parallax'),
      PARALLAX_STORE_PASSWORD: clickhouse.password,
      PARALLAX_ARCHIVE: `s3://${s3.bucket}/refusals`,
      PARALLAX_LOG_LEVEL: 'error',
      ...env,
    });
  };

  describe('what is wrong, where, and what to do, in a few lines and without a secret', () => {
    test.concurrent.each(CASES)('$service: $what', async ({ service, topics = ['even.a', 'even.b'], env, says }) => {
      const { code, signal, err } = await life(service, topics, env?.(kafka) ?? {});
      expect([code, signal], err).toEqual([TROUBLE, null]);
      for (const what of says) expect(err).toMatch(what);
      expect(err).not.toMatch(/a guess|a secret of|\n\s+at /);
      expect(err.trim().split('\n').length).toBeLessThan(8);
    });
  });
});
