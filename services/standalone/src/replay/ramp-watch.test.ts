// A build whose capacity is known, under a ramp, in virtual time: where it saturates is found within a step.
import { saturationOf } from '@parallax/core';
import { RampSchedule, type RampStep } from '@parallax/replayer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadRows, RampWatch } from './ramp-watch.ts';

const LOOK_MS = 100;
const START = 1_732_320_000_000;

/** Fed as the schedule says, a look every 100 ms; the build takes `capacity` a second and commits now and then. */
function ramped(plan: readonly RampStep[], capacity: number, commitMs: number, inputs = Number.POSITIVE_INFINITY) {
  const watch = new RampWatch(plan);
  const schedule = new RampSchedule(plan);
  let [now, fed, consumed, committed] = [0, 0, 0, 0];
  let due = schedule.dueMs(0);
  while (!watch.isOver) {
    for (; due <= now && fed < inputs; due = schedule.dueMs(fed)) {
      watch.fed(`o-${fed}`, START + due);
      fed += 1;
    }
    const until = Math.min(fed, consumed + (capacity * LOOK_MS) / 1_000);
    for (let id = Math.ceil(consumed); id < until; id++) watch.answered(`o-${id}`, START + now, START + now);
    consumed = until;
    if (now % commitMs === 0) committed = Math.floor(consumed);
    watch.look({ at: START + now, fed, answered: Math.floor(consumed), lag: fed - committed });
    if (fed >= inputs) watch.end();
    now += LOOK_MS;
  }
  return watch.steps;
}

const plan = Array.from({ length: 10 }, (_, index) => ({ perSecond: (index + 1) * 100, inputs: (index + 1) * 1_200 }));

test('saturation is found within one step, and nothing faster is offered after it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 850 }), fc.constantFrom(100, 1_000, 5_000), (capacity, commitMs) => {
      const steps = ramped(plan, capacity, commitMs);
      const { sustained = 0, failed } = saturationOf(steps);
      expect(failed?.state).toBe('falling-behind');
      expect(sustained).toBeGreaterThan(capacity - 101);
      expect(sustained).toBeLessThanOrEqual(capacity * 1.06);
      expect(steps.at(-1)).toBe(failed);
      expect(failed?.answersPerSecond).toBeCloseTo(capacity, -1);
    }),
    { numRuns: 30 },
  );
});

test('latency is flat while the build keeps up, and grows once it does not', () => {
  const steps = ramped(plan, 450, 1_000);
  const [first] = steps;
  expect(first?.latency?.p99).toBeLessThanOrEqual(LOOK_MS + 1);
  expect(steps.at(-1)?.latency?.p99).toBeGreaterThan(500);
});

test('a build that keeps up with all of it is told so, and traffic that ends leaves the steps that were taken', () => {
  expect(saturationOf(ramped(plan, 5_000, 1_000))).toEqual({ sustained: 1_000, failed: undefined });
  const short = ramped(plan, 5_000, 1_000, 1_200 + 2_400 + 100);
  expect(short.map(({ offered }) => offered)).toEqual([100, 200]);
});

test('what waited for a build that started late is neither its latency nor its first step', () => {
  const watch = new RampWatch(plan);
  for (let id = 0; id < 1_300; id++) watch.fed(`o-${id}`, START);
  watch.look({ at: START, fed: 1_300, answered: 0, lag: 1_290 });
  watch.answered('o-0', START + 9_000, START + 9_000);
  for (let look = 0; look < 5; look++) {
    const fed = 1_350 + look * 600;
    watch.fed(`late-${look}`, START + 9_000 + look * 3_000);
    watch.look({ at: START + 9_000 + look * 3_000, fed, answered: fed, lag: 0 });
    watch.answered(`late-${look}`, START + 9_005 + look * 3_000, START + 9_100 + look * 3_000);
  }
  expect(watch.steps.map(({ offered }) => offered)).toEqual([200]);
  expect(watch.steps[0]?.latency).toMatchObject({ max: 5 });
});

test('an answer that is stamped with another time counts when it was seen', () => {
  const watch = new RampWatch([{ perSecond: 1, inputs: 3 }]);
  watch.look({ at: START, fed: 0, answered: 0, lag: 0, bytes: 7 });
  watch.fed('a', START + 10);
  watch.answered('a', 5, START + 60);
  watch.answered('a', START + 70, START + 70);
  for (const at of [1, 2, 3]) watch.look({ at: START + at * 1_000, fed: at, answered: at, lag: 0, bytes: 7 + at * 50 });
  expect(watch.steps[0]?.latency).toMatchObject({ count: 1, max: 50 });
  const [row] = loadRows({ experiment: 'x', run: 'r', topic: 't' }, watch.steps, START);
  expect(row).toMatchObject({ measure: 'step', records: 3, bytes: 150, offered: 1, max_ms: 50, state: 'kept-up' });
});
