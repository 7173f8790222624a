// What a server says of itself, and whether it is recent enough.
import { Fault } from '@parallax/core';
import type { Connection } from '../connection.ts';
import { OLDEST_SERVER } from '../failures.ts';
import type { ServerFacts } from './layout.ts';

/** Tables that every user may read, as far as they tell of what the user has. */
const FACTS = `SELECT version() AS version, currentDatabase() AS database,
  (SELECT any(engine) FROM system.databases WHERE name = currentDatabase()) AS database_engine,
  (SELECT groupArray((name, engine)) FROM system.tables WHERE database = currentDatabase()) AS tables`;

/** Asked only of whom names a cluster: a server may want a grant for these. */
const CLUSTER = `SELECT uniqExact(shard_num) AS shards, count() AS replicas,
  (SELECT groupArray(macro) FROM system.macros) AS macros
  FROM system.clusters WHERE cluster = {cluster:String}`;

interface FactsRow {
  readonly version: string;
  readonly database: string;
  readonly database_engine: string;
  readonly tables: readonly (readonly [string, string])[];
}

interface ClusterRow {
  readonly shards: number;
  readonly replicas: number;
  readonly macros: readonly string[];
}

/** Asks about what this user may see. */
export async function serverFacts(connection: Connection, cluster: string | undefined): Promise<ServerFacts> {
  const row = await only<FactsRow>(connection, FACTS, {});
  const there = cluster === undefined ? undefined : await only<ClusterRow>(connection, CLUSTER, { cluster });
  return {
    address: connection.address,
    version: row.version,
    database: row.database,
    databaseEngine: row.database_engine,
    tables: new Map(row.tables),
    macros: new Set(there?.macros),
    cluster:
      cluster === undefined || there === undefined
        ? undefined
        : { name: cluster, shards: Number(there.shards), replicas: Number(there.replicas) },
  };
}

async function only<Row>(connection: Connection, query: string, query_params: Record<string, unknown>): Promise<Row> {
  const [row] = await connection.run(async (client) => {
    const result = await client.query({ query, query_params, format: 'JSONEachRow' });
    return result.json<Row>();
  });
  if (row === undefined) throw new Fault('An aggregate has one row, and none came.', { code: 'store-failed' });
  return row;
}

/** Whether a version as servers say it (`25.8.1.5101`) is at least the oldest that will do. */
export function isSupported(version: string): boolean {
  const [year = 0, release = 0] = version.split('.').map(Number);
  const [oldestYear = 0, oldestRelease = 0] = OLDEST_SERVER.split('.').map(Number);
  return year > oldestYear || (year === oldestYear && release >= oldestRelease);
}

/** @throws Fault `store-old-server` */
export function checkSupported({ version, address }: ServerFacts): void {
  if (isSupported(version)) return;
  throw new Fault(
    `The server of the store ${address} is ClickHouse ${version}; ${OLDEST_SERVER} is the oldest that will do.`,
    {
      code: 'store-old-server',
      cure: 'Update it, or use another server.',
    },
  );
}
