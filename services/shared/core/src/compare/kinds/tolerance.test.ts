// Tolerances are exact decimals, at their limits too.
import { describe, expect, test } from 'vitest';
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
    ['one limit of several is enough', '100', '101', { absolute: 0.1, relative: 0.5 }, true],
  ] as const)('%s', (_, legacy, candidate, limits, expected) => {
    expect(close(legacy, candidate, limits)).toBe(expected);
    expect(close(candidate, legacy, limits)).toBe(expected);
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
