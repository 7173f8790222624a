// What expressions calculate: in decimals, so that 0.1 + 0.2 is 0.3. A result no double is to the last digit (a third, a
// product of many digits) is the nearest one and remembered as rough, with how far off it may be: it may be calculated with
// and rounded, and is never taken for the number it happens to be written as.
import { Stopped } from './stopped.ts';

/** m × 10^e */
interface Exact {
  readonly m: bigint;
  readonly e: number;
}

/** Digits after which a quotient is taken for one without an end; 2^53 needs 53. */
const QUOTIENT_DIGITS = 60;
const LARGEST_POWER = 32;
/** Doubles have no place beyond it. */
const LAST_PLACE = 1_100;

export class Calculation {
  /** By magnitude: how far the true number may be, and how often one was made. An exact one that is equal is taken for rough. */
  readonly #rough = new Map<number, { error: number; made: number }>();

  begin(): void {
    this.#rough.clear();
  }

  /** Whether a number in it is rough. */
  isRough(value: unknown): boolean {
    if (this.#rough.size === 0) return false;
    if (typeof value === 'number') return this.#errorOf(value) > 0;
    return typeof value === 'object' && value !== null && Object.values(value).some((part) => this.isRough(part));
  }

  /** Throws Stopped where a number in them is rough. */
  mustBeExact(...values: readonly unknown[]): void {
    if (this.isRough(values)) throw new Stopped('transform-precision');
  }

  plus(one: number, other: number): number {
    const quick = one + other;
    if (this.#areWhole(one, other, quick)) return quick;
    return this.#settled(sum(exact(one), exact(other)), this.#errorOf(one) + this.#errorOf(other));
  }

  minus(one: number, other: number): number {
    return this.plus(one, -other);
  }

  times(one: number, other: number): number {
    const quick = one * other;
    if (this.#areWhole(one, other, quick)) return quick;
    const [first, second] = [this.#errorOf(one), this.#errorOf(other)];
    return this.#settled(
      product(exact(one), exact(other)),
      Math.abs(one) * second + Math.abs(other) * first + first * second,
    );
  }

  over(one: number, other: number): number {
    const quick = one / other;
    if (other === 0) throw new Stopped('transform-failed');
    if (!Number.isFinite(quick) || this.#areWhole(one, other, quick)) return quick;
    const [first, second] = [this.#errorOf(one), this.#errorOf(other)];
    if (first > 0 || second > 0) {
      const least = Math.abs(other) - second;
      if (least <= 0) throw new Stopped('transform-precision');
      return this.#roughly(quick, (first + Math.abs(quick) * second) / least);
    }
    const [dividend, divisor] = [exact(one), exact(other)];
    const digits = dividend.m * 10n ** BigInt(QUOTIENT_DIGITS);
    if (digits % divisor.m !== 0n) return this.#roughly(quick, 0);
    return this.#settled({ m: digits / divisor.m, e: dividend.e - divisor.e - QUOTIENT_DIGITS }, 0);
  }

  remainder(one: number, other: number): number {
    if (other === 0) throw new Stopped('transform-failed');
    this.mustBeExact(one, other);
    const [first, second] = [exact(one), exact(other)];
    const e = Math.min(first.e, second.e);
    return this.#settled({ m: unitsOf(first, e) % unitsOf(second, e), e }, 0);
  }

  power(base: number, exponent: number): number {
    this.mustBeExact(base, exponent);
    if (Number.isInteger(exponent) && exponent >= 0 && exponent <= LARGEST_POWER) {
      const quick = base ** exponent;
      if (Number.isSafeInteger(base) && Number.isSafeInteger(quick)) return quick;
      if (Math.abs(quick) > Number.MAX_SAFE_INTEGER) throw new Stopped('transform-precision');
      const { m, e } = exact(base);
      return this.#settled({ m: m ** BigInt(exponent), e: e * exponent }, 0);
    }
    const result = base ** exponent;
    if (!Number.isFinite(result)) throw new Stopped('transform-failed');
    return this.#roughly(result, 0);
  }

  root(value: number): number {
    this.mustBeExact(value);
    if (value < 0) throw new Stopped('transform-failed');
    const result = Math.sqrt(value);
    return isSame(product(exact(result), exact(result)), exact(value)) ? result : this.#roughly(result, 0);
  }

  /**
   * To so many places, ties to even; `floor` and `ceil` downwards and upwards. Stops where a rough number lies on the edge.
   * `isLast`: nothing else has the value, so that it is gone: a rough 10 that was rounded to 10 is exact.
   */
  rounded(value: number, places: number, way: 'even' | 'floor' | 'ceil', isLast: boolean): number {
    const error = this.#errorOf(value);
    if (isLast) this.#forget(value);
    if (error === 0) return this.#settled(toPlaces(exact(value), places, way), 0);
    const [low, high] = [exact(value - error), exact(value + error)].map((one) => toPlaces(one, places, way));
    if (low === undefined || high === undefined || !isSame(low, high)) throw new Stopped('transform-precision');
    return this.#settled(low, 0);
  }

  #errorOf(value: number): number {
    return this.#rough.get(Math.abs(value))?.error ?? 0;
  }

  #areWhole(one: number, other: number, result: number): boolean {
    return (
      this.#rough.size === 0 && Number.isSafeInteger(one) && Number.isSafeInteger(other) && Number.isSafeInteger(result)
    );
  }

  /** The double that is the number; where there is none, or it was made of rough ones, a rough one. */
  #settled(value: Exact, error: number): number {
    const number = Number(`${value.m}e${value.e}`);
    if (error === 0 && isSame(exact(number), value)) {
      const known = this.#rough.get(Math.abs(number));
      // Made once more: rounding this one must not forget that another is rough.
      if (known !== undefined) known.made++;
      return number;
    }
    return this.#roughly(number, error);
  }

  #roughly(number: number, error: number): number {
    const unit = Math.abs(number) * Number.EPSILON + Number.MIN_VALUE;
    const { error: known, made } = this.#rough.get(Math.abs(number)) ?? { error: 0, made: 0 };
    const largest = Math.max(known, (error + unit) * (1 + 4 * Number.EPSILON));
    this.#rough.set(Math.abs(number), { error: largest, made: made + 1 });
    return number;
  }

  #forget(value: number): void {
    const known = this.#rough.get(Math.abs(value));
    if (known !== undefined && --known.made === 0) this.#rough.delete(Math.abs(value));
  }
}

