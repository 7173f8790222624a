// Whether two numbers are close enough, in exact decimal arithmetic: a difference right at a limit is within it.
import { type Decimal, numberText } from '../../json/numbers.ts';
import { NUMBER } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { apart, exact, larger, limitOf, negated, product, signOf, type Term, term } from './decimals.ts';
import { type Judging, NUMBERS, type RuleFault } from './kind.ts';

/** Numbers this close are the same: it is enough that one of the stated limits holds. All limits are >= 0. */
export interface ToleranceRule extends RuleTerms {
  readonly kind: 'tolerance';
  readonly path: string;
  /** Largest |legacy - candidate|. */
  readonly absolute?: number;
  /** Largest |legacy - candidate| as a share of the larger magnitude. */
  readonly relative?: number;
  /** Largest distance in representable doubles. */
  readonly ulp?: number;
  /** Equal when rounded to this many significant digits, at least 1. */
  readonly digits?: number;
}

type Limits = Pick<ToleranceRule, 'absolute' | 'relative' | 'ulp' | 'digits'>;

export function toleranceFaults({ absolute, relative, ulp, digits }: ToleranceRule): readonly RuleFault[] {
  const stated = Object.entries({ absolute, relative, ulp, digits }).filter(([, limit]) => limit !== undefined);
  if (stated.length === 0)
    return [{ what: 'this tolerance has no limit', allowed: 'one or more of absolute, relative, ulp, digits' }];
  return stated.flatMap(([key, limit]) => {
    const least = key === 'digits' ? 1 : 0;
    const whole = key === 'digits' || key === 'ulp';
    const right =
      limit !== undefined && Number.isFinite(limit) && limit >= least && (!whole || Number.isInteger(limit));
    const allowed = `${whole ? 'a whole number' : 'a number'} of at least ${least}`;
    return right ? [] : [{ key, what: `${key} is ${limit}`, allowed }];
  });
}

export function toleranceJudging(rule: ToleranceRule): Judging {
  const { name, severity } = rule;
  return {
    name,
    ...(severity === undefined ? {} : { severity }),
    relates: NUMBERS,
    judge: (legacy, one, candidate, other) => {
      if (legacy.kind[one] !== NUMBER || candidate.kind[other] !== NUMBER) return undefined;
      return within(numberText(legacy, one), numberText(candidate, other), rule) ? 'equivalent' : undefined;
    },
  };
}

/** It is enough that one of the rule's limits holds. Both texts are JSON numbers. Throws OutOfWork for absurdly long ones. */
function within(aText: string, bText: string, rule: Limits): boolean {
  const [aDouble, bDouble] = [Number(aText), Number(bText)];
  const clear = clearly(aDouble, bDouble, rule);
  if (clear !== undefined) return clear;
  if (rule.ulp !== undefined && withinUlps(aDouble, bDouble, rule.ulp)) return true;
  if (rule.absolute === undefined && rule.relative === undefined && rule.digits === undefined) return false;
  const a = exact(aText);
  const b = exact(bText);
  if (rule.digits !== undefined && sameDigits(a, b, rule.digits)) return true;
  if (rule.absolute === undefined && rule.relative === undefined) return false;
  const [one, other] = [term(a), term(b)];
  const [first, second] = apart(one, other);
  const isAtMost = (limit: Term): boolean => signOf(first, negated(second), negated(limit)) <= 0;
  if (rule.absolute !== undefined && isAtMost(limitOf(rule.absolute))) return true;
  return rule.relative !== undefined && isAtMost(product(limitOf(rule.relative), larger(one, other)));
}

/**
 * The answer where doubles leave no doubt, for speed: each rounding is off by at most 2^-53 of its value, and a margin of
 * some thousand times that is kept. Undefined near a limit, beyond doubles, and under rules that doubles cannot tell.
 */
function clearly(a: number, b: number, rule: Limits): boolean | undefined {
  if (rule.ulp !== undefined || rule.digits !== undefined) return undefined;
  const larger = Math.max(Math.abs(a), Math.abs(b));
  const limit = Math.max(rule.absolute ?? 0, (rule.relative ?? 0) * larger);
  const difference = Math.abs(a - b);
  const margin = (larger + limit) * 1e-12;
  // Tiny numbers have fewer digits as doubles.
  if (!(larger < 1e300) || larger < 1e-290 || !(limit < 1e300)) return undefined;
  if (difference < limit - margin) return true;
  return difference > limit + margin ? false : undefined;
}

/** Equal when rounded, half away from zero, to this many significant digits. */
function sameDigits(a: Decimal, b: Decimal, digits: number): boolean {
  if (a.negative !== b.negative) return false;
  const one = rounded(a, digits);
  const other = rounded(b, digits);
  return one.coefficient === other.coefficient && one.exponent === other.exponent;
}

function rounded(number: Decimal, digits: number): Decimal {
  const { coefficient } = number;
  if (coefficient.length <= digits) return number;
  const up = coefficient.charCodeAt(digits) >= 0x35 ? 1n : 0n;
  const kept = String(BigInt(coefficient.slice(0, digits)) + up);
  const dropped = number.exponent + BigInt(coefficient.length - digits);
  const shown = kept.replace(/0+$/, '');
  return { ...number, coefficient: shown, exponent: dropped + BigInt(kept.length - shown.length) };
}

/** Numbers beyond the range of doubles are never within. */
function withinUlps(a: number, b: number, ulps: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = place(a) - place(b);
  return (distance < 0n ? -distance : distance) <= BigInt(Math.floor(ulps));
}

const BITS = new DataView(new ArrayBuffer(8));

/** Doubles counted in order, both zeros at 0. */
function place(double: number): bigint {
  BITS.setFloat64(0, Math.abs(double));
  const count = BITS.getBigInt64(0);
  return double < 0 ? -count : count;
}
