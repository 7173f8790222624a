// Numbers of which one direction is the better one: a latency, a price, a rate of errors.
import { PERCENT, percentShare } from '../../experiment/units.ts';
import { numberText } from '../../json/numbers.ts';
import { NUMBER } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { apart, clearlyWithin, exact, limitOf, magnitude, negated, product, signOf, term } from './decimals.ts';
import { type Judgement, type Judging, NUMBERS, type RuleFault } from './kind.ts';
import { type NumberPoint, numberLine, pointOf } from './number-line.ts';

/** A candidate's number that is better is an improvement; one worse by no more than `noWorseThan` is as good. */
export interface BetterRule extends RuleTerms {
  readonly kind: 'better';
  readonly path: string;
  readonly direction: 'lower' | 'higher';
  /** Share of legacy's magnitude, as the file has it: `5%`. Absent: nothing worse is as good. */
  readonly noWorseThan?: string;
}

const DIRECTIONS: readonly BetterRule['direction'][] = ['lower', 'higher'];

export function betterFaults({ direction, noWorseThan }: BetterRule): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  if (!DIRECTIONS.includes(direction)) {
    faults.push({
      key: 'direction',
      what: `direction is ${JSON.stringify(direction)}`,
      allowed: DIRECTIONS.join(', '),
    });
  }
  if (noWorseThan !== undefined && !PERCENT.test(noWorseThan)) {
    const what = `noWorseThan is ${JSON.stringify(noWorseThan)}`;
    faults.push({ key: 'noWorseThan', what, allowed: 'a percentage from 0% to 100%, like 5%' });
  }
  return faults;
}

export function betterJudging(rule: BetterRule): Judging {
  const { name, severity } = rule;
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS,
    line: numberLine((legacy, candidate) => judged(legacy, candidate, rule) !== undefined),
    judge: (legacy, one, candidate, other) => {
      if (legacy.kind[one] !== NUMBER || candidate.kind[other] !== NUMBER) return undefined;
      return judged(pointOf(numberText(legacy, one)), pointOf(numberText(candidate, other)), rule);
    },
  };
}

/** Throws OutOfWork for absurdly long numbers. */
function judged(
  legacy: NumberPoint,
  candidate: NumberPoint,
  { direction, noWorseThan }: BetterRule,
): Judgement | undefined {
  // Rounding keeps the order of what comes out as two doubles.
  const rise = legacy.double === candidate.double ? 0 : candidate.double - legacy.double;
  if (direction === 'lower' ? rise < 0 : rise > 0) return 'improved';
  if (rise !== 0 && noWorseThan === undefined) return undefined;
  if (rise !== 0 && noWorseThan !== undefined) {
    const size = Math.abs(legacy.double);
    const clear = clearlyWithin(
      Math.abs(rise),
      percentShare(noWorseThan) * size,
      Math.max(size, Math.abs(candidate.double)),
    );
    if (clear !== undefined) return clear ? 'equivalent' : undefined;
  }
  const before = term(exact(legacy.text));
  const after = term(exact(candidate.text));
  const sign = signOf(after, negated(before));
  if (direction === 'lower' ? sign < 0 : sign > 0) return 'improved';
  if (noWorseThan === undefined) return undefined;
  const limit = product(limitOf(percentShare(noWorseThan)), magnitude(before));
  const [first, second] = apart(before, after);
  return signOf(first, negated(second), negated(limit)) <= 0 ? 'equivalent' : undefined;
}