/** As it is written, in the fewest digits that are this double. Throws Stopped where it is none of JSON. */
function exact(number: number): Exact {
  if (Number.isSafeInteger(number)) return { m: BigInt(number), e: 0 };
  if (!Number.isFinite(number)) throw new Stopped('transform-precision');
  const [mantissa = '', power = '0'] = String(number).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { m: BigInt(whole + fraction), e: Number(power) - fraction.length };
}

function unitsOf({ m, e }: Exact, unit: number): bigint {
  return m * 10n ** BigInt(e - unit);
}

function sum(one: Exact, other: Exact): Exact {
  const e = Math.min(one.e, other.e);
  return { m: unitsOf(one, e) + unitsOf(other, e), e };
}

function product(one: Exact, other: Exact): Exact {
  return { m: one.m * other.m, e: one.e + other.e };
}

function isSame(one: Exact, other: Exact): boolean {
  const e = Math.min(one.e, other.e);
  return unitsOf(one, e) === unitsOf(other, e);
}

function toPlaces(value: Exact, places: number, way: 'even' | 'floor' | 'ceil'): Exact {
  const dropped = -(value.e + places);
  if (dropped <= 0) return value;
  const unit = 10n ** BigInt(Math.min(dropped, LAST_PLACE));
  // Divided downwards, whatever the sign.
  const quotient = value.m / unit - (value.m % unit < 0n ? 1n : 0n);
  const rest = value.m - quotient * unit;
  const isUp =
    way === 'ceil' ? rest > 0n : way === 'even' && (2n * rest > unit || (2n * rest === unit && quotient % 2n !== 0n));
  return { m: quotient + (isUp ? 1n : 0n), e: -places };
}
