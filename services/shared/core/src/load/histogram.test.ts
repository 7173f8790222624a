// What the histogram promises of its quantiles, against sorting.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from './histogram.ts';

const amount = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc.integer({ min: 0, max: 2 ** 40 }),
  fc.maxSafeInteger().map(Math.abs),
  fc.nat({ max: 51 }).map((bits) => 2 ** bits),
);

test('a quantile is never understated, and overstated by 1 or 1/64 at most', () => {
  fc.assert(
    fc.property(
      fc.array(amount, { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (amounts, share) => {
        const histogram = new Histogram();
        for (const one of amounts) histogram.add(one);
        const sorted = amounts.toSorted((left, right) => left - right);
        const exact = sorted[Math.max(1, Math.ceil(amounts.length * share)) - 1] ?? 0;
        expect(histogram.quantile(share)).toBeGreaterThanOrEqual(exact);
        expect(histogram.quantile(share)).toBeLessThanOrEqual(exact + Math.max(1, exact / 64));
        expect(histogram.spread()?.max).toBe(sorted.at(-1));
      },
    ),
  );
});

test('what is below 0 counts as 0, what is no amount does not count, and nothing has no spread', () => {
  const histogram = new Histogram();
  expect(histogram.spread()).toBeUndefined();
  for (const one of [-5, Number.NaN, Number.POSITIVE_INFINITY]) histogram.add(one);
  expect(histogram.spread()).toEqual({ count: 1, p50: 0, p95: 0, p99: 0, max: 0 });
});
