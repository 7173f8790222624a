// A store behind TLS: its certificate is checked, and one of our own authority is taken when its authority is given.
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeOn } from '../testing/servers/describe-on.ts';
import { type KeyStore, makeKeyStore } from '../testing/servers/kafka/key-store.ts';
import { openStore } from './index.ts';

describeOn('clickhouse', 'a store behind TLS', ({ clickhouse: { url, user, password } }) => {
  let secure: Server;
  let keys: KeyStore;
  beforeAll(async () => {
    keys = await makeKeyStore(mkdtempSync(join(tmpdir(), 'parallax-tls-')));
    secure = createServer({ pfx: readFileSync(keys.file), passphrase: keys.password }, (incoming, response) => {
      const { method, headers } = incoming;
      const onwards = request(new URL(incoming.url ?? '/', url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onwards);
    });
    await once(secure.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => void secure?.close());

  const open = async (scheme: string, storeCa?: string) => {
    const { port } = secure.address() as AddressInfo;
    const access = { storePassword: password, ...(storeCa === undefined ? {} : { storeCa }) };
    const store = await openStore(`${scheme}://${user}@127.0.0.1:${port}/default`, access);
    onTestFinished(() => store.close());
    return store;
  };

  test('is used when the authority of its certificate is given', async () => {
    expect(await (await open('https', keys.ca)).query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('is refused when nobody we trust has signed its certificate', async () => {
    await expect((await open('https')).query('SELECT 1')).rejects.toMatchObject({
      code: 'store-tls',
      retryable: false,
      cure: expect.stringContaining('PARALLAX_STORE_CA'),
    });
  });

  test('says that it is TLS to whom takes it for plain HTTP, and plain HTTP to whom takes it for TLS', async () => {
    await expect((await open('http')).query('SELECT 1')).rejects.toMatchObject({ retryable: true });
    const plain = await openStore(`${url.replace('http:', 'https:').replace('//', `//${user}@`)}/default`);
    onTestFinished(() => plain.close());
    await expect(plain.query('SELECT 1')).rejects.toMatchObject({ code: 'store-tls', retryable: false });
  });
});
