import { describe, expect, test } from 'vitest';
import { OutageWatch } from './outage.ts';

const WINDOW = { outageMs: 1000, maxOutageMs: 100_000, deadlineMs: 2000 };

function watch(delivered: number, from = 0, stepMs = 1): OutageWatch {
  const one = new OutageWatch(WINDOW, 0);
  for (let i = 0; i < delivered; i++) one.delivered(from + i * stepMs, 0);
  return one;
}

describe('a silent side is out', () => {
  test.each([
    ['19 events prove nothing', 19, 5000, false],
    ['20 events, but not for long enough', 20, 999, false],
    ['20 events for long enough', 20, 1000, true],
  ])('live: %s', (_, events, now, out) => {
    expect(watch(events).protects(false, now)).toBe(out);
  });

  test.each([
    ['19 events over an hour', 19, 180_000, false],
    ['20 events within a moment', 20, 1, false],
    ['20 events over more than the window', 20, 100, true],
  ])('in a backlog, by the timestamps of those who deliver: %s', (_, events, stepMs, out) => {
    expect(watch(events, 0, stepMs).protects(true, 10_000_000)).toBe(out);
  });

  test('one wrong clock among those who deliver does not make a backlog silent', () => {
    const one = watch(20, 0, 1);
    one.matched(19, 0, 0);
    one.delivered(1e15, 5);
    expect(one.protects(true, 10)).toBe(false);
  });
});

describe('an outage began', () => {
  test('live with the first event that found no match: a log that delivers nothing to either makes none', () => {
    const one = new OutageWatch(WINDOW, 0);
    one.delivered(1, 10);
    one.matched(1, 5, 15);
    // Nothing came for a minute; then one side's events are read shortly before the other's.
    for (let i = 0; i < 25; i++) one.delivered(60_000 + i, 60_000);
    expect(one.protects(false, 60_021)).toBe(false);
    expect(one.matched(60_000, 5, 60_022)).toBe(false);
    for (let i = 0; i < 25; i++) one.delivered(61_000 + i, 61_000 + i);
    expect(one.protects(false, 62_500)).toBe(true);
    expect(one.began).toBe(61_000);
  });

  test('in a backlog its window ago, but no earlier than the one before ended', () => {
    const one = watch(20, 0, 100);
    expect([one.protects(true, 50_000), one.began]).toEqual([true, 49_000]);
    expect([one.matched(1900, 10, 50_010), one.ended]).toEqual([true, 50_010]);
    for (let i = 0; i < 20; i++) one.delivered(10_000 + i * 100, 50_015);
    expect([one.protects(true, 50_020), one.began]).toEqual([true, 50_010]);
  });
});

describe('an outage ends', () => {
  test('with a match that came within the deadline', () => {
    const one = watch(20);
    one.protects(false, 1500);
    expect(one.began).toBe(0);
    expect(one.matched(5, 2000, 3000)).toBe(false);
    expect(one.began).toBe(0);
    expect(one.matched(6, 1999, 4000)).toBe(true);
    expect([one.began, one.ended]).toEqual([undefined, 4000]);
    expect(one.protects(false, 4000)).toBe(false);
  });

  test('not by time alone, but past the longest it protects nothing', () => {
    const one = watch(20);
    one.protects(false, 1500);
    expect(one.protects(false, 99_999)).toBe(true);
    expect(one.protects(false, 100_000)).toBe(false);
  });

  test('not by a restart: it goes on from when it began', () => {
    const one = new OutageWatch(WINDOW, 50_000);
    one.restore(1500, 3);
    expect([one.protects(false, 50_000), one.protects(false, 101_500)]).toEqual([true, false]);
  });
});
