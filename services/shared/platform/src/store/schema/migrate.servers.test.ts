// A database is brought up to this build's schema from whatever state it is in, and looked at without being changed.
import { cpSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import type { DivergenceStore } from '@parallax/core';
import { CLICKHOUSE_DDL } from '@parallax/schemas';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { describeOn } from '../../testing/servers/describe-on.ts';
import { differenceRow, pairRow } from '../../testing/store-rows.ts';
import { type Connection, serverConnection } from '../connection.ts';
import { openStore, probeStore } from '../index.ts';
import { migrate } from './migrate.ts';
import { readSteps } from './steps.ts';

const SCOPE = { experiment: 'orders', run: 'live', output: 'price' };
const NEWEST = readSteps(CLICKHOUSE_DDL).at(-1)?.version ?? 0;

/** The files up to a version, in a folder of their own. */
function until(version: number): URL {
  const folder = join(mkdtempSync(join(tmpdir(), 'parallax-ddl-')), 'ddl');
  mkdirSync(folder);
  cpSync(fileURLToPath(CLICKHOUSE_DDL), folder, {
    recursive: true,
    filter: (path) => Number(/(\d{4})_\w+\.sql$/.exec(path)?.[1] ?? 0) <= version,
  });
  return pathToFileURL(`${folder}/`);
}

describeOn('clickhouse', 'the schema of a store', ({ clickhouse: { url, user, password } }) => {
  let client: ClickHouseClient;
  let databases = 0;
  beforeAll(() => {
    client = createClient({ url, username: user, password });
  });
  afterAll(() => client.close());

  const statement = (query: string) => client.command({ query });

  async function database(): Promise<string> {
    const name = `schema_${++databases}`;
    await statement(`CREATE DATABASE ${name}`);
    return name;
  }

  const address = (name: string) => `${url.replace('//', `//${user}@`)}/${name}`;

  async function open(name: string): Promise<DivergenceStore> {
    const store = await openStore(address(name), { storePassword: password });
    onTestFinished(() => store.close());
    return store;
  }

  function connection(name: string): Connection {
    const timeouts = { requestTimeoutMs: 30_000, queryTimeoutMs: 30_000 };
    const to = { url, user, password, database: name, ca: '', compress: false };
    const made = serverConnection({ ...to, ...timeouts }, address(name));
    onTestFinished(() => made.close());
    return made;
  }

  async function tables(name: string): Promise<readonly string[]> {
    const query = `SELECT name FROM system.tables WHERE database = '${name}' ORDER BY name`;
    const rows = await (await client.query({ query, format: 'JSONEachRow' })).json<{ name: string }>();
    return rows.map((row) => row.name);
  }

  const whole = async (): Promise<readonly string[]> => {
    const name = await database();
    await (await open(name)).migrate();
    return tables(name);
  };

  test('an older one is brought up, step by step, with its rows', async () => {
    for (let from = 1; from < NEWEST; from++) {
      const name = await database();
      await migrate(connection(name), undefined, until(from));
      const store = await open(name);
      expect((await probeStore(address(name), { storePassword: password })).schema.state).toBe('older');
      const rows = { pairs: [pairRow({ outcome: 'mismatch' })], differences: [differenceRow({ severity: 'minor' })] };
      await store.write({ pairs: rows.pairs });
      await statement(
        `INSERT INTO ${name}.differences_raw (experiment, run, output, id, version, path)
         VALUES ('orders', 'live', 'price', 'order-1', 1, '/total')`,
      );
      await store.migrate();
      expect(await store.query('SELECT path, severity FROM differences')).toEqual([{ path: '/total', severity: '' }]);
      await store.write(rows);
      expect(await store.lookup(SCOPE, ['order-1'])).toEqual(rows.pairs);
      expect(await store.query('SELECT path, severity FROM differences')).toEqual([
        { path: '/total', severity: 'minor' },
      ]);
      expect(await tables(name)).toEqual(await whole());
    }
  });

  test('one that was left half made is gone on with', async () => {
    const name = await database();
    const [first] = readSteps(CLICKHOUSE_DDL)[0]?.statements ?? [];
    await statement((first ?? '').replace('pairs_raw', `${name}.pairs_raw`));
    await (await open(name)).migrate();
    expect(await tables(name)).toEqual(await whole());
  });

  test('a server that lacks a table or a view that others have is given it, and keeps its rows', async () => {
    const name = await database();
    const store = await open(name);
    await store.migrate();
    await store.write({ pairs: [pairRow()] });
    await statement(`DROP VIEW ${name}.latency`);
    await statement(`DROP TABLE ${name}.ledger_raw`);
    expect((await probeStore(address(name), { storePassword: password })).schema.state).toBe('older');
    await store.migrate();
    expect(await tables(name)).toEqual(await whole());
    expect(await store.lookup(SCOPE, ['order-1'])).toHaveLength(1);
  });

  test('processes that start at once make one schema', async () => {
    const name = await database();
    await Promise.all(Array.from({ length: 6 }, async () => (await open(name)).migrate()));
    expect(await tables(name)).toEqual(await whole());
    const recorded = await (await open(name)).query('SELECT DISTINCT version FROM schema_versions ORDER BY version');
    expect(recorded).toEqual(readSteps(CLICKHOUSE_DDL).map(({ version }) => ({ version })));
  });

  test('a newer one is refused and left as it is', async () => {
    const name = await database();
    const store = await open(name);
    await store.migrate();
    await statement(`INSERT INTO ${name}.schema_versions (version) VALUES (9999)`);
    await expect(store.migrate()).rejects.toMatchObject({ code: 'store-newer-schema' });
    const probe = await probeStore(address(name), { storePassword: password });
    expect(probe.schema).toEqual({ state: 'newer', newest: NEWEST });
    expect(probe.faults).toMatchObject([{ code: 'store-newer-schema' }]);
  });

  test('tables of a single server are not taken for a cluster’s, and a cluster nobody defined is told', async () => {
    const name = await database();
    await (await open(name)).migrate();
    const store = await openStore(address(name), { storePassword: password, storeCluster: 'nowhere' });
    onTestFinished(() => store.close());
    await expect(store.migrate()).rejects.toMatchObject({ code: 'store-no-cluster' });
    const probe = await probeStore(address(name), { storePassword: password, storeCluster: 'nowhere' });
    expect(probe.layout).toBeUndefined();
    expect(probe.faults).toMatchObject([{ code: 'store-no-cluster' }]);
  });

  test('looking changes nothing and says what a doctor wants to know', async () => {
    const name = await database();
    const probe = await probeStore(address(name), { storePassword: password });
    expect(probe).toMatchObject({
      database: name,
      databaseEngine: 'Atomic',
      layout: { kind: 'single' },
      schema: { state: 'none', newest: NEWEST },
      settings: { parts_to_throw_insert: expect.stringMatching(/^\d+$/) },
      freeBytes: expect.any(Number),
      readOnlyTables: [],
      faults: [],
    });
    expect(Object.values(probe.rights)).not.toContain(false);
    expect(probe.version).toMatch(/^\d+\.\d+/);
    expect(Math.abs(probe.clockAheadMs)).toBeLessThan(60_000);
    expect(await tables(name)).toEqual([]);
  });

  test('whom the server does not let in is told as by the store', async () => {
    await expect(probeStore(address('default'), { storePassword: 'guess' })).rejects.toMatchObject({
      code: 'store-login',
    });
    await expect(probeStore(address('not_there'), { storePassword: password })).rejects.toMatchObject({
      code: 'store-no-database',
    });
  });

  test('a query cannot change settings, and says so', async () => {
    const store = await open('default');
    await expect(store.query('SELECT 1 SETTINGS max_threads = 1')).rejects.toMatchObject({ code: 'store-read-only' });
    await expect(store.query('SELECT number FROM numbers(40000000)')).rejects.toMatchObject({
      code: 'store-too-much',
    });
  });
});
