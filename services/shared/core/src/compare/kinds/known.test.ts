// Known differences: which they cover, until when, and that they change nothing but the name of what was found.
import { describe, expect, test } from 'vitest';
import type { Comparison, Difference } from '../../outcome.ts';
import { compareContents, compareWith } from '../compare.ts';
import { type ComparePlan, compilePlan } from '../plan.ts';
import type { RuleSpec } from '../rules.ts';
import { compareTexts, content, planWith, STRICT } from '../testing/plans.ts';
import { judged } from '../testing/told.ts';
import { type KnownRule, knownFaults } from './known.ts';

const DAY = Date.UTC(2026, 11, 31);
const known = (what: Partial<KnownRule>): KnownRule => ({
  kind: 'known',
  name: 'bug',
  owner: 'pricing',
  ticket: 'PRICE-7',
  expires: '2026-12-31',
  ...what,
});
const compare = (legacy: unknown, candidate: unknown, ...rules: readonly RuleSpec[]): Comparison =>
  compareTexts(JSON.stringify(legacy), JSON.stringify(candidate), planWith(rules));
const signatureOf = (legacy: unknown, candidate: unknown, ...rules: readonly RuleSpec[]): string => {
  const comparison = compare(legacy, candidate, ...rules);
  return 'signature' in comparison ? comparison.signature : '';
};
const differences = (comparison: Comparison): readonly Difference[] =>
  'differences' in comparison ? comparison.differences : [];

