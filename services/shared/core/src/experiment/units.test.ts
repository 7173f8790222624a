// Quantities with their unit.
import { expect, test } from 'vitest';
import {
  DURATION,
  durationMs,
  formatDuration,
  formatShare,
  formatSize,
  PERCENT,
  percentShare,
  SIZE,
  sizeBytes,
} from './units.ts';

test.each([
  ['500ms', 500],
  ['2s', 2_000],
  ['1.5s', 1_500],
  ['5m', 300_000],
  ['24h', 86_400_000],
  ['7d', 604_800_000],
])('%s is %d ms', (text, ms) => {
  expect(DURATION.test(text)).toBe(true);
  expect(durationMs(text)).toBe(ms);
});

test.each([
  ['64MiB', 67_108_864],
  ['512KB', 512_000],
  ['1kB', 1_000],
  ['1.5KiB', 1_536],
  ['10B', 10],
])('%s is %d bytes', (text, bytes) => {
  expect(SIZE.test(text)).toBe(true);
  expect(sizeBytes(text)).toBe(bytes);
});

test.each([
  ['99.9%', 0.999],
  ['100%', 1],
  ['0%', 0],
  ['0.1%', 0.001],
  ['99.99%', 0.9999],
])('%s is the share %d, to the last digit', (text, share) => {
  expect(PERCENT.test(text)).toBe(true);
  expect(percentShare(text)).toBe(share);
  expect(formatShare(share)).toBe(text);
});

test.each(['2', '2 s', '-2s', '2S', 's', '1e3s', '2sec', '.5s', '99999999999s'])('%s is no duration', (text) => {
  expect(DURATION.test(text)).toBe(false);
});

test.each(['64', '64mb', '64 MB', '-1B', '1TB'])('%s is no size', (text) => {
  expect(SIZE.test(text)).toBe(false);
});

test.each(['100.1%', '101%', '1', '0.5', '-1%', '%'])('%s is no percentage', (text) => {
  expect(PERCENT.test(text)).toBe(false);
});

test('a quantity is shown in the largest unit that keeps it whole', () => {
  expect([0, 500, 2_000, 90_000, 86_400_000].map(formatDuration)).toEqual(['0ms', '500ms', '2s', '90s', '1d']);
  expect([1_000, 1_024, 512 * 2 ** 20].map(formatSize)).toEqual(['1000B', '1KiB', '512MiB']);
});
