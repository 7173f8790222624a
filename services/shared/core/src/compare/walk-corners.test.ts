// Texts on which a hasty walk would go wrong: broken alike, of one hash, of several types. Both ways of comparing must agree.
import { expect, test } from 'vitest';
import { compareWith } from './compare.ts';
import type { ComparePlan } from './plan.ts';
import { compareTexts, content, planWith } from './testing/plans.ts';

const STRICT = planWith([]);

function judgedBy(plan: ComparePlan, legacy: string, candidate: string): readonly string[] {
  const comparison = compareTexts(legacy, candidate, plan);
  return 'differences' in comparison ? comparison.differences.map(({ path, kind }) => `${path} ${kind}`) : [];
}

test.each([
  ['{"a":1,"b":2,"a":1}', '{"b":2,"a":1}', 'duplicate-keys'],
  ['{"a":1,"b":2}', '{"b":2,"a":1,"b":2}', 'duplicate-keys'],
  ['{"a":0,"b":1}', '{"b":1,"a":0x}', 'undecodable'],
  ['{"a":0,"b":1}', '{"b":1,"a":00}', 'undecodable'],
  ['{"a":1,"b":2]', '{"b":2,"a":1}', 'undecodable'],
  ['{"a":1,"b":2}', '{"b":2,"a":1]', 'undecodable'],
  ['{"a":1,"b":2}', '{"b":2,"c":01,"a":1}', 'undecodable'],
  ['{"a":1,"c":01,"b":2}', '{"b":2,"a":1}', 'undecodable'],
  ['{"b":1,"a":1]', '{"b":2,"a":1]', 'undecodable'],
  ['{"b":1,"a":1;"c":1}', '{"b":2,"a":1;"c":1}', 'undecodable'],
  ['{xa":1,"b":1}', '{xa":1,"b":2}', 'undecodable'],
  ['{"a":01,"b":1}', '{"a":01,"b":2}', 'undecodable'],
  ['{"a":-01,"b":1}', '{"a":-01,"b":2}', 'undecodable'],
  ['{"a":1.,"b":1}', '{"a":1.,"b":2}', 'undecodable'],
  ['{"a":-,"b":1}', '{"a":-,"b":2}', 'undecodable'],
  ['{"a":1e,"b":1}', '{"a":1e,"b":2}', 'undecodable'],
  ['{"a":1.e1,"b":1}', '{"a":1.e1,"b":2}', 'undecodable'],
  ['{"a":truex,"b":1}', '{"a":truex,"b":2}', 'undecodable'],
  ['{"a\u0001:1,"b":1}', '{"a\u0001:1,"b":2}', 'undecodable'],
  ['{"a";1,"b":1}', '{"a";1,"b":2}', 'undecodable'],
  ['["b":1,"a":1}', '{"a":1,"b":2}', 'undecodable'],
  ['{"c":{;"b":1},"a":1}', '{"a":1,"c":{"b":2}}', 'undecodable'],
  ['{"a":1 "b":1}', '{"b":2 "a":1}', 'undecodable'],
])('%s and %s are broken, and never the same', (legacy, candidate, reason) => {
  for (const [one, other] of [
    [legacy, candidate],
    [candidate, legacy],
  ] as const)
    expect(compareTexts(one, other, STRICT)).toEqual({ kind: 'inconclusive', reason });
});

test.each([
  ['{"a":"xy","b":1}', '{"a":"xz"x,"b":1}'],
  ['{"a":"xy","b":1}', '{"a":"xz\u0001","b":1}'],
  ['{"a":"xy","b":1}', '{"a":"xz\\x","b":1}'],
  ['{"a":"xy","b":1}', '{"a":"xz'],
  ['{"a":"x","b":1}', '{"a":"xz'],
  ['{"a":"xy"}', '{"a":"xz\\'],
  ['{"a":1.5}', '{"a":2.5.}'],
  ['{"a":1.5}', '{"a":2.}'],
  ['{"a":1.5}', '{"a":02}'],
  ['{"a":1.5}', '{"a":-}'],
  ['{"a":1.5}', '{"a":2'],
])('where the values of %s and %s part, the rest is read as well', (legacy, candidate) => {
  for (const plan of [STRICT, planWith([{ kind: 'ignore', name: 'i', paths: ['/a'] }])]) {
    expect(compareTexts(legacy, candidate, plan)).toEqual({ kind: 'inconclusive', reason: 'undecodable' });
    expect(compareTexts(candidate, legacy, plan)).toEqual({ kind: 'inconclusive', reason: 'undecodable' });
  }
});

