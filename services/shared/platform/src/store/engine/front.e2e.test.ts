// The engine's HTTP, seen by the official client as a server's: settings, errors, counts, streams.
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEndpoint } from '../endpoint.ts';
import { startEngine } from '../spawn.ts';

let client: ClickHouseClient;
let release: () => Promise<void>;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'parallax-front-'));
  const engine = await startEngine(directory, 'chdb:test');
  if (engine.kind !== 'ready') throw new Error('the directory is new');
  release = () => engine.release();
  const { url, token } = readEndpoint(directory) ?? { url: '', token: '' };
  client = createClient({ url, password: token, database: 'parallax', log: { level: ClickHouseLogLevel.OFF } });
  await client.command({ query: 'CREATE TABLE t (n UInt64, s String) ENGINE = MergeTree ORDER BY n' });
});
afterAll(async () => {
  await client.close();
  await release();
});

const json = async (query: string, settings: Record<string, string | number> = {}) =>
  (await client.query({ query, format: 'JSONEachRow', clickhouse_settings: settings })).json();

test('ping answers with and without a query', async () => {
  expect(await client.ping()).toEqual({ success: true });
  expect(await client.ping({ select: true })).toEqual({ success: true });
});

test('settings of one request do not reach the next', async () => {
  const query = `SELECT getSetting('max_block_size') AS size`;
  const [before] = await json(query);
  expect(await json(query, { max_block_size: '7' })).not.toEqual([before]);
  expect(await json(query)).toEqual([before]);
});

test('an insert is whole or not at all, and its rows are counted', async () => {
  const insert = (values: unknown[][]) =>
    client.insert({ table: 't', columns: ['n', 's'], format: 'JSONCompactEachRow', values });
  expect(
    (
      await insert([
        [1, 'a'],
        [2, 'b'],
      ])
    ).summary?.written_rows,
  ).toBe('2');
  await expect(
    insert([
      [3, 'c'],
      ['four', 'd'],
    ]),
  ).rejects.toMatchObject({ code: '27' });
  expect(await json('SELECT count() AS n FROM t', { output_format_json_quote_64bit_integers: 0 })).toEqual([{ n: 2 }]);
  expect((await client.insert({ table: 't', format: 'JSONEachRow', values: [{ n: 9, s: 'é' }] })).executed).toBe(true);
});

test('a binary insert is whole or not at all, and leaves nothing behind', async () => {
  await client.command({ query: 'CREATE TABLE v (n UInt64) ENGINE = MergeTree ORDER BY n' });
  // One column and two rows: `n`, UInt64, 1 and 2.
  const block = Buffer.from('0102016e0655496e74363401000000000000000200000000000000', 'hex');
  const insert = async (bytes: Buffer) => {
    const values = Readable.from([bytes], { objectMode: false });
    const { stream } = await client.exec({ query: 'INSERT INTO v (n) FORMAT Native', values });
    for await (const _ of stream);
  };
  await insert(block);
  await expect(insert(block.subarray(0, -1))).rejects.toThrow();
  expect(await json('SELECT n FROM v ORDER BY n', { output_format_json_quote_64bit_integers: 0 })).toEqual([
    { n: 1 },
    { n: 2 },
  ]);
  expect(readdirSync(join(directory, 'incoming'))).toEqual([]);
});

test('an insert from a query goes through as any statement', async () => {
  await client.command({ query: 'CREATE TABLE u AS t ENGINE = MergeTree ORDER BY n' });
  await client.command({ query: `INSERT INTO u SELECT number, 'x' FROM numbers(5)` });
  await client.command({ query: `INSERT INTO u (n, s) VALUES (7, 'it''s'), (8, ')')` });
  expect(await json('SELECT s FROM u WHERE n >= 7 ORDER BY n')).toEqual([{ s: `it's` }, { s: ')' }]);
});

test.each([
  ['SELECT * FROM nowhere', '60'],
  ['SELEC 1', '62'],
  [`SELECT 1 INTO OUTFILE '/tmp/never'`, '1'],
])('%s fails by its code', async (query, code) => {
  await expect(client.command({ query })).rejects.toMatchObject({ code });
});

test('an unknown setting is refused by name', async () => {
  await expect(
    client.command({ query: 'SELECT 1', clickhouse_settings: { no_such_setting: 1 } }),
  ).rejects.toMatchObject({ code: '115' });
});

test('a long answer streams to a slow reader', async () => {
  const result = await client.query({
    query: "SELECT number, repeat('x', 100) AS x FROM numbers(300000)",
    format: 'JSONCompactEachRow',
  });
  let rows = 0;
  for await (const chunk of result.stream()) {
    rows += chunk.length;
    if (rows % 7 === 0) await new Promise(setImmediate);
  }
  expect(rows).toBe(300_000);
});

test('an error in the middle of an answer is not a short answer', async () => {
  const query = 'SELECT number, throwIf(number = 500000) FROM numbers(1000000)';
  const reading = async () => {
    const result = await client.query({ query, format: 'JSONCompactEachRow' });
    for await (const _ of result.stream());
  };
  await expect(reading()).rejects.toThrow();
});

test('ten requests at once are answered, each with its own parameters', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, async (_, n) => {
      const result = await client.query({
        query: 'SELECT {n:UInt8} AS n, sleep(0.05)',
        query_params: { n },
        format: 'JSONEachRow',
      });
      return (await result.json<{ n: number }>())[0]?.n;
    }),
  );
  expect(answers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
