// Pairs of several events, what is compared of an event, listings and signatures.
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../outcome.ts';
import { compareContents } from './compare.ts';
import { generalise } from './generalise.ts';
import type { CompareSpec, Content } from './spec.ts';
import { compareTexts, content, planWith, STRICT } from './testing/plans.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function compared(
  legacy: readonly (string | null)[],
  candidate: readonly (string | null)[],
  more: Partial<CompareSpec> = {},
): Comparison {
  return compareContents(legacy.map(content), candidate.map(content), planWith(more.rules ?? [], more));
}

describe('several events', () => {
  test('a sequence is compared one by one, and says which event differs', () => {
    expect(compared(['1', '2'], ['1', '2.0']).kind).toBe('match');
    expect(compared(['1', '2'], ['2', '1'])).toMatchObject({
      kind: 'mismatch',
      differences: [{ event: 0 }, { event: 1 }],
    });
  });

  test('unequal counts differ, and the common beginning is still compared', () => {
    expect(compared(['1', '2'], ['1'])).toMatchObject({
      differences: [{ path: '', kind: 'count', legacy: '2', candidate: '1' }],
    });
    expect(compared(['1'], ['3', '2'])).toMatchObject({
      differences: [{ kind: 'count' }, { kind: 'changed', event: 0 }],
    });
    expect(compared(['1', '2'], ['1'], { counts: 'ignore' }).kind).toBe('match');
  });

  test('a set has no order, and its pairing is chosen as a whole', () => {
    expect(compared(['1', '2', '3'], ['3', '1', '2'], { pick: 'set' }).kind).toBe('match');
    const close = { pick: 'set', rules: [{ kind: 'tolerance', name: 't', path: '', absolute: 0.1 }] } as const;
    expect(compared(['1.0', '0.9'], ['1.0', '1.1'], close).kind).toBe('equivalent');
    expect(compared(['1', '2'], ['2', '9'], { pick: 'set' })).toMatchObject({
      kind: 'mismatch',
      differences: [{ event: 0, candidate: '9' }],
    });
  });

  test('a set of which finding the pairing takes too much is inconclusive, and one that is the same is not', () => {
    const set = { pick: 'set' } as const;
    const events = (count: number, letters: number, last: string): readonly string[] =>
      Array.from({ length: count }, (_, i) => `{"id":${i},"text":"${'x'.repeat(letters)}${last}"}`);
    const stopped = { kind: 'inconclusive', reason: 'budget-work' };
    // 20 times 20 of 20 kB are 16 MB.
    expect(compared(events(20, 20_000, 'a'), events(20, 20_000, 'b'), set)).toEqual(stopped);
    expect(compared(events(10, 20_000, 'a'), events(10, 20_000, 'b'), set).kind).toBe('mismatch');
    expect(compared(events(20, 20_000, 'a'), events(20, 20_000, 'a'), set).kind).toBe('match');
    expect(compared(events(120, 1, 'a'), events(120, 1, 'b'), set)).toEqual(stopped);
    expect(compared(events(120, 1, 'a'), events(120, 1, 'a').toReversed(), set).kind).toBe('match');
    // Each of them takes little, all of them too much.
    const crowd = (count: number, last: string): readonly string[] =>
      Array.from({ length: count }, (_, i) =>
        JSON.stringify(Array.from({ length: 30 }, (_, at) => ({ name: `ß${i}-${at}${last}` }))),
      );
    const rules: CompareSpec['rules'] = [
      { kind: 'unordered', name: 'any order', path: '/**' },
      { kind: 'time', name: 'instants', path: '/**' },
      { kind: 'text', name: 'names', path: '/*/name', case: 'fold' },
    ];
    expect(compared(crowd(2, 'a'), crowd(2, 'b'), { ...set, rules }).kind).toBe('mismatch');
    expect(compared(crowd(20, 'a'), crowd(20, 'b'), { ...set, rules })).toEqual(stopped);
    const value = `$reduce([${Array.from({ length: 100 }, (_, i) => i).join()}], function($total, $one) { $total + $one })`;
    const costly = {
      ...set,
      rules: [{ kind: 'transform', name: 'sum', side: 'legacy', path: '/text', value }],
    } as const;
    expect(compared(events(2, 1, 'a'), events(2, 1, 'b'), costly).kind).toBe('mismatch');
    expect(compared(events(30, 1, 'a'), events(30, 1, 'b'), costly)).toEqual(stopped);
  });

  test('first and last compare one, and the counts', () => {
    expect(compared(['1', '5'], ['9', '5'], { pick: 'last' }).kind).toBe('match');
    expect(compared(['1', '5'], ['1', '6'], { pick: 'first' }).kind).toBe('match');
    expect(compared(['1', '5'], ['5'], { pick: 'last' })).toMatchObject({ differences: [{ kind: 'count' }] });
    expect(compared(['1', '5'], ['5'], { pick: 'last', counts: 'ignore' }).kind).toBe('match');
  });

  test('what cannot be read leaves the pair undecided unless something else differs for sure', () => {
    expect(compared(['1', '{'], ['1', '2'])).toEqual({ kind: 'inconclusive', reason: 'undecodable' });
    expect(compared(['1', '{'], ['2', '2']).kind).toBe('mismatch');
  });

  test('no event is named where there is only one', () => {
    expect(compared(['1'], ['2'])).toEqual({
      kind: 'mismatch',
      differences: [{ path: '', kind: 'changed', legacy: '1', candidate: '2' }],
      signature: expect.stringMatching(/^v1:[0-9a-f]{16}$/),
    });
  });
});

