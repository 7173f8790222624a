// A line says every byte of the record it was made of.
import type { ArchivedRecord, Header } from '@parallax/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecordReader } from '../feeding/record.ts';
import { recordLine } from './record-line.ts';

const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 20 }),
  fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
  fc.json().map((text) => new TextEncoder().encode(text)),
  fc
    .constantFrom('null', ' {}', '{}\n', '{"a":\n1}', '1e999', '{"a":1,"a":2}', '"\ufeff"')
    .map((text) => new TextEncoder().encode(text)),
);
const header: fc.Arbitrary<Header> = fc.tuple(
  fc.oneof(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.constantFrom('__proto__', 'a', '1')),
  fc.option<Uint8Array, null>(bytes),
);
const records: fc.Arbitrary<ArchivedRecord> = fc.record({
  topic: fc.constant('t'),
  partition: fc.nat(9),
  offset: fc.nat(),
  timestamp: fc.integer({ min: 1, max: 4_000_000_000_000 }),
  timestampType: fc.constantFrom('create', 'append'),
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.array(header, { maxLength: 4 }),
});

test('any record, written as a line and read again, has the same key, value, headers and time', () => {
  const reader = new RecordReader();
  fc.assert(
    fc.property(records, (record) => {
      const line = recordLine(record);
      expect(line).not.toMatch(/[\n\r]/);
      const read = reader.read(new TextEncoder().encode(line));
      const { key, value, headers, timestamp } = record;
      const copied = headers.map(([name, it]) => [name, it === null ? null : Uint8Array.from(it)]);
      expect(read).toEqual({ kind: 'record', record: { key, value, headers: copied, timestamp } });
    }),
    { numRuns: 500 },
  );
});

test('JSON stands as it was recorded: long numbers, spaces, order', () => {
  const value = '{ "b": 12345678901234567890.10, "a" : 1e2 }';
  const record: ArchivedRecord = {
    topic: 'orders',
    partition: 1,
    offset: 7,
    timestamp: 5,
    timestampType: 'create',
    key: new TextEncoder().encode('k'),
    value: new TextEncoder().encode(value),
    headers: [],
  };
  expect(recordLine(record)).toBe(
    `{"topic":"orders","partition":1,"offset":7,"timestamp":5,"key":"k","value":${value}}`,
  );
});
