// Whether two numbers are close enough, in exact decimal arithmetic: a difference right at a limit is within it.
import { type Decimal, numberText } from '../../json/numbers.ts';
import { NUMBER } from '../../json/tape.ts';
import type { RuleTerms } from '../rule-terms.ts';
import { apart, clearlyWithin, larger, limitOf, negated, product, signOf, type Term, term } from './decimals.ts';
import { type Judging, NUMBERS, type RuleFault } from './kind.ts';
import { decimalOf, type NumberPoint, numberLine, pointOf } from './number-line.ts';

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
    // A share of 1 or more reaches from any number to zero and beyond it.
    ...((rule.relative ?? 0) < 1 ? { line: numberLine((legacy, candidate) => within(legacy, candidate, rule)) } : {}),
    judge: (legacy, one, candidate, other) => {
      if (legacy.kind[one] !== NUMBER || candidate.kind[other] !== NUMBER) return undefined;
      const [left, right] = [pointOf(numberText(legacy, one)), pointOf(numberText(candidate, other))];
      return within(left, right, rule) ? 'equivalent' : undefined;
    },
  };
}

/** It is enough that one of the rule's limits holds. Throws OutOfWork for absurdly long numbers. */
function within(left: NumberPoint, right: NumberPoint, rule: Limits): boolean {
  const clear = clearly(left, right, rule);
  if (clear !== undefined) return clear;
  if (rule.ulp !== undefined && withinUlps(left.double, right.double, rule.ulp)) return true;
  if (rule.absolute === undefined && rule.relative === undefined && rule.digits === undefined) return false;
  const a = decimalOf(left);
  const b = decimalOf(right);
  if (rule.digits !== undefined && sameDigits(left, right, rule.digits)) return true;
  if (rule.absolute === undefined && rule.relative === undefined) return false;
  const [one, other] = [term(a), term(b)];
  const [first, second] = apart(one, other);
  const isAtMost = (limit: Term): boolean => signOf(first, negated(second), negated(limit)) <= 0;
  if (rule.absolute !== undefined && isAtMost(limitOf(rule.absolute))) return true;
  return rule.relative !== undefined && isAtMost(product(limitOf(rule.relative), larger(one, other)));
}

/** The answer where doubles give it. */
function clearly(left: NumberPoint, right: NumberPoint, rule: Limits): boolean | undefined {
  if (rule.ulp !== undefined || rule.digits !== undefined) return undefined;
  const [a, b] = [left.double, right.double];
  const larger = Math.max(Math.abs(a), Math.abs(b));
  const limit = Math.max(rule.absolute ?? 0, (rule.relative ?? 0) * larger);
  const clear = clearlyWithin(Math.abs(a - b), limit, larger);
  if (clear !== undefined || rule.absolute === undefined) return clear;
  const inside = inUnits(left, right, rule.absolute);
  if (inside !== false || rule.relative === undefined) return inside;
  // Beyond the one limit; what the other says is only taken where it leaves no doubt.
  return clearlyWithin(Math.abs(a - b), rule.relative * larger, larger);
}

/** Digits behind the point, up to which numbers are counted in units of the last of them. */
const MOST_PLACES = 9;
const UNITS = Array.from({ length: MOST_PLACES + 1 }, (_, places) => 10 ** places);

/** Of short decimals, such as prices: as integers, which doubles hold. */
function inUnits(left: NumberPoint, right: NumberPoint, limit: number): boolean | undefined {
  const places = Math.max(placesOf(left.text), placesOf(right.text), placesOf(String(limit)));
  const unit = UNITS[places];
  if (unit === undefined || Math.max(Math.abs(left.double), Math.abs(right.double), limit) * unit > 2 ** 50)
    return undefined;
  return Math.abs(Math.round(left.double * unit) - Math.round(right.double * unit)) <= Math.round(limit * unit);
}

/** Digits behind the point; more than any where there is an exponent. */
function placesOf(text: string): number {
  let point = text.length - 1;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit | 0x20) === 0x65) return Number.POSITIVE_INFINITY;
    if (unit === 0x2e) point = at;
  }
  return text.length - 1 - point;
}

/** Equal when rounded, half away from zero, to this many significant digits. */
function sameDigits(left: NumberPoint, right: NumberPoint, digits: number): boolean {
  left.rounded ??= rounded(decimalOf(left), digits);
  right.rounded ??= rounded(decimalOf(right), digits);
  const { rounded: one } = left;
  const { rounded: other } = right;
  return one.negative === other.negative && one.coefficient === other.coefficient && one.exponent === other.exponent;
}

function rounded(number: Decimal, digits: number): Decimal {
  const { coefficient } = number;
  if (coefficient.length <= digits) return number;
  const isUp = coefficient.charCodeAt(digits) >= 0x35;
  const cut = coefficient.slice(0, digits);
  const kept = !isUp ? cut : digits <= 15 ? String(Number(cut) + 1) : String(BigInt(cut) + 1n);
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
