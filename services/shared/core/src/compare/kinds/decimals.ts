// Exact arithmetic of decimals, bounded: for limits that doubles cannot tell.
import { type Decimal, decimal } from '../../json/numbers.ts';

/** Decimals spread over more digits than this are too far apart to be worth exact arithmetic. */
const WIDEST = 20_000n;

export interface Aligned {
  readonly a: bigint;
  readonly b: bigint;
  /** Both are to be multiplied by 10 to this. */
  readonly exponent: bigint;
}

export function limitOf(limit: number): Decimal {
  return decimal(String(limit)) ?? { negative: false, coefficient: '0', exponent: 0n };
}

function value(number: Decimal): bigint {
  return number.negative ? -BigInt(number.coefficient) : BigInt(number.coefficient);
}

export function align(a: Decimal, b: Decimal): Aligned | undefined {
  // Zero has no magnitude of its own to be far from.
  const aExponent = a.coefficient === '0' ? b.exponent : a.exponent;
  const bExponent = b.coefficient === '0' ? a.exponent : b.exponent;
  const exponent = aExponent < bExponent ? aExponent : bExponent;
  if (magnitude(aExponent - bExponent) > WIDEST) return undefined;
  if (BigInt(a.coefficient.length) > WIDEST || BigInt(b.coefficient.length) > WIDEST) return undefined;
  return {
    a: value(a) * 10n ** (aExponent - exponent),
    b: value(b) * 10n ** (bExponent - exponent),
    exponent,
  };
}

/** difference × 10^exponent <= limit */
export function atMost(difference: bigint, exponent: bigint, limit: Decimal): boolean {
  if (difference === 0n) return true;
  const shift = exponent - limit.exponent;
  if (shift > WIDEST) return false;
  const coefficient = BigInt(limit.coefficient);
  if (shift >= 0n) return difference * 10n ** shift <= coefficient;
  // Far below any limit but zero.
  if (-shift > WIDEST + BigInt(difference.toString().length)) return coefficient > 0n;
  return difference <= coefficient * 10n ** -shift;
}

export function magnitude(number: bigint): bigint {
  return number < 0n ? -number : number;
}

export function max(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}
