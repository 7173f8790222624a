// Brings a database up to this build's schema: numbered files of DDL, each recorded once it has been applied whole.
//
// ClickHouse has no transactional DDL, so every statement can be repeated (IF NOT EXISTS) and a file is recorded last:
// a migration that was killed, or two that run at once, end in the same tables.
import { readdirSync, readFileSync } from 'node:fs';
import { Fault } from '@parallax/core';
import { CLICKHOUSE_DDL } from '@parallax/schemas';
import type { Connection } from './connection.ts';

interface Step {
  readonly version: number;
  readonly statements: readonly string[];
}

const FILE = /^(\d{4})_\w+\.sql$/;

function steps(folder: URL): Step[] {
  return readdirSync(folder)
    .flatMap((name) => {
      const version = FILE.exec(name)?.[1];
      if (version === undefined) return [];
      const statements = readFileSync(new URL(name, folder), 'utf8')
        .split(/;\s*$/m)
        .filter((statement) => statement.replace(/^\s*--.*$/gm, '').trim() !== '');
      return [{ version: Number(version), statements }];
    })
    .sort((left, right) => left.version - right.version);
}

/** @throws Fault `store-newer-schema` when a newer build has been here */
export async function migrate(connection: Connection, folder: URL = CLICKHOUSE_DDL): Promise<void> {
  const known = steps(folder);
  const newest = known.at(-1)?.version ?? 0;
  await connection.run((client) =>
    client.command({
      query:
        'CREATE TABLE IF NOT EXISTS schema_versions (version UInt32, applied_at DateTime64(3) DEFAULT now64(3)) ' +
        'ENGINE = ReplacingMergeTree ORDER BY version',
    }),
  );
  const applied = await connection.run(async (client) => {
    const result = await client.query({
      query: 'SELECT max(version) FROM schema_versions',
      format: 'JSONCompactEachRow',
    });
    const [[version] = [0]] = await result.json<[number]>();
    return version;
  });
  if (applied > newest) {
    throw new Fault(
      `The store ${connection.address} has schema ${applied}; this build of Parallax knows schemas up to ${newest}.`,
      { code: 'store-newer-schema', cure: 'Use the newer Parallax that wrote it, or another store.' },
    );
  }
  for (const { version, statements } of known.filter((step) => step.version > applied)) {
    for (const query of statements) await connection.run((client) => client.command({ query }));
    await connection.run((client) =>
      client.insert({
        table: 'schema_versions',
        columns: ['version'],
        format: 'JSONCompactEachRow',
        values: [[version]],
      }),
    );
  }
}
