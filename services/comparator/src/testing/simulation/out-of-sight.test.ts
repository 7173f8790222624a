// What a row may lack because another hides it, and what it may not.
import { expect, test } from 'vitest';
import { isOutOfSight, type Places, type RowPlaces } from './out-of-sight.ts';

const LONE_ROWS = { hidden: places([], [2, 9]), shown: places([1, 3], [25, 26]) };
const WANTED = places([1, 3], [2, 9, 26]);
const WRITTEN = places([1, 3], [2, 8, 9, 25, 26, 28]);

test('what was given up alone may be hidden by a row of the other side, and its repeats be taken for new', () => {
  const sent = [givenUp(LONE_ROWS.hidden), givenUp(places([1, 3], [])), mismatch(LONE_ROWS.shown)];
  expect(isOutOfSight(mismatch(LONE_ROWS.shown), WANTED, WRITTEN, sent, 'compare')).toBe(true);
});

test('what was given up of one side may be hidden by a row of both that has less of it', () => {
  const shown = mismatch(places([14, 15], [13]));
  const all = places([14, 15, 23], [13]);
  expect(isOutOfSight(shown, all, all, [shown, givenUp(places([14, 15, 23], []))], 'compare')).toBe(true);
});

test('what was judged at once because counts do not matter may be hidden by a row of other events, and only there', () => {
  const shown = mismatch(places([2, 3, 4], [4, 6]));
  const all = places([2, 3, 4], [4, 6, 7]);
  const sent = [mismatch(places([2], [4, 6, 7])), shown];
  expect(isOutOfSight(shown, all, all, sent, 'ignore')).toBe(true);
  expect(isOutOfSight(shown, all, all, sent, 'compare')).toBe(false);
  expect(isOutOfSight(shown, all, all, [mismatch(places([], [7])), shown], 'ignore')).toBe(false);
});

test('a row that lacks nothing is held to all', () => {
  const whole = mismatch(WANTED);
  expect(isOutOfSight(whole, WANTED, WRITTEN, [givenUp(LONE_ROWS.hidden), whole], 'compare')).toBe(false);
});

test('what no row that landed has may not be lacking', () => {
  const shown = mismatch(LONE_ROWS.shown);
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown], 'compare')).toBe(false);
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown, givenUp(places([], [2]))], 'compare')).toBe(false);
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown, givenUp(LONE_ROWS.hidden, 'other')], 'compare')).toBe(false);
});

test('only what was given up for want of memory may be hidden', () => {
  const shown = mismatch(LONE_ROWS.shown);
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown, mismatch(LONE_ROWS.hidden)], 'compare')).toBe(false);
  const tainted: RowPlaces = { ...givenUp(LONE_ROWS.hidden), reason: 'evidence-lost' };
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown, tainted], 'compare')).toBe(false);
  const open: RowPlaces = { ...givenUp(LONE_ROWS.hidden), state: 'provisional' };
  expect(isOutOfSight(shown, WANTED, WRITTEN, [shown, open], 'compare')).toBe(false);
});

test('a row may not be hidden by one of which it has all', () => {
  const shown = mismatch(places([14, 15], [13]));
  const all = places([14, 15, 23], [13]);
  expect(isOutOfSight(shown, all, all, [shown, givenUp(all)], 'compare')).toBe(false);
});

test('a row has no events of other ids', () => {
  const shown = mismatch(places([1, 3], [25, 27]));
  expect(isOutOfSight(shown, WANTED, WRITTEN, [givenUp(LONE_ROWS.hidden), shown], 'compare')).toBe(false);
});

function places(legacy: readonly number[], candidate: readonly number[]): Places {
  return { legacy, candidate };
}

function mismatch({ legacy, candidate }: Places): RowPlaces {
  const offsets = { legacy_offsets: legacy, candidate_offsets: candidate };
  return { id: 'a', state: 'final', outcome: 'mismatch', reason: '', ...offsets };
}

function givenUp(of: Places, id = 'a'): RowPlaces {
  return { ...mismatch(of), id, outcome: 'inconclusive', reason: 'budget' };
}
