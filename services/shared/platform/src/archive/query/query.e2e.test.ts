// SQL over an archive sees what its reader gives: each record once, in any codec, byte for byte.
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArchivedRecord, objectKey } from '@parallax/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARCHIVE_CODECS } from '../codecs.ts';
import { manifestOf } from '../describe-object.ts';
import { ObjectEncoder } from '../object-encoder.ts';
import { openArchive } from '../open-archive.ts';
import { readArchived } from '../reader.ts';
import { storeObject } from '../store-object.ts';
import { type QueryOptions, queryArchive } from './query.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-query-test-'));
const address = `file:${folder}/archive`;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  const archive = openArchive(address);
  const scope = { topic: 'orders', partition: 3, timestampType: 'create' } as const;
  // Three codecs, and a tail that overlaps a full object by five records.
  for (const [n, codec] of [...ARCHIVE_CODECS, 'deflate' as const].entries()) {
    const first = n === 3 ? 25 : n * 10;
    const encoder = new ObjectEncoder(scope, { codec });
    for (let offset = first; offset < first + 10; offset++) {
      encoder.add({
        offset,
        timestamp: 1_732_320_000_000 + offset * 60_000,
        key: offset % 3 === 0 ? null : Uint8Array.of(0xff, offset),
        value: offset % 4 === 0 ? null : new TextEncoder().encode(offset % 4 === 1 ? '' : `{"n":${offset}}`),
        headers: [
          ['a', Uint8Array.of(0xfe)],
          ['a', null],
        ],
      });
    }
    const object = encoder.snapshot();
    const name = { topic: 'orders', partition: 3, first } as const;
    const key = objectKey(n === 3 ? { kind: 'tail', ...name, count: 10 } : { kind: 'full', ...name });
    await storeObject(archive, manifestOf(key, 'orders', 3, first, object), object.body);
  }
  await archive.close();
});

function rowsOf(place: string, sql: string, options?: QueryOptions): Promise<string[]> {
  return Array.fromAsync(queryArchive(place, sql, options));
}

/** Every byte of a record as one line of text. */
function line({ topic, partition, offset, timestamp, key, value, headers }: ArchivedRecord): string {
  const hex = (bytes: Uint8Array | null) =>
    bytes === null ? 'null' : Buffer.from(bytes).toString('hex').toUpperCase();
  const named = headers.map(([name, bytes]) => `${name}=${hex(bytes)}`).join(',');
  return `${topic}|${partition}|${offset}|${timestamp}|${hex(key)}|${hex(value)}|${named}`;
}

test('counts and the hash over every byte of every record are those of the reader', async () => {
  const archive = openArchive(address);
  const records = (await Array.fromAsync(readArchived(archive, 'orders', 3))).flat();
  const digest = createHash('sha256').update(records.map(line).join('\n')).digest('hex');
  const text = `concat(topic, '|', toString(partition), '|', toString(offset), '|', toString(toUnixTimestamp64Milli(timestamp)), '|',
    if(key IS NULL, 'null', hex(assumeNotNull(key))), '|', if(value IS NULL, 'null', hex(assumeNotNull(value))), '|',
    arrayStringConcat(arrayMap(h -> concat(h.1, '=', if(h.2 IS NULL, 'null', hex(assumeNotNull(h.2)))), headers), ','))`;
  const [answer = ''] = await rowsOf(
    address,
    `SELECT count() AS n, lower(hex(SHA256(arrayStringConcat(arrayMap(x -> x.2, arraySort(groupArray((offset, ${text})))), '\\n')))) AS digest FROM records`,
  );
  expect(records).toHaveLength(35);
  expect(JSON.parse(answer)).toEqual({ n: 35, digest });
});

