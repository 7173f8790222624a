// A block's bytes, read back as the format's description says, are the rows that were added.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE_STRINGS } from '../../testing/store-conformance.ts';
import { nativeTable } from './native-block.ts';
import {
  Int64Column,
  NullableColumn,
  OffsetsColumn,
  TimeColumn,
  UInt32Column,
  UInt256Column,
} from './native-numbers.ts';
import { LabelColumn, TextColumn } from './native-texts.ts';
import { fromStored } from './text.ts';

interface Row {
  label: string;
  text: string;
  count: number;
  big: number;
  signed: number | null;
  time: number;
  none: string | null;
  offsets: number[];
  version: bigint;
}

const TABLE = nativeTable(
  'rows',
  () => ({
    label: new LabelColumn(),
    text: new TextColumn(),
    count: new UInt32Column(),
    big: new Int64Column('UInt64'),
    signed: new NullableColumn(new Int64Column('Int64'), 0),
    time: new TimeColumn(),
    none: new NullableColumn(new TextColumn(), ''),
    offsets: new OffsetsColumn(),
    version: new UInt256Column(),
  }),
  (row: Row, to) => {
    to.label.add(row.label);
    to.text.add(row.text);
    to.count.add(row.count);
    to.big.add(row.big);
    to.signed.add(row.signed);
    to.time.add(row.time);
    to.none.add(row.none);
    to.offsets.add(row.offsets);
    to.version.add(row.version);
  },
);

/** Reads a block: https://clickhouse.com/docs/interfaces/formats/Native */
function read(block: Buffer): Record<string, unknown>[] {
  let at = 0;
  const past = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const varint = (): number => {
    const byte = block.readUInt8(past(1));
    return byte < 0x80 ? byte : (byte & 0x7f) + 128 * varint();
  };
  const text = () => block.toString('utf8', past(varint()), at);
  const list = <T>(count: number, of: () => T): T[] => Array.from({ length: count }, of);
  const uint64 = () => Number(block.readBigUInt64LE(past(8)));
  const uint256 = () =>
    list(4, () => block.readBigUInt64LE(past(8))).reduceRight((all, word) => (all << 64n) | word, 0n);
  const values = (type: string, rows: number): unknown[] => {
    const inner = /^Nullable\((.*)\)$/.exec(type)?.[1];
    if (inner !== undefined) {
      const nulls = list(rows, () => block.readUInt8(past(1)));
      return values(inner, rows).map((value, i) => (nulls[i] === 1 ? null : value));
    }
    switch (type) {
      case 'UInt32':
        return list(rows, () => block.readUInt32LE(past(4)));
      case 'UInt64':
        return list(rows, uint64);
      case 'Int64':
      case "DateTime64(3, 'UTC')":
        return list(rows, () => Number(block.readBigInt64LE(past(8))));
      case 'UInt256':
        return list(rows, uint256);
      case 'String':
        return list(rows, () => fromStored(text()));
      case 'Array(UInt64)': {
        const ends = list(rows, uint64);
        const all = list(ends.at(-1) ?? 0, uint64);
        return ends.map((end, i) => all.slice(ends[i - 1] ?? 0, end));
      }
      case 'LowCardinality(String)': {
        expect(uint64()).toBe(1);
        const flags = uint64();
        expect(flags & ~3).toBe(0x600);
        const labels = list(uint64(), () => fromStored(text()));
        const width = 2 ** (flags & 3);
        return list(uint64(), () => labels[block.readUIntLE(past(width), width)]);
      }
    }
    throw new Error(type);
  };
  const columns = varint();
  const rows = varint();
  const found: Record<string, unknown>[] = list(rows, () => ({}));
  for (let column = 0; column < columns; column++) {
    const name = text();
    values(text(), rows).forEach((value, i) => {
      (found[i] as Record<string, unknown>)[name] = value;
    });
  }
  expect(at).toBe(block.length);
  return found;
}

const string = fc.oneof(
  fc.constantFrom(...HOSTILE_STRINGS),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ maxLength: 50 }),
);
const offset = fc.oneof(fc.maxSafeNat(), fc.nat(), fc.constantFrom(0, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const row: fc.Arbitrary<Row> = fc.record({
  label: string,
  text: string,
  count: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  big: offset,
  signed: fc.option(fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -3, max: 3 }))),
  time: fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2299, 0, 1) }),
  none: fc.option(string),
  offsets: fc.array(offset, { maxLength: 5 }),
  version: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
});

function plain(text = ''): Row {
  return { label: text, text, count: 1, big: 1, signed: 1, time: 1, none: text, offsets: [], version: 1n };
}

test('rows of any values come back, whatever room there was, and nothing of rows that were there before', () => {
  const block = TABLE.open();
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 100 }), fc.nat(20_000), (rows, room) => {
      block.clear();
      for (const one of rows) block.add(one);
      expect(block.rows).toBe(rows.length);
      expect(read(block.write(Buffer.alloc(room, 0xee)))).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});

test('a label is found again among more labels than one byte, and two bytes, can number', () => {
  for (const count of [256, 257, 65_536, 65_537]) {
    const block = TABLE.open();
    for (let n = 0; n < count; n++) block.add(plain(String(n)));
    const rows = read(block.write(Buffer.alloc(0)));
    expect([rows.length, rows[0]?.label, rows.at(-1)?.label]).toEqual([count, '0', String(count - 1)]);
  }
});

test('names and types are those of the columns, in order', () => {
  const block = TABLE.open();
  block.add(plain());
  expect(Object.keys(read(block.write(Buffer.alloc(0)))[0] ?? {})).toEqual(TABLE.columns);
});

test('the size of a block is known while it grows', () => {
  const block = TABLE.open();
  for (let n = 0; n < 1_000; n++) block.add(plain('x'.repeat(500)));
  const written = block.write(Buffer.alloc(0)).length;
  expect(Math.abs(block.bytes - written)).toBeLessThan(written / 100);
});
