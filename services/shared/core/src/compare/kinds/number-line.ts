// Numbers as points on a line, in their exact order.
import { type Decimal, numberText } from '../../json/numbers.ts';
import { NUMBER } from '../../json/tape.ts';
import { exact, negated, signOf, term } from './decimals.ts';
import type { Line } from './kind.ts';

export interface NumberPoint {
  /** A JSON number. */
  readonly text: string;
  readonly double: number;
  /** Once it was asked for; and as the rule that asks of it rounds it. */
  decimal?: Decimal;
  rounded?: Decimal;
}

/** Throws OutOfWork where no exact arithmetic is done with such a number. */
export function decimalOf(point: NumberPoint): Decimal {
  point.decimal ??= exact(point.text);
  return point.decimal;
}

/** `relates`: whether the rule calls two different numbers the same. */
export function numberLine(relates: (legacy: NumberPoint, candidate: NumberPoint) => boolean): Line<NumberPoint> {
  return {
    point: (tape, node) => (tape.kind[node] === NUMBER ? pointOf(numberText(tape, node)) : undefined),
    near: ({ double }) => double,
    order,
    isClose: (legacy, candidate) =>
      relates(legacy, candidate) || (legacy.double === candidate.double && order(legacy, candidate) === 0),
  };
}

export function pointOf(text: string): NumberPoint {
  return { text, double: Number(text) };
}

function order(one: NumberPoint, other: NumberPoint): number {
  return one.text === other.text ? 0 : signOf(term(decimalOf(one)), negated(term(decimalOf(other))));
}
