// What each rule excuses, and what it does not.
import { describe, expect, test } from 'vitest';
import { Fault } from '../fault.ts';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith } from './testing/plans.ts';
import { judged } from './testing/told.ts';

const ignore = (...paths: readonly string[]): RuleSpec => ({ kind: 'ignore', name: 'ignore', paths });
const include = (...paths: readonly string[]): RuleSpec => ({ kind: 'include', name: 'include', paths });
const tolerance = (
  limits: { absolute?: number; relative?: number; ulp?: number; digits?: number },
  path = '',
): RuleSpec => ({
  kind: 'tolerance',
  name: 'close',
  path,
  ...limits,
});
const unordered = (path: string, ...key: readonly string[]): RuleSpec => ({
  kind: 'unordered',
  name: 'any order',
  path,
  ...(key.length === 0 ? {} : { key }),
});

describe('ignore and include', () => {
  test('an ignored difference is not listed, and the outcome says that there was one', () => {
    expect(judged({ a: 1, ts: 1 }, { a: 1, ts: 2 }, ignore('/ts'))).toEqual(['equivalent']);
    expect(judged({ a: 1, ts: 1 }, { a: 1 }, ignore('/ts'))).toEqual(['equivalent']);
    expect(judged('{"a":1,"ts":1.0}', '{"a":1,"ts":1}', ignore('/ts'))).toEqual(['match']);
    expect(judged({ a: 1, ts: 1 }, { a: 2, ts: 2 }, ignore('/ts'))).toEqual(['mismatch', '/a changed']);
  });

  test('* is one segment, ** any number, ~2 a literal *', () => {
    const before = { items: [{ id: 1, ts: 1 }], ts: 1, '*': 1 };
    expect(judged(before, { ...before, items: [{ id: 1, ts: 2 }] }, ignore('/items/*/ts'))).toEqual(['equivalent']);
    expect(judged(before, { ...before, ts: 2, items: [{ id: 1, ts: 2 }] }, ignore('/**/ts'))).toEqual(['equivalent']);
    expect(judged(before, { ...before, ts: 2 }, ignore('/*/ts'))).toEqual(['mismatch', '/ts changed']);
    expect(judged(before, { ...before, '*': 2 }, ignore('/~2'))).toEqual(['equivalent']);
    expect(judged(before, { ...before, ts: 2 }, ignore('/~2'))).toEqual(['mismatch', '/ts changed']);
  });

  test('an ignored member of inserted elements does not spoil their alignment', () => {
    const items = (ids: readonly number[], ts: number) => ids.map((id) => ({ id, ts: ts + id }));
    expect(judged(items([1, 2, 3], 0), items([1, 9, 2, 3], 50), ignore('/*/ts'))).toEqual(['mismatch', '/1 added']);
  });

  test('the later of ignore and include wins', () => {
    const a = { m: { keep: 1, drop: 1 }, x: 1 };
    const b = { m: { keep: 2, drop: 2 }, x: 1 };
    expect(judged(a, b, ignore('/m'), include('/m/keep'))).toEqual(['mismatch', '/m/keep changed']);
    expect(judged(a, b, include('/m/keep'), ignore('/m'))).toEqual(['equivalent']);
    expect(judged(a, b, include('/m'), ignore('/m/keep'))).toEqual(['mismatch', '/m/drop changed']);
  });

  test('include compares only these, also where one side lacks all around them', () => {
    expect(judged({ a: 1, b: 1 }, { a: 2, b: 1 }, include('/b'))).toEqual(['equivalent']);
    expect(judged({ a: { b: 1 } }, { a: 5 }, include('/a/b'))).toEqual(['mismatch', '/a/b removed']);
    expect(judged({ a: [] }, {}, include('/a/b'))).toEqual(['equivalent']);
    expect(
      judged(
        { items: [{ id: 1, n: 1 }] },
        {
          items: [
            { id: 2, n: 5 },
            { id: 1, n: 2 },
          ],
        },
        include('/items/*/id'),
      ),
    ).toEqual(['mismatch', '/items/0/id added']);
  });

  // An ignored element may be gone and another may be new, so one may as well have moved: whether the rest is the same may
  // not depend on which of the elements happen to be aligned.
  test('ignored elements in which nothing is included may come, go and move; the others may not', () => {
    const rules = [ignore('/*'), include('/**/b/**')];
    const held = [{ b: {} }];
    for (const other of [[held], [0, held], [0, 0, held], [1, held, 0]])
      expect(judged([held, 0], other, ...rules), JSON.stringify(other)).toEqual(['equivalent']);
    expect(judged([held, 0], [0], ...rules)).toEqual(['mismatch', '/0/0/b removed']);
    expect(judged([held, 0], [0, [{ b: { a: 1 } }]], ...rules)).toEqual(['mismatch', '/0/0/b/a added']);
    expect(judged([[{ b: 1 }], [{ b: 2 }]], [[{ b: 2 }], [{ b: 1 }]], ...rules)[0]).toBe('mismatch');
    expect(judged([held, 0], [0, held], ignore('/*'), include('/0/0/b', '/1/0/b'))[0]).toBe('mismatch');
  });

  test('included elements count, where what holds them is ignored, too', () => {
    const nullish: RuleSpec = { kind: 'nullish', name: 'nothing', path: '/a/*', same: ['null', 'missing'] };
    expect(judged({ a: [null, 1] }, { a: [1] }, include('/a/*'), nullish)).toEqual(['mismatch', '/a/0 removed']);
  });
});

