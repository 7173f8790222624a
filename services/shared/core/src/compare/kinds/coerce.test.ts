// What is the same once read as one type; numbers are decimals throughout.
import { describe, expect, test } from 'vitest';
import { judged } from '../testing/told.ts';
import type { Coerced, CoerceRule } from './coerce.ts';

const coerce = (to: Coerced, path = ''): CoerceRule => ({ kind: 'coerce', name: 'types', path, to });
const same = (legacy: string, candidate: string, to: Coerced): boolean => {
  const one = judged(legacy, candidate, coerce(to))[0];
  expect(judged(candidate, legacy, coerce(to))[0]).toBe(one);
  return one !== 'mismatch';
};

describe('coerce', () => {
  test.each([
    ['number', '"1"', '1', true],
    ['number', '"1.50"', '1.5', true],
    ['number', '"1e2"', '100', true],
    ['number', '"-0"', '0', true],
    ['number', '"1.50"', '"1.5"', true],
    ['number', '"9007199254740993"', '9007199254740993', true],
    ['number', '"9007199254740993"', '9007199254740992', false],
    ['number', '"0.1"', '0.1000000000000000055511151231257827', false],
    ['number', '"01"', '1', false],
    ['number', '"+1"', '1', false],
    ['number', '" 1"', '1', false],
    ['number', '"1\\n"', '1', false],
    ['number', '"0x10"', '16', false],
    ['number', '""', '0', false],
    ['number', 'null', '0', false],
    ['number', 'true', '1', false],
    ['number', '"NaN"', '"nan"', false],
    ['number', '[1]', '1', false],
    ['number', '"\\u0031"', '1', true],
    ['string', '1', '"1"', true],
    ['string', '1.50', '"1.5"', true],
    ['string', '1.50', '"1.50"', false],
    ['string', '1e2', '"100"', true],
    ['string', '1e2', '"1e2"', false],
    ['string', '-0.5', '"-0.5"', true],
    ['string', '-0', '"0"', true],
    ['string', 'true', '"true"', true],
    ['string', 'true', '"True"', false],
    ['string', 'true', '1', false],
    ['string', 'null', '"null"', false],
    ['string', '1e401', '"1"', false],
    ['boolean', 'true', '"true"', true],
    ['boolean', 'false', '0', true],
    ['boolean', '1.0', '"1"', true],
    ['boolean', 'true', '"false"', false],
    ['boolean', 'true', '"TRUE"', false],
    ['boolean', 'true', '2', false],
    ['boolean', 'false', 'null', false],
    ['boolean', 'false', '""', false],
  ] as const)('to %s: %s and %s the same: %s', (to, legacy, candidate, expected) => {
    expect(same(legacy, candidate, to)).toBe(expected);
  });

  test('a missing value is nothing that could be read', () => {
    expect(judged({ a: 'null' }, {}, coerce('string', '/a'))).toEqual(['mismatch', '/a removed']);
  });

  test('elements of arrays without order are paired by what they read as', () => {
    const any = { kind: 'unordered', name: 'any order', path: '' } as const;
    expect(judged('["1", 2, "x"]', '["x", "2.0", 1]', any, coerce('number', '/*'))[0]).toBe('equivalent');
    expect(judged('["1", "1", 2]', '["2.0", 1, 2]', any, coerce('number', '/*'))[0]).toBe('mismatch');
  });
});
