// JSON numbers as exact decimals: never through a double.
import { sameBytes } from './strings.ts';
import type { Tape } from './tape.ts';
import { writtenText } from './text.ts';

/** value = ±coefficient × 10^exponent; coefficient without trailing zeros, 0 has exponent 0 and no sign. */
export interface Decimal {
  readonly negative: boolean;
  readonly coefficient: string;
  readonly exponent: bigint;
}

export function numberText(tape: Tape, node: number): string {
  return writtenText(tape.bytes, tape.start[node] as number, tape.end[node] as number);
}

/** Longest exponent read as an integer, digits: longer ones would take more than linear time. */
const LONGEST_EXPONENT = 20_000;

interface Written {
  readonly negative: boolean;
  readonly coefficient: string;
  /** Digits without leading zeros, none for 0. */
  readonly power: string;
  readonly isPowerNegative: boolean;
  /** To be added to the power. */
  readonly shift: number;
}

/** Reads a JSON number; undefined where its exponent has more than 20,000 digits. */
export function decimal(text: string): Decimal | undefined {
  const number = written(text);
  if (number === undefined) return ZERO;
  const { negative, coefficient, power, isPowerNegative, shift } = number;
  if (power.length > LONGEST_EXPONENT) return undefined;
  const exponent = power === '' ? 0n : BigInt(power);
  return { negative, coefficient, exponent: (isPowerNegative ? -exponent : exponent) + BigInt(shift) };
}

const ZERO: Decimal = { negative: false, coefficient: '0', exponent: 0n };

/** undefined for zero. */
function written(text: string): Written | undefined {
  const negative = text.startsWith('-');
  const e = text.search(/[eE]/);
  const mantissa = text.slice(negative ? 1 : 0, e < 0 ? undefined : e);
  const point = mantissa.indexOf('.');
  const fraction = point < 0 ? '' : mantissa.slice(point + 1);
  const digits = (point < 0 ? mantissa : mantissa.slice(0, point)) + fraction;
  const from = zerosEnd(digits, 0);
  if (from === digits.length) return undefined;
  let to = digits.length;
  while (digits.charCodeAt(to - 1) === 0x30) to--;
  const sign = e < 0 ? '' : text.charAt(e + 1);
  const power = e < 0 ? '' : text.slice(zerosEnd(text, sign === '+' || sign === '-' ? e + 2 : e + 1));
  const shift = digits.length - to - fraction.length;
  return { negative, coefficient: digits.slice(from, to), power, isPowerNegative: sign === '-', shift };
}

function zerosEnd(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 0x30) at++;
  return at;
}

/** One text per value: equal texts, equal numbers. */
export function canonicalNumber(text: string): string {
  const number = written(text);
  if (number === undefined) return '0e0';
  const { negative, coefficient, power, isPowerNegative, shift } = number;
  const sign = negative ? '-' : '';
  if (power.length > LONGEST_EXPONENT) {
    return `${sign}${coefficient}e${isPowerNegative ? '-' : ''}${shifted(power, isPowerNegative ? -shift : shift)}`;
  }
  const exponent = power === '' ? 0n : BigInt(power);
  return `${sign}${coefficient}e${(isPowerNegative ? -exponent : exponent) + BigInt(shift)}`;
}

/** Digits taken from the end of a long number to add to. */
const TAIL = 18;

/** The sum, in linear time; `digits` are many more than TAIL. */
function shifted(digits: string, by: number): string {
  const at = digits.length - TAIL;
  const sum = BigInt(digits.slice(at)) + BigInt(by);
  const most = 10n ** BigInt(TAIL);
  const carry = sum < 0n ? -1 : sum >= most ? 1 : 0;
  const tail = String(sum - BigInt(carry) * most).padStart(TAIL, '0');
  return zerosLess(carry === 0 ? digits.slice(0, at) : stepped(digits.slice(0, at), carry)) + tail;
}

/** One more or one less; `digits` are no zero. */
function stepped(digits: string, by: 1 | -1): string {
  const [full, empty] = by === 1 ? [0x39, '0'] : [0x30, '9'];
  let at = digits.length - 1;
  while (digits.charCodeAt(at) === full) at--;
  const filled = empty.repeat(digits.length - 1 - at);
  return at < 0 ? `1${filled}` : digits.slice(0, at) + String(Number(digits.charAt(at)) + by) + filled;
}

function zerosLess(digits: string): string {
  return digits.slice(zerosEnd(digits, 0));
}

/** One text per value, without an exponent: `1e2` is `100`, `1.50` is `1.5`; undefined where that is longer than `most` digits. */
export function plainNumber(text: string, most: number): string | undefined {
  const number = decimal(text);
  if (number === undefined) return undefined;
  const { negative, coefficient, exponent } = number;
  const sign = negative ? '-' : '';
  if (exponent >= 0n) {
    if (exponent + BigInt(coefficient.length) > BigInt(most)) return undefined;
    return sign + coefficient + '0'.repeat(Number(exponent));
  }
  if (-exponent > BigInt(most) || coefficient.length > most) return undefined;
  const places = Number(-exponent);
  const digits = coefficient.padStart(places + 1, '0');
  return `${sign}${digits.slice(0, digits.length - places)}.${digits.slice(-places)}`;
}

/** Where the number ends without needless zeros behind its point; -1 when it is written with an exponent. */
function shortEnd(bytes: Uint8Array, start: number, end: number): number {
  let fraction = false;
  for (let p = start; p < end; p++) {
    const byte = bytes[p] as number;
    if ((byte | 0x20) === 0x65) return -1;
    if (byte === 0x2e) fraction = true;
  }
  let to = end;
  if (!fraction) return to;
  while (bytes[to - 1] === 0x30) to--;
  return bytes[to - 1] === 0x2e ? to - 1 : to;
}

function isZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    const byte = bytes[p] as number;
    if ((byte | 0x20) === 0x65) return true;
    if (byte >= 0x31 && byte <= 0x39) return false;
  }
  return true;
}

/** Whether two number nodes are the same decimal. */
export function sameNumber(a: Tape, i: number, b: Tape, j: number): boolean {
  const aStart = a.start[i] as number;
  const aEnd = a.end[i] as number;
  const bStart = b.start[j] as number;
  const bEnd = b.end[j] as number;
  if (sameBytes(a.bytes, aStart, aEnd, b.bytes, bStart, bEnd)) return true;
  // Without exponents and needless zeros, and without leading zeros as JSON wants it, only 0 has two spellings.
  const aShort = shortEnd(a.bytes, aStart, aEnd);
  const bShort = shortEnd(b.bytes, bStart, bEnd);
  if (aShort >= 0 && bShort >= 0) {
    if (sameBytes(a.bytes, aStart, aShort, b.bytes, bStart, bShort)) return true;
    return isZero(a.bytes, aStart, aShort) && isZero(b.bytes, bStart, bShort);
  }
  return canonicalNumber(numberText(a, i)) === canonicalNumber(numberText(b, j));
}