describe('known', () => {
  test('what stands at the path, and only there, is known', () => {
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 1 }, known({ path: '/a' }))).toEqual(['known', '/a changed (bug)']);
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 2 }, known({ path: '/a' }))).toEqual([
      'mismatch',
      '/b changed',
      '/a changed (bug)',
    ]);
    expect(judged({ a: { b: 1 } }, { a: { b: 2 } }, known({ path: '/a' }))[0]).toBe('mismatch');
    expect(judged({ a: { b: 1 } }, { a: { b: 2 } }, known({ path: '/a/**' }))[0]).toBe('known');
  });

  test('of these kinds only', () => {
    const more = known({ kinds: ['added'] });
    expect(judged({ a: 1 }, { a: 1, b: 1 }, more)).toEqual(['known', '/b added (bug)']);
    expect(judged({ a: 1, b: 1 }, { a: 1 }, more)).toEqual(['mismatch', '/b removed']);
    expect(judged({ a: 1 }, { a: 2 }, known({ path: '/a', kinds: ['type-changed'] }))[0]).toBe('mismatch');
  });

  test('several rules at one place each cover what they name', () => {
    const rules = [known({ name: 'one', kinds: ['added'] }), known({ name: 'two', kinds: ['removed'] })];
    expect(judged({ a: 1 }, { b: 1 }, ...rules)).toEqual([
      'known',
      '/a removed (one)'.replace('one', 'two'),
      '/b added (one)',
    ]);
  });

  test('a signature covers a pair that differs just so, and no other', () => {
    const signature = signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 });
    expect(judged({ a: 3, b: 5 }, { a: 4, b: 6 }, known({ signature }))).toEqual([
      'known',
      '/a changed (bug)',
      '/b changed (bug)',
    ]);
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 1 }, known({ signature }))[0]).toBe('mismatch');
    expect(judged({ a: 1, b: 1, c: 1 }, { a: 2, b: 2, c: 2 }, known({ signature }))[0]).toBe('mismatch');
  });

  test('with a path or kinds beside it, only these of such a pair', () => {
    const signature = signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 });
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 2 }, known({ signature, path: '/a' }))).toEqual([
      'mismatch',
      '/b changed',
      '/a changed (bug)',
    ]);
  });

  test('the signature is that of all there is, or that of what other rules leave', () => {
    const whole = signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 });
    const other = known({ name: 'other', path: '/a' });
    const rest = signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 }, other);
    expect(rest).not.toBe(whole);
    expect(rest).toBe(signatureOf({ a: 1, b: 1 }, { a: 1, b: 2 }));
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 2 }, other, known({ signature: rest }))[0]).toBe('known');
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 2 }, other, known({ signature: whole }))[0]).toBe('known');
  });

  test('the signature of a known pair is the one it has without the rule; of a mismatch, that of what counts', () => {
    const bare = signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 });
    expect(signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 }, known({ path: '/**' }))).toBe(bare);
    expect(signatureOf({ a: 1, b: 1 }, { a: 2, b: 2 }, known({ path: '/a' }))).toBe(
      signatureOf({ a: 1, b: 1 }, { a: 1, b: 2 }),
    );
  });

  test('what a rule excuses is not known but the same, and known outweighs it and an improvement', () => {
    const lower = { kind: 'better', name: 'cost', path: '/ms', direction: 'lower' } as const;
    expect(judged({ ms: 5 }, { ms: 4 }, lower, known({ path: '/**' }))).toEqual(['improved', '/ms changed (cost)']);
    expect(judged({ ms: 5, a: 1 }, { ms: 4, a: 2 }, lower, known({ path: '/a' }))).toEqual([
      'known',
      '/a changed (bug)',
      '/ms changed (cost)',
    ]);
  });

  test('it has no say in what is paired with what', () => {
    const any = { kind: 'unordered', name: 'any order', path: '', key: ['/id'] } as const;
    const legacy = [
      { id: 1, n: 1 },
      { id: 2, n: 2 },
    ];
    const candidate = [
      { id: 2, n: 7 },
      { id: 1, n: 1 },
    ];
    expect(judged(legacy, candidate, any, known({ path: '/*/n' }))).toEqual([
      'known',
      '/1/n changed (bug)',
      ' reordered (any order)',
    ]);
  });

  test('counts of events, keys and headers are known under rules without a path', () => {
    const pair = (rule: KnownRule): Comparison =>
      compareContents([content('1'), content('2')], [content('1')], planWith([rule]));
    expect(pair(known({ kinds: ['count'] })).kind).toBe('known');
    expect(pair(known({ path: '', kinds: ['count'] })).kind).toBe('mismatch');
    const keyed = (rule: KnownRule): Comparison => {
      const plan = planWith([rule], { compare: { value: true, key: true, headers: [] } });
      const key = (text: string) => ({ ...content('1'), key: new TextEncoder().encode(text) });
      return compareContents([key('a')], [key('b')], plan);
    };
    expect(keyed(known({ kinds: ['changed'] })).kind).toBe('known');
    expect(keyed(known({ path: '/**' })).kind).toBe('mismatch');
  });

  test('events without order are paired as if nothing were known', () => {
    const pair = (...rules: readonly RuleSpec[]): Comparison =>
      compareContents(
        [content('{"a":1,"b":1}'), content('{"a":2,"b":2}')],
        [content('{"a":2,"b":3}'), content('{"a":1,"b":1}')],
        planWith(rules, { pick: 'set' }),
      );
    const bare = differences(pair());
    expect(bare.map(({ path }) => path)).toEqual(['/b']);
    expect(differences(pair(known({ path: '/**' }))).map(({ rule: _, ...rest }) => rest)).toEqual(bare);
  });

  test('more differences than are listed are known or not all the same', () => {
    const many = (value: number) => Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}`, value]));
    const plan = planWith([known({ path: '/f0' })], { budgets: { ...STRICT.budgets, differencesPerPair: 3 } });
    expect(compareTexts(JSON.stringify(many(1)), JSON.stringify(many(2)), plan).kind).toBe('mismatch');
    const all = planWith([known({ path: '/**' })], { budgets: { ...STRICT.budgets, differencesPerPair: 3 } });
    expect(compareTexts(JSON.stringify(many(1)), JSON.stringify(many(2)), all).kind).toBe('known');
  });

  test('what could not be judged to its end is inconclusive, whatever is known', () => {
    const plan = planWith([known({ path: '/**' })], { budgets: { ...STRICT.budgets, depth: 2 } });
    expect(compareTexts('[[[1]]]', '[[[2]]]', plan).kind).toBe('inconclusive');
  });

  test('its severity is told with what it covers', () => {
    expect(differences(compare({ a: 1 }, { a: 2 }, known({ path: '/a', severity: 'minor' })))).toMatchObject([
      { rule: 'bug', severity: 'minor' },
    ]);
  });
});

describe('the day a known difference expires', () => {
  const rule = known({ path: '/a' });
  const at = (plan: ComparePlan, newest?: number): string =>
    compareWith([content('{"a":1}')], [content('{"a":2}')], plan, '', true, newest).kind;

  test('a plan made from then on names it and counts the difference', () => {
    const before = compilePlan({ ...STRICT, rules: [rule] }, { now: DAY - 1 });
    const after = compilePlan({ ...STRICT, rules: [rule] }, { now: DAY });
    expect([before.expired, at(before)]).toEqual([[], 'known']);
    expect([after.expired, at(after)]).toEqual([[rule], 'mismatch']);
    // What the pair itself says cannot bring it back.
    expect(at(after, DAY - 1)).toBe('mismatch');
  });

  test('a pair with a record from then on counts it, in a plan made before', () => {
    const plan = compilePlan({ ...STRICT, rules: [rule] }, { now: DAY - 1 });
    expect([at(plan, DAY - 1), at(plan, DAY), at(plan, DAY - 1)]).toEqual(['known', 'mismatch', 'known']);
  });

  test('an hour, with its zone, is exact', () => {
    const hourly = known({ path: '/a', expires: '2026-12-31T01:00:00+01:00' });
    const plan = compilePlan({ ...STRICT, rules: [hourly] });
    expect([at(plan), at(plan, DAY - 1), at(plan, DAY)]).toEqual(['known', 'known', 'mismatch']);
  });

  test('a later rule of the same place goes on', () => {
    const plan = compilePlan({ ...STRICT, rules: [known({ path: '/a', expires: '2027-12-31' }), rule] }, { now: DAY });
    expect(at(plan)).toBe('known');
  });
});

describe('a known difference is refused', () => {
  test.each([
    [{}, undefined, 'names no difference'],
    [{ signature: 'v1:123' }, 'signature', '"v1:123"'],
    [{ kinds: [] }, 'kinds', '[]'],
    [{ path: '/a', owner: ' ' }, 'owner', 'empty'],
    [{ path: '/a', ticket: '' }, 'ticket', 'empty'],
    [{ path: '/a', expires: 'soon' }, 'expires', '"soon"'],
    [{ path: '/a', expires: '2026-02-30' }, 'expires', '"2026-02-30"'],
    [{ path: '/a', expires: '1795428000' }, 'expires', '"1795428000"'],
  ] as const)('%j', (what, key, text) => {
    const [fault, ...more] = knownFaults(known(what));
    expect(more).toEqual([]);
    expect(fault?.key).toBe(key);
    expect(fault?.what).toContain(text);
  });

  test('once its day is past, where the time is known', () => {
    expect(knownFaults(known({ path: '/a' }), DAY - 1)).toEqual([]);
    expect(knownFaults(known({ path: '/a' }), DAY)).toMatchObject([
      { key: 'expires', what: '2026-12-31 is in the past', cure: expect.stringContaining('counts again') },
    ]);
  });
});
