// Files as the S3 sink connector lays them out, written by another Avro library: keys, headers, tombstones, partitioners.
import { finished } from 'node:stream/promises';
import { importRecords } from '@parallax/archiver';
import { readArchived } from '@parallax/platform';
import { memoryArchive } from '@parallax/platform/testing';
import avro from 'avsc';
import { expect, test } from 'vitest';
import { noLosses, sinkRecords } from './sink-layout.ts';
import type { SinkOptions } from './sink-records.ts';
import { timeOf } from './time-of.ts';

/** As Connect's AvroData names them. */
const ORDER: avro.Schema = {
  type: 'record',
  name: 'ConnectDefault',
  namespace: 'io.confluent.connect.avro',
  fields: [
    { name: 'n', type: 'int' },
    { name: 'at', type: 'long' },
  ],
};
const HEADERS: avro.Schema = {
  type: 'array',
  items: {
    type: 'record',
    name: 'ConnectDefault',
    namespace: 'io.confluent.connect.avro',
    fields: [
      { name: 'key', type: 'string' },
      { name: 'value', type: 'string' },
    ],
  },
};
const TEXT: avro.Schema = ['null', 'string'];
const BYTES: avro.Schema = ['null', 'bytes'];

async function file(schema: avro.Schema, values: readonly unknown[], codec = 'null'): Promise<Uint8Array> {
  const encoder = new avro.streams.BlockEncoder(schema, { codec });
  const parts: Buffer[] = [];
  encoder.on('data', (part: Buffer) => parts.push(part));
  for (const value of values) encoder.write(value);
  encoder.end();
  await finished(encoder);
  return Buffer.concat(parts);
}

/** What is in the archive after an import, a line a record, and what was lost. */
async function imported(files: Readonly<Record<string, Uint8Array>>, more: Partial<SinkOptions> = {}) {
  const [source, to] = [memoryArchive(), memoryArchive()];
  for (const [key, body] of Object.entries(files)) await source.create(key, body);
  const losses = noLosses();
  const options = { topic: undefined, timeOf: timeOf('1000'), schemaId: undefined, ...more };
  await importRecords(to, sinkRecords(source, options, losses));
  const records = (await Array.fromAsync(readArchived(to, 't', 3))).flat();
  const hex = (bytes: Uint8Array | null) => (bytes === null ? null : Buffer.from(bytes).toString('latin1'));
  return {
    losses,
    records: records.map(({ offset, key, value, headers }) => [
      offset,
      hex(key),
      hex(value),
      ...headers.map(([name, one]) => `${name}=${hex(one)}`),
    ]),
    times: records.map(({ timestamp }) => timestamp),
  };
}

const order = (n: number, at = n) => ({ n, at });
const json = (n: number, at = n) => `{"n":${n},"at":${at}}`;

test('keys and headers of store.kafka.keys and store.kafka.headers are the bytes they were', async () => {
  const stem = 'topics/t/partition=3/t+3+0000000040';
  const headers = (...pairs: readonly (readonly [string, string])[]) => pairs.map(([key, value]) => ({ key, value }));
  const { records, losses } = await imported(
    {
      [`${stem}.avro`]: await file(ORDER, [order(1), order(2), order(3)], 'deflate'),
      [`${stem}.keys.avro`]: await file(TEXT, ['k"1', '', 'é']),
      [`${stem}.headers.avro`]: await file(HEADERS, [
        headers(['id', 'o-1'], ['id', '']),
        headers(['n', '17']),
        headers(['x', 'a "b"']),
      ]),
    },
    { schemaId: 7 },
  );
  const frame = '\0\0\0\0\u0007';
  expect(records).toEqual([
    [40, 'k"1', `${frame}\u0002\u0002`, 'id=o-1', 'id='],
    [41, '', `${frame}\u0004\u0004`, 'n=17'],
    [42, Buffer.from('é').toString('latin1'), `${frame}\u0006\u0006`, 'x=a "b"'],
  ]);
  expect(losses).toEqual({ files: 1, missing: 0, withoutKeys: 0, withoutHeaders: 0, interleaved: 0 });
});

test('keys and values of the string and byte array converters are their bytes, whatever those are', async () => {
  const stem = 'topics/t/partition=3/t+3+0000000000';
  const { records } = await imported({
    [`${stem}.avro`]: await file(BYTES, [Buffer.from([0xff, 0, 0x0a]), Buffer.from('x'), Buffer.alloc(0)]),
    [`${stem}.keys.avro`]: await file('bytes', [Buffer.from([0xfe]), Buffer.alloc(200, 'k'), Buffer.alloc(0)]),
  });
  expect(records).toEqual([
    [0, '\u00fe', '\u00ff\0\n'],
    [1, 'k'.repeat(200), 'x'],
    [2, '', ''],
  ]);
  const texts = await imported({ 'topics/t/t+3+0000000000.avro': await file('string', ['plain', '{"a":1}']) });
  expect(texts.records.map(([, , value]) => value)).toEqual(['plain', '{"a":1}']);
});

