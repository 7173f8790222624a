// Amounts are short, and never round up to a unit they do not reach.
import { expect, test } from 'vitest';
import { asSize, asTime, counted } from './amount.ts';

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [1_023, '1.0 KiB'],
  [1_536, '1.5 KiB'],
  [102_400, '100 KiB'],
  [1_048_575, '1.0 MiB'],
  [5 * 2 ** 40, '5.0 TiB'],
  [5_000 * 2 ** 40, '5000 TiB'],
])('%i bytes are %s', (bytes, text) => {
  expect(asSize(bytes)).toBe(text);
});

test('counts agree with their noun', () => {
  expect([counted(1, 'object'), counted(12_345, 'entry', 'entries')]).toEqual(['1 object', '12,345 entries']);
});

test('times are UTC, and one outside the calendar is its number', () => {
  expect([asTime(1_732_320_000_123), asTime(9e15)]).toEqual(['2024-11-23 00:00:00', '9000000000000000']);
});