describe('unordered', () => {
  test('another order is one excused reordering, and only there', () => {
    expect(judged([1, 2, 3], [3, 1, 2], unordered(''))).toEqual(['equivalent', ' reordered (any order)']);
    expect(judged({ a: [1, 2], b: [1, 2] }, { a: [2, 1], b: [2, 1] }, unordered('/a'))[0]).toBe('mismatch');
  });

  test('a multiset counts its elements', () => {
    expect(judged([1, 1, 2], [1, 2, 2], unordered(''))).toEqual(['mismatch', '/1 removed', '/2 added']);
    expect(judged([1, 2], [2, 1, 1], unordered(''))[0]).toBe('mismatch');
  });

  test('arrays without order inside such arrays', () => {
    expect(
      judged(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [4, 3],
          [2, 1],
        ],
        unordered('/**'),
      )[0],
    ).toBe('equivalent');
    expect(
      judged(
        [
          [1, 2],
          [3, 4],
        ],
        [
          [4, 3],
          [2, 2],
        ],
        unordered('/**'),
      )[0],
    ).toBe('mismatch');
  });

  test('the pairing is chosen as a whole where closeness is not transitive', () => {
    expect(judged('[1.1,1.0]', '[1.0,1.2]', unordered(''), tolerance({ absolute: 0.15 }, '/*'))[0]).toBe('equivalent');
    expect(judged('[1.0,0.9]', '[1.0,1.1]', unordered(''), tolerance({ absolute: 0.1 }, '/*'))[0]).toBe('equivalent');
    expect(judged('[1.0,0.8]', '[1.0,1.1]', unordered(''), tolerance({ absolute: 0.1 }, '/*'))[0]).toBe('mismatch');
  });

  test('a record that changed is compared with the one it most resembles', () => {
    const records = [
      { id: 1, name: 'one', n: 1 },
      { id: 2, name: 'two', n: 2 },
    ];
    expect(judged(records, [{ id: 2, name: 'two', n: 9 }, records[0]], unordered(''))).toEqual([
      'mismatch',
      '/1/n changed',
      ' reordered (any order)',
    ]);
  });

  test('elements are matched by key, whatever the spelling of the key', () => {
    const key = unordered('', '/id');
    expect(judged('[{"id":1,"v":1},{"id":2,"v":2}]', '[{"id":2.0,"v":2},{"v":9,"id":1}]', key)).toEqual([
      'mismatch',
      '/0/v changed',
      ' reordered (any order)',
    ]);
    expect(judged([{ id: 1 }, { id: 2 }], [{ id: 2 }, { id: 3 }], key)).toEqual(['mismatch', '/0 removed', '/1 added']);
    expect(judged([{ id: 1 }], [{ id: '1' }], key)).toEqual(['mismatch', '/0 removed', '/0 added']);
    expect(judged([{ id: true }], [{ id: false }], key)).toEqual(['mismatch', '/0 removed', '/0 added']);
    const pair = unordered('', '/a', '/b');
    expect(judged([{ a: 'x y', b: 'z' }], [{ a: 'x', b: 'y z' }], pair)).toEqual([
      'mismatch',
      '/0 removed',
      '/0 added',
    ]);
  });

  test('elements without the key, or with a key used twice, are matched among themselves and never lost', () => {
    const key = unordered('', '/id');
    expect(judged([{ id: 1 }, { v: 2 }], [{ v: 2 }, { id: 1 }], key)[0]).toBe('equivalent');
    expect(judged([{ id: 1 }, { v: 2 }], [{ id: 1 }, { v: 3 }], key)[0]).toBe('mismatch');
    expect(judged([1, { id: 1 }], [2, { id: 1 }], key)[0]).toBe('mismatch');
    expect(
      judged(
        [
          { id: 1, v: 1 },
          { id: 1, v: 2 },
        ],
        [
          { id: 1, v: 2 },
          { id: 1, v: 1 },
        ],
        key,
      )[0],
    ).toBe('equivalent');
    expect(
      judged(
        [
          { id: 1, v: 1 },
          { id: 1, v: 2 },
        ],
        [{ id: 1, v: 2 }],
        key,
      ),
    ).toEqual(['mismatch', '/0 removed']);
    expect(judged([{ id: { x: 1 } }], [{ id: { x: 2 } }], key)[0]).toBe('mismatch');
  });

  test('a pairing that cannot be found within its work is inconclusive, never equal', () => {
    const numbers = (step: number): string => JSON.stringify(Array.from({ length: 2600 }, (_, i) => i * step));
    const rules = [unordered(''), tolerance({ absolute: 0.1 }, '/*')];
    expect(compareTexts(numbers(1), numbers(1.5), planWith(rules)).kind).toBe('mismatch');
    // Where several rules relate numbers, they are in no one order in which those that fit stand together.
    const coerce = { kind: 'coerce', name: 'c', path: '/*', to: 'number' } as const;
    expect(compareTexts(numbers(1), numbers(1.5), planWith([...rules, coerce]))).toEqual({
      kind: 'inconclusive',
      reason: 'budget-work',
    });
  });
});