describe('what is compared', () => {
  test('a tombstone is nothing, which is not null', () => {
    expect(compared([null], [null]).kind).toBe('match');
    expect(compared([null], ['null'])).toMatchObject({ differences: [{ path: '', kind: 'added', candidate: 'null' }] });
  });

  test('keys and headers only where asked for', () => {
    const one: Content = { key: encode('k'), value: encode('1'), headers: [['h', encode('a')]] };
    const other: Content = {
      key: null,
      value: encode('1'),
      headers: [
        ['h', encode('b')],
        ['h', null],
        ['x', encode('y')],
      ],
    };
    const all = { value: true, key: true, headers: ['h', 'x', 'z'] };
    expect(compareContents([one], [other], planWith([])).kind).toBe('match');
    expect(compareContents([one], [other], planWith([], { compare: all }))).toMatchObject({
      differences: [
        { path: 'key:', kind: 'removed', legacy: '"k"' },
        { path: 'header:h', kind: 'changed', legacy: '["a"]', candidate: '["b",null]' },
        { path: 'header:x', kind: 'added', candidate: '["y"]' },
      ],
    });
    expect(
      compareContents([one], [other], planWith([], { compare: { value: false, key: false, headers: [] } })).kind,
    ).toBe('match');
  });

  test('a selected part of each side, by itself; a part that is not there leaves the pair undecided', () => {
    const select = { legacy: '/after', candidate: '/data/0' };
    expect(compared(['{"after":{"a":1},"x":1}'], ['{"data":[{"a":1}]}'], { select }).kind).toBe('match');
    expect(compared(['{"after":{"a":1}}'], ['{"data":[{"a":2}]}'], { select })).toMatchObject({
      differences: [{ path: '/a' }],
    });
    expect(compared(['{"before":1}'], ['{"data":[1]}'], { select })).toEqual({
      kind: 'inconclusive',
      reason: 'select-missing',
    });
  });

  test('texts and bytes are compared as they are', () => {
    const text = { format: { legacy: 'text', candidate: 'text' } } as const;
    expect(compared(['a b'], ['a b'], text).kind).toBe('match');
    expect(compared(['1'], ['1.0'], text)).toMatchObject({
      differences: [{ path: '', legacy: '"1"', candidate: '"1.0"' }],
    });
    expect(compared(['"x"'], ['x'], { format: { legacy: 'json', candidate: 'text' } }).kind).toBe('match');
    const bytes = { format: { legacy: 'bytes', candidate: 'bytes' } } as const;
    const plan = planWith([], bytes);
    const raw = (...values: number[]): Content[] => [{ key: null, value: Uint8Array.from(values), headers: [] }];
    expect(compareContents(raw(255, 0), raw(255, 0), plan).kind).toBe('match');
    expect(compareContents(raw(255), raw(254), plan)).toMatchObject({ differences: [{ legacy: '"\\u00ff"' }] });
    expect(compareContents(raw(255), raw(254), planWith([], text))).toEqual({
      kind: 'inconclusive',
      reason: 'invalid-utf8',
    });
  });
});

describe('listings and signatures', () => {
  const object = (value: number, names: number): string =>
    `{${Array.from({ length: names }, (_, i) => `"n${i}":${value}`).join()}}`;

  test('a budget bounds what is listed, never what is compared', () => {
    const plan = planWith([{ kind: 'tolerance', name: 't', path: '/n0', absolute: 9 }], {
      budgets: { ...STRICT.budgets, differencesPerPair: 2 },
    });
    const comparison = compareTexts(object(1, 5), object(2, 5), plan);
    expect(comparison.kind === 'mismatch' && comparison.differences.map(({ path }) => path)).toEqual(['/n1', '/n2']);
    const one = compareTexts(object(1, 2), object(2, 2), plan);
    expect(one.kind === 'mismatch' && one.differences.map(({ path, rule }) => [path, rule])).toEqual([
      ['/n1', undefined],
      ['/n0', 't'],
    ]);
  });

  const signature = (legacy: unknown, candidate: unknown, more: Partial<CompareSpec> = {}, type = ''): string => {
    const [one, other] = [JSON.stringify(legacy), JSON.stringify(candidate)].map(content) as [Content, Content];
    const comparison = compareContents([one], [other], planWith([], more), type);
    return comparison.kind === 'mismatch' ? comparison.signature : comparison.kind;
  };

  test('a signature does not depend on values, order, or how many elements show it', () => {
    const item = (n: number) => ({ price: n, name: 'x' });
    const one = signature({ items: [item(1)] }, { items: [item(2)] });
    expect(signature({ items: [item(1), item(5), item(7)] }, { items: [item(3), item(5), item(9)] })).toBe(one);
    expect(signature({ a: 1, b: 'x' }, { a: 2, b: 'y' })).toBe(signature({ b: 'p', a: 3 }, { b: 'q', a: 4 }));
  });

  test('but on place, kind, types, output and type', () => {
    const all = [
      signature({ a: 1 }, { a: 2 }),
      signature({ b: 1 }, { b: 2 }),
      signature({ a: 1 }, { a: '2' }),
      signature({ a: 1 }, {}),
      signature({}, { a: 1 }),
      signature({ a: 'x' }, { a: 'y' }),
      signature({ a: 'x' }, { a: '' }),
      signature({ a: true }, { a: false }),
      signature({ a: false }, { a: true }),
      signature({ a: 1 }, { a: 2 }, { output: 'invoice' }),
      signature({ a: 1 }, { a: 2 }, {}, 'Created'),
      signature([[1]], [[2]]),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  test('a place is generalised to a pattern rules can use', () => {
    expect(generalise('/items/12/price')).toBe('/items/*/price');
    expect(generalise('/a*b/0')).toBe('/a~2b/*');
    expect(generalise('')).toBe('');
    expect(generalise('header:x-1')).toBe('header:x-1');
  });
});
