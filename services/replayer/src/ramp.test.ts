// A ramp is understood, cut into steps, and each input is due at the rate of its step.
import { expect, test } from 'vitest';
import { parseRamp, RampSchedule, stepsOf } from './ramp.ts';

test.each([
  ['1x..21x', { unit: 'recorded', from: 1, to: 21, by: 2, eachMs: 30_000 }],
  ['1x..20x:2m', { unit: 'recorded', from: 1, to: 20, by: 1.9, eachMs: 120_000 }],
  ['100/s..2000/s+100/s:10s', { unit: 'per-second', from: 100, to: 2_000, by: 100, eachMs: 10_000 }],
] as const)('%s is understood', (text, ramp) => {
  expect(parseRamp(text)).toEqual(ramp);
});

test.each(['', '1x', '1x..20/s', '20x..1x', '0x..2x', '1x..2x+0x', '1x..2x:soon', '1x..2x:10ms', '1x..2x+1/s'])(
  '"%s" is refused with what is allowed',
  (text) => {
    expect(() => parseRamp(text)).toThrow(expect.objectContaining({ code: 'bad-ramp' }));
  },
);

test('steps rise to the last, each as long, from the recorded rate where that is the unit', () => {
  expect(stepsOf(parseRamp('1x..3x+1x:10s'), 20)).toEqual([
    { perSecond: 20, inputs: 200 },
    { perSecond: 40, inputs: 400 },
    { perSecond: 60, inputs: 600 },
  ]);
});

test('each input is due at the rate of its step, one after the other, and the last rate goes on', () => {
  const schedule = new RampSchedule([
    { perSecond: 10, inputs: 3 },
    { perSecond: 100, inputs: 2 },
  ]);
  expect([0, 1, 2, 3, 4, 5, 6].map((input) => schedule.dueMs(input))).toEqual([0, 100, 200, 300, 310, 320, 330]);
});
