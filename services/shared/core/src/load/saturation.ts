// Where a system saturates: what was seen while it was offered more and more, judged step by step.
//
// A step is kept up with when what waits does not grow. Commits come in bursts, so what waits rises and falls like a saw:
// only its low points tell, and of those the lowest of the step's second half against the lowest of its first.
import type { Spread } from './histogram.ts';

/** Of what is offered, what may pile up each second before the system counts as left behind. */
export const GROWTH_SHARE = 0.05;
/** Seconds of what is offered, by which what waits may differ for no more than the size of batches. */
const HAND_SECONDS = 0.25;
/** Of what was to be offered, what must have been. */
const OFFERED_SHARE = 0.95;

/** A look at the run while it is fed. */
export interface LoadLook {
  /** Ms, rising. */
  readonly at: number;
  /** So far, each. */
  readonly fed: number;
  readonly answered: number;
  /** Inputs fed and not yet consumed. */
  readonly lag: number;
  /** Of the inputs fed so far: key, value and headers. Default 0. */
  readonly bytes?: number;
}

/**
 * `kept-up`; `falling-behind`: what waits grows; `not-offered`: feeding could not offer as much, so that nothing is known of
 * the system at this rate.
 */
export type StepState = 'kept-up' | 'falling-behind' | 'not-offered';

export interface LoadStep {
  /** Inputs a second that were to be offered. */
  readonly offered: number;
  /** Epoch ms. */
  readonly began: number;
  readonly seconds: number;
  readonly fedPerSecond: number;
  /** Of the inputs fed in it: key, value and headers. */
  readonly bytes: number;
  readonly answersPerSecond: number;
  /** At the end: inputs that waited. */
  readonly lag: number;
  /** Inputs a second by which it grew; below 0 where it shrank. */
  readonly lagPerSecond: number;
  /** Ms from an input fed to its answer seen; undefined where no answer was. */
  readonly latency: Spread | undefined;
  readonly state: StepState;
}

/** undefined where there are too few looks to tell: four, two in each half. */
export function judgeStep(
  offered: number,
  looks: readonly LoadLook[],
  latency: Spread | undefined,
): LoadStep | undefined {
  const [first] = looks;
  const last = looks.at(-1);
  if (first === undefined || last === undefined || looks.length < 4) return undefined;
  const seconds = (last.at - first.at) / 1_000;
  if (seconds <= 0) return undefined;
  const middle = (first.at + last.at) / 2;
  const early = lowest(looks.filter(({ at }) => at <= middle));
  const late = lowest(looks.filter(({ at }) => at > middle));
  // Two low points that happen to lie side by side tell less than those of two bursts.
  const apart = Math.max((late.at - early.at) / 1_000, seconds / 4);
  const lagPerSecond = (late.lag - early.lag) / apart;
  const fedPerSecond = (last.fed - first.fed) / seconds;
  const isBehind = lagPerSecond > offered * GROWTH_SHARE && late.lag - early.lag > offered * HAND_SECONDS;
  const state = isBehind ? 'falling-behind' : fedPerSecond < offered * OFFERED_SHARE ? 'not-offered' : 'kept-up';
  return {
    offered,
    began: first.at,
    seconds,
    fedPerSecond,
    bytes: (last.bytes ?? 0) - (first.bytes ?? 0),
    answersPerSecond: (last.answered - first.answered) / seconds,
    lag: last.lag,
    lagPerSecond,
    latency,
    state,
  };
}

export interface Saturation {
  /** Inputs a second: the highest step that was kept up with; undefined where there was none. */
  readonly sustained: number | undefined;
  /** The step at which it ended; undefined where every step was kept up with. */
  readonly failed: LoadStep | undefined;
}

/** Of steps in rising order, as far as they were kept up with. */
export function saturationOf(steps: readonly LoadStep[]): Saturation {
  const failed = steps.find(({ state }) => state !== 'kept-up');
  const before = failed === undefined ? steps : steps.slice(0, steps.indexOf(failed));
  return { sustained: before.at(-1)?.offered, failed };
}

function lowest([first, ...others]: readonly LoadLook[]): LoadLook {
  if (first === undefined) throw new Error('Each half of a step has looks.');
  return others.reduce((least, look) => (look.lag < least.lag ? look : least), first);
}
