// Large crowds of elements that nearly fit: decided where that is quick, inconclusive by the work counted where it is not.
import { expect, test } from 'vitest';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith } from './testing/plans.ts';

const anyOrder: RuleSpec = { kind: 'unordered', name: 'any order', path: '/**' };
const near: RuleSpec = { kind: 'tolerance', name: 'near', path: '/**', absolute: 1, relative: 0.01 };
const list = (length: number, make: (i: number) => unknown): string =>
  JSON.stringify(Array.from({ length }, (_, i) => make(i)));

/** Every element may fit every other for all that its hash tells, as two rules relate its texts. */
const texts: readonly RuleSpec[] = [
  anyOrder,
  { kind: 'time', name: 'instants', path: '/**' },
  { kind: 'text', name: 'names', path: '/*/name', case: 'fold' },
];
const named = (letters: number, n: number, last: string) => ({ name: `${'ß'.repeat(letters)}${n}${last}` });

test('long texts that each nearly fit many others run out of work by their length', () => {
  const crowd = (letters: number, last: string): string => list(60, (i) => named(letters, i, last));
  expect(compareTexts(crowd(5, 'a'), crowd(5, 'b'), planWith(texts)).kind).toBe('mismatch');
  expect(compareTexts(crowd(5_000, 'a'), crowd(5_000, 'b'), planWith(texts))).toEqual({
    kind: 'inconclusive',
    reason: 'budget-work',
  });
});

test('as many long texts that fit where they stand are decided', () => {
  const crowd = (last: string): string => list(60, (i) => named(5_000, i, last));
  expect(compareTexts(crowd('a'), crowd('A'), planWith(texts)).kind).toBe('equivalent');
});

test('20,000 numbers shifted by one fit, and but for the last where they are shifted by more than a rule allows', () => {
  const numbers = (from: number, step: number): string => list(20_000, (i) => from + i * step);
  const absolute: RuleSpec = { kind: 'tolerance', name: 'near', path: '/**', absolute: 1 };
  const plan = planWith([anyOrder, absolute]);
  expect(compareTexts(numbers(0, 3), numbers(1, 3), plan).kind).toBe('equivalent');
  expect(compareTexts(numbers(0, 3), numbers(3, 3), plan).kind).toBe('mismatch');
});

test('numbers right at one limit and clearly beyond or near the other are judged by either', () => {
  const kind = (legacy: unknown, candidate: unknown) =>
    compareTexts(JSON.stringify(legacy), JSON.stringify(candidate), planWith([near])).kind;
  expect(kind([1, 50.5], [2, 51.5])).toBe('equivalent');
  expect(kind([1], [2.000_000_000_000_1])).toBe('mismatch');
  expect(kind([100], [101.000_000_000_000_1])).toBe('equivalent');
  expect(kind([99], [100])).toBe('equivalent');
  expect(kind([1_000], [1_010])).toBe('equivalent');
  expect(kind([990], [1_000])).toBe('equivalent');
  expect(kind([989.999], [1_000])).toBe('mismatch');
});

test('40 arrays of 500 numbers that each tolerate several are decided', () => {
  const arrays = (last: (i: number) => number): string =>
    list(40, (i) => ({ m: [...Array.from({ length: 500 }, (_, at) => at), last(i)] }));
  const plan = planWith([anyOrder, near]);
  expect(
    compareTexts(
      arrays((i) => i % 9),
      arrays((i) => (i * 7) % 9),
      plan,
    ).kind,
  ).toBe('equivalent');
});
