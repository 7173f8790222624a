// Where a token comes from, how often it is asked for, and what is said where there is none.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tokenFrom } from './token.ts';

interface Asked {
  readonly authorization: string | undefined;
  readonly body: string;
}

/** An endpoint on this machine that answers so, and what it was asked. */
async function endpoint(answer: (count: number) => { status?: number; body: object }) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ authorization: request.headers.authorization, body });
    const { status = 200, body: content } = answer(asked.length);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/token?secret=in-query`, asked };
}

test('an endpoint is asked with the client credentials grant, once for all who want one, and again before it runs out', async () => {
  const { url, asked } = await endpoint((count) => ({ body: { access_token: `token ${count}`, expires_in: 100 } }));
  let now = 0;
  const source = { logTokenUrl: url, logUser: 'cli:ent', logPassword: 's&cret', logTokenScope: 'kafka' };
  const token = tokenFrom(source, () => now);
  expect(await Promise.all([token(), token()])).toEqual([{ value: 'token 1' }, { value: 'token 1' }]);
  now = 74_999;
  expect(await token()).toEqual({ value: 'token 1' });
  now = 75_000;
  expect(await token()).toEqual({ value: 'token 2' });
  const [first] = asked;
  expect(Buffer.from(String(first?.authorization).slice(6), 'base64').toString()).toBe('cli%3Aent:s%26cret');
  expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'kafka',
  });
});

test('a refusal is told with its reason, and with neither secret nor query', async () => {
  const { url } = await endpoint(() => ({ status: 401, body: { error: 'invalid_client' } }));
  const refusal = tokenFrom({ logTokenUrl: url, logUser: 'u', logPassword: 'hunter2' })();
  await expect(refusal).rejects.toMatchObject({ code: 'log-token', retryable: true });
  await expect(refusal).rejects.toThrow(/127\.0\.0\.1.*\/token .* answered 401 \(invalid_client\)/);
  await expect(refusal).rejects.not.toThrow(/hunter2|in-query/);
});

test('an answer without a token, and none at all, are faults that may pass', async () => {
  const { url } = await endpoint((count) => ({ body: count === 1 ? {} : { access_token: 'at last' } }));
  const token = tokenFrom({ logTokenUrl: url, logUser: 'u', logPassword: 'p' });
  await expect(token()).rejects.toMatchObject({ code: 'log-token', retryable: true });
  expect(await token()).toEqual({ value: 'at last' });
  const nowhere = tokenFrom({ logTokenUrl: 'http://127.0.0.1:1/', logUser: 'u', logPassword: 'p' });
  await expect(nowhere()).rejects.toMatchObject({ code: 'log-token', retryable: true });
});

test('a file is read each time, so whoever renews it is heard', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parallax-token-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const logTokenFile = join(folder, 'token');
  const token = tokenFrom({ logTokenFile });
  await expect(token()).rejects.toMatchObject({ code: 'log-token', message: expect.stringContaining(logTokenFile) });
  writeFileSync(logTokenFile, 'one\n');
  expect(await token()).toEqual({ value: 'one' });
  writeFileSync(logTokenFile, 'two\n');
  expect(await token()).toEqual({ value: 'two' });
});
