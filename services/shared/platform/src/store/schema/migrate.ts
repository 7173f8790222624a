// Brings a database up to this build's schema: numbered files of DDL, each recorded once it has been applied whole.
//
// ClickHouse has no transactional DDL, so every statement can be repeated (IF NOT EXISTS, OR REPLACE) and a file is
// recorded last: a migration that was killed, one that reached half of a cluster, and several that run at once end in the
// same tables. A server that lacks one of the tables, as one that joined a cluster later does, is given all of them again.
import { setTimeout as delay } from 'node:timers/promises';
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { Fault } from '@parallax/core';
import { CLICKHOUSE_DDL } from '@parallax/schemas';
import type { Connection } from '../connection.ts';
import { checkNamed, type Layout, layoutOf, type ServerFacts, statementFor } from './layout.ts';
import { checkSupported, serverFacts } from './server.ts';
import { madeBy, readSteps, type Step } from './steps.ts';

const VERSIONS = `CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime64(3) DEFAULT now64(3))
ENGINE = ReplacingMergeTree ORDER BY version`;

/** What statements of several processes at once can say to each other; the second attempt finds the work done. */
const RACES = new Set([
  '57', // TABLE_ALREADY_EXISTS
  '253', // REPLICA_ALREADY_EXISTS
  '341', // UNFINISHED
  '517', // CANNOT_ASSIGN_ALTER
  '733', // TABLE_IS_BEING_RESTARTED
]);
const ATTEMPTS = 10;
const PAUSE_MS = 200;

export interface SchemaState {
  /** The newest step recorded; 0: none. */
  readonly applied: number;
  /** The newest step of this build. */
  readonly newest: number;
  /** Steps to take, in order. */
  readonly pending: readonly Step[];
}

/** @throws Fault `store-newer-schema` when a newer build has been here */
export async function schemaState(connection: Connection, facts: ServerFacts, folder: URL): Promise<SchemaState> {
  const steps = readSteps(folder);
  const newest = steps.at(-1)?.version ?? 0;
  const applied = facts.tables.has('schema_versions') ? await recorded(connection) : 0;
  if (applied > newest) {
    throw new Fault(
      `The store ${connection.address} has schema ${applied}; this build of Parallax knows schemas up to ${newest}.`,
      { code: 'store-newer-schema', cure: 'Use the newer Parallax that wrote it, or another store.' },
    );
  }
  const isWhole = madeBy(steps.filter(({ version }) => version <= applied)).every((name) => facts.tables.has(name));
  return { applied, newest, pending: steps.filter(({ version }) => !isWhole || version > applied) };
}

/**
 * @param cluster on whose servers the tables are to be; undefined: the one that is asked
 * @throws Fault that says what the server, the cluster or the user lacks
 */
export async function migrate(
  connection: Connection,
  cluster: string | undefined,
  folder: URL = CLICKHOUSE_DDL,
): Promise<void> {
  const facts = await serverFacts(connection, cluster);
  checkSupported(facts);
  const layout = layoutOf(facts);
  const { pending } = await schemaState(connection, facts, folder);
  if (pending.length === 0) return;
  checkNamed(layout, facts);
  await change(connection, layout, VERSIONS);
  for (const { version, statements } of pending) {
    for (const statement of statements) await change(connection, layout, statement);
    await record(connection, version);
  }
}

async function change(connection: Connection, layout: Layout, statement: string): Promise<void> {
  const query = statementFor(layout, statement);
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.run(
        (client) => client.command({ query, clickhouse_settings: changing(connection, layout) }),
        'patient',
      );
      return;
    } catch (error) {
      const cause = error instanceof Fault ? error.cause : undefined;
      if (attempt === ATTEMPTS || !(cause instanceof ClickHouseError && RACES.has(cause.code))) throw error;
      await delay(PAUSE_MS);
    }
  }
}

/** A statement has worked when every server of the cluster has done it, and says so before we give up. */
function changing({ queryTimeoutMs }: Connection, layout: Layout): ClickHouseSettings {
  if (layout.kind === 'single') return {};
  return {
    distributed_ddl_task_timeout: String(Math.floor(queryTimeoutMs / 2_000)),
    distributed_ddl_output_mode: 'throw',
  };
}

async function recorded(connection: Connection): Promise<number> {
  const rows = await connection.run(async (client) => {
    const result = await client.query({
      query: 'SELECT max(version) FROM schema_versions',
      format: 'JSONCompactEachRow',
    });
    return result.json<[number]>();
  });
  return rows[0]?.[0] ?? 0;
}

async function record(connection: Connection, version: number): Promise<void> {
  const query = `INSERT INTO schema_versions (version) SETTINGS async_insert = 0 VALUES (${version})`;
  await connection.run((client) => client.command({ query }));
}
