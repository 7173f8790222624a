// Signatures of documents that share nothing are quick to make, and the same whatever the order.
import { expect, test } from 'vitest';
import { compareTexts, planWith } from './testing/plans.ts';

test('20,000 kinds of difference have one signature in any order, and another where many of them are others', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `m${i}`);
  const text = (all: readonly string[]): string => `{${all.map((name) => `"${name}":1`).join()}}`;
  const signature = (legacy: readonly string[], candidate: readonly string[]): string | undefined => {
    const found = compareTexts(text(legacy), text(candidate), planWith([]));
    return found.kind === 'mismatch' ? found.signature : undefined;
  };
  const first = signature(names, []);
  expect(first).toMatch(/^v1:/);
  expect(signature(names.toReversed(), [])).toBe(first);
  expect(signature(['same', ...names], ['same'])).toBe(first);
  expect(signature([], names)).not.toBe(first);
  expect(signature(names.slice(10_000), [])).not.toBe(first);
});

test('members of an object of more than 10,000 are of one kind, whatever their names', () => {
  const text = (size: number, changed: number): string =>
    `{"by":{${Array.from({ length: size }, (_, i) => `"m${i}":${i === changed ? -1 : i}`).join()}}}`;
  const signature = (size: number, changed: number): string | undefined => {
    const found = compareTexts(text(size, -1), text(size, changed), planWith([]));
    expect('differences' in found ? found.differences.map(({ path }) => path) : []).toEqual([`/by/m${changed}`]);
    return found.kind === 'mismatch' ? found.signature : undefined;
  };
  expect(signature(10_001, 7)).toBe(signature(10_001, 9_000));
  expect(signature(10_000, 7)).not.toBe(signature(10_000, 9_000));
});
