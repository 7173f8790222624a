// Numbers in ids: one spelling a value, never rounded.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalNumber } from './number-text.ts';

test.each([
  ['1', '1'],
  ['1.0', '1'],
  ['10e-1', '1'],
  ['0.1e1', '1'],
  ['-0', '0'],
  ['0.000', '0'],
  ['-12.50', '-12.5'],
  ['5e-3', '0.005'],
  ['1E+2', '100'],
  ['9007199254740993', '9007199254740993'],
  ['9007199254740993.0', '9007199254740993'],
  ['0.1234567890123456789', '0.1234567890123456789'],
  ['1e400', '1e400'],
  ['10e399', '1e400'],
  ['1e-400', '1e-400'],
])('%s is written %s', (text, expected) => {
  expect(canonicalNumber(text)).toBe(expected);
});

test('a number is written the same however many zeros it is spelt with', () => {
  expect(canonicalNumber(`1${'0'.repeat(100)}`)).toBe(canonicalNumber('1e100'));
  expect(canonicalNumber(`0.${'0'.repeat(99)}1`)).toBe(canonicalNumber('1e-100'));
});

test('an exponent beyond all use is refused, not worked out', () => {
  expect(canonicalNumber('1e9999999999')).toBeUndefined();
  expect(canonicalNumber('0e9999999999')).toBe('0');
  expect(canonicalNumber('1e0000000000002')).toBe('100');
});

test('a million zeros take no time to speak of', () => {
  expect(canonicalNumber(`1${'0'.repeat(1_000_000)}.${'0'.repeat(1_000_000)}1`)).toContain('e-');
});

test('a text that comes out denotes the same value and comes out unchanged again', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
      fc.integer({ min: -90, max: 90 }),
      (digits, exponent) => {
        const text = canonicalNumber(`${digits}e${exponent}`) ?? '';
        expect(canonicalNumber(text)).toBe(text);
        expect(scaled(text)).toBe(digits * 10n ** BigInt(exponent + 200));
      },
    ),
  );
});

/** The value times 10^200. */
function scaled(text: string): bigint {
  const [mantissa = '', exponent = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length + 200);
}
