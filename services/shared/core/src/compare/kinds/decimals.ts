// Exact arithmetic of decimals, whatever their exponents: no more digits are written out than the numbers have.
import { type Decimal, decimal } from '../../json/numbers.ts';
import { OutOfWork } from '../matching.ts';

/** value × 10^exponent */
export interface Term {
  readonly value: bigint;
  readonly exponent: bigint;
}

/**
 * Whether a difference of numbers is within a limit, where doubles leave no doubt, for speed: each rounding is off by at most
 * 2^-53 of its value, and a margin of some thousand times that is kept. `larger`: of the magnitudes. Undefined near the
 * limit and beyond doubles.
 */
export function clearlyWithin(difference: number, limit: number, larger: number): boolean | undefined {
  const margin = (larger + limit) * 1e-12;
  // Tiny numbers have fewer digits as doubles.
  if (!(larger < 1e300) || larger < 1e-290 || !(limit < 1e300)) return undefined;
  if (difference < limit - margin) return true;
  return difference > limit + margin ? false : undefined;
}

/** Digits of the longest number that is worth exact arithmetic. */
const LONGEST = 20_000;
/** Why a comparison is inconclusive that would take longer numbers. */
const TOO_LONG = 'number-too-long';

/** Throws OutOfWork where no exact arithmetic is done with such a number. `text`: a JSON number. */
export function exact(text: string): Decimal {
  const number = decimal(text);
  if (number === undefined || number.coefficient.length > LONGEST) throw new OutOfWork('too long a number', TOO_LONG);
  return number;
}

export function term({ negative, coefficient, exponent }: Decimal): Term {
  const value = BigInt(coefficient);
  return { value: negative ? -value : value, exponent };
}

/** Of a limit, which is >= 0 and finite. */
export function limitOf(limit: number): Term {
  return term(decimal(String(limit)) ?? { negative: false, coefficient: '0', exponent: 0n });
}

export function negated({ value, exponent }: Term): Term {
  return { value: -value, exponent };
}

export function product(one: Term, other: Term): Term {
  return { value: one.value * other.value, exponent: one.exponent + other.exponent };
}

/** Without its sign. */
export function magnitude(one: Term): Term {
  return one.value < 0n ? negated(one) : one;
}

/** Of these, the larger magnitude. */
export function larger(one: Term, other: Term): Term {
  const [a, b] = [magnitude(one), magnitude(other)];
  return signOf(a, negated(b)) < 0 ? b : a;
}

/** |one - other| is `first - second`. */
export function apart(one: Term, other: Term): readonly [first: Term, second: Term] {
  return signOf(one, negated(other)) < 0 ? [other, one] : [one, other];
}

interface Sized extends Term {
  /** 10^low <= the magnitude < 10^high, as narrow as hexadecimal digits tell: those are counted in linear time. */
  readonly low: bigint;
  readonly high: bigint;
}

const DIGITS_A_HEX_DIGIT = Math.log10(16);

function sized({ value, exponent }: Term): Sized {
  const digits = (value < 0n ? -value : value).toString(16).length;
  return {
    value,
    exponent,
    low: exponent + BigInt(Math.floor((digits - 1) * DIGITS_A_HEX_DIGIT - ROUNDING)),
    high: exponent + BigInt(Math.ceil(digits * DIGITS_A_HEX_DIGIT + ROUNDING)),
  };
}

/** Larger than what is lost by calculating with the logarithm. */
const ROUNDING = 1e-6;

/**
 * Of the sum of a few terms: below 0, 0 or above. From the largest down, until what is left cannot change the sign any
 * more: terms are only added where their digits meet, so that exponents far apart are never written out.
 */
export function signOf(...terms: readonly Term[]): number {
  const left = terms.filter(({ value }) => value !== 0n).map(sized);
  left.sort((one, other) => (one.high < other.high ? 1 : one.high > other.high ? -1 : 0));
  let sum: Sized | undefined;
  for (const next of left) {
    // Ten terms of this size come to less than this.
    if (sum !== undefined && sum.low > next.high) break;
    sum = sum === undefined ? next : added(sum, next);
  }
  return sum === undefined ? 0 : sum.value < 0n ? -1 : 1;
}

function added(one: Sized, other: Sized): Sized | undefined {
  const exponent = one.exponent < other.exponent ? one.exponent : other.exponent;
  const value = one.value * 10n ** (one.exponent - exponent) + other.value * 10n ** (other.exponent - exponent);
  return value === 0n ? undefined : sized({ value, exponent });
}
