// Numbers of which one direction is better: improved, as good, or worse; exactly.
import { describe, expect, test } from 'vitest';
import { judged } from '../testing/told.ts';
import { type BetterRule, betterFaults } from './better.ts';

const better = (direction: BetterRule['direction'], noWorseThan?: string, path = ''): BetterRule => ({
  kind: 'better',
  name: 'cost',
  path,
  direction,
  ...(noWorseThan === undefined ? {} : { noWorseThan }),
});

describe('better', () => {
  test.each([
    ['lower', '10', '9', undefined, 'improved'],
    ['lower', '10', '10.0', undefined, 'match'],
    ['lower', '10', '11', undefined, 'mismatch'],
    ['higher', '10', '11', undefined, 'improved'],
    ['higher', '10', '9', undefined, 'mismatch'],
    ['lower', '100', '105', '5%', 'equivalent'],
    ['lower', '100', '105.0000000000000000000001', '5%', 'mismatch'],
    ['higher', '100', '95', '5%', 'equivalent'],
    ['higher', '100', '94.9999999999999999999999', '5%', 'mismatch'],
    ['lower', '-100', '-95', '5%', 'equivalent'],
    ['lower', '-100', '-101', '5%', 'improved'],
    ['lower', '0', '0.1', '100%', 'mismatch'],
    ['lower', '9007199254740993', '9007199254740992', undefined, 'improved'],
    ['lower', '9007199254740992', '9007199254740993', undefined, 'mismatch'],
    ['lower', '1e-30000', '1', undefined, 'mismatch'],
    ['lower', '1', '1e-30000', undefined, 'improved'],
    ['lower', '1e999999', '1e-999999', undefined, 'improved'],
    ['higher', '1e-999999', '1e999999', undefined, 'improved'],
    ['lower', '1e-999999', '1e999999', '100%', 'mismatch'],
    ['lower', '1e-999999', '1.05e-999999', '5%', 'equivalent'],
    ['lower', '1e-999999', '1.0500001e-999999', '5%', 'mismatch'],
    ['lower', '"10"', '9', undefined, 'mismatch'],
    ['lower', '10', 'null', undefined, 'mismatch'],
  ] as const)('%s: %s then %s, no worse than %s, is %s', (direction, legacy, candidate, noWorseThan, outcome) => {
    expect(judged(legacy, candidate, better(direction, noWorseThan))[0]).toBe(outcome);
  });

  test('a missing number is no better one', () => {
    expect(judged({ ms: 5 }, {}, better('lower', '100%', '/ms'))).toEqual(['mismatch', '/ms removed']);
  });

  test('an improvement is listed with its rule, and one difference that counts outweighs it', () => {
    expect(judged({ ms: 5, a: 1 }, { ms: 4, a: 1 }, better('lower', undefined, '/ms'))).toEqual([
      'improved',
      '/ms changed (cost)',
    ]);
    expect(judged({ ms: 5, a: 1 }, { ms: 4, a: 2 }, better('lower', undefined, '/ms'))).toEqual([
      'mismatch',
      '/a changed',
      '/ms changed (cost)',
    ]);
  });

  test('an improvement outweighs what is only equivalent', () => {
    const rules = [better('lower', undefined, '/ms'), { kind: 'ignore', name: 'i', paths: ['/at'] }] as const;
    expect(judged({ ms: 5, at: 1 }, { ms: 4, at: 2 }, ...rules)[0]).toBe('improved');
    expect(judged({ ms: 5, at: 1 }, { ms: 5, at: 2 }, ...rules)[0]).toBe('equivalent');
  });

  test('the later of tolerance and better is asked first', () => {
    const close = { kind: 'tolerance', name: 'close', path: '', absolute: 2 } as const;
    expect(judged('10', '9', better('lower'), close)).toEqual(['equivalent', ' changed (close)']);
    expect(judged('10', '9', close, better('lower'))).toEqual(['improved', ' changed (cost)']);
    expect(judged('10', '11', close, better('lower'))).toEqual(['equivalent', ' changed (close)']);
  });

  test('what is no share, and no direction, is refused', () => {
    expect(betterFaults(better('lower', '-5%'))).toMatchObject([{ key: 'noWorseThan', what: 'noWorseThan is "-5%"' }]);
    expect(betterFaults(better('lower', '5'))).toHaveLength(1);
    const sideways = { ...better('lower'), direction: 'sideways' } as unknown as BetterRule;
    expect(betterFaults(sideways)).toMatchObject([{ key: 'direction', allowed: 'lower, higher' }]);
  });
});
