// Tolerances are exact decimals, at their limits too.
import { describe, expect, test } from 'vitest';
import { compareTexts, planWith } from '../testing/plans.ts';
import { judged } from '../testing/told.ts';
import type { ToleranceRule } from './tolerance.ts';

type Limits = Pick<ToleranceRule, 'absolute' | 'relative' | 'ulp' | 'digits'>;

const tolerance = (limits: Limits, path = ''): ToleranceRule => ({ kind: 'tolerance', name: 'close', path, ...limits });

describe('tolerance', () => {
  const close = (legacy: string, candidate: string, limits: Limits): boolean =>
    judged(legacy, candidate, tolerance(limits))[0] === 'equivalent';

  test.each([
    ['a difference right at the limit is within it', '1.0', '1.1', { absolute: 0.1 }, true],
    ['just beyond is not', '1.0', '1.1000000000000000000001', { absolute: 0.1 }, false],
    ['integers beyond doubles', '9007199254740993', '9007199254740992', { absolute: 1 }, true],
    ['and by how much', '9007199254740993', '9007199254740991', { absolute: 1 }, false],
    ['across zero', '-0.05', '0.05', { absolute: 0.1 }, true],
    ['far apart', '1e400', '1', { absolute: 1e9 }, false],
    ['a vanishing number and zero', '1e-30000', '0', { absolute: 0.1 }, true],
    ['a share of the larger', '100', '101', { relative: 0.01 }, true],
    ['and no more', '100', '101.02', { relative: 0.01 }, false],
    ['nothing is relatively close to zero', '0', '1e-12', { relative: 0.5 }, false],
    ['neighbouring doubles', '0.1', '0.10000000000000002', { ulp: 1 }, true],
    ['doubles three apart', '0.1', '0.10000000000000005', { ulp: 2 }, false],
    ['around zero', '-5e-324', '5e-324', { ulp: 2 }, true],
    ['no doubles', '1e999', '2e999', { ulp: 9 }, false],
    ['equal in three digits', '1234', '1231', { digits: 3 }, true],
    ['half is rounded up', '1.245', '1.25', { digits: 3 }, true],
    ['not equal in four', '1234', '1231', { digits: 4 }, false],
    ['999.9 and 1000 in three', '999.9', '1000', { digits: 3 }, true],
    ['of other signs', '1', '-1', { digits: 1 }, false],
    ['vanishing numbers of either sign', '1e-999999', '-1e-5', { absolute: 0.1 }, true],
    ['a vanishing number and the limit', '1e-999999', '-0.1', { absolute: 0.1 }, false],
    ['a vanishing number on the way to the limit', '1e-999999', '0.1', { absolute: 0.1 }, true],
    ['just beyond it by a vanishing number', '0', '0.1' + '0'.repeat(15_000) + '1', { absolute: 0.1 }, false],
    ['just within it', '0', '0.0' + '9'.repeat(15_000), { absolute: 0.1 }, true],
    ['numbers beyond reason by their share', '1e999999', '1.01e999999', { relative: 0.01 }, true],
    ['and no more', '1e999999', '1.0102e999999', { relative: 0.01 }, false],
    ['a number beyond reason and one without weight', '1e999999', '1e-999999', { relative: 0.99 }, false],
    ['exponents of many digits', `1e${'9'.repeat(3_000)}`, `1.001e${'9'.repeat(3_000)}`, { relative: 0.01 }, true],
    ['integers of 15,000 digits', `1${'0'.repeat(14_999)}`, `1${'0'.repeat(14_998)}5`, { absolute: 5 }, true],
    ['and by how much', `1${'0'.repeat(14_999)}`, `1${'0'.repeat(14_998)}6`, { absolute: 5 }, false],
    ['digits of numbers beyond reason', '1.2345e-999999', '12.344e-1000000', { digits: 4 }, false],
    ['rounded alike', '1.2345e-999999', '12.3454e-1000000', { digits: 5 }, true],
    ['one limit of several is enough', '100', '101', { absolute: 0.1, relative: 0.5 }, true],
  ] as const)('%s', (_, legacy, candidate, limits, expected) => {
    expect(close(legacy, candidate, limits)).toBe(expected);
    expect(close(candidate, legacy, limits)).toBe(expected);
  });

  test('numbers too long for exact arithmetic are in doubt, but for those that doubles tell', () => {
    const long = '7'.repeat(30_000);
    const outcome = compareTexts(long, `${long.slice(1)}8`, planWith([tolerance({ absolute: 1 })]));
    expect(outcome).toEqual({ kind: 'inconclusive', reason: 'number-too-long' });
    const lines = [tolerance({ absolute: 1 }, '/*'), { kind: 'unordered', name: 'lines', path: '' }] as const;
    expect(compareTexts(`[1,${long}]`, `[${long.slice(1)}8,2]`, planWith(lines)).kind).toBe('inconclusive');
    expect(close(`0.${'3'.repeat(30_000)}`, `0.${'3'.repeat(30_000)}4`, { absolute: 0.1 })).toBe(true);
  });

  test('the excused difference is listed, and a number is never close to its text', () => {
    expect(judged({ t: 1 }, { t: 1.004 }, tolerance({ absolute: 0.005 }, '/t'))).toEqual([
      'equivalent',
      '/t changed (close)',
    ]);
    expect(judged({ t: 1 }, { t: '1' }, tolerance({ absolute: 5 }, '/t'))).toEqual(['mismatch', '/t type-changed']);
    expect(judged({ t: 1 }, { t: 2 }, tolerance({ absolute: 5 }, '/t'), tolerance({ absolute: 0 }, '/t'))).toEqual([
      'mismatch',
      '/t changed',
    ]);
  });
});