test('a statement that could change something, or that names what is not there, is refused', async () => {
  await expect(rowsOf(address, 'DROP TABLE records')).rejects.toMatchObject({ code: 'store-read-only' });
  await expect(rowsOf(address, 'SELECT x FROM records')).rejects.toMatchObject({
    code: 'archive-query-refused',
    message: expect.stringContaining('`x`'),
  });
  await expect(rowsOf(address, "SELECT groupArray(repeat('x', 1_000_000)) FROM numbers(2_000)")).rejects.toMatchObject({
    code: 'archive-query-refused',
    message: expect.stringMatching(/^The engine has \d+ MiB/),
  });
  await expect(rowsOf(`file:${folder}/a{b}`, 'SELECT 1')).rejects.toMatchObject({
    code: 'archive-not-queryable',
  });
});

test.each([
  ["SELECT * FROM file('/etc/passwd', 'LineAsString')", 'file()'],
  ["SELECT `file`('/etc/passwd')", 'file()'],
  ["WITH (SELECT * FROM url('http://127.0.0.1:1/', 'LineAsString')) AS x SELECT x", 'url()'],
  ["SELECT * FROM view(SELECT * FROM filesystem('/etc'))", 'filesystem()'],
  ["DESCRIBE TABLE file('/etc/passwd', 'LineAsString')", 'file()'],
  ['SELECT 1 SETTINGS format_display_secrets_in_show_and_select = 1', 'SETTINGS'],
])('nothing but the archive is read: %s', async (sql, named) => {
  await expect(rowsOf(address, sql)).rejects.toMatchObject({
    code: 'archive-query-elsewhere',
    message: expect.stringContaining(named),
  });
});

test('what only makes rows or names the archive is let through, and a name in quotes or comments is no call', async () => {
  const sql =
    "SELECT n.number, 'file(1)' AS s /* url() */ FROM numbers(2) AS n, (SELECT count() FROM archive.records) AS r -- s3()";
  expect(await rowsOf(address, sql)).toHaveLength(2);
});

test('an object the engine cannot read is named and left out, and what is missing is named', async () => {
  const place = `${folder}/damaged`;
  cpSync(`${folder}/archive`, `${place}`, { recursive: true });
  const key = (first: number) => objectKey({ kind: 'full', topic: 'orders', partition: 3, first });
  const size = statSync(`${place}/${key(0)}`).size;
  writeFileSync(`${place}/${key(0)}`, Buffer.alloc(size, 'x'));
  const told: string[] = [];
  const onProblem = ({ code, place: where }: { readonly code: string; readonly place: string }) =>
    told.push(`${code} ${where}`);
  const ask = () => rowsOf(`file:${place}`, 'SELECT count() AS n FROM records', { onProblem });
  expect(await ask()).toEqual(['{"n":25}']);
  expect(told).toEqual([`archive-not-avro ${key(0)}`]);
  rmSync(`${place}/${key(10)}`);
  writeFileSync(`${place}/${key(0)}`, readFileSync(`${folder}/archive/${key(0)}`));
  told.length = 0;
  expect(await ask()).toEqual(['{"n":25}']);
  expect(told).toEqual([`archive-object-missing ${key(10)}`, 'archive-gap orders, partition 3, offsets 10 to 19']);
});

test('an archive that is not there has no records, and the columns are the same', async () => {
  const nowhere = `file:${folder}/none`;
  expect(await rowsOf(nowhere, 'SELECT count() AS n FROM records')).toEqual(['{"n":0}']);
  const columns = (await rowsOf(nowhere, 'DESCRIBE records')).map((row) => JSON.parse(row).name);
  expect(columns).toEqual(['topic', 'partition', 'offset', 'timestamp', 'timestampType', 'key', 'value', 'headers']);
});

test('of the topics that are named only, others are not read', async () => {
  const ask = (topic: string) => rowsOf(address, 'SELECT count() AS n FROM records', { topics: [topic] });
  expect(await ask('orders')).toEqual(['{"n":35}']);
  expect(await ask('other')).toEqual(['{"n":0}']);
});

test('of an answer that is not read to its end nothing is left behind', async () => {
  const left = () => readdirSync(tmpdir()).filter((name) => name.startsWith('parallax-query-')).length;
  const before = left();
  for await (const row of queryArchive(address, "SELECT '\u2028' AS text FROM numbers(100_000)")) {
    expect(JSON.parse(row)).toEqual({ text: '\u2028' });
    break;
  }
  expect(left()).toBe(before);
});
