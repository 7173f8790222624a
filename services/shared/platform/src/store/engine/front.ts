// ClickHouse's HTTP interface over the embedded engine, as far as the official client uses it.
//
// Each request has an engine session of its own, so that settings and parameters never reach the next one. Every
// statement is one call of the engine: an insert is stored whole or not at all. What it cannot do: sessions across
// requests, cancelling (an abandoned statement runs to its end), users, replication.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { carriesToken, type EngineRequest, readRequest } from './request.ts';
import { answers, formatOf, insertTarget, quoteIdentifier, quoteString, withoutLiterals } from './sql-text.ts';

/** The part of chDB's session the front uses. */
export interface EngineSession {
  queryAsync(sql: string, options: { format: string }): Promise<{ bytes(): Uint8Array }>;
  queryStream(sql: string, options: { format: string }): AsyncIterable<{ raw(): Uint8Array }>;
  insert(params: {
    table: string;
    columns?: readonly string[];
    values: Buffer;
    format: 'JSONEachRow' | 'JSONCompactEachRow';
  }): Promise<{ rowsWritten: number; bytesWritten: number }>;
  close(): void;
}

export interface FrontOptions {
  /** Default: whoever has the token is let in, by any name. */
  readonly user?: string;
  readonly token: string;
  readonly openSession: () => EngineSession;
  /** A folder of its own for the data of binary inserts while the engine reads it; what is in it is removed. */
  readonly incoming: string;
  /** Called at each authorised request, and again when it has been answered. */
  readonly onActivity: (request: IncomingMessage, active: 1 | -1) => void;
}

/** Longer than the client keeps an idle connection, so that the client is the one to close it. */
const KEEP_ALIVE_MS = 10_000;

export function createFront(options: FrontOptions): Server {
  rmSync(options.incoming, { recursive: true, force: true });
  mkdirSync(options.incoming, { recursive: true });
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => fail(response, error));
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.requestTimeout = 0;
  return server;
}

async function answer(options: FrontOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine');
  if (url.pathname === '/ping') return void response.end('Ok.\n');
  if (!carriesToken(request, url, options.token, options.user)) {
    request.resume();
    const message =
      'Code: 516. DB::Exception: Authentication failed: password is incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)';
    response.writeHead(403, { 'X-ClickHouse-Exception-Code': '516' }).end(message);
    return;
  }
  options.onActivity(request, 1);
  try {
    const read = await readRequest(request, url);
    const session = options.openSession();
    try {
      await prepare(session, read);
      response.setHeader('X-ClickHouse-Query-Id', url.searchParams.get('query_id') ?? randomUUID());
      response.setHeader('X-ClickHouse-Timezone', 'UTC');
      await run(session, read, response, options.incoming);
    } finally {
      session.close();
    }
  } finally {
    options.onActivity(request, -1);
  }
}

async function prepare(session: EngineSession, request: EngineRequest): Promise<void> {
  if (request.database !== undefined)
    await session.queryAsync(`USE ${quoteIdentifier(request.database)}`, { format: 'Null' });
  const readonly = request.settings.get('readonly');
  const assignments = [
    ...[...request.params].map(([name, value]) => `${quoteIdentifier(`param_${name}`)} = ${quoteString(value)}`),
    ...[...request.settings]
      .filter(([name]) => name !== 'readonly')
      .map(([name, value]) => `${quoteIdentifier(name)} = ${quoteString(value)}`),
  ];
  if (assignments.length > 0) await session.queryAsync(`SET ${assignments.join(', ')}`, { format: 'Null' });
  // Last: from here on this session can change neither data nor settings.
  if (readonly !== undefined) await session.queryAsync(`SET readonly = ${quoteString(readonly)}`, { format: 'Null' });
}

async function run(
  session: EngineSession,
  request: EngineRequest,
  response: ServerResponse,
  incoming: string,
): Promise<void> {
  const { sql, data } = request;
  if (/\bINTO\s+OUTFILE\b/i.test(withoutLiterals(sql))) {
    throw new Error('Code: 1. DB::Exception: INTO OUTFILE is not supported over HTTP. (UNSUPPORTED_METHOD)');
  }
  const format = formatOf(sql) ?? request.defaultFormat;
  response.setHeader('X-ClickHouse-Format', format);
  const target = insertTarget(sql);
  if (target !== undefined && (format === 'JSONCompactEachRow' || format === 'JSONEachRow')) {
    const { table, columns } = target;
    const rows =
      data.length === 0
        ? { rowsWritten: 0, bytesWritten: 0 }
        : await session.insert({
            table,
            ...(columns === undefined ? {} : { columns }),
            values: data,
            format,
          });
    const summary = { written_rows: String(rows.rowsWritten), written_bytes: String(rows.bytesWritten) };
    response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
    response.end();
    return;
  }
  if (target !== undefined && format === 'Native' && data.length > 0) {
    await insertFile(session, sql, data, incoming);
    response.end();
    return;
  }
  const statement = data.length === 0 ? sql : `${sql}\n${data.toString('utf8')}`;
  if (request.waitForEnd || !answers(sql)) {
    const result = await session.queryAsync(statement, { format });
    response.end(result.bytes());
    return;
  }
  for await (const chunk of session.queryStream(statement, { format })) {
    if (response.destroyed) return;
    if (!response.write(chunk.raw())) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

/** The engine takes statements as text only, so that data which is none comes from a file. */
async function insertFile(session: EngineSession, sql: string, data: Buffer, incoming: string): Promise<void> {
  const file = join(incoming, randomUUID());
  try {
    await writeFile(file, data);
    const source = `FROM INFILE ${quoteString(file)} FORMAT Native`;
    await session.queryAsync(
      sql.replace(/\bFORMAT\s+Native\s*$/i, () => source),
      { format: 'Null' },
    );
  } finally {
    await rm(file, { force: true });
  }
}

/** An error after the first byte can only be told by cutting the connection: a short answer must not look whole. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy();
  const message = error instanceof Error ? error.message : String(error);
  const code = /\bCode: (\d+)\./.exec(message)?.[1] ?? '1002';
  const text = /\bCode: \d+\./.test(message) ? message : `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  response.removeHeader('X-ClickHouse-Format');
  response.writeHead(statusOf(code), { 'X-ClickHouse-Exception-Code': code }).end(text);
}

function statusOf(code: string): number {
  if (code === '60' || code === '81') return 404;
  if (code === '62' || code === '115') return 400;
  if (code === '164') return 403;
  return 500;
}
