// A TCP proxy that breaks what goes through it, as networks and dying servers do.
//
// It looks at bytes, not at protocols. For HTTP/1.1 that is enough to pick a request: its head is the beginning of a
// chunk (`when`), and an answer is text (`answer`).
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { LOOPBACK } from './ports.ts';

export type FaultKind =
  /** What goes through is late by this, each way. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Accepted and read, never passed on and never answered. */
  | { readonly kind: 'hang' }
  /** Nobody listens; connections that are there are reset. */
  | { readonly kind: 'refuse' }
  /** The connection is reset before anything is passed on. */
  | { readonly kind: 'reset' }
  /** All of it reaches the server; the connection is reset when the server begins to answer. */
  | { readonly kind: 'answer-lost' }
  /** Reset after so many bytes to (`up`) or from (`down`) the server, counted from the injection for each connection. */
  | { readonly kind: 'limit'; readonly bytes: number; readonly direction: 'up' | 'down' }
  /** Not passed on; this is answered, and the connection is closed. For HTTP see {@link httpAnswer}. */
  | { readonly kind: 'answer'; readonly text: string };

export interface FaultOptions {
  /** Only what a client sends that this is true for; asked for every chunk. Default: everything. */
  readonly when?: (chunk: Buffer) => boolean;
  /** After striking so often the fault is over. Default: until {@link FaultProxy.clear}. */
  readonly times?: number;
}

export interface FaultProxy {
  /** host:port of the proxy. */
  readonly address: string;
  readonly port: number;
  /** Replaces the fault there was; it holds for open connections and new ones. */
  inject(fault: FaultKind, options?: FaultOptions): Promise<void>;
  /** Everything goes through again. What hung stays hung, as behind a real fault, until its client gives up. */
  clear(): Promise<void>;
  /** How often faults have struck so far. */
  readonly struck: () => number;
  /** Resolves when that is `count`, at once if it is already. */
  whenStruck(count: number): Promise<void>;
  /** Open connections. */
  readonly connections: () => number;
  stop(): Promise<void>;
}

interface Active {
  readonly fault: FaultKind;
  readonly when: (chunk: Buffer) => boolean;
  left: number;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  /** What has struck this connection and still holds. */
  caught: FaultKind | undefined;
  bytes: { up: number; down: number };
  readonly chain: { up: Promise<void>; down: Promise<void> };
}

/** An answer of an HTTP server that closes the connection. */
export function httpAnswer(status: number, body = '', headers: Readonly<Record<string, string>> = {}): string {
  const all = { ...headers, 'Content-Length': String(Buffer.byteLength(body)), Connection: 'close' };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Fault\r\n${lines.join('')}\r\n${body}`;
}

/** @param target host:port; it need not listen yet */
export async function faultProxy(target: string): Promise<FaultProxy> {
  const [host = LOOPBACK, targetPort = ''] = target.split(':');
  const links = new Set<Link>();
  let active: Active | undefined;
  let struck = 0;
  let waiting: { count: number; resolve: () => void }[] = [];

  function strike(): void {
    struck += 1;
    for (const { resolve } of waiting.filter(({ count }) => count <= struck)) resolve();
    waiting = waiting.filter(({ count }) => count > struck);
  }

  function reset(link: Link): void {
    link.client.resetAndDestroy();
    link.server.destroy();
  }

  /** Passes a chunk on, or the end, slowly if that is the fault. Each direction is a chain, so that order is kept. */
  function pass(link: Link, direction: 'up' | 'down', chunk: Buffer | 'end'): void {
    const [from, to] = direction === 'up' ? [link.client, link.server] : [link.server, link.client];
    const lateMs = active?.fault.kind === 'latency' ? active.fault.ms : 0;
    from.pause();
    link.chain[direction] = link.chain[direction].then(async () => {
      if (lateMs > 0) await new Promise((resolve) => setTimeout(resolve, lateMs));
      if (chunk === 'end') to.end();
      else if (!to.destroyed && !to.write(chunk)) {
        await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {});
      }
      from.resume();
    });
  }

  function fromClient(link: Link, chunk: Buffer): void {
    if (link.caught?.kind === 'hang') return;
    if (active?.when(chunk) && link.caught === undefined) {
      const { fault } = active;
      // Latency and refusal are no connection's own.
      if (fault.kind !== 'latency' && fault.kind !== 'refuse' && --active.left <= 0) active = undefined;
      switch (fault.kind) {
        case 'hang':
          link.caught = fault;
          strike();
          return;
        case 'reset':
          strike();
          reset(link);
          return;
        case 'answer':
          link.caught = { kind: 'hang' };
          strike();
          link.client.end(fault.text);
          return;
        case 'answer-lost':
        case 'limit':
          link.caught = fault;
          link.bytes = { up: 0, down: 0 };
          break;
        default:
      }
    }
    limited(link, 'up', chunk);
  }

  function fromServer(link: Link, chunk: Buffer): void {
    if (link.caught?.kind === 'hang') return;
    if (link.caught?.kind === 'answer-lost') {
      strike();
      reset(link);
      return;
    }
    limited(link, 'down', chunk);
  }

  function limited(link: Link, direction: 'up' | 'down', chunk: Buffer): void {
    const [from, to] = direction === 'up' ? [link.client, link.server] : [link.server, link.client];
    const limit = link.caught;
    const limits = limit?.kind === 'limit' && limit.direction === direction;
    const room = limits ? limit.bytes - link.bytes[direction] : Number.POSITIVE_INFINITY;
    link.bytes[direction] += chunk.length;
    if (chunk.length < room) {
      pass(link, direction, chunk);
      return;
    }
    strike();
    // What is within the limit arrives: a reset would overtake it.
    to.end(chunk.subarray(0, Math.max(0, room)));
    from.resetAndDestroy();
  }

  const server = createServer((client) => {
    const upstream = createConnection({ host, port: Number(targetPort) });
    const link: Link = {
      client,
      server: upstream,
      caught: undefined,
      bytes: { up: 0, down: 0 },
      chain: { up: Promise.resolve(), down: Promise.resolve() },
    };
    links.add(link);
    client.setNoDelay();
    upstream.setNoDelay();
    client.on('data', (chunk: Buffer) => fromClient(link, chunk));
    upstream.on('data', (chunk: Buffer) => fromServer(link, chunk));
    // The other side learns of an end, unless a hang swallows it.
    client.on('end', () => pass(link, 'up', 'end'));
    upstream.on('end', () => link.caught?.kind !== 'hang' && pass(link, 'down', 'end'));
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => link.caught?.kind !== 'hang' && client.resetAndDestroy());
    client.on('close', () => {
      links.delete(link);
      upstream.destroy();
    });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, LOOPBACK, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const unlisten = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    for (const link of links) reset(link);
    await closed;
  };
  await listen(0);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const { port } = address;

  return {
    address: `${LOOPBACK}:${port}`,
    port,
    async inject(fault, { when = () => true, times = Number.POSITIVE_INFINITY } = {}) {
      active = { fault, when, left: times };
      if (fault.kind === 'refuse') {
        strike();
        await unlisten();
      } else if (!server.listening) await listen(port);
    },
    async clear() {
      active = undefined;
      for (const link of links) if (link.caught?.kind !== 'hang') link.caught = undefined;
      if (!server.listening) await listen(port);
    },
    struck: () => struck,
    whenStruck: (count) =>
      count <= struck ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    connections: () => links.size,
    stop: unlisten,
  };
}
