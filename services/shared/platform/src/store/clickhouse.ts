// The divergence store on ClickHouse, embedded or served: the same statements for both.
import type { ClickHouseClient } from '@clickhouse/client';
import type { DivergenceStore, PairRow, PairScope } from '@parallax/core';
import {
  DIFFERENCES,
  LEDGER,
  OUTAGES,
  PAIR_SELECT,
  PAIRS,
  type PairCells,
  RUNS,
  readPair,
  TABLES,
  type Table,
} from './columns.ts';
import type { Connection } from './connection.ts';
import { quoteString } from './engine/sql-text.ts';
import { migrate } from './migrate.ts';
import { readOnlyStatement } from './read-only.ts';
import { fromStored, toStored } from './text.ts';

/** One insert is one part of the table: few big ones, but small enough to be held in memory on both sides. */
const ROWS_PER_INSERT = 50_000;
const CHARS_PER_INSERT = 16_000_000;
const IDS_PER_LOOKUP = 10_000;

export function clickHouseStore(connection: Connection): DivergenceStore {
  async function insert<Row>(table: Table<Row>, rows: readonly Row[] | undefined): Promise<void> {
    if (rows === undefined) return;
    for (const values of chunks(table, rows)) {
      await connection.run((client) =>
        client.insert({
          table: table.name,
          columns: [...table.columns] as [string, ...string[]],
          format: 'JSONCompactEachRow',
          values,
        }),
      );
    }
  }

  async function pairs(tail: string, params: Record<string, unknown>): Promise<PairRow[]> {
    const query = `SELECT ${PAIR_SELECT} FROM pairs_raw FINAL
      WHERE experiment = {experiment:String} AND run = {run:String} AND output = {output:String} AND ${tail}`;
    return connection.run(async (client) => {
      const result = await client.query({ query, query_params: params, format: 'JSONCompactEachRow' });
      const rows = await result.json<PairCells>();
      return rows.map(readPair);
    });
  }

  return {
    address: connection.address,
    migrate: () => migrate(connection),

    async deleteRun(experiment, run) {
      const partition = `(${quoteString(toStored(experiment))}, ${quoteString(toStored(run))})`;
      for (const table of TABLES) {
        await connection.run((client) => client.command({ query: `ALTER TABLE ${table} DROP PARTITION ${partition}` }));
      }
    },

    async write(batch) {
      // A pair without its differences would be a divergence that cannot be explained; the reverse is invisible.
      await insert(DIFFERENCES, batch.differences);
      await insert(PAIRS, batch.pairs);
      await insert(LEDGER, batch.ledger);
      await insert(OUTAGES, batch.outages);
      await insert(RUNS, batch.runs);
    },

    async lookup(scope, ids) {
      const found: PairRow[] = [];
      const wanted = [...new Set(ids)].map(toStored);
      for (let from = 0; from < wanted.length; from += IDS_PER_LOOKUP) {
        const some = wanted.slice(from, from + IDS_PER_LOOKUP);
        const tail = `cityHash64(id) IN (SELECT cityHash64(arrayJoin({ids:Array(String)}))) AND id IN {ids:Array(String)}`;
        found.push(...(await pairs(tail, { ...stored(scope), ids: some })));
      }
      return found;
    },

    recent: (scope, partition, limit) =>
      pairs(
        `state != 'provisional' AND (legacy_partition = {partition:UInt32} OR candidate_partition = {partition:UInt32})
          ORDER BY judged_at DESC, id LIMIT {limit:UInt32}`,
        { ...stored(scope), partition, limit },
      ),

    async query(sql, params = {}) {
      const query = readOnlyStatement(sql);
      const query_params = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, deepStored(value)]));
      return connection.run((client) => select(client, query, query_params));
    },

    close: () => connection.close(),
  };
}

async function select(
  client: ClickHouseClient,
  query: string,
  query_params: Record<string, unknown>,
): Promise<Record<string, unknown>[]> {
  const clickhouse_settings = { readonly: '1' } as const;
  const result = await client.query({
    query,
    query_params,
    format: 'JSONCompactEachRowWithNames',
    clickhouse_settings,
  });
  const [names, ...rows] = (await result.text())
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
  if (names === undefined) return [];
  // fromEntries defines properties, so that a column called __proto__ is one, too.
  return rows.map((row) => Object.fromEntries(row.map((value, column) => [String(names[column]), value])));
}

/** Integers that a double cannot hold become their text, and stored text becomes what was written. */
function parseLine(line: string): unknown[] {
  return JSON.parse(line, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value === 'string') return fromStored(value);
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
  });
}

function stored(scope: PairScope): Record<string, string> {
  return { experiment: toStored(scope.experiment), run: toStored(scope.run), output: toStored(scope.output) };
}

function deepStored(value: unknown): unknown {
  if (typeof value === 'string') return toStored(value);
  return Array.isArray(value) ? value.map(deepStored) : value;
}

/** Rows as cells, in inserts bounded by rows and by characters. */
function* chunks<Row>(table: Table<Row>, rows: readonly Row[]): Generator<(readonly unknown[])[]> {
  let chunk: (readonly unknown[])[] = [];
  let chars = 0;
  for (const row of rows) {
    const cells = table.cells(row);
    chunk.push(cells);
    for (const cell of cells) chars += typeof cell === 'string' || Array.isArray(cell) ? cell.length : 1;
    if (chunk.length >= ROWS_PER_INSERT || chars >= CHARS_PER_INSERT) {
      yield chunk;
      chunk = [];
      chars = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}
