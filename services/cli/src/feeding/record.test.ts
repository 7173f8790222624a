// What a line says is what the record holds, to the byte.
import { expect, test } from 'vitest';
import { RecordReader } from './record.ts';

const text = (bytes: Uint8Array | null | undefined) => (bytes ? Buffer.from(bytes).toString() : bytes);

function read(line: string) {
  const read = new RecordReader().read(Buffer.from(line));
  if (read.kind === 'unreadable') return read.why;
  const { key, value, headers = [], timestamp } = read.record;
  return { key: text(key), value: text(value), timestamp, headers: headers.map(([name, it]) => [name, text(it)]) };
}

test('an id is the correlation header and, without a key, the key', () => {
  expect(read('{"id":"o-1","value":{"a":1}}')).toEqual({
    key: 'o-1',
    value: '{"a":1}',
    timestamp: undefined,
    headers: [['correlation-id', 'o-1']],
  });
});

test('the text of the value is kept: long numbers, spaces, order', () => {
  const value = '{ "b": 12345678901234567890.10, "a" : 1e2 }';
  expect(read(`{"value":${value}}`)).toMatchObject({ value, key: null, headers: [] });
});

test('key, headers and timestamp are taken as given', () => {
  expect(read('{"key":"k","timestamp":1732320000000,"headers":{"a":"b"},"value":null,"id":7}')).toEqual({
    key: 'k',
    value: 'null',
    timestamp: 1_732_320_000_000,
    headers: [
      ['a', 'b'],
      ['correlation-id', '7'],
    ],
  });
});

test.each([
  ['{"id":"a","valueBase64":"/wA="}', Uint8Array.of(0xff, 0)],
  ['{"id":"a","valueBase64":""}', new Uint8Array()],
  ['{"id":"a","valueBase64":null}', null],
])('%s holds bytes that are no JSON', (line, value) => {
  const read = new RecordReader().read(Buffer.from(line));
  expect(read.kind === 'record' && read.record.value).toEqual(value);
});

test.each([
  ['{"id":"a"', 'not JSON'],
  ['{"id":"a"}', 'no value'],
  ['{"valueBase64":"%"}', 'valueBase64'],
  ['[1]', 'instead of an object'],
  ['{"value":1,"value":2}', 'twice'],
])('%s is refused: %s', (line, why) => {
  expect(read(line)).toContain(why);
});
