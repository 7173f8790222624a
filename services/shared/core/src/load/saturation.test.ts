// A system whose capacity is known, looked at while it is offered more and more: where it saturates is found.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IdSample } from './sample.ts';
import { judgeStep, type LoadLook, type LoadStep, saturationOf } from './saturation.ts';

const SECONDS = 20;

/** One second a turn; the system commits every `commitSeconds` only. */
function steps(capacity: number, rates: readonly number[], commitSeconds: number): LoadStep[] {
  const judged: LoadStep[] = [];
  let [at, fed, consumed, committed] = [0, 0, 0, 0];
  for (const rate of rates) {
    const looks: LoadLook[] = [];
    for (let second = 0; second <= SECONDS; second++) {
      looks.push({ at: at * 1_000, fed, answered: consumed, lag: fed - committed });
      if (second === SECONDS) break;
      at += 1;
      fed += rate;
      consumed = Math.min(fed, consumed + capacity);
      if (at % commitSeconds === 0) committed = consumed;
    }
    const step = judgeStep(rate, looks, undefined);
    if (step === undefined) throw new Error('There are enough looks.');
    judged.push(step);
    if (step.state !== 'kept-up') break;
  }
  return judged;
}

test('the step below the capacity is found, however seldom the system commits', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 900 }), fc.integer({ min: 1, max: 5 }), (capacity, commitSeconds) => {
      const rates = Array.from({ length: 10 }, (_, index) => (index + 1) * 100);
      const { sustained = 0, failed } = saturationOf(steps(capacity, rates, commitSeconds));
      expect(failed?.state).toBe('falling-behind');
      // Within a step; a rate that exceeds the capacity by less than can be told counts as kept up with.
      expect(sustained).toBeGreaterThan(capacity - 101);
      expect(sustained).toBeLessThanOrEqual(capacity * 1.06);
    }),
  );
});

test('a system that keeps up with everything has no saturation', () => {
  expect(saturationOf(steps(5_000, [1_000, 2_000], 1))).toEqual({ sustained: 2_000, failed: undefined });
});

test('what waits in a batch now and not then is no falling behind', () => {
  const looks = [0, 5, 10, 0, 25, 25, 25, 25].map((lag, at) => ({ at: at * 250, fed: at * 25, answered: 0, lag }));
  expect(judgeStep(100, looks, undefined)?.state).toBe('kept-up');
  const grown = looks.map((look) => ({ ...look, lag: look.lag * 2 }));
  expect(judgeStep(100, grown, undefined)?.state).toBe('falling-behind');
});

test('what could not be offered says nothing of the system', () => {
  const looks = [0, 1, 2, 3].map((second) => ({ at: second * 1_000, fed: second * 50, answered: second * 50, lag: 0 }));
  const step = judgeStep(100, looks, undefined);
  expect(step).toMatchObject({ state: 'not-offered', fedPerSecond: 50, answersPerSecond: 50 });
});

test('too few looks are no step', () => {
  expect(judgeStep(1, [{ at: 0, fed: 0, answered: 0, lag: 0 }], undefined)).toBeUndefined();
});

test('a sample is of the same ids in any order, bounded, and knows its share', () => {
  const ids = Array.from({ length: 5_000 }, (_, index) => `order-${index}`);
  const sampleOf = (all: readonly string[]) => {
    const sample = new IdSample<number>(1_000);
    for (const id of [...all, ...all]) sample.add(id, 1, (before, now) => before + now);
    return sample;
  };
  const sample = sampleOf(ids);
  expect(sample.size).toBeLessThanOrEqual(1_000);
  expect(sample.size).toBeGreaterThan(400);
  expect(sample.size / 5_000 / sample.share).toBeCloseTo(1, 0);
  expect(sampleOf(ids.toReversed()).ids().toSorted()).toEqual(sample.ids().toSorted());
  expect(sample.get(sample.ids()[0] ?? '')).toBe(2);
});
