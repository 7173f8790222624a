// The small parts of the replayer: paces read back, lateness bounded.
import { expect, test } from 'vitest';
import { durationAt, formatPace, parsePace } from './pace.ts';
import { SendTiming } from './timing.ts';

test.each([
  ['flat-out', 'flat-out'],
  ['as-recorded', 'as-recorded'],
  ['10x', { times: 10 }],
  ['×0.5', { times: 0.5 }],
  ['x3', { times: 3 }],
  ['200/s', { rate: 200 }],
] as const)('the pace %s is understood and told again', (text, pace) => {
  expect(parsePace(text)).toEqual(pace);
  expect(parsePace(formatPace(parsePace(text)))).toEqual(pace);
});

test.each(['', 'fast', '0x', '0/s', '-1x', '10', '1e3x'])('the pace "%s" is refused with what is allowed', (text) => {
  expect(() => parsePace(text)).toThrow(expect.objectContaining({ code: 'bad-pace' }));
});

test('how long a replay takes is known but for flat out', () => {
  expect(durationAt({ pace: 'flat-out' }, 100, 60_000)).toBeUndefined();
  expect(durationAt({ pace: 'as-recorded' }, 100, 60_000)).toBe(60_000);
  expect(durationAt({ pace: { times: 60 } }, 100, 60_000)).toBe(1_000);
  expect(durationAt({ pace: { rate: 50 } }, 100, 60_000)).toBe(2_000);
});

test('quantiles of lateness are never understated, and by an eighth at most overstated', () => {
  const timing = new SendTiming();
  expect(timing.error()).toBeUndefined();
  for (let ms = 1; ms <= 100; ms++) timing.add(ms);
  const { p50Ms = 0, p99Ms = 0, maxMs } = timing.error() ?? {};
  expect(p50Ms).toBeGreaterThanOrEqual(50);
  expect(p50Ms).toBeLessThan(57);
  expect(p99Ms).toBeGreaterThanOrEqual(99);
  expect(maxMs).toBe(100);
});
