// What cannot work is told by the real processes: what is wrong, where, and what to do.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createClient } from '@clickhouse/client';
import { openLog, openStore, probeStore } from '@parallax/platform';
import { describeOn, type RunningKafka, runProcess, startKafka } from '@parallax/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAINS = {
  comparator: fileURLToPath(new URL('../../services/comparator/src/main.ts', import.meta.url)),
  archiver: fileURLToPath(new URL('../../services/archiver/src/main.ts', import.meta.url)),
  replayer: fileURLToPath(new URL('../../services/replayer/src/main.ts', import.meta.url)),
  shuffler: fileURLToPath(new URL('../../services/shuffler/src/main.ts', import.meta.url)),
} as const;
const TROUBLE = 2;
const PASSWORD = 'a secret of alice';

interface Case {
  readonly what: string;
  readonly service: keyof typeof MAINS;
  readonly env?: (kafka: RunningKafka) => NodeJS.ProcessEnv;
  readonly topics?: readonly [string, string];
  /** Of the store. */
  readonly database?: string;
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
  ...(['shuffler', 'replayer'] as const).map(
    (service): Case => ({
      what: 'a broker that is not there',
      service,
      env: () => ({ PARALLAX_LOG: 'kafka://127.0.0.1:1' }),
      says: [/127\.0\.0\.1:1/, /\n {2}\S/],
    }),
  ),
  {
    what: 'a store of a newer Parallax',
    service: 'comparator',
    database: 'refusals_newer',
    says: [/schema 9999/, /knows schemas up to \d+/, /\n {2}Use the newer Parallax/],
  },
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
    await makeDatabase('refusals_newer', 'INSERT INTO refusals_newer.schema_versions (version) VALUES (9999)');
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

  /** A database with this build's schema, then made as other builds leave theirs. */
  async function makeDatabase(name: string, ...statements: readonly string[]): Promise<void> {
    const { url, user, password } = clickhouse;
    const client = createClient({ url, username: user, password });
    try {
      await client.command({ query: `CREATE DATABASE ${name}` });
      const store = await openStore(at(name), { storePassword: password });
      await store.migrate();
      await store.close();
      for (const query of statements) await client.command({ query });
    } finally {
      await client.close();
    }
  }

  const life = (service: Case['service'], [a, b]: readonly [string, string], env: NodeJS.ProcessEnv) => {
    const file = join(folder, `${randomUUID()}.yaml`);
    const sides = `input: { topic: even.in }\nlegacy: { topic: ${a} }\ncandidate: { topic: ${b} }\n`;
    const of = service === 'shuffler' ? sides.replace(/(legacy: .*) }/, '$1, shuffle: true }') : sides;
    writeFileSync(file, `experiment: refusals\ncorrelation: header:id\n${of}`);
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

  test('a store of an older Parallax is no trouble: comparator brings it up', async () => {
    const name = 'refusals_older';
    const versions = `${name}.schema_versions`;
    const older = [`TRUNCATE TABLE ${versions}`, `INSERT INTO ${versions} (version) VALUES (1)`];
    await makeDatabase(name, `DROP VIEW ${name}.latency`, ...older);
    const probe = async () => (await probeStore(at(name), { storePassword: clickhouse.password })).schema.state;
    expect(await probe()).toBe('older');
    const { out, err } = await life('comparator', ['even.a', 'even.b'], { PARALLAX_STORE: at(name) });
    expect(JSON.parse(out), err).toMatchObject({ experiment: 'refusals' });
    expect(await probe()).toBe('current');
  });

  describe('what is wrong, where, and what to do, in a few lines and without a secret', () => {
    test.concurrent.each(CASES)(
      '$service: $what',
      async ({ service, topics = ['even.a', 'even.b'], env, database, says }) => {
        const store = database === undefined ? {} : { PARALLAX_STORE: at(database) };
        const { code, signal, err } = await life(service, topics, { ...store, ...env?.(kafka) });
        expect([code, signal], err).toEqual([TROUBLE, null]);
        for (const what of says) expect(err).toMatch(what);
        expect(err).not.toMatch(/a guess|a secret of|\n\s+at /);
        expect(err.trim().split('\n').length).toBeLessThan(8);
      },
    );
  });
});
