// Renames that cannot be meant.
import { expect, test } from 'vitest';
import { planWith } from '../testing/plans.ts';

test.each([
  ['/a', '/a/b'],
  ['/a/b', '/a'],
  ['/*/a', '/x/*/b/c'],
  ['/x/*/a', '/*/x'],
])('%s cannot be moved to %s, for one may lie in the other', (from, to) => {
  expect(() => planWith([{ kind: 'rename', name: 'r', side: 'legacy', from, to }])).toThrow(
    /cannot be moved into itself, nor in place of what holds it/,
  );
});

test.each([
  ['/a', '/b/a'],
  ['/a/b', '/c/a/b'],
  ['/**/a', '/**/b'],
  ['/a/b', '/a/c'],
])('%s can be moved to %s', (from, to) => {
  expect(() => planWith([{ kind: 'rename', name: 'r', side: 'legacy', from, to }])).not.toThrow();
});
