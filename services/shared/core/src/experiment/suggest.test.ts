// Suggestions for misspelt keys.
import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

const KEYS = ['settle', 'deadline', 'late', 'outage', 'maxOutage', 'pick', 'counts'];

test.each([
  ['setle', 'settle'],
  ['dealdine', 'deadline'],
  ['max_outage', 'maxOutage'],
  ['MaxOutage', 'maxOutage'],
  ['count', 'counts'],
  ['pik', 'pick'],
])('%s is taken for %s', (word, meant) => {
  expect(suggest(word, KEYS)).toBe(meant);
});

test.each(['retries', 'x', '', 'topic', 'a'.repeat(10_000)])(
  'nothing is suggested for a word that is like none',
  (word) => {
    expect(suggest(word, KEYS)).toBeUndefined();
  },
);
