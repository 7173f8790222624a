// A server in front of a real S3 server that breaks the requests it is told to, step by step.
//
// It looks at requests, not at bytes as the TCP proxy does, so that a fault can strike the third part of an upload.
import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request does, as its method and query say. */
export type S3Step =
  | 'put'
  | 'begin'
  | 'part'
  | 'complete'
  | 'abort'
  | 'read'
  | 'head'
  | 'list'
  | 'uploads'
  | 'remove'
  | 'other';

export type S3Fault =
  /** Answered in S3's place, which never hears of it. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string }
  /** The connection is reset before S3 hears of it. */
  | { readonly kind: 'reset' }
  /** S3 does it, and the answer is lost. */
  | { readonly kind: 'lost' }
  /** Accepted, never answered. */
  | { readonly kind: 'hang' }
  /** The answer's head comes, then half of its body, then the end of the connection. */
  | { readonly kind: 'cut' }
  /** Half of the answer's body comes, then nothing. */
  | { readonly kind: 'stall' }
  /** One bit of the answer's body is another. */
  | { readonly kind: 'flipped' }
  /** A refusal is answered as a success, as servers do that have not heard of the condition. */
  | { readonly kind: 'agreed' };

export interface S3Faults {
  readonly endpoint: string;
  /** The next `times` requests of this step are broken; steps that are not named go through. Default: all of them. */
  inject(step: S3Step, fault: S3Fault, times?: number): void;
  clear(): void;
  /** Steps that were asked for, in order, whether broken or not. */
  readonly asked: readonly S3Step[];
  readonly struck: () => number;
  /** Resolves at the next request of this step, before it is passed on. */
  reached(step: S3Step): Promise<void>;
  stop(): Promise<void>;
}

export function stepOf(method: string, url: string): S3Step {
  const query = new URL(url, 'http://s3').searchParams;
  const has = (name: string) => query.has(name);
  if (method === 'PUT') return has('partNumber') ? 'part' : 'put';
  if (method === 'POST') return has('uploads') ? 'begin' : has('uploadId') ? 'complete' : 'other';
  if (method === 'DELETE') return has('uploadId') ? 'abort' : 'remove';
  if (method === 'HEAD') return 'head';
  if (method !== 'GET') return 'other';
  return has('list-type') ? 'list' : has('uploads') ? 'uploads' : 'read';
}

/** @param target the endpoint of the real server, http://host:port */
export async function s3Faults(target: string): Promise<S3Faults> {
  const { hostname, port } = new URL(target);
  const planned = new Map<S3Step, { readonly fault: S3Fault; left: number }>();
  const asked: S3Step[] = [];
  const waiting = new Map<S3Step, PromiseWithResolvers<void>>();
  let struck = 0;

  const faultOf = (step: S3Step): S3Fault | undefined => {
    const plan = planned.get(step);
    if (plan === undefined || plan.left <= 0) return undefined;
    plan.left -= 1;
    struck += 1;
    return plan.fault;
  };

  /** With the host it was signed for. */
  const passOn = (incoming: IncomingMessage): ClientRequest => {
    const { expect: _, ...headers } = incoming.headers;
    const { method, url: path } = incoming;
    const upstream = request({ host: hostname, port, method, path, headers: { ...headers, connection: 'close' } });
    upstream.on('error', () => incoming.socket.destroy());
    incoming.on('error', () => upstream.destroy());
    incoming.on('close', () => incoming.complete || upstream.destroy());
    return incoming.pipe(upstream);
  };

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const step = stepOf(incoming.method ?? '', incoming.url ?? '/');
    asked.push(step);
    waiting.get(step)?.resolve();
    waiting.delete(step);
    const fault = faultOf(step);
    if (fault?.kind === 'refused') {
      // Read to its end: an answer to half a request is a reset to most clients.
      for await (const _ of incoming);
      const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${fault.code}</Code><Message>injected</Message></Error>`;
      outgoing.writeHead(fault.status, { 'content-type': 'application/xml' });
      outgoing.end(incoming.method === 'HEAD' ? '' : body);
      return;
    }
    if (fault?.kind === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'hang') {
      incoming.resume();
      return;
    }
    const [response] = (await once(passOn(incoming), 'response')) as [IncomingMessage];
    if (fault?.kind === 'lost') {
      // To its end, so that S3 has done it.
      for await (const _ of response);
      incoming.socket.resetAndDestroy();
      return;
    }
    if (fault?.kind === 'agreed' && response.statusCode === 412) {
      response.resume();
      outgoing.writeHead(200, { etag: '"agreed"', 'content-type': 'application/xml' });
      outgoing.end(step === 'complete' ? '<CompleteMultipartUploadResult/>' : '');
      return;
    }
    outgoing.writeHead(response.statusCode ?? 502, response.rawHeaders);
    if (fault === undefined || fault.kind === 'agreed') {
      response.pipe(outgoing);
      return;
    }
    const body = Buffer.concat(await Array.fromAsync(response));
    if (fault.kind === 'flipped') {
      const middle = body.length >> 1;
      body[middle] = (body[middle] ?? 0) ^ 1;
      outgoing.end(body);
      return;
    }
    outgoing.write(body.subarray(0, body.length >> 1), () => {
      if (fault.kind === 'cut') incoming.socket.destroy();
    });
  };

  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${own}`,
    inject: (step, fault, times = Number.POSITIVE_INFINITY) => void planned.set(step, { fault, left: times }),
    clear: () => planned.clear(),
    asked,
    struck: () => struck,
    reached(step) {
      const wait = waiting.get(step) ?? Promise.withResolvers<void>();
      waiting.set(step, wait);
      return wait.promise;
    },
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
