// The doctor on stores and archives: too old, too new, refused, and sound.
import { describeOn } from '@parallax/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experiment, openSurgery, problems, type Surgery } from '../doctoring/testing/doctor.ts';

describeOn(['kafka', 'clickhouse'], 'the doctor on a store', ({ kafka, clickhouse: { url, user, password } }) => {
  const log = `kafka://${kafka.brokers.join(',')}`;
  const address = (database: string) => `${url.replace('//', `//${user}@`)}/${database}`;
  let surgery: Surgery;
  beforeAll(() => {
    surgery = openSurgery();
  });
  afterAll(() => surgery.close());

  /** A statement to the server itself, as another build of Parallax would have sent it. */
  async function statement(sql: string): Promise<void> {
    const headers = { 'X-ClickHouse-User': user, 'X-ClickHouse-Key': password };
    const answer = await fetch(url, { method: 'POST', headers, body: sql });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async function schemaOf(database: string, version: number): Promise<void> {
    await statement(`CREATE DATABASE ${database}`);
    const columns = '(version UInt32, applied_at DateTime64(3) DEFAULT now64(3))';
    await statement(`CREATE TABLE ${database}.schema_versions ${columns} ENGINE = MergeTree ORDER BY version`);
    await statement(`INSERT INTO ${database}.schema_versions (version) VALUES (${version})`);
  }

  const storeFindings = async (database: string, secret = password) => {
    const store = ['--store', address(database)];
    const examined = await surgery.doctor(
      experiment('no.a', 'no.b'),
      log,
      { PARALLAX_STORE_PASSWORD: secret },
      ...store,
    );
    return { ...examined, findings: examined.findings.filter(({ area }) => area === 'store') };
  };

  test('finds an older schema, and a newer one, and that a server without tables will do', async () => {
    await schemaOf('doctor_older', 1);
    await schemaOf('doctor_newer', 999);
    await statement('CREATE DATABASE doctor_none');
    const older = await storeFindings('doctor_older');
    expect(older.findings).toContainEqual(expect.objectContaining({ code: 'store-older-schema', level: 'warning' }));
    const newer = await storeFindings('doctor_newer');
    expect(problems(newer)).toEqual([expect.objectContaining({ code: 'store-newer-schema' })]);
    const none = await storeFindings('doctor_none');
    expect(problems(none)).toEqual([]);
    expect(none.findings.map(({ says }) => says).join('\n')).toContain('a start makes them');
  });

  test('finds a wrong password, which is not shown, and a database that is not there', async () => {
    const wrong = await storeFindings('default', 'mistyped-secret');
    expect(problems(wrong)).toHaveLength(1);
    expect(problems(wrong)[0]?.cure).toContain('PARALLAX_STORE_PASSWORD');
    expect(wrong.said).not.toContain('mistyped-secret');
    const absent = await storeFindings('doctor_absent');
    expect(problems(absent)[0]?.says).toContain('doctor_absent');
  });
});

describeOn(['kafka', 's3'], 'the doctor on an archive', ({ kafka, s3 }) => {
  const log = `kafka://${kafka.brokers.join(',')}`;
  let surgery: Surgery;
  beforeAll(() => {
    surgery = openSurgery();
  });
  afterAll(() => surgery.close());

  const archiveFindings = async (env: NodeJS.ProcessEnv) => {
    const archive = ['--archive', `s3://${s3.bucket}/doctor-${crypto.randomUUID()}`];
    const examined = await surgery.doctor(experiment('no.a', 'no.b'), log, { ...s3.env, ...env }, ...archive);
    return { ...examined, findings: examined.findings.filter(({ area }) => area === 'archive') };
  };

  test('finds that it never replaces an object, and finds wrong credentials, which are not shown', async () => {
    const sound = await archiveFindings({});
    expect(sound.findings).toEqual([
      expect.objectContaining({ level: 'ok', says: expect.stringContaining('never replaces') }),
    ]);
    const wrong = await archiveFindings({ AWS_SECRET_ACCESS_KEY: 'mistyped-secret' });
    expect(problems(wrong)[0]?.cure).toContain('AWS_ACCESS_KEY_ID');
    expect(wrong.said).not.toContain('mistyped-secret');
  });
});
