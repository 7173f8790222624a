// A crash point kills where it is named, and nowhere else.
import { expect, test } from 'vitest';
import { crashPoints, NO_CRASH_POINTS } from './crash-points.ts';

const NAMES = ['before', 'after'] as const;

test.each([undefined, ''])('without a name (%j) there is nothing to crash', (at) => {
  expect(crashPoints(NAMES, at)).toBe(NO_CRASH_POINTS);
});

test.each([
  ['after', 1],
  ['after:1', 1],
  ['after:3', 3],
])('%s crashes at the reach number %i, once', (at, nth) => {
  const crashed: number[] = [];
  let reached = 0;
  const points = crashPoints(NAMES, at, () => crashed.push(reached));
  for (reached = 1; reached <= 5; reached++) {
    points.reach('before');
    points.reach('after');
  }
  expect(crashed).toEqual([nth]);
});

test.each(['aftr', 'after:0', 'after:x', ':1'])('%s is refused with the names there are', (at) => {
  expect(() => crashPoints(NAMES, at)).toThrow(
    expect.objectContaining({ code: 'unknown-crash-point', cure: expect.stringContaining('before, after') }),
  );
});
