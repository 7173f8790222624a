// What does not count of texts, and what still does.
import { describe, expect, test } from 'vitest';
import { judged } from '../testing/told.ts';
import type { TextRule } from './text.ts';
import { textFaults } from './text.ts';

type Folds = Omit<TextRule, 'kind' | 'name' | 'path'>;
const text = (folds: Folds, path = ''): TextRule => ({ kind: 'text', name: 'text', path, ...folds });
const same = (legacy: string, candidate: string, folds: Folds): boolean => {
  const [one, other] = [judged, judged].map((ask, turn) =>
    turn === 0
      ? ask(JSON.stringify(legacy), JSON.stringify(candidate), text(folds))[0]
      : ask(JSON.stringify(candidate), JSON.stringify(legacy), text(folds))[0],
  );
  expect(one).toBe(other);
  return one !== 'mismatch';
};

describe('text', () => {
  test.each([
    ['Straße', 'STRASSE'],
    ['straẞe', 'STRASSE'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['ﬁ', 'FI'],
    ['K', 'k'],
    ['ǆ', 'ǅ'],
    ['ꭰ', 'Ꭰ'],
    ['İ', 'i̇'],
  ])('case: fold calls %s and %s the same', (one, other) => {
    expect(same(one, other, { case: 'fold' })).toBe(true);
  });

  test.each([
    ['ı', 'i'],
    ['ı', 'I'],
    ['e', 'é'],
    ['a', 'а'],
    ['a ', 'a'],
  ])('case: fold keeps %s and %s apart', (one, other) => {
    expect(same(one, other, { case: 'fold' })).toBe(false);
  });

  test('space: trim takes off the ends, collapse makes runs one space as well', () => {
    expect(same(' a b\u00a0', 'a b', { space: 'trim' })).toBe(true);
    expect(same('a  b', 'a b', { space: 'trim' })).toBe(false);
    expect(same('\ta \n\u2003b ', 'a b', { space: 'collapse' })).toBe(true);
    expect(same('ab', 'a b', { space: 'collapse' })).toBe(false);
    expect(same(' ', '', { space: 'trim' })).toBe(true);
    // Neither is white space to Unicode.
    expect(same('a\u200b', 'a', { space: 'collapse' })).toBe(false);
    expect(same('\ufeffa', 'a', { space: 'trim' })).toBe(false);
  });

  test('form: NFC joins what is the same character, NFKC also what only looks different', () => {
    expect(same('é', 'e\u0301', { form: 'NFC' })).toBe(true);
    expect(same('ﬁ', 'fi', { form: 'NFC' })).toBe(false);
    expect(same('ﬁ', 'fi', { form: 'NFKC' })).toBe(true);
    expect(same('É', 'e\u0301', { form: 'NFC' })).toBe(false);
    expect(same('É', 'e\u0301', { form: 'NFC', case: 'fold' })).toBe(true);
  });

  test('matching alone: any two texts that fit whole are the same', () => {
    const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
    expect(
      same('1e4a6c5f-0000-4000-8000-000000000001', '9d2b6c5f-0000-4000-8000-000000000002', { matching: uuid }),
    ).toBe(true);
    expect(same('1e4a6c5f-0000-4000-8000-000000000001', 'none', { matching: uuid })).toBe(false);
    expect(same('xx', 'yy', { matching: '.' })).toBe(false);
    expect(same('a\n', 'a', { matching: 'a' })).toBe(false);
    expect(same('😀', '😎', { matching: '.' })).toBe(true);
    // No Unicode, and longer than is looked at.
    expect(judged('"\\ud800"', '"\\ud801"', text({ matching: '.' }))[0]).toBe('mismatch');
    expect(same('a'.repeat(10_001), 'a', { matching: 'a*' })).toBe(false);
  });

  test('matching beside a fold: both must fit, and be the same once folded', () => {
    const folds: Folds = { case: 'fold', matching: '(?i)sku-[0-9]+' };
    expect(same('SKU-1', 'sku-1', folds)).toBe(true);
    expect(same('SKU-1', 'sku-2', folds)).toBe(false);
    expect(same('ABC', 'abc', folds)).toBe(false);
  });

  test('a pattern that would take others minutes does not hang', () => {
    expect(same(`${'a'.repeat(5_000)}b`, 'a', { matching: '(a+)+$' })).toBe(false);
  });

  test('only texts are folded', () => {
    expect(judged({ a: 'X' }, { a: 1 }, text({ case: 'fold' }, '/a'))).toEqual(['mismatch', '/a type-changed']);
    expect(judged({ a: '' }, {}, text({ space: 'trim' }, '/a'))).toEqual(['mismatch', '/a removed']);
    expect(judged({ a: '1' }, { a: 1 }, text({ matching: '.*' }, '/a'))).toEqual(['mismatch', '/a type-changed']);
  });

  test('elements of arrays without order are paired by their folded text', () => {
    const any = { kind: 'unordered', name: 'any order', path: '' } as const;
    expect(judged(['A', 'b'], ['B', 'a'], any, text({ case: 'fold' }, '/*'))).toEqual([
      'equivalent',
      '/0 changed (text)',
      '/1 changed (text)',
      ' reordered (any order)',
    ]);
    const nothing = { kind: 'nullish', name: 'nothing', path: '/*', same: ['null', 'empty'] } as const;
    // ' ' is '' and '' is null, but ' ' is not null.
    expect(judged([null, ' '], ['', ''], any, nothing, text({ space: 'trim' }, '/*'))[0]).toBe('equivalent');
    expect(judged([null], [' '], any, nothing, text({ space: 'trim' }, '/*'))[0]).toBe('mismatch');
  });

  test.each([
    [{}, undefined, 'says nothing of texts', undefined],
    [{ matching: '(?=a)b' }, 'matching', '(?=', 'Look-around'],
    [{ matching: '(?<!a)b' }, 'matching', '', 'Look-around'],
    [{ matching: '(a)\\1' }, 'matching', '\\\\1', 'Back-references'],
    [{ matching: 'a++' }, 'matching', '++', 'plain group'],
    [{ matching: 'a\\Z' }, 'matching', '', 'Anchors'],
    [{ matching: 'a{1001}' }, 'matching', '{1001}', '1000'],
    [{ matching: '[a' }, 'matching', 'missing closing ]', 'RE2'],
  ] as const)('%j is refused with what to do', (folds, key, what, cure) => {
    const [fault, ...more] = textFaults(text(folds));
    expect(more).toEqual([]);
    expect(fault?.key).toBe(key);
    expect(fault?.what).toContain(what);
    if (cure !== undefined) expect(fault?.cure).toContain(cure);
  });
});

test('more marks in a row than any writing has are left as they are, in no time', () => {
  const marks = (pair: string): string => `a${pair.repeat(200_000)}`;
  const began = performance.now();
  const rule: TextRule = { kind: 'text', name: 't', path: '', form: 'NFC' };
  expect(judged(JSON.stringify(marks('\u0301\u0316')), JSON.stringify(marks('\u0316\u0301')), rule)[0]).toBe(
    'mismatch',
  );
  expect(performance.now() - began).toBeLessThan(2_000);
});
