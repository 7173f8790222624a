// A ramp: inputs fed faster step by step, each step at one rate.
import { DURATION, durationMs, Fault } from '@parallax/core';

export interface RampStep {
  /** Inputs a second. */
  readonly perSecond: number;
  readonly inputs: number;
}

/** As it was asked for. `recorded`: rates are times the mean rate at which the inputs were recorded. */
export interface Ramp {
  readonly unit: 'recorded' | 'per-second';
  readonly from: number;
  readonly to: number;
  /** By which it rises each time. */
  readonly by: number;
  readonly eachMs: number;
}

const STEPS = 10;
const EACH_MS = 30_000;
/** What waits is judged by its low points: builds that commit every five seconds need this long to have any. */
const LEAST_MS = 1_000;
const AMOUNT = String.raw`(\d+(?:\.\d+)?)(x|/s)`;
const TEXT = new RegExp(String.raw`^${AMOUNT}\.\.${AMOUNT}(?:\+${AMOUNT})?(?::(.+))?$`);
const CURE =
  'Give FROM..TO, such as 1x..20x (times as fast as recorded) or 100/s..2000/s; +2x or +100/s after it is what each step adds (a tenth of the way), and :2m how long each lasts (30s).';

/** @throws Fault `bad-ramp` */
export function parseRamp(text: string): Ramp {
  const [, from, unit, to, unitTo = unit, by, unitBy = unit, each] = TEXT.exec(text) ?? [];
  const eachMs = each === undefined ? EACH_MS : DURATION.test(each) ? durationMs(each) : 0;
  const isOne = from !== undefined && unit === unitTo && unit === unitBy;
  const step = by === undefined ? (Number(to) - Number(from)) / STEPS : Number(by);
  if (!isOne || !(Number(from) > 0) || !(Number(to) > Number(from)) || !(step > 0) || eachMs < LEAST_MS) {
    throw new Fault(`"${text}" is no ramp.`, { code: 'bad-ramp', cure: CURE });
  }
  return {
    unit: unit === 'x' ? 'recorded' : 'per-second',
    from: Number(from),
    to: Number(to),
    by: step,
    eachMs,
  };
}

/** `recordedPerSecond`: the mean rate at which the inputs were recorded. */
export function stepsOf({ unit, from, to, by, eachMs }: Ramp, recordedPerSecond: number): readonly RampStep[] {
  const scale = unit === 'recorded' ? recordedPerSecond : 1;
  const count = Math.floor((to - from) / by + 1e-9) + 1;
  return Array.from({ length: count }, (_, index) => {
    const perSecond = (from + index * by) * scale;
    return { perSecond, inputs: Math.max(1, Math.round((perSecond * eachMs) / 1_000)) };
  });
}

/** In words, such as `100/s to 2,000/s in 10 steps`. */
export function formatRamp(steps: readonly RampStep[]): string {
  const rate = (step: RampStep | undefined) => `${Number((step?.perSecond ?? 0).toPrecision(4))}/s`;
  return `${rate(steps[0])} to ${rate(steps.at(-1))} in ${steps.length} steps`;
}

/** When each input is due, in order; after the last step its rate goes on. */
export class RampSchedule {
  readonly #steps: readonly RampStep[];
  #at = 0;
  /** Inputs and milliseconds before the present step. */
  #inputs = 0;
  #ms = 0;

  constructor(steps: readonly RampStep[]) {
    this.#steps = steps;
  }

  /** Milliseconds after the first, of an input counted from 0; never one before what was asked for last. */
  dueMs(input: number): number {
    for (;;) {
      const step = this.#steps[this.#at];
      if (step === undefined) return this.#ms;
      const within = input - this.#inputs;
      if (within < step.inputs || this.#at === this.#steps.length - 1) {
        return this.#ms + (within * 1_000) / step.perSecond;
      }
      this.#inputs += step.inputs;
      this.#ms += (step.inputs * 1_000) / step.perSecond;
      this.#at += 1;
    }
  }
}
