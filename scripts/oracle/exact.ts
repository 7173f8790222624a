// Arithmetic of exact decimals, by integers of any size, for the oracle.
import type { Exact } from './value.ts';

export interface Limits {
  readonly absolute?: number;
  readonly relative?: number;
}

/** Of numbers further out than this nothing but the sign and the power matters for any limit. */
const FAR = 400n;

/** By integers of any size. Of two numbers that are both far out, only equal ones count as close. */
export function close(far: Exact, other: Exact, { absolute, relative }: Limits): boolean {
  const [a, b] = [tamed(far), tamed(other)];
  if (a.digits === '1' && b.digits === '1' && a.power === b.power && a.power === FAR) return false;
  const limit = (number: number): [bigint, bigint] => {
    const { digits, power } = exactOf(number);
    return [BigInt(digits || '0'), power];
  };
  const [x, y, least] = integers(a, b);
  const difference = size(x - y);
  const larger = size(x) > size(y) ? size(x) : size(y);
  if (absolute !== undefined) {
    const [digits, power] = limit(absolute);
    if (difference <= digits * 10n ** (power - least)) return true;
  }
  if (relative === undefined) return false;
  const [digits, power] = limit(relative);
  return power >= 0n ? difference <= larger * digits * 10n ** power : difference * 10n ** -power <= larger * digits;
}

/** Whether the second is on the good side of the first, or at most this share of the first (`5%`) on the other. */
export function asGood(before: Exact, after: Exact, direction: 'lower' | 'higher', share: string | undefined): boolean {
  // Numbers that are worlds apart are no improvement of one another.
  if (isFar(before) || isFar(after)) return false;
  const [x, y] = integers(before, after);
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

function tamed(exact: Exact): Exact {
  if (!isFar(exact)) return exact;
  return { negative: exact.negative, digits: '1', power: exact.power > 0n ? FAR : -FAR };
}

function isFar({ digits, power }: Exact): boolean {
  const magnitude = power + BigInt(digits.length);
  return digits !== '' && (magnitude >= FAR || magnitude <= -FAR);
}

/** Both in units of ten to the third, which is fine enough for any limit. */
function integers(a: Exact, b: Exact): readonly [bigint, bigint, power: bigint] {
  const least = [a.power, b.power].reduce((one, other) => (one < other ? one : other), 0n) - 30n;
  const scaled = ({ negative, digits, power }: Exact): bigint =>
    BigInt(digits || '0') * 10n ** (power - least) * (negative ? -1n : 1n);
  return [scaled(a), scaled(b), least];
}

function size(integer: bigint): bigint {
  return integer < 0n ? -integer : integer;
}

function exactOf(number: number): { digits: string; power: bigint } {
  const [mantissa = '', exponent = '0'] = String(number).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: whole + fraction, power: BigInt(exponent) - BigInt(fraction.length) };
}
