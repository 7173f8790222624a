// What rules are counted as having done, whichever way a pair was compared.
import { expect, test } from 'vitest';
import { compareContents } from './compare.ts';
import { compilePlan } from './plan.ts';
import { RuleTally } from './rule-tally.ts';
import type { RuleSpec } from './rules.ts';

const RULES: readonly RuleSpec[] = [
  { kind: 'ignore', name: 'noise', paths: ['/at'] },
  { kind: 'ignore', name: 'nothing', paths: ['/nowhere'] },
  { kind: 'tolerance', name: 'close', path: '/items/*/n', absolute: 1 },
  { kind: 'unordered', name: 'order', path: '/items' },
  { kind: 'tolerance', name: 'unused', path: '/m', absolute: 1 },
  { kind: 'rename', name: 'renamed', side: 'legacy', from: '/x', to: '/y' },
];

function compared(rules: readonly RuleSpec[], pairs: readonly (readonly [unknown, unknown])[]) {
  const plan = compilePlan({
    output: 'o',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'set',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 1, payloadBytes: 1_000_000, depth: 100 },
  });
  const events = (value: unknown) =>
    [value].flat().map((one) => ({ key: null, value: new TextEncoder().encode(JSON.stringify(one)), headers: [] }));
  for (const [legacy, candidate] of pairs) compareContents(events(legacy), events(candidate), plan);
  return plan.tally.uses(rules);
}

test('every place and pair is counted, beyond the differences that are listed, and what was only tried is not', () => {
  const event = (first: number, name: string) => ({
    at: first,
    m: 1,
    items: [{ n: first }, { n: 10 }, { n: 50 }],
    [name]: 1,
  });
  const uses = compared(RULES, [
    [event(1, 'x'), event(2, 'y')],
    [event(1, 'y'), event(1, 'y')],
    [
      [event(1, 'x'), event(20, 'x')],
      [event(21, 'y'), event(2, 'y')],
    ],
  ]);
  expect(uses.map(({ name, places, pairs, remark }) => [name, places, pairs, remark])).toEqual([
    ['noise', null, null, undefined],
    ['nothing', null, null, 'never-met'],
    ['close', 3, 2, undefined],
    ['order', 0, 0, 'never-hit'],
    ['unused', 0, 0, 'never-hit'],
    ['renamed', 3, 2, undefined],
  ]);
});

test('a rule that excuses something in every pair is remarked on, once there are enough of them', () => {
  const rules: readonly RuleSpec[] = [{ kind: 'tolerance', name: 'wide', path: '/n', absolute: 100 }];
  const pairs = (count: number) => Array.from({ length: count }, (_, i) => [{ n: i }, { n: i + 1 }] as const);
  expect(compared(rules, pairs(19))[0]?.remark).toBeUndefined();
  expect(compared(rules, pairs(20))[0]?.remark).toBe('every-pair');
  expect(compared(rules, [...pairs(20), [{ n: 1 }, { n: 1 }]])[0]?.remark).toBeUndefined();
});

test('a rename in every pair is how renames are, and not remarked on', () => {
  const rules: readonly RuleSpec[] = [{ kind: 'rename', name: 'renamed', side: 'legacy', from: '/x', to: '/y' }];
  const pairs = Array.from({ length: 20 }, (_, i) => [{ x: i }, { y: i }] as const);
  expect(compared(rules, pairs)[0]).toEqual({ name: 'renamed', kind: 'rename', places: 20, pairs: 20 });
});

test('a rule that takes its place from a wider one excuses nothing, and is called an exception, not idle', () => {
  const wide = { kind: 'tolerance', name: 'wide', path: '/*', absolute: 1 } as const;
  const fees = { kind: 'tolerance', name: 'fees', path: '/fee', absolute: 0 } as const;
  const pairs = [
    [
      { n: 1, fee: 1 },
      { n: 1.5, fee: 1.5 },
    ],
  ] as const;
  const remarks = (...rules: readonly RuleSpec[]) => compared(rules, pairs).map(({ name, remark }) => [name, remark]);
  expect(remarks(wide, fees)).toEqual([
    ['wide', undefined],
    ['fees', 'exception'],
  ]);
  expect(remarks(fees, wide)[0]).toEqual(['fees', 'never-hit']);
  expect(remarks({ ...wide, path: '/x' }, fees)[1]).toEqual(['fees', 'never-hit']);
  expect(remarks(wide, { ...fees, path: '/none' })[1]).toEqual(['fees', 'never-met']);
  expect(remarks({ kind: 'time', name: 'times', path: '/*' }, fees)[1]).toEqual(['fees', 'never-hit']);
});

test('a key that several elements of an array share is told of its rule, on whichever side it is, but not where it was only tried', () => {
  const rules: readonly RuleSpec[] = [{ kind: 'unordered', name: 'lines', path: '/l', key: ['/k'] }];
  const lines = (...keys: readonly number[]) => ({ l: keys.map((k, n) => ({ k, n })) });
  const remark = (legacy: unknown, candidate: unknown) => compared(rules, [[legacy, candidate]])[0]?.remark;
  expect(remark(lines(1, 1), lines(1, 2))).toBe('key-not-unique');
  expect(remark(lines(1, 2), lines(1, 2, 2))).toBe('key-not-unique');
  expect(remark(lines(1, 2), lines(2, 1))).toBeUndefined();
  expect(remark({ l: [{ n: 1 }, { n: 2 }] }, { l: [{ n: 2 }, { n: 1 }] })).toBe('key-not-unique');
  expect(remark([lines(1, 2), lines(3, 4)], [lines(4, 3), lines(2, 1)])).toBeUndefined();
});

test('where not every pair is seen, nothing is said of every pair', () => {
  const tally = new RuleTally();
  const rule: RuleSpec = { kind: 'tolerance', name: 'wide', path: '/n', absolute: 100 };
  tally.met.add(rule);
  for (let pair = 0; pair < 20; pair++) tally.pair(new Map([['wide', 1]]));
  expect([tally.uses([rule])[0]?.remark, tally.uses([rule], false)[0]?.remark]).toEqual(['every-pair', undefined]);
});

test('of no pair at all nothing is said', () => {
  expect(compared(RULES, []).every(({ remark }) => remark === undefined)).toBe(true);
});

test('a rule that has expired is said to have, whatever it would have excused', () => {
  const rule = (expires: string): RuleSpec => ({
    kind: 'known',
    name: expires,
    path: '/a',
    owner: 'o',
    ticket: 't',
    expires,
  });
  const rules = [rule('2026-01-01'), rule('2027-01-01')];
  const spec = {
    output: 'o',
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'set',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 1, payloadBytes: 1_000_000, depth: 100 },
  } as const;
  const plan = compilePlan(spec, { now: Date.UTC(2026, 10, 23) });
  const event = (text: string) => [{ key: null, value: new TextEncoder().encode(text), headers: [] }];
  expect(compareContents(event('{"a":1}'), event('{"a":2}'), plan).kind).toBe('known');
  expect(plan.tally.uses(rules).map(({ remark }) => remark)).toEqual(['expired', undefined]);
});
