// A real schema registry behind TLS, and behind a network that breaks: what is not its answer is never taken for one.
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeOn } from '../testing/servers/describe-on.ts';
import { type FaultKind, type FaultProxy, faultProxy, httpAnswer } from '../testing/servers/fault-proxy.ts';
import { makeKeyStore } from '../testing/servers/kafka/key-store.ts';
import { type RunningRegistry, startRegistry } from '../testing/servers/registry/registry.ts';
import { Registry } from './registry.ts';
import { NO_ACCESS } from './registry-options.ts';

describeOn('registry', 'a schema registry that is not reached as it should be', () => {
  let registry: RunningRegistry;
  let id: number;
  let proxy: FaultProxy;

  beforeAll(async () => {
    registry = await startRegistry();
    const answer = await fetch(`${registry.url}/subjects/text/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schemaType: 'AVRO', schema: '"string"' }),
    });
    id = ((await answer.json()) as { readonly id: number }).id;
    proxy = await faultProxy(new URL(registry.url).host);
  }, 180_000);
  afterAll(async () => {
    await proxy?.stop();
    await registry?.stop();
  });

  /** Everything behind the host stays as it is. */
  const through = (base: string) => base + new URL(registry.url).pathname.replace(/\/$/, '');

  test('its certificate is checked, and one of our own authority is taken when its authority is given', async () => {
    const keys = await makeKeyStore(mkdtempSync(join(tmpdir(), 'parallax-registry-tls-')));
    const secure = createServer({ pfx: readFileSync(keys.file), passphrase: keys.password }, (incoming, response) => {
      const { method, headers } = incoming;
      const onwards = request(new URL(incoming.url ?? '/', registry.url), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onwards);
    });
    await once(secure.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void secure.close());
    const url = through(`https://127.0.0.1:${(secure.address() as AddressInfo).port}`);
    const trusting = new Registry(url, { ...NO_ACCESS, registryCa: keys.ca });
    await trusting.check();
    expect(await trusting.schema({ kind: 'id', id })).toMatchObject({ kind: 'avro' });
    const refused = {
      code: 'registry-tls',
      retryable: false,
      cure: expect.stringContaining('PARALLAX_REGISTRY_CA_FILE'),
    };
    await expect(new Registry(url, NO_ACCESS).check()).rejects.toMatchObject(refused);
    const plain = new Registry(through(`https://${new URL(registry.url).host}`), NO_ACCESS);
    await expect(plain.check()).rejects.toMatchObject(refused);
  });

  const faults: readonly (readonly [string, FaultKind])[] = [
    ['nobody listens', { kind: 'refuse' }],
    ['the connection is cut at once', { kind: 'reset' }],
    ['the connection is cut before the answer', { kind: 'answer-lost' }],
    ['the connection is cut within the answer', { kind: 'limit', bytes: 60, direction: 'down' }],
    ['nothing is answered', { kind: 'hang' }],
    ['a gateway says 502', { kind: 'answer', text: httpAnswer(502, '<html>Bad gateway</html>') }],
    ['a gateway says 404', { kind: 'answer', text: httpAnswer(404, '<html>No such page</html>') }],
    ['a captive portal says 200', { kind: 'answer', text: httpAnswer(200, '<html>Welcome</html>') }],
  ];
  test.each(faults)('%s: it is asked again later, and then answers', async (_, fault) => {
    const asked = new Registry(through(`http://${proxy.address}`), NO_ACCESS, 500);
    await proxy.inject(fault);
    await expect(asked.schema({ kind: 'id', id })).rejects.toMatchObject({
      code: 'registry-unreachable',
      retryable: true,
    });
    await proxy.clear();
    // An answer may take longer than the half second that is waited for above.
    const patient = new Registry(asked.address, NO_ACCESS);
    expect(await patient.schema({ kind: 'id', id })).toMatchObject({ kind: 'avro' });
    expect(await patient.schema({ kind: 'id', id: 999_999 })).toBeUndefined();
  });
});