describe('nullish', () => {
  const same = (...kinds: readonly ('null' | 'missing' | 'empty')[]): RuleSpec => ({
    kind: 'nullish',
    name: 'nothing',
    path: '/**',
    same: kinds,
  });

  test('only the named ways to have nothing are the same', () => {
    expect(judged({ a: null }, {}, same('null', 'missing'))).toEqual(['equivalent', '/a removed (nothing)']);
    expect(judged({}, { a: '' }, same('null', 'missing'))).toEqual(['mismatch', '/a added']);
    expect(judged({ a: null }, { a: '' }, same('null', 'empty'))).toEqual(['equivalent', '/a type-changed (nothing)']);
    expect(judged({ a: [] }, {}, same('missing', 'empty'))).toEqual(['equivalent', '/a removed (nothing)']);
    expect(judged({ a: { b: null } }, {}, same('null', 'missing'))).toEqual(['mismatch', '/a removed']);
    expect(judged({ a: '' }, { a: [] }, same('null', 'missing', 'empty'))).toEqual(['mismatch', '/a type-changed']);
  });

  test('elements are never missing: arrays have lengths', () => {
    expect(judged([null], [], same('null', 'missing'))).toEqual(['mismatch', '/0 removed']);
  });
});

describe('rename', () => {
  const rename = (from: string, to: string, side: 'legacy' | 'candidate' = 'legacy'): RuleSpec => ({
    kind: 'rename',
    name: 'renamed',
    side,
    from,
    to,
  });

  test('a member of one side is compared under the name of the other', () => {
    expect(judged({ orderNo: 7, x: 1 }, { x: 1, id: 7 }, rename('/orderNo', '/id'))).toEqual([
      'equivalent',
      '/orderNo removed (renamed)',
    ]);
    expect(judged({ orderNo: 7 }, { id: 8 }, rename('/orderNo', '/id'))).toEqual([
      'mismatch',
      '/id changed',
      '/orderNo removed (renamed)',
    ]);
    expect(judged({ id: 7 }, { orderNo: 7 }, rename('/orderNo', '/id', 'candidate'))[0]).toBe('equivalent');
  });

  test('in every element, and into another object', () => {
    expect(judged([{ a: 1 }, { a: 2 }], [{ b: 1 }, { b: 2 }], rename('/*/a', '/*/b'))[0]).toBe('equivalent');
    expect(judged({ x: [{ a: 1 }] }, { x: [{ b: 1 }] }, rename('/**/a', '/**/b'))[0]).toBe('equivalent');
    expect(judged({ name: 'n', v: '1e2' }, { v: '1e2', who: { name: 'n' } }, rename('/name', '/who/name'))[0]).toBe(
      'equivalent',
    );
    expect(judged('{"a":9007199254740993}', '{"b":9007199254740992}', rename('/a', '/b'))[0]).toBe('mismatch');
  });

  test('a name that is taken is not overwritten', () => {
    expect(judged({ a: 1, b: 2 }, { b: 2 }, rename('/a', '/b'))).toEqual(['mismatch', '/a removed']);
  });
});

describe('a plan', () => {
  test('names every rule that cannot be applied, with the value and what is allowed', () => {
    const bad: RuleSpec[] = [
      ignore('ts', '/ok'),
      tolerance({}, '/total'),
      tolerance({ digits: 0 }, '/total'),
      unordered('/items', 'sku'),
      { kind: 'rename', name: 'moved', side: 'legacy', from: '/a/*/b', to: '/c/d' },
    ];
    let fault: unknown;
    try {
      planWith(bad, { select: { legacy: 'after' } });
    } catch (error) {
      fault = error;
    }
    expect(fault).toBeInstanceOf(Fault);
    const { code, message } = fault as Fault;
    expect(code).toBe('bad-rules');
    for (const part of [
      'rules[0] (ignore): "ts"',
      'rules[1]',
      'digits is 0',
      'key "sku"',
      'rules[4] (moved)',
      'select of legacy: "after"',
    ]) {
      expect(message).toContain(part);
    }
  });
});
