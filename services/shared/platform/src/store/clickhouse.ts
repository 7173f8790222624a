// The divergence store on ClickHouse, embedded or served: the same statements for both.
import { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import type { DivergenceStore, PairRow, PairScope } from '@parallax/core';
import type { Connection } from './connection.ts';
import { quoteString } from './engine/sql-text.ts';
import { readOnlyRefusal, readOnlyStatement } from './read-only.ts';
import { recentPairs } from './recent.ts';
import { TABLES } from './rows/columns.ts';
import { Gathering, InsertMemory, type SendInsert } from './rows/gathering.ts';
import { PAIR_SELECT, type PairCells, readPair } from './rows/pair-cells.ts';
import { fromStored, toStored } from './rows/text.ts';
import { storable } from './rows/time.ts';
import { migrate } from './schema/migrate.ts';
import { insertSettings, type Quorum, querySettings, readSettings } from './settings.ts';
import type { StoreClient } from './store-client.ts';

const IDS_PER_LOOKUP = 10_000;

const SCOPE = 'experiment = {experiment:String} AND run = {run:String} AND output = {output:String}';

/**
 * Of few ids the latest version is found quicker by sorting them than by FINAL. By hash alone: ids of one hash are told
 * apart here, and a second filter would be a fifth of what the question costs.
 */
const LOOKUP = `SELECT ${PAIR_SELECT} FROM pairs_raw
  WHERE ${SCOPE} AND cityHash64(id) IN (SELECT cityHash64(arrayJoin({ids:Array(String)})))
  ORDER BY pairs_raw.version DESC LIMIT 1 BY pairs_raw.id`;

const CANDIDATES = `SELECT id, toUnixTimestamp64Milli(judged_at) FROM pairs_raw
  WHERE ${SCOPE} AND judged_at >= fromUnixTimestamp64Milli({since:Int64}) AND state != 'provisional'
    AND (legacy_partition = {partition:UInt32} OR candidate_partition = {partition:UInt32})
  ORDER BY judged_at DESC LIMIT {most:UInt32}`;

export interface ClickHouseStoreOptions {
  /** Of replicated tables. */
  readonly quorum: Quorum;
  /** Where the tables are made; undefined: on the server that is asked. */
  readonly cluster: string | undefined;
}

export function clickHouseStore(connection: Connection, options: ClickHouseStoreOptions): DivergenceStore {
  const { requestTimeoutMs, queryTimeoutMs } = connection;
  const inserting = insertSettings(requestTimeoutMs, options.quorum);
  const reading = readSettings(requestTimeoutMs);
  const querying = querySettings(queryTimeoutMs);
  const memory = new InsertMemory();
  /** The user's profile allows only reading, and refuses to be told so. */
  let isReadOnly = false;

  const insert: SendInsert = (table, block) =>
    connection.run(async (client) => {
      const query = `INSERT INTO ${table.name} (${table.columns.join(', ')}) FORMAT Native`;
      // A stream of its own for each attempt; the bytes are those of the first.
      const values = Readable.from([block], { objectMode: false });
      const { stream } = await client.exec({ query, values, clickhouse_settings: inserting });
      for await (const _ of stream);
    });

  const gather = () => new Gathering(memory, insert);

  async function read<Row>(query: string, query_params: Record<string, unknown>): Promise<Row[]> {
    return connection.run(async (client) => {
      const format = 'JSONCompactEachRow';
      const result = await client.query({ query, query_params, format, clickhouse_settings: reading });
      return result.json<Row>();
    });
  }

  async function lookup(scope: PairScope, ids: readonly string[]): Promise<PairRow[]> {
    const found: PairRow[] = [];
    const wanted = [...new Set(ids)];
    for (let from = 0; from < wanted.length; from += IDS_PER_LOOKUP) {
      const some = new Set(wanted.slice(from, from + IDS_PER_LOOKUP));
      const params = { ...stored(scope), ids: Array.from(some, toStored) };
      for (const cells of await read<PairCells>(LOOKUP, params)) {
        const row = readPair(cells);
        if (some.has(row.id)) found.push(row);
      }
    }
    return found;
  }

  return {
    address: connection.address,
    migrate: () => migrate(connection, options.cluster),

    async deleteRun(experiment, run) {
      const partition = `(${quoteString(toStored(experiment))}, ${quoteString(toStored(run))})`;
      for (const table of TABLES) {
        const query = `ALTER TABLE ${table} DROP PARTITION ${partition}`;
        await connection.run((client) => client.command({ query }), 'patient');
      }
    },

    gather,
    write(batch) {
      const rows = gather();
      rows.add(batch);
      return rows.write();
    },

    lookup,

    recent: (scope, partition, limit) =>
      recentPairs(
        {
          candidates: async (most, since) => {
            const params = { ...stored(scope), partition, most, since: storable(since) };
            const rows = await read<[string, number]>(CANDIDATES, params);
            return rows.map(([id, judgedAt]) => ({ id: fromStored(id), judgedAt }));
          },
          lookup: (ids) => lookup(scope, ids),
          now: Date.now,
        },
        partition,
        limit,
      ),

    async query(sql, params = {}) {
      const query = readOnlyStatement(sql);
      const query_params = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, deepStored(value)]));
      return connection.run(async (client) => {
        if (!isReadOnly) {
          try {
            return await select(client, query, query_params, { ...querying, readonly: '1' });
          } catch (error) {
            if (!refusesReadOnly(error)) throw isOurRefusal(error) ? readOnlyRefusal(error.message) : error;
            isReadOnly = true;
          }
        }
        return select(client, query, query_params, querying);
      }, 'patient');
    },

    close: () => connection.close(),
  };
}

/** A user whose profile has `readonly = 2` may set anything but `readonly`, which then needs no setting. */
function refusesReadOnly(error: unknown): boolean {
  return error instanceof ClickHouseError && error.code === '164' && /'readonly'/.test(error.message);
}

/** What `readonly = 1` of the request forbids: a SETTINGS clause. */
function isOurRefusal(error: unknown): error is ClickHouseError {
  return error instanceof ClickHouseError && error.code === '164' && /setting in readonly mode/.test(error.message);
}

async function select(
  client: StoreClient,
  query: string,
  query_params: Record<string, unknown>,
  clickhouse_settings: ClickHouseSettings,
): Promise<Record<string, unknown>[]> {
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