test.each([
  ['"\\u0061"', '"a"', 'match'],
  ['"x\\u0061"', '"xa"', 'match'],
  ['"\\u0061b"', '"\\u0062b"', 'mismatch'],
  ['"\\/x"', '"/x"', 'match'],
  ['"äa"', '"ä\\u0061"', 'match'],
  ['"ä"', '"å"', 'mismatch'],
  ['"a"', '"ab"', 'mismatch'],
  ['10', '1e1', 'match'],
  ['-10', '-10.0', 'match'],
  ['0.5', '0.50', 'match'],
  ['0.5', '0.05', 'mismatch'],
  ['0', '-0', 'match'],
  ['-0.5', '0.5', 'mismatch'],
  ['1.5', '1.25', 'mismatch'],
  ['15', '150', 'mismatch'],
])('%s and %s: a %s however they are spelt', (legacy, candidate, kind) => {
  for (const [one, other] of [
    [legacy, candidate],
    [candidate, legacy],
  ]) {
    expect(compareTexts(`{"a":${one}}`, `{"a":${other}}`, STRICT).kind).toBe(kind);
    expect(compareTexts(`[${one}]`, `[${other}]`, STRICT).kind).toBe(kind);
  }
});

test('elements of arrays in many others are aligned, too', () => {
  const deep = (inner: string): string => `${'['.repeat(40)}${inner}${']'.repeat(40)}`;
  expect(compareTexts(deep('1,2'), deep('2,3'), STRICT).kind).toBe('mismatch');
});

test('of many differences so many are listed as may be', () => {
  for (const differencesPerPair of [0, 1, 2]) {
    const few = planWith([], { budgets: { ...STRICT.spec.budgets, differencesPerPair } });
    const comparison = compareTexts('{"a":1,"b":2,"c":[3]}', '{"a":2,"b":3,"c":[4]}', few);
    expect('differences' in comparison ? comparison.differences.length : -1).toBe(differencesPerPair);
  }
});

test('names of one hash are told apart', () => {
  // FNV-1a of 32 bits, as names are hashed.
  const [one, other] = ['costarring', 'liquid'];
  expect(judgedBy(STRICT, `{"${one}":1}`, `{"${other}":1}`)).toEqual([`/${one} removed`, `/${other} added`]);
  expect(judgedBy(STRICT, `{"${one}":1,"${other}":2}`, `{"${other}":2,"${one}":3}`)).toEqual([`/${one} changed`]);
  const plan = planWith([{ kind: 'ignore', name: 'i', paths: [`/${one}`] }]);
  expect(judgedBy(plan, `{"${one}":1,"${other}":2}`, `{"${one}":2,"${other}":3}`)).toEqual([`/${other} changed`]);
});

test('signatures are of the type that is asked for, whichever was before', () => {
  const [one, other] = ['{"a":1}', '{"a":2}'].map((text) => [content(text)]);
  if (one === undefined || other === undefined) return;
  const signatures = ['x', 'x', 'y', 'x', ''].map((type) => {
    const walked = compareWith(one, other, STRICT, type, true);
    expect(walked).toEqual(compareWith(one, other, STRICT, type, false));
    return 'signature' in walked ? walked.signature : '';
  });
  expect(new Set(signatures).size).toBe(3);
});

test('an ignored member that one side has more is no match', () => {
  const plan = planWith([{ kind: 'ignore', name: 'i', paths: ['/ts'] }]);
  expect(compareTexts('{"a":1}', '{"a":1,"ts":2}', plan).kind).toBe('equivalent');
  expect(compareTexts('{"ts":[],"a":1}', '{"a":1}', plan).kind).toBe('equivalent');
  expect(compareTexts('{"a":1}', '{"a":1,"ts":[2,]}', plan).kind).toBe('inconclusive');
});
