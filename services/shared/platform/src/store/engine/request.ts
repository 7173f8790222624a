// Reads a request of ClickHouse's HTTP interface: statement, data, parameters, settings.

import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';

/** Part of the protocol, not settings of the engine. */
const PROTOCOL = new Set([
  'query',
  'database',
  'query_id',
  'session_id',
  'user',
  'password',
  'default_format',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'compress',
  'decompress',
  'role',
]);

export interface EngineRequest {
  readonly sql: string;
  /** Rows of an insert, in its format; empty for everything else. */
  readonly data: Buffer;
  readonly database: string | undefined;
  readonly defaultFormat: string;
  /** The whole answer is ready before its status is sent. */
  readonly waitForEnd: boolean;
  readonly settings: ReadonlyMap<string, string>;
  /** By name, in the escaped text form of the protocol. */
  readonly params: ReadonlyMap<string, string>;
}

export async function readRequest(request: IncomingMessage, url: URL): Promise<EngineRequest> {
  const fields = new Map(url.searchParams);
  let body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of await new Response(new Uint8Array(body), {
      headers: { 'content-type': type },
    }).formData()) {
      if (typeof value === 'string') fields.set(name, value);
    }
    body = Buffer.alloc(0);
  }
  const inUrl = fields.get('query');
  const settings = new Map<string, string>();
  const params = new Map<string, string>();
  for (const [name, value] of fields) {
    if (name.startsWith('param_')) params.set(name.slice('param_'.length), value);
    else if (!PROTOCOL.has(name)) settings.set(name, value);
  }
  return {
    sql: inUrl ?? body.toString('utf8'),
    data: inUrl === undefined ? Buffer.alloc(0) : body,
    database: fields.get('database') ?? header(request, 'x-clickhouse-database'),
    defaultFormat: fields.get('default_format') ?? 'TabSeparated',
    waitForEnd: fields.get('wait_end_of_query') === '1',
    settings,
    params,
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  switch (request.headers['content-encoding']) {
    case 'gzip':
      return gunzipSync(body);
    case 'zstd':
      return zstdDecompressSync(body);
    default:
      return body;
  }
}

/** Whether the request carries the token, and the user's name if there is one, by any of the ways ClickHouse takes them. */
export function carriesToken(request: IncomingMessage, url: URL, token: string, user?: string): boolean {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const [, basicUser = '', basicToken = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(basic ?? '', 'base64').toString('utf8')) ?? [];
  const givenToken = header(request, 'x-clickhouse-key') ?? url.searchParams.get('password') ?? basicToken;
  const givenUser = header(request, 'x-clickhouse-user') ?? url.searchParams.get('user') ?? basicUser;
  const [left, right] = [Buffer.from(givenToken), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right) && (user === undefined || givenUser === user);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
