// The statistics of noise: against published values, against their own promise by simulation, and in what they conclude.
import { expect, test } from 'vitest';
import { deviationsFor, newcombe, normalQuantile, wilson } from './proportions.ts';
import { type NoiseCount, noiseRates } from './rates.ts';

/** xorshift32: the same numbers wherever this runs. */
function randomness(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

function drawn(random: () => number, share: number, all: number) {
  let hits = 0;
  for (let n = 0; n < all; n++) if (random() < share) hits++;
  return { hits, all };
}

test.each([
  [0.5, 0],
  [0.975, 1.959963985],
  [0.9995, 3.290526731],
  [0.0013498980316301, -3],
  [1e-12, -7.034483825],
])('the normal quantile of %f is %f', (p, value) => {
  expect(normalQuantile(p)).toBeCloseTo(value, 5);
});

// Newcombe 1998, table II: (a) 56/70 and 48/80, (b) 9/10 and 3/10, (g) 10/10 and 0/10, (h) 10/10 and 0/20.
test.each([
  [56, 70, 48, 80, 0.0524, 0.3339],
  [9, 10, 3, 10, 0.1705, 0.809],
  [10, 10, 0, 10, 0.6075, 1],
  [10, 10, 0, 20, 0.6791, 1],
])('the difference of %i/%i and %i/%i is as published', (a, m, b, n, low, high) => {
  const interval = newcombe({ hits: a, all: m }, { hits: b, all: n }, deviationsFor(0.95));
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test('the interval of one share is as published, and stays within 0 and 1', () => {
  // Newcombe 1998 (Statistics in Medicine 17, 857-872), table I: 15/148, 0/20, 29/29.
  const at95 = (hits: number, all: number) => wilson({ hits, all }, deviationsFor(0.95));
  expect(at95(15, 148).low).toBeCloseTo(0.0624, 4);
  expect(at95(15, 148).high).toBeCloseTo(0.1605, 4);
  expect(at95(0, 20)).toEqual({ low: 0, high: expect.closeTo(0.1611, 4) });
  expect(at95(29, 29)).toEqual({ low: expect.closeTo(0.883, 4), high: 1 });
  expect(at95(0, 0)).toEqual({ low: 0, high: 1 });
});

test.each([
  [0.5, 0.5, 100],
  [0.02, 0.02, 400],
  [0.01, 0.05, 300],
  [0.9, 0.7, 60],
  [0.002, 0.002, 2_000],
])('intervals at 95 %% hold the true difference of shares %f and %f among %i in about 95 %% of draws', (p, q, all) => {
  const random = randomness(7);
  const deviations = deviationsFor(0.95);
  const draws = 1_500;
  let held = 0;
  for (let n = 0; n < draws; n++) {
    const { low, high } = newcombe(drawn(random, p, all), drawn(random, q, all), deviations);
    if (low <= p - q && p - q <= high) held++;
  }
  // Four standard errors of the simulation below the promise.
  expect(held / draws).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / draws));
});

const place = (pattern: string): Omit<NoiseCount, 'aa' | 'ab'> => ({
  output: 'default',
  pattern,
  kind: 'changed',
  legacyType: 'number',
  candidateType: 'number',
});

test('with forty paths of pure noise, one of them is called above noise in no more than 5 % of looks', () => {
  const random = randomness(11);
  const looks = 250;
  let alarms = 0;
  for (let look = 0; look < looks; look++) {
    const counts = Array.from({ length: 40 }, (_, n): NoiseCount => {
      const share = 0.01 + n / 100;
      return { ...place(`/p${n}`), aa: drawn(random, share, 400), ab: drawn(random, share, 400) };
    });
    if (noiseRates(counts).rates.some(({ verdict }) => verdict === 'above-noise')) alarms++;
  }
  expect(alarms / looks).toBeLessThanOrEqual(0.05);
});

test('a place is noise, above it, or the candidate’s own', () => {
  const { rates, each } = noiseRates([
    { ...place('/noisy'), aa: { hits: 50, all: 1000 }, ab: { hits: 61, all: 1000 } },
    { ...place('/regressed'), aa: { hits: 50, all: 1000 }, ab: { hits: 130, all: 1000 } },
    // Legacy never differs from itself here: one difference is one too many to be called noise.
    { ...place('/new'), aa: { hits: 0, all: 1000 }, ab: { hits: 1, all: 1000 } },
    { ...place('/gone'), aa: { hits: 3, all: 1000 }, ab: { hits: 0, all: 0 } },
  ]);
  expect(each).toBeCloseTo(1 - 0.05 / 4);
  expect(rates.map(({ pattern, verdict }) => [pattern, verdict])).toEqual([
    ['/regressed', 'above-noise'],
    ['/new', 'only-candidate'],
    ['/noisy', 'noise'],
    ['/gone', 'noise'],
  ]);
  expect(rates[0]?.excess.low).toBeGreaterThan(0);
  expect(rates[2]?.excess.low).toBeLessThan(0);
});
