// What a doctor wants to know of a store before anything is started: nothing is made, nothing is changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ClickHouseError } from '@clickhouse/client';
import { Fault } from '@parallax/core';
import { CLICKHOUSE_DDL } from '@parallax/schemas';
import type { Connection } from './connection.ts';
import { quoteIdentifier } from './engine/sql-text.ts';
import { OLDEST_SERVER } from './failures.ts';
import { type Layout, layoutOf, type ServerFacts } from './schema/layout.ts';
import { schemaState } from './schema/migrate.ts';
import { checkSupported, serverFacts } from './schema/server.ts';
import { readSteps } from './schema/steps.ts';

/** What a service does to its tables; reading needs the first only. */
export const STORE_RIGHTS = ['SELECT', 'INSERT', 'CREATE TABLE', 'CREATE VIEW', 'ALTER TABLE'] as const;
export type StoreRight = (typeof STORE_RIGHTS)[number];

export interface StoreProbe {
  /** Without a secret. */
  readonly address: string;
  readonly version: string;
  /** The oldest version that will do. */
  readonly oldest: string;
  readonly user: string;
  readonly database: string;
  readonly databaseEngine: string;
  /** undefined where {@link faults} says why. */
  readonly layout: Layout | undefined;
  /** `newer` than this build knows, `older`, or `current`; `none`: no service has been here. */
  readonly schema: { readonly state: 'none' | 'older' | 'current' | 'newer'; readonly newest: number };
  /** undefined: the server cannot say (before 24.11). */
  readonly rights: Readonly<Record<StoreRight, boolean | undefined>>;
  /** Of the user's profile and the server, as the server writes them; what it does not have is absent. */
  readonly settings: Readonly<Record<string, string>>;
  /** The server's clock less ours, in milliseconds; right to half the time the question took. */
  readonly clockAheadMs: number;
  /** Of the fullest disk; null where the user may not see it. */
  readonly freeBytes: number | null;
  /** Copies of replicated tables on this server that cannot be written, by table. */
  readonly readOnlyTables: readonly string[];
  /** What would keep a service from starting, each with its cure. */
  readonly faults: readonly Fault[];
}

const SETTINGS = ['readonly', 'async_insert', 'max_memory_usage', 'max_execution_time', 'insert_quorum'];
const TABLE_SETTINGS = ['parts_to_delay_insert', 'parts_to_throw_insert'];
const SERVER_SETTINGS = ['keep_alive_timeout', 'max_concurrent_queries', 'max_server_memory_usage'];

/** @throws Fault when nobody answers, or refuses the login, the certificate, the database */
export async function probe(connection: Connection, cluster: string | undefined, now = Date.now): Promise<StoreProbe> {
  const facts = await serverFacts(connection, cluster);
  const faults: Fault[] = [];
  const collect = <T>(check: () => T): T | undefined => {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(error);
      return undefined;
    }
  };
  collect(() => checkSupported(facts));
  const layout = collect(() => layoutOf(facts));
  const rights = await rightsOf(connection, facts.database);
  const missing = STORE_RIGHTS.filter((right) => rights[right] === false);
  const began = now();
  const [clock] = await ask<{ now: number; user: string }>(
    connection,
    'SELECT toUnixTimestamp64Milli(now64(3)) AS now, currentUser() AS user',
  );
  const user = clock?.user ?? '';
  if (missing.length > 0) faults.push(rightsFault(facts, user, missing));
  return {
    address: connection.address,
    version: facts.version,
    oldest: OLDEST_SERVER,
    user,
    database: facts.database,
    databaseEngine: facts.databaseEngine,
    layout,
    schema: await schemaOf(connection, facts, faults),
    rights,
    settings: await settingsOf(connection),
    clockAheadMs: Math.round((clock?.now ?? 0) - (began + now()) / 2),
    freeBytes: await freeBytes(connection),
    readOnlyTables: (
      await optional(() =>
        ask<{ table: string }>(
          connection,
          'SELECT table FROM system.replicas WHERE database = currentDatabase() AND is_readonly',
        ),
      )
    ).map(({ table }) => table),
    faults,
  };
}

/** Whether there is an embedded store in the directory. @throws Fault `store-missing` */
export function checkEmbedded(directory: string, shown: string): void {
  if (existsSync(join(directory, 'data'))) return;
  throw new Fault(`There is no store at ${shown} yet.`, {
    code: 'store-missing',
    cure: '`parallax start` makes one; if yours is elsewhere, give it with --store or PARALLAX_STORE.',
  });
}

async function schemaOf(connection: Connection, facts: ServerFacts, faults: Fault[]): Promise<StoreProbe['schema']> {
  try {
    const { applied, newest, pending } = await schemaState(connection, facts, CLICKHOUSE_DDL);
    return { state: applied === 0 ? 'none' : pending.length === 0 ? 'current' : 'older', newest };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'store-newer-schema') throw error;
    faults.push(error);
    return { state: 'newer', newest: readSteps(CLICKHOUSE_DDL).at(-1)?.version ?? 0 };
  }
}

async function rightsOf(connection: Connection, database: string): Promise<StoreProbe['rights']> {
  const held = async (right: StoreRight): Promise<boolean | undefined> => {
    const query = `CHECK GRANT ${right} ON ${quoteIdentifier(database)}.*`;
    const answers = await optional(() =>
      // Not a query: the statement takes no FORMAT.
      connection.run(async (client) => [await text((await client.exec({ query })).stream)]),
    );
    return answers[0] === undefined ? undefined : answers[0].trim() === '1';
  };
  return {
    SELECT: await held('SELECT'),
    INSERT: await held('INSERT'),
    'CREATE TABLE': await held('CREATE TABLE'),
    'CREATE VIEW': await held('CREATE VIEW'),
    'ALTER TABLE': await held('ALTER TABLE'),
  };
}

function rightsFault({ address, database }: ServerFacts, user: string, missing: readonly StoreRight[]): Fault {
  return new Fault(`The user ${user} lacks ${missing.join(', ')} on ${database}.* of the store ${address}.`, {
    code: 'store-rights',
    cure: `GRANT ${missing.join(', ')} ON ${quoteIdentifier(database)}.* TO ${quoteIdentifier(user)}`,
  });
}

async function settingsOf(connection: Connection): Promise<Record<string, string>> {
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ');
  const found: Record<string, string> = {};
  for (const [table, names] of [
    ['system.settings', SETTINGS],
    ['system.merge_tree_settings', TABLE_SETTINGS],
    ['system.server_settings', SERVER_SETTINGS],
  ] as const) {
    const sql = `SELECT name, toString(value) AS value FROM ${table} WHERE name IN (${list(names)})`;
    const rows = await optional(() => ask<{ name: string; value: string }>(connection, sql));
    for (const { name, value } of rows) found[name] = value;
  }
  return found;
}

async function freeBytes(connection: Connection): Promise<number | null> {
  const sql = 'SELECT toFloat64(min(free_space)) AS free, count() AS disks FROM system.disks';
  const [row] = await optional(() => ask<{ free: number; disks: number }>(connection, sql));
  return row === undefined || Number(row.disks) === 0 ? null : row.free;
}

function ask<Row>(connection: Connection, query: string): Promise<Row[]> {
  return connection.run(async (client) => (await client.query({ query, format: 'JSONEachRow' })).json<Row>());
}

/** Nothing where the server does not know the question, or the user may not ask it. */
async function optional<Row>(work: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault && !error.retryable && error.cause instanceof ClickHouseError) return [];
    throw error;
  }
}
