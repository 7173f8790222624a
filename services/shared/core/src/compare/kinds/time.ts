// Times that are the same instant, or close enough, however each side writes them.
import { DURATION, durationNanos } from '../../experiment/units.ts';
import { numberText, plainNumber } from '../../json/numbers.ts';
import { stringOf } from '../../json/strings.ts';
import { NUMBER, type Tape } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { clockOf, instantOf } from './instant.ts';
import { type Judging, type Line, NUMBERS, type RuleFault, sortOf, TEXTS } from './kind.ts';

/** Instants as far apart as `within` at most are the same; which are read, and how, instant.ts says. */
export interface TimeRule extends RuleTerms {
  readonly kind: 'time';
  readonly path: string;
  /** A duration with its unit, as the file has it: `2s`. Absent: only the very same instant. */
  readonly within?: string;
}

/** Bytes of the longest text worth reading, and digits of the longest number. */
const LONGEST = 500;
const DIGITS = 40;

export function timeFaults({ within }: TimeRule): readonly RuleFault[] {
  if (within === undefined || DURATION.test(within)) return [];
  return [{ key: 'within', what: `within is ${JSON.stringify(within)}`, allowed: 'a duration with its unit, like 2s' }];
}

export function timeJudging({ name, severity, within = '0s' }: TimeRule): Judging {
  const limit = durationNanos(within);
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS | TEXTS,
    // Within a distance, one instant is close to another and that to a third.
    ...(limit === 0n ? { canonical: (tape: Tape, node: number) => instantAt(tape, node)?.toString() } : {}),
    line: timeLine(limit),
    judge: (legacy, one, candidate, other) => {
      const left = instantAt(legacy, one);
      const right = left === undefined ? undefined : instantAt(candidate, other);
      if (left === undefined || right === undefined) return undefined;
      return isWithin(left, right, limit) ? 'equivalent' : undefined;
    },
  };
}

function timeLine(limit: bigint): Line<bigint> {
  return {
    point: instantAt,
    near: Number,
    order: (one, other) => (one < other ? -1 : one > other ? 1 : 0),
    isClose: (legacy, candidate) => isWithin(legacy, candidate, limit),
  };
}

function isWithin(one: bigint, other: bigint, limit: bigint): boolean {
  return (one < other ? other - one : one - other) <= limit;
}

function instantAt(tape: Tape, node: number): bigint | undefined {
  const sort = sortOf(tape, node);
  if (sort !== NUMBERS && sort !== TEXTS) return undefined;
  if ((tape.end[node] as number) - (tape.start[node] as number) > LONGEST) return undefined;
  if (tape.kind[node] !== NUMBER) {
    const text = stringOf(tape, node);
    return instantOf(text) ?? clockOf(text);
  }
  const plain = plainNumber(numberText(tape, node), DIGITS);
  return plain === undefined ? undefined : instantOf(plain);
}
