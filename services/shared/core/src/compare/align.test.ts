// Alignment proposes only equal elements, in order, and as many as there are when that is cheap.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { align } from './align.ts';

const aligned = (a: readonly number[], b: readonly number[]): number[] => [
  ...align(Int32Array.from(a), Int32Array.from(b)),
];

function longest(a: readonly number[], b: readonly number[]): number {
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const [here, down] = [best[i] as number[], best[i + 1] as number[]];
      here[j] = a[i] === b[j] ? (down[j + 1] as number) + 1 : Math.max(down[j] as number, here[j + 1] as number);
    }
  }
  return (best[0] as number[])[0] as number;
}

test('partners are equal, ascend, and are as many as possible', () => {
  const list = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const partners = aligned(a, b);
      const taken = partners.filter((j) => j >= 0);
      expect(taken).toEqual([...new Set(taken)].sort((one, other) => one - other));
      partners.forEach((j, i) => {
        if (j >= 0) expect(a[i]).toBe(b[j]);
      });
      expect(taken.length).toBe(longest(a, b));
    }),
    { numRuns: 2000 },
  );
});

test('where everything moved, elements that occur once are the anchors', () => {
  const a = Array.from({ length: 20_000 }, (_, i) => i);
  const b = [...a.slice(10_000), ...a.slice(0, 10_000)];
  expect(aligned(a, b).filter((j) => j >= 0).length).toBe(10_000);
});

test('arrays with nothing in common are left unaligned quickly', () => {
  const a = Array.from({ length: 50_000 }, (_, i) => i);
  expect(
    aligned(
      a,
      a.map((i) => -i - 1),
    ).every((j) => j === -1),
  ).toBe(true);
});
