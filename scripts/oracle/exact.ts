// Arithmetic of exact decimals, by integers of any size, for the oracle.
import { type Exact, exact } from './value.ts';

export interface Limits {
  readonly absolute?: number;
  readonly relative?: number;
  readonly digits?: number;
}

/** Within one of the limits. By integers of any size. */
export function close(one: Exact, other: Exact, { absolute, relative, digits: shown }: Limits): boolean {
  if (shown !== undefined && rounded(one, shown) === rounded(other, shown)) return true;
  if (absolute !== undefined) {
    const [x, y, limit] = integers([one, other, exactOf(absolute)]);
    if (size(x - y) <= limit) return true;
  }
  if (relative === undefined) return false;
  const [x, y] = integers([one, other]);
  const larger = size(x) > size(y) ? size(x) : size(y);
  const { digits, power } = exactOf(relative);
  const share = BigInt(digits || '0');
  return power >= 0n ? size(x - y) <= larger * share * 10n ** power : size(x - y) * 10n ** -power <= larger * share;
}

/** As text: to so many significant digits, half away from zero. */
function rounded({ negative, digits, power }: Exact, shown: number): string {
  const less = digits.length - shown;
  const tens = 10n ** BigInt(Math.max(0, less));
  const kept = less <= 0 ? digits : String((BigInt(digits) + tens / 2n) / tens);
  const { digits: all, power: rest } = exact(kept === '' ? '0' : kept);
  return all === '' ? '0' : `${negative} ${all} ${rest + power + BigInt(Math.max(0, less))}`;
}

/** Whether the second is on the good side of the first, or at most this share of the first (`5%`) on the other. */
export function asGood(before: Exact, after: Exact, direction: 'lower' | 'higher', share: string | undefined): boolean {
  const [x, y] = integers([before, after]);
  const worse = direction === 'lower' ? y - x : x - y;
  if (worse < 0n) return true;
  if (share === undefined) return false;
  const [whole = '', fraction = ''] = share.slice(0, -1).split('.');
  return worse * 100n * 10n ** BigInt(fraction.length) <= size(x) * BigInt(whole + fraction);
}

/** Without an exponent; undefined where that takes more digits than this. */
export function written({ negative, digits, power }: Exact, most: number): string | undefined {
  if (digits === '') return '0';
  if (power > BigInt(most) || power < BigInt(-most)) return undefined;
  const shift = Number(power);
  const sign = negative ? '-' : '';
  if (shift >= 0) return digits.length + shift > most ? undefined : sign + digits.padEnd(digits.length + shift, '0');
  if (digits.length > most) return undefined;
  const full = digits.padStart(1 - shift, '0');
  return `${sign}${full.slice(0, full.length + shift)}.${full.slice(shift)}`;
}

/** Digits between two numbers, beyond which it makes no difference to any question how many there are. */
const FAR = 2_000n;

type Integers<T extends readonly Exact[]> = { readonly [K in keyof T]: bigint };

/** All in one unit, in which the gaps between numbers that are worlds apart are shorter than they are. */
function integers<const T extends readonly Exact[]>(numbers: T): Integers<T> {
  const powers = new Map<Exact, bigint>();
  let bottom: bigint | undefined;
  let shift = 0n;
  const top = ({ digits, power }: Exact): bigint => power + BigInt(digits.length);
  for (const number of numbers.filter(({ digits }) => digits !== '').sort((a, b) => (top(a) < top(b) ? 1 : -1))) {
    if (bottom !== undefined && bottom - (top(number) + shift) > FAR) shift = bottom - FAR - top(number);
    const power: bigint = number.power + shift;
    powers.set(number, power);
    if (bottom === undefined || power < bottom) bottom = power;
  }
  return numbers.map((number) => {
    const power = powers.get(number);
    if (power === undefined || bottom === undefined) return 0n;
    return BigInt(number.digits) * 10n ** (power - bottom) * (number.negative ? -1n : 1n);
  }) as Integers<T>;
}

function size(integer: bigint): bigint {
  return integer < 0n ? -integer : integer;
}

/** As JSON writes it. */
function exactOf(number: number): Exact {
  return exact(String(number));
}
