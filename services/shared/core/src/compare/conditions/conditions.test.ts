// Rules that hold for some events only.
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../fault.ts';
import type { Comparison } from '../../outcome.ts';
import { compareContents } from '../compare.ts';
import type { Condition } from '../rule-terms.ts';
import type { RuleSpec } from '../rules.ts';
import type { CompareSpec } from '../spec.ts';
import { compareTexts, content, planWith } from '../testing/plans.ts';
import { judged } from '../testing/told.ts';

const ignoring = (path: string, ...when: readonly Condition[]): RuleSpec => ({
  kind: 'ignore',
  name: `i${path}`,
  paths: [path],
  when,
});
const legacy = (path: string, test: Omit<Condition, 'side' | 'path'>): Condition => ({ side: 'legacy', path, ...test });
const candidate = (path: string, test: Omit<Condition, 'side' | 'path'>): Condition => ({
  side: 'candidate',
  path,
  ...test,
});
const [one, other] = [
  { v: 2, s: 'abc', list: [{ k: 'x' }, { k: 'y', n: null }], a: 1 },
  { v: 2, s: 'abc', list: [{ k: 'x' }, { k: 'y', n: null }], a: 2 },
];

describe('a condition', () => {
  test.each<[string, Condition]>([
    ['equals, however it is written', legacy('/v', { equals: '2.0e0' })],
    ['equals a container', legacy('/list', { equals: '[{"k":"x"},{"n":null,"k":"y"}]' })],
    ['equals null', legacy('/list/1/n', { equals: 'null' })],
    ['at any place of a pattern', legacy('/list/*/k', { equals: '"y"' })],
    ['at any depth', legacy('/**/n', { present: true })],
    ['matches the whole text', candidate('/s', { matches: 'a.c' })],
    ['is there', candidate('/v', { present: true })],
    ['is not there', candidate('/w', { present: false })],
    ['is not there, not even deep', legacy('/**/w', { present: false })],
    ['on the whole document', legacy('', { present: true })],
  ])('holds where the value %s', (_, condition) => {
    expect(judged(one, other, ignoring('/a', condition))[0]).toBe('equivalent');
  });

  test.each<[string, Condition]>([
    ['equals another', legacy('/v', { equals: '2.1' })],
    ['equals a text, not a number', legacy('/v', { equals: '"2"' })],
    ['is missing, which is not null', legacy('/w', { equals: 'null' })],
    ['matches in part', candidate('/s', { matches: 'b' })],
    ['is no text', legacy('/v', { matches: '.*' })],
    ['is there', legacy('/v', { present: false })],
    ['is not there', legacy('/w', { present: true })],
    ['is null where it must not be there', legacy('/list/1/n', { present: false })],
    ['is on the other side only', candidate('/a', { equals: '1' })],
  ])('does not hold where the value %s', (_, condition) => {
    expect(judged(one, other, ignoring('/a', condition))).toEqual(['mismatch', '/a changed']);
  });

  test('must hold with all others of its rule, and binds that rule alone', () => {
    const holds = legacy('/v', { equals: '2' });
    const fails = candidate('/v', { equals: '3' });
    expect(judged(one, other, ignoring('/a', holds, fails))[0]).toBe('mismatch');
    expect(judged(one, other, ignoring('/a', holds, holds))[0]).toBe('equivalent');
    expect(judged({ ...one, b: 1 }, { ...other, b: 2 }, ignoring('/a', holds), ignoring('/b', fails))).toEqual([
      'mismatch',
      '/b changed',
    ]);
  });

  test('of a rule that does not hold lets the rule before it speak', () => {
    const tolerance = (absolute: number, when: readonly Condition[]): RuleSpec => ({
      kind: 'tolerance',
      name: `t${absolute}`,
      path: '/a',
      absolute,
      when,
    });
    const rules = [tolerance(1, [legacy('/v', { equals: '2' })]), tolerance(0.1, [legacy('/v', { equals: '3' })])];
    expect(judged(one, other, ...rules)).toEqual(['equivalent', '/a changed (t1)']);
    expect(judged({ ...one, v: 3 }, { ...other, v: 3 }, ...rules)[0]).toBe('mismatch');
  });

  test('of an include compares everything where it does not hold', () => {
    const include: RuleSpec = { kind: 'include', name: 'n', paths: ['/v'], when: [legacy('/s', { equals: '"abc"' })] };
    expect(judged(one, other, include)[0]).toBe('equivalent');
    expect(judged({ ...one, s: 'x' }, { ...other, s: 'x' }, include)).toEqual(['mismatch', '/a changed']);
  });

  test('is asked of the document as it came, before any rule has changed it', () => {
    const rename: RuleSpec = { kind: 'rename', name: 'r', side: 'candidate', from: '/w', to: '/v' };
    const when = ignoring('/a', candidate('/w', { equals: '2' }));
    expect(judged({ v: 2, a: 1 }, { w: 2, a: 2 }, rename, when)[0]).toBe('equivalent');
    const decode: RuleSpec = {
      kind: 'decode',
      name: 'd',
      path: '/p',
      as: ['json'],
      when: [legacy('/p/x', { present: true })],
    };
    expect(judged({ p: '{"x":1}' }, { p: '{"x":1.0}' }, decode)[0]).toBe('mismatch');
  });

  test('is asked of what is selected', () => {
    const plan = planWith([ignoring('/a', legacy('/v', { equals: '2' }))], {
      select: { legacy: '/after', candidate: '/after' },
    });
    expect(compareTexts('{"after":{"v":2,"a":1}}', '{"after":{"v":2,"a":2}}', plan).kind).toBe('equivalent');
  });

  test('of a side that has nothing holds where nothing is to be there', () => {
    const nothing = (when: Condition): Comparison =>
      compareContents([content(null)], [content('1')], planWith([ignoring('', when)]));
    expect(nothing(legacy('', { present: false })).kind).toBe('equivalent');
    expect(nothing(legacy('', { present: true })).kind).toBe('mismatch');
    expect(nothing(legacy('/x', { equals: '1' })).kind).toBe('mismatch');
  });

  test('is asked for every two events that are compared', () => {
    const plan = planWith([ignoring('/a', legacy('/v', { equals: '1' }))]);
    const events = (a: number) => [`{"v":1,"a":${a}}`, `{"v":2,"a":${a}}`].map(content);
    expect(compareContents(events(1), events(2), plan)).toMatchObject({
      kind: 'mismatch',
      differences: [{ path: '/a', event: 1 }],
    });
    const set = planWith([ignoring('/a', legacy('/v', { equals: '1' }))], { pick: 'set' });
    expect(compareContents(events(1), [...events(1)].reverse(), set).kind).toBe('match');
  });

  test('of a transform decides whether identical documents are asked for more', () => {
    const rule: RuleSpec = {
      kind: 'transform',
      name: 't',
      side: 'candidate',
      path: '/a',
      value: '$ + 1',
      when: [legacy('/v', { equals: '2' })],
    };
    expect(judged(one, one, rule)[0]).toBe('mismatch');
    expect(judged({ v: 3, a: 1 }, { v: 3, a: 1 }, rule)).toEqual(['match']);
  });

  test('never lets a document that cannot be read pass', () => {
    expect(judged('{"a":1,"a":1}', '{"a":1}', ignoring('', legacy('/b', { present: false })))[0]).toBe('inconclusive');
  });
});

