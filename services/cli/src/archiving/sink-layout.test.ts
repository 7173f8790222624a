// Files of an S3 sink become records with the offsets their names tell; what they cannot say is counted.
import { deflateRawSync, gzipSync } from 'node:zlib';
import type { GivenRecord } from '@parallax/archiver';
import { memoryArchive } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { noLosses, sinkRecords } from './sink-layout.ts';
import type { SinkOptions } from './sink-records.ts';
import { timeOf } from './time-of.ts';

const SCHEMA =
  '{"type":"record","name":"Order","fields":[{"name":"n","type":"long"},{"name":"note","type":["null","string"]}]}';
const SYNC = Buffer.alloc(16, 7);
const text = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString() : bytes);

function long(value: number): Buffer {
  const out: number[] = [];
  let rest = value * 2;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Buffer.from([...out, rest]);
}
const string = (value: string) => Buffer.concat([long(Buffer.byteLength(value)), Buffer.from(value)]);

function avro(schema: string, values: readonly Buffer[], codec: 'null' | 'deflate' = 'deflate'): Buffer {
  const raw = Buffer.concat(values);
  const packed = codec === 'deflate' ? deflateRawSync(raw) : raw;
  const meta = [long(2), string('avro.schema'), string(schema), string('avro.codec'), string(codec), long(0)];
  return Buffer.concat([
    Buffer.from('Obj\u0001', 'latin1'),
    ...meta,
    SYNC,
    long(values.length),
    long(packed.length),
    packed,
    SYNC,
  ]);
}
const order = (n: number, note: string | null) =>
  Buffer.concat([long(n), ...(note === null ? [long(0)] : [long(1), string(note)])]);

async function read(files: Readonly<Record<string, Uint8Array>>, more: Partial<SinkOptions> = {}) {
  const source = memoryArchive();
  for (const [key, body] of Object.entries(files)) await source.create(key, body);
  const losses = noLosses();
  const options = { topic: undefined, timeOf: timeOf('1000'), schemaId: undefined, ...more };
  const batches: readonly (readonly GivenRecord[])[] = await Array.fromAsync(sinkRecords(source, options, losses));
  return { records: batches.flat(), losses };
}

test('Avro payloads become JSON text at the offsets the file names tell, across partitioners', async () => {
  const { records, losses } = await read({
    'topics/orders/year=2026/month=01/orders+0+0000000012.avro': avro(SCHEMA, [order(3, 'x')]),
    'topics/orders/partition=0/orders+0+0000000010.avro': avro(SCHEMA, [order(1, null), order(2, 'é')], 'null'),
    'topics/orders/partition=1/orders+1+0000000000.avro': avro(SCHEMA, [order(9, null)]),
  });
  expect(records.map(({ partition, offset, value }) => [partition, offset, text(value)])).toEqual([
    [0, 10, '{"n":1,"note":null}'],
    [0, 11, '{"n":2,"note":"é"}'],
    [0, 12, '{"n":3,"note":"x"}'],
    [1, 0, '{"n":9,"note":null}'],
  ]);
  expect(losses).toEqual({ files: 3, missing: 0, withoutKeys: 4, withoutHeaders: 4, interleaved: 0 });
});

test('with a schema number, values are the bytes they were on the topic', async () => {
  const files = { 'topics/t/partition=0/t+0+0000000000.avro': avro(SCHEMA, [order(1, 'a')]) };
  const { records } = await read(files, { schemaId: 258, timeOf: timeOf('path:/n') });
  expect(records[0]?.value).toEqual(Uint8Array.of(0, 0, 0, 1, 2, ...order(1, 'a')));
  expect(records[0]?.timestamp).toBe(1);
});

test('null of a union is a tombstone, with a schema number too', async () => {
  const body = avro('["null",{"type":"bytes"}]', [Buffer.of(0), Buffer.of(2, 2, 0xff)]);
  const files = { 'topics/t/t+0+0000000000.avro': body };
  expect((await read(files)).records.map(({ value }) => value && [...value])).toEqual([null, [0xff]]);
  expect((await read(files, { schemaId: 1 })).records[0]?.value).toBeNull();
});

test('JSON lines, keys and headers beside them are taken as they stand', async () => {
  const { records, losses } = await read({
    'topics/t/partition=0/t+0+0000000005.json': Buffer.from('{"a": 1.0}\n{"a":2}\n'),
    'topics/t/partition=0/t+0+0000000005.keys.json': Buffer.from('"k1"\n{"id":2}\n'),
    'topics/t/partition=0/t+0+0000000005.headers.json': Buffer.from(
      '[{"key":"h","value":"x"},{"key":"h","value":null}]\n[]\n',
    ),
    'topics/t/partition=0/t+0+0000000009.json.gz': gzipSync('{"a":3}'),
  });
  expect(records.map(({ offset, key, value }) => [offset, text(key), text(value)])).toEqual([
    [5, 'k1', '{"a": 1.0}'],
    [6, '{"id":2}', '{"a":2}'],
    [9, null, '{"a":3}'],
  ]);
  expect(records[0]?.headers.map(([name, value]) => [name, text(value)])).toEqual([
    ['h', 'x'],
    ['h', null],
  ]);
  expect(losses).toEqual({ files: 2, missing: 2, withoutKeys: 1, withoutHeaders: 1, interleaved: 0 });
});

test.each([
  ['a cut file', { 'topics/t/t+0+0000000000.avro': avro(SCHEMA, [order(1, 'a')]).subarray(0, -20) }, 'is damaged'],
  ['values that are not of the schema', { 'topics/t/t+0+0000000000.avro': avro(SCHEMA, [long(1)]) }, 'truncated'],
  ['a line that is no JSON', { 'topics/t/t+0+0000000000.json': Buffer.from('{"a":\n') }, 'line 1 is no JSON'],
  [
    'files that overlap',
    {
      'topics/t/t+0+0000000000.json': Buffer.from('1\n2\n'),
      'topics/t/t+0+0000000001.json': Buffer.from('3\n'),
    },
    'begins before that',
  ],
  [
    'fewer keys than values',
    {
      'topics/t/t+0+0000000000.json': Buffer.from('1\n2\n'),
      'topics/t/t+0+0000000000.keys.json': Buffer.from('3\n'),
    },
    'holds 1 records',
  ],
  ['nothing', { 'topics/t/other.txt': Buffer.from('1') }, 'no files of an S3 sink'],
])('%s is refused with its place', async (_, files, why) => {
  await expect(read(files)).rejects.toThrow(why);
});

test('a record without a time is refused, and what would tell it is said', async () => {
  const files = { 'topics/t/t+0+0000000000.json': Buffer.from('{"at":"2026-01-31T00:00:00Z"}') };
  await expect(read(files, { timeOf: timeOf(undefined) })).rejects.toMatchObject({ code: 'import-no-time' });
  const { records } = await read(files, { timeOf: timeOf('path:/at') });
  expect(records[0]?.timestamp).toBe(Date.parse('2026-01-31T00:00:00Z'));
  await expect(read(files, { timeOf: timeOf('path:/other') })).rejects.toMatchObject({ code: 'import-no-time' });
  expect(() => timeOf('yesterday')).toThrow("--time is 'yesterday'");
});