test('JSON headers stand in an object, and keys may be in another format than values', async () => {
  const stem = 'topics/t/partition=3/t+3+0000000000';
  const { records } = await imported({
    [`${stem}.json`]: Buffer.from('{"a":1}\n{"a":2}\n'),
    [`${stem}.keys.avro`]: await file('string', ['k1', 'k2']),
    [`${stem}.headers.json`]: Buffer.from(
      '{"headers":[{"key":"h","value":"x"},{"key":"h","value":"2"}]}\n{"headers":[{"key":"i","value":"y"}]}\n',
    ),
  });
  expect(records).toEqual([
    [0, 'k1', '{"a":1}', 'h=x', 'h=2'],
    [1, 'k2', '{"a":2}', 'i=y'],
  ]);
});

test('lines of ByteArrayFormat are values as they stand, empty ones too; a line end within one shows by its keys', async () => {
  const stem = 'topics/t/partition=3/t+3+0000000005';
  const keys = Buffer.from('a\nb\nc\n');
  const { records } = await imported({
    [`${stem}.bin`]: Buffer.from([0xff, 0x0a, 0x0a, 0x7b, 0x0a]),
    [`${stem}.keys.bin`]: keys,
  });
  expect(records).toEqual([
    [5, 'a', '\u00ff'],
    [6, 'b', ''],
    [7, 'c', '{'],
  ]);
  const broken = { [`${stem}.bin`]: Buffer.from('1\n2\n3\n4\n'), [`${stem}.keys.bin`]: keys };
  await expect(imported(broken)).rejects.toMatchObject({ code: 'import-file-damaged' });
});

test('with any topics.dir, or none, and offsets of any width', async () => {
  const body = await file(ORDER, [order(1)]);
  for (const key of ['lake/raw/t/partition=3/t+3+0000000007.avro', 't/partition=3/t+3+7.avro', 't+3+0000000007.avro']) {
    expect((await imported({ [key]: body })).records, key).toEqual([[7, null, json(1)]]);
  }
});

test('hours follow each other, and an offset no file holds is counted', async () => {
  const at = (hour: string, first: number) =>
    `topics/t/year=2026/month=01/day=31/hour=${hour}/t+3+000000000${first}.avro`;
  const { records, losses } = await imported({
    [at('09', 2)]: await file(ORDER, [order(3)]),
    [at('08', 0)]: await file(ORDER, [order(1), order(2)]),
    [at('08', 5)]: await file(ORDER, [order(5)]),
  });
  expect(records.map(([offset, , value]) => [offset, value])).toEqual([
    [0, json(1)],
    [1, json(2)],
    [2, json(3)],
    [5, json(5)],
  ]);
  expect(losses).toMatchObject({ missing: 2, interleaved: 0 });
});

test('files of a field’s values take turns: firsts at their offsets, the others by time, each once, and it is told', async () => {
  const { records, losses, times } = await imported(
    {
      'topics/t/country=de/t+3+0000000010.avro': await file(ORDER, [order(1, 100), order(4, 104), order(5, 105)]),
      'topics/t/country=fr/t+3+0000000012.avro': await file(ORDER, [order(2, 101), order(3, 102), order(6, 106)]),
      'topics/t/country=de/t+3+0000000016.avro': await file(ORDER, [order(7, 107)]),
    },
    { timeOf: timeOf('path:/at') },
  );
  expect(records.map(([offset]) => offset)).toEqual([10, 11, 12, 13, 14, 15, 16]);
  expect(records.at(2)?.[2]).toBe(json(2, 101));
  expect(records.at(6)?.[2]).toBe(json(7, 107));
  expect(new Set(times).size).toBe(7);
  expect(losses).toMatchObject({ files: 3, missing: 0, interleaved: 3 });
});

test('tombstones, which have keys and no values, stand between the records they came between', async () => {
  const { records } = await imported({
    'topics/t/partition=3/t+3+0000000000.avro': await file(ORDER, [order(1), order(2)]),
    'topics/t/partition=3/t+3+0000000000.keys.avro': await file('string', ['a', 'b']),
    'topics/t/tombstone/t+3+0000000001.keys.avro': await file('string', ['a']),
  });
  expect(records).toEqual([
    [0, 'a', json(1)],
    [1, 'a', null],
    [2, 'b', json(2)],
  ]);
});

test('the same records in two folders are no files that take turns', async () => {
  const body = await file(ORDER, [order(1), order(2)]);
  const twice = { 'topics/t/partition=3/t+3+0000000000.avro': body, 'topics/t/day=1/t+3+0000000000.avro': body };
  await expect(imported(twice)).rejects.toMatchObject({ code: 'import-overlapping-files' });
});
