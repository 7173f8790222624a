// The bytes written for a row are what JSON.stringify would make of its cells.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HOSTILE_STRINGS } from '../../testing/store-conformance.ts';
import { LineBuffer } from './line-buffer.ts';
import { fromStored } from './text.ts';

const string = fc.oneof(
  fc.constantFrom(...HOSTILE_STRINGS),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ maxLength: 50 }),
);
const number = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, 9, 10, 999_999_999, 1_000_000_000, 1e15, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER),
);
type Cell = string | number | null | number[];
const cell: fc.Arbitrary<Cell> = fc.oneof(string, number, fc.constant(null), fc.array(number, { maxLength: 5 }));

function write(line: LineBuffer, row: readonly Cell[]): void {
  line.beginRow();
  for (const value of row) {
    if (Array.isArray(value)) line.numbers(value);
    else if (typeof value === 'string') line.textOrNull(value);
    else line.numberOrNull(value);
  }
  line.endRow();
}

test('rows of any cells are lines of JSON, whatever room there was', () => {
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: 400 }), (given, room) => {
      const line = new LineBuffer(Buffer.alloc(room));
      for (const row of given) write(line, row);
      const lines = line.written.toString('utf8').split('\n');
      expect(lines.pop()).toBe('');
      const read = lines.map((text) =>
        JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? fromStored(value) : value)),
      );
      // What JSON cannot say of a number is null there, and -0 is 0.
      expect(read).toEqual(JSON.parse(JSON.stringify(given)));
      expect(line.rows).toBe(given.length);
    }),
    { numRuns: 500 },
  );
});

test('memory that was used before shows nothing of it', () => {
  const first = new LineBuffer(Buffer.alloc(4));
  write(first, ['a long text of an earlier row', 123_456_789]);
  const second = new LineBuffer(first.memory);
  write(second, ['b']);
  expect(second.written.toString()).toBe('["b"]\n');
});
