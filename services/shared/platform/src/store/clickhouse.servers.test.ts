// Over a server's HTTP, with a user and a password, the store passes its suite.
import { createClient } from '@clickhouse/client';
import { expect, onTestFinished, test } from 'vitest';
import { describeOn } from '../testing/servers/describe-on.ts';
import { describeStore } from '../testing/store-conformance.ts';
import { sqlSubject } from '../testing/store-subject.ts';
import { openStore } from './index.ts';

describeOn('clickhouse', 'over HTTP', ({ clickhouse: { url, user, password } }) => {
  const address = (name: string, database: string) => `${url.replace('//', `//${name}@`)}/${database}`;

  async function create(database: string): Promise<string> {
    const client = createClient({ url, username: user, password });
    await client.command({ query: `CREATE DATABASE ${database}` });
    await client.close();
    return address(user, database);
  }

  describeStore('over HTTP', { sql: true }, async () =>
    sqlSubject(await openStore(await create('conformance'), { storePassword: password })),
  );

  test.each([
    ['a wrong password', user, 'guess'],
    ['an unknown user', 'nobody', password],
    ['no password', user, ''],
  ])('%s is a fault that names the cure and the address, and no secret', async (_, name, given) => {
    const store = await openStore(address(name, 'default'), { storePassword: given });
    onTestFinished(() => store.close());
    await expect(store.query('SELECT 1')).rejects.toMatchObject({ code: 'store-login', retryable: false });
    await expect(store.query('SELECT 1')).rejects.not.toThrow(password);
  });

  test('a database that is not there is a fault that names it', async () => {
    const store = await openStore(address(user, 'nowhere'), { storePassword: password });
    onTestFinished(() => store.close());
    await expect(store.query('SELECT 1 FROM pairs')).rejects.toMatchObject({ code: 'store-no-database' });
  });
});
