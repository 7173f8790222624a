// In an array without order a rule may name an element by its index: then hashes tell nothing of who belongs to whom.
import { expect, test } from 'vitest';
import { compareTexts, planWith } from './testing/plans.ts';

const plan = planWith([
  { kind: 'unordered', name: 'lines', path: '/lines' },
  { kind: 'time', name: 'instants', path: '/lines/*' },
  { kind: 'coerce', name: 'first', path: '/lines/0', to: 'boolean' },
]);

test('equal elements in another order are found whatever rule one index has', () => {
  expect(compareTexts('{"lines":[[1],0.1,7]}', '{"lines":[1e-1,7,[1.0]]}', plan).kind).toBe('equivalent');
});

test('an element that is another one still counts', () => {
  expect(compareTexts('{"lines":[[1],0.1,7]}', '{"lines":[0.2,7,[1]]}', plan).kind).toBe('mismatch');
});
