// Each fault is what its name says, seen from the client and from the server behind the proxy.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FaultProxy, faultProxy, httpAnswer } from './fault-proxy.ts';

let proxy: FaultProxy;
let arrived: string[];
let stop: () => Promise<void>;

beforeEach(async () => {
  arrived = [];
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk) => {
      body += chunk;
    });
    incoming.on('end', () => {
      arrived.push(body);
      outgoing.end(`got ${body.length}`);
    });
    incoming.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await faultProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  stop = async () => {
    await proxy.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
});
afterEach(() => stop());

/** What came back: the answer's text, or the code of the failure. */
function post(body: string, path = '/'): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port: proxy.port, path, method: 'POST', agent: false });
    outgoing.on('response', (incoming: IncomingMessage) => {
      let text = '';
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('end', () => resolve(incoming.statusCode === 200 ? text : `${incoming.statusCode} ${text}`));
      incoming.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(String(error.code)));
    outgoing.end(body);
  });
}

test('without a fault everything goes through, big bodies whole', async () => {
  expect(await post('x'.repeat(3_000_000))).toBe('got 3000000');
  expect(proxy.struck()).toBe(0);
});

test('an answer that is lost was a request all the same', async () => {
  await proxy.inject({ kind: 'answer-lost' }, { times: 1 });
  expect(await post('once')).toBe('ECONNRESET');
  expect(await post('again')).toBe('got 5');
  expect(arrived).toEqual(['once', 'again']);
});

test('a reset connection has passed nothing on', async () => {
  await proxy.inject({ kind: 'reset' });
  expect([await post('a'), await post('b')]).toEqual(['ECONNRESET', 'ECONNRESET']);
  await proxy.clear();
  expect(await post('c')).toBe('got 1');
  expect(arrived).toEqual(['c']);
  expect(proxy.struck()).toBe(2);
});

test('who is refused finds nobody, and finds the server again at the same address', async () => {
  await proxy.inject({ kind: 'refuse' });
  expect(await post('a')).toBe('ECONNREFUSED');
  await proxy.clear();
  expect(await post('b')).toBe('got 1');
});

test('what hangs is never answered, not even when the fault is over', async () => {
  await proxy.inject({ kind: 'hang' }, { times: 1 });
  let answered = false;
  const hanging = post('lost').then((text) => {
    answered = true;
    return text;
  });
  await proxy.whenStruck(1);
  expect(await post('next')).toBe('got 4');
  expect(answered).toBe(false);
  await proxy.stop();
  expect(await hanging).toBe('ECONNRESET');
  expect(arrived).toEqual(['next']);
});

test('a limit lets through what is within it, up and down', async () => {
  await proxy.inject({ kind: 'limit', bytes: 50_000, direction: 'up' }, { times: 1 });
  expect(await post('x'.repeat(1_000_000))).toMatch(/ECONNRESET|EPIPE/);
  await proxy.inject({ kind: 'limit', bytes: 20, direction: 'down' }, { times: 1 });
  expect(await post('whole')).toMatch(/ECONNRESET|HPE_/);
  expect(arrived).toEqual(['whole']);
});

test('late is not lost, and keeps its order', async () => {
  await proxy.inject({ kind: 'latency', ms: 5 });
  expect(await post('x'.repeat(300_000))).toBe('got 300000');
});

test('an answer of its own is given to the requests that are meant, and to no other', async () => {
  const meant = (chunk: Buffer) => chunk.toString('latin1').startsWith('POST /upload');
  await proxy.inject({ kind: 'answer', text: httpAnswer(503, 'slow down') }, { when: meant, times: 2 });
  expect(await post('a', '/other')).toBe('got 1');
  expect([await post('b', '/upload'), await post('c', '/upload'), await post('d', '/upload')]).toEqual([
    '503 slow down',
    '503 slow down',
    'got 1',
  ]);
  expect(arrived).toEqual(['a', 'd']);
});
