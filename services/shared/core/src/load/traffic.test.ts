// Traffic told in any order, against counting it plainly; and its memory.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Traffic } from './traffic.ts';

const START = 1_732_320_000_000;
const records = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), fc.nat({ max: 1_000 })), {
  minLength: 1,
  maxLength: 200,
});

function told(all: readonly (readonly [number, number])[], most?: number): Traffic {
  const traffic = new Traffic(most);
  for (const [time, bytes] of all) traffic.add(START + time, bytes);
  return traffic;
}

test('rates of seconds are those of counting, empty seconds included', () => {
  fc.assert(
    fc.property(records, (all) => {
      const seconds = all.map(([time]) => Math.floor(time / 1_000));
      const begin = Math.min(...seconds);
      const counts = Array.from({ length: Math.max(...seconds) - begin + 1 }, (_, index) => {
        return seconds.filter((second) => second === begin + index).length;
      });
      const sorted = counts.toSorted((left, right) => left - right);
      const summary = told(all).summary();
      expect(summary?.perSecond).toEqual({
        slotMs: 1_000,
        mean: all.length / counts.length,
        p95: sorted[Math.ceil(counts.length * 0.95) - 1],
        peak: sorted.at(-1),
        peakAt: START + (begin + counts.indexOf(sorted.at(-1) ?? 0)) * 1_000,
      });
      expect(summary?.bytes).toBe(all.reduce((sum, [, bytes]) => sum + bytes, 0));
    }),
  );
});

test('the order in which records are told does not matter', () => {
  fc.assert(
    fc.property(records, (all) => {
      expect(told(all.toReversed()).summary()).toEqual(told(all).summary());
    }),
  );
});

test('more time than there is room for makes slots longer, and loses no record', () => {
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 5 }), (all, most) => {
      const traffic = told(
        all.map(([time, bytes]) => [time * 1_000, bytes] as const),
        most,
      );
      const slots = traffic.slots(traffic.slotMs);
      expect(slots.length).toBeLessThanOrEqual(most);
      expect(slots.reduce((sum, { records: count }) => sum + count, 0)).toBe(all.length);
      expect(traffic.summary()?.records).toBe(all.length);
    }),
  );
});

test('columns hold every record once', () => {
  fc.assert(
    fc.property(records, fc.integer({ min: 1, max: 60 }), (all, count) => {
      const traffic = told(all);
      const { first, last } = traffic.summary() ?? { first: 0, last: 0 };
      const span = (Math.floor(last / 1_000) + 1 - Math.floor(first / 1_000)) * 1_000;
      const sum = traffic.columns(count).reduce((total, rate) => total + (rate * span) / count / 1_000, 0);
      expect(sum).toBeCloseTo(all.length, 6);
    }),
  );
});

test('one record of another century is in a slot of its own, and leaves the others as they were', () => {
  const traffic = told([
    [0, 1],
    [10, 1],
    [1_000, 1],
  ]);
  traffic.add(0, 1);
  expect(traffic.summary()?.perSecond).toMatchObject({ slotMs: 1_000, peak: 2, peakAt: START, p95: 0 });
});

test('nothing has no summary and flat columns', () => {
  expect(new Traffic().summary()).toBeUndefined();
  expect(new Traffic().columns(3)).toEqual([0, 0, 0]);
});
