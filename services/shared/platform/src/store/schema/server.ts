// What a server says of itself, and whether it is recent enough.
import { Fault } from '@parallax/core';
import type { Connection } from '../connection.ts';
import { OLDEST_SERVER } from '../failures.ts';
import type { ServerFacts } from './layout.ts';

const FACTS = `SELECT version() AS version, currentDatabase() AS database,
  (SELECT any(engine) FROM system.databases WHERE name = currentDatabase()) AS database_engine,
  (SELECT groupArray((name, engine)) FROM system.tables WHERE database = currentDatabase()) AS tables,
  (SELECT groupArray(macro) FROM system.macros) AS macros,
  (SELECT (uniqExact(shard_num), count()) FROM system.clusters WHERE cluster = {cluster:String}) AS cluster`;

interface FactsRow {
  readonly version: string;
  readonly database: string;
  readonly database_engine: string;
  readonly tables: readonly (readonly [string, string])[];
  readonly macros: readonly string[];
  readonly cluster: readonly [number, number];
}

/** Asks about what this user may see. */
export async function serverFacts(connection: Connection, cluster: string | undefined): Promise<ServerFacts> {
  const [row] = await connection.run(async (client) => {
    const result = await client.query({
      query: FACTS,
      query_params: { cluster: cluster ?? '' },
      format: 'JSONEachRow',
    });
    return result.json<FactsRow>();
  });
  if (row === undefined) throw new Fault('A query without FROM has one row.', { code: 'store-failed' });
  const [shards, replicas] = row.cluster;
  return {
    address: connection.address,
    version: row.version,
    database: row.database,
    databaseEngine: row.database_engine,
    tables: new Map(row.tables),
    macros: new Set(row.macros),
    cluster: cluster === undefined ? undefined : { name: cluster, shards: Number(shards), replicas: Number(replicas) },
  };
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
