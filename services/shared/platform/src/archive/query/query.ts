// SQL over the archive's objects where they lie: each record once, as the reader would give it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Archive, Fault, readingPlan } from '@parallax/core';
import { quoteString } from '../../store/engine/sql-text.ts';
import { readOnlyStatement } from '../../store/read-only.ts';
import { archivedPartitions, archivedTopics, catalogue } from '../catalog.ts';
import { openArchive } from '../open-archive.ts';
import type { S3Options } from '../s3/options.ts';
import type { QueryReport, QueryRequest } from './protocol.ts';
import { type QuerySource, querySource } from './source.ts';

export interface QueryOptions {
  /** Only objects of these topics are read; default all. */
  readonly topics?: readonly string[];
  /** For what the AWS SDK's own settings should not decide. */
  readonly s3?: S3Options;
}

interface PlannedRead {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

const MAIN = fileURLToPath(new URL('./engine.ts', import.meta.url));
/** Times a question is asked again because tails gave way to what supersedes them. */
const ATTEMPTS = 3;
const PLANNED_AT_ONCE = 1_000;

/**
 * The rows of one statement that only reads, one JSON object each, over the table `records`: topic, partition, offset,
 * timestamp, timestampType, key, value, headers. It reads the objects there are when it is asked, and only if all of them
 * are still there afterwards is there an answer. Damage is the engine's to find: `verify` names it.
 * @throws Fault `store-read-only`, `archive-query-refused`, `archive-query-engine-missing`, `archive-object-vanished`
 */
export async function queryArchive(address: string, sql: string, options: QueryOptions = {}): Promise<string[]> {
  const statement = readOnlyStatement(sql);
  const archive = openArchive(address, options.s3);
  try {
    const source = await querySource(archive.address, options.s3 ?? {});
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const plan = await planOf(archive, options.topics);
      const rows = await ask({ setup: setupOf(source, plan), sql: statement }, source);
      if (await isWhole(archive, plan)) return rows;
    }
  } finally {
    await archive.close();
  }
  throw new Fault(`Objects of ${archive.address} vanish while they are read`, {
    code: 'archive-object-vanished',
    cure: 'See that nothing but Parallax removes objects of the archive, then ask again.',
    retryable: true,
  });
}

async function planOf(archive: Archive, topics: readonly string[] | undefined): Promise<PlannedRead[]> {
  const plan: PlannedRead[] = [];
  for (const topic of topics ?? (await archivedTopics(archive))) {
    for (const partition of await archivedPartitions(archive, topic)) {
      const everything = { from: 0, to: Number.MAX_SAFE_INTEGER };
      for (const { piece, from, to } of readingPlan(await catalogue(archive, topic, partition), everything)) {
        plan.push({ key: piece.key, from, to });
      }
    }
  }
  return plan;
}

async function isWhole(archive: Archive, plan: readonly PlannedRead[]): Promise<boolean> {
  const there = new Set<string>();
  for (const prefix of ['topics/', 'tails/']) for await (const { key } of archive.list(prefix)) there.add(key);
  return plan.every(({ key }) => there.has(key));
}

function setupOf({ table, root }: QuerySource, plan: readonly PlannedRead[]): string[] {
  const statements = [
    // Nothing of it is written down: the view may name credentials.
    'CREATE DATABASE archive ENGINE = Memory',
    'CREATE TABLE archive.plan (path String, from_offset Int64, to_offset Int64) ENGINE = Memory',
  ];
  for (let at = 0; at < plan.length; at += PLANNED_AT_ONCE) {
    const rows = plan.slice(at, at + PLANNED_AT_ONCE);
    const values = rows.map(({ key, from, to }) => `(${quoteString(root + key)}, ${from}, ${to})`);
    statements.push(`INSERT INTO archive.plan VALUES ${values.join(', ')}`);
  }
  const columns =
    "topic String, partition Int32, offset Int64, timestamp DateTime64(3), timestampType Enum8('create' = 0, 'append' = 1), key Nullable(String), value Nullable(String), headers Array(Tuple(name String, value Nullable(String)))";
  const described = table.replace(/\)$/, `, ${quoteString(columns)})`);
  statements.push(
    // Where there is no object, there is no file to learn the columns from.
    `CREATE VIEW archive.records AS SELECT topic, partition, offset, timestamp, timestampType, key, value, headers
     FROM ${described} AS object INNER JOIN archive.plan AS planned ON object._path = planned.path
     WHERE _path IN (SELECT path FROM archive.plan) AND offset >= from_offset AND offset < to_offset`,
    'USE archive',
    "SET output_format_json_validate_utf8 = 1, session_timezone = 'UTC'",
  );
  return statements;
}

async function ask(question: Omit<QueryRequest, 'folder'>, { secrets }: QuerySource): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parallax-query-'));
  // Its own small environment: no secret of ours beyond what the question needs.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    cwd: folder,
    env: { TZ: 'UTC' },
  });
  try {
    const [report, output] = await Promise.all([reportOf(child, { folder, ...question }), textOf(child.stdout)]);
    if (report.kind === 'answered') return output.split('\n').filter((line) => line !== '');
    throw refusal(report, secrets);
  } finally {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function reportOf(child: ChildProcess, request: QueryRequest): Promise<QueryReport> {
  const words = textOf(child.stderr);
  const exited = once(child, 'exit').then(async ([code, signal]): Promise<QueryReport> => {
    const last = (await words).trim().split('\n').at(-1) ?? '';
    return { kind: 'failed', code: 'refused', message: `the engine ended with ${signal ?? code}: ${last}` };
  });
  const answered = once(child, 'message').then(([message]) => message as QueryReport);
  child.send(request);
  return Promise.race([answered, exited]);
}

async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream ?? []) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}

function refusal({ code, message }: QueryReport & { kind: 'failed' }, secrets: readonly string[]): Fault {
  if (code === 'missing') {
    return new Fault('SQL over the archive needs the package chdb, which is not installed here', {
      code: 'archive-query-engine-missing',
      cure: 'It exists for Linux with glibc and for macOS: run `npm install` there. Any ClickHouse reads the objects too: see docs/archive.md.',
    });
  }
  const shown = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message);
  return new Fault(shown.replace(/^Query failed: /, ''), {
    code: 'archive-query-refused',
    cure: 'The table is `records`, with topic, partition, offset, timestamp, timestampType, key, value and headers. Where an object cannot be read, `parallax archive verify` says which.',
  });
}