describe('types', () => {
  const typed: RuleSpec = { kind: 'ignore', name: 'i', paths: ['/a'], types: ['Created', 'Changed'] };
  const of = (type: string, rules: readonly RuleSpec[], more: Partial<CompareSpec> = {}): string =>
    compareContents([content('{"a":1}')], [content('{"a":2}')], planWith(rules, more), type).kind;

  test('a rule holds for the types it names, and for no others', () => {
    expect([of('Created', [typed]), of('Changed', [typed]), of('Deleted', [typed]), of('', [typed])]).toEqual([
      'equivalent',
      'equivalent',
      'mismatch',
      'mismatch',
    ]);
  });

  test('together with conditions', () => {
    const rule: RuleSpec = { ...typed, when: [legacy('/a', { equals: '1' })] };
    expect([of('Created', [rule]), of('Deleted', [rule])]).toEqual(['equivalent', 'mismatch']);
    expect(of('Created', [{ ...rule, when: [legacy('/a', { equals: '2' })] }])).toBe('mismatch');
  });

  test('however many there are', () => {
    const plan = planWith([typed, { kind: 'ignore', name: 'j', paths: ['/a'], types: ['T7'] }]);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 300; i++) {
        const { kind } = compareContents([content('{"a":1}')], [content('{"a":2}')], plan, `T${i}`);
        expect(kind).toBe(i === 7 ? 'equivalent' : 'mismatch');
      }
    }
  });

  test('a transform for another type leaves what is the same the same', () => {
    const rule: RuleSpec = {
      kind: 'transform',
      name: 't',
      side: 'candidate',
      path: '/a',
      value: '0',
      types: ['Created'],
    };
    const plan = planWith([rule]);
    const same = (type: string) => compareContents([content('{"a":1}')], [content('{"a":1}')], plan, type).kind;
    expect([same('Created'), same('Deleted')]).toEqual(['mismatch', 'match']);
  });
});

describe('variants', () => {
  test('are right however many conditions come and go', () => {
    const rules = Array.from({ length: 9 }, (_, i) => ignoring(`/p${i}`, legacy(`/p${i}`, { equals: '0' })));
    const plan = planWith(rules);
    for (let mask = 0; mask < 512; mask++) {
      const bits = Array.from({ length: 9 }, (_, i) => (mask >> i) & 1);
      const text = (add: number): string =>
        `{${bits.map((bit, i) => `"p${i}":${bit * 10 + add * (bit === 0 ? 1 : 0)}`).join()}}`;
      const comparison = compareTexts(text(0), text(1), plan);
      expect(comparison.kind).toBe(mask === 511 ? 'match' : 'equivalent');
      const broken = compareTexts(text(0), text(1).replace(/"p0":\d+/, '"p0":77'), plan);
      expect(broken.kind).toBe((mask & 1) === 0 ? 'equivalent' : 'mismatch');
    }
  });
});

test('conditions that cannot be asked are faults, by rule and place in the list', () => {
  const bad = (condition: Condition): string => {
    try {
      planWith([ignoring('/a', legacy('/v', { present: true }), condition)]);
    } catch (error) {
      return (error as Fault).message;
    }
    return 'accepted';
  };
  expect(bad(legacy('v', { present: true }))).toMatch(/rules\[0\] \(i\/a\): when\[1\]: "v" is no path pattern/);
  expect(bad(legacy('/v', {}))).toMatch(
    /when\[1\]: the condition asks nothing: allowed is one of equals, matches, present/,
  );
  expect(bad(legacy('/v', { matches: '(?=a)' }))).toMatch(/when\[1\]: "\(\?=a\)" is no regular expression/);
  expect(bad(legacy('/v', { equals: '{' }))).toMatch(/when\[1\]: \{ is no JSON/);
});
