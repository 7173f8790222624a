// Pairings of two sets are as large as they can be, and found without asking more than is needed.
import { expect, test } from 'vitest';
import { completeMatching } from './matching.ts';

test('one that finds no partner shows for all others like it that there is none', () => {
  const partners = Int32Array.from({ length: 1_000 }, (_, i) => (i < 900 ? i : -1));
  let asked = 0;
  completeMatching(
    partners,
    900,
    () => {
      asked++;
      return true;
    },
    { left: 10_000 },
  );
  expect([...partners].filter((partner) => partner < 0)).toHaveLength(100);
  expect(asked).toBeLessThan(2_000);
});

test('the pairing is as large as it can be, whoever has to give way', () => {
  // Everyone but the last fits two neighbours; the first pairing leaves the last without.
  const n = 300;
  const partners = Int32Array.from({ length: n }, (_, i) => (i < n - 1 ? i : -1));
  completeMatching(partners, n, (i, j) => (i === n - 1 ? j === 0 : j === i || j === i + 1), { left: 200_000 });
  expect(new Set(partners)).toEqual(new Set(Array.from({ length: n }, (_, j) => j)));
});

test('after a search in vain the others still find theirs', () => {
  // 0, 1 and 2 share two; 3 takes the place of 4, who moves on.
  const fits: readonly (readonly number[])[] = [[0, 1], [0, 1], [0, 1], [2], [2, 3]];
  const partners = Int32Array.of(0, 1, -1, -1, 2);
  completeMatching(partners, 4, (i, j) => fits[i]?.includes(j) === true, { left: 100 });
  expect([...partners]).toEqual([0, 1, -1, 2, 3]);
});
