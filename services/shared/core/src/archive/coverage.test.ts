// Objects that overlap in any way give each offset once, and holes are named exactly.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gaps, overlaps, type Piece, readingPlan } from './coverage.ts';

const pieces = fc
  .array(
    fc.record({ before: fc.nat(2), first: fc.integer({ min: 2, max: 40 }), length: fc.integer({ min: 1, max: 15 }) }),
  )
  .map((all) =>
    all.map(
      ({ before, first, length }, index): Piece => ({
        key: `k${index}`,
        from: first - before,
        first,
        last: first + length - 1,
      }),
    ),
  );

const offsets = Array.from({ length: 60 }, (_, offset) => offset);
const everything = { from: 0, to: 60 };

test('each offset some object holds is read exactly once, in order', () => {
  fc.assert(
    fc.property(pieces, fc.nat(50), fc.nat(60), (all, from, to) => {
      const read = readingPlan(all, { from, to }).flatMap((step) => {
        expect(step.from >= step.piece.first && step.to <= step.piece.last + 1).toBe(true);
        return offsets.filter((offset) => offset >= step.from && offset < step.to);
      });
      const held = offsets.filter((o) => o >= from && o < to && all.some(({ first, last }) => o >= first && o <= last));
      expect(read).toEqual(held);
    }),
  );
});

test('a gap is what no object was read over, between the first and the last', () => {
  fc.assert(
    fc.property(pieces, (all) => {
      const start = Math.min(...all.map(({ from }) => from));
      const end = Math.max(...all.map(({ from }) => from));
      const missing = offsets.filter(
        (o) => o > start && o < end && !all.some(({ from, last }) => o >= from && o <= last),
      );
      expect(gaps(all).flatMap(({ from, to }) => offsets.filter((o) => o >= from && o < to))).toEqual(missing);
    }),
  );
});

test('offsets the log has skipped are no gap when the next object was read over them', () => {
  const [a, b] = [
    { key: 'a', from: 0, first: 0, last: 9 },
    { key: 'b', from: 10, first: 15, last: 20 },
  ];
  expect(gaps([a, b])).toEqual([]);
  expect(gaps([a, { ...b, from: 15 }])).toEqual([{ from: 10, to: 15 }]);
});

test('every two objects with an offset in common are named', () => {
  fc.assert(
    fc.property(pieces, (all) => {
      const brute = all.flatMap((a, i) =>
        all
          .slice(i + 1)
          .filter((b) => a.first <= b.last && b.first <= a.last)
          .map((b) => [a.key, b.key].sort()),
      );
      expect(
        overlaps(all)
          .map(([a, b]) => [a.key, b.key].sort())
          .sort(),
      ).toEqual(brute.sort());
    }),
  );
});

test('a superseded tail is not read', () => {
  const full = { key: 'full', from: 0, first: 0, last: 99 };
  expect(readingPlan([{ key: 'tail', from: 0, first: 0, last: 40 }, full], everything)).toEqual([
    { piece: full, from: 0, to: 60 },
  ]);
});
