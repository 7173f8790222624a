// JSON numbers as exact decimals: never through a double.
import { sameBytes } from './strings.ts';
import type { Tape } from './tape.ts';

/** value = ±coefficient × 10^exponent; coefficient without trailing zeros, 0 has exponent 0 and no sign. */
export interface Decimal {
  readonly negative: boolean;
  readonly coefficient: string;
  readonly exponent: bigint;
}

export function numberText(tape: Tape, node: number): string {
  const end = tape.end[node] as number;
  const start = tape.start[node] as number;
  if (end - start > 64) return new TextDecoder().decode(tape.bytes.subarray(start, end));
  let text = '';
  for (let p = start; p < end; p++) text += String.fromCharCode(tape.bytes[p] as number);
  return text;
}

/** Longest exponent, digits: turning longer ones into integers would take more than linear time. */
const LONGEST_EXPONENT = 1000;

/** Reads a JSON number; undefined where its exponent is of absurd length. */
export function decimal(text: string): Decimal | undefined {
  const negative = text.startsWith('-');
  const e = text.search(/[eE]/);
  const mantissa = text.slice(negative ? 1 : 0, e < 0 ? undefined : e);
  const point = mantissa.indexOf('.');
  const fraction = point < 0 ? '' : mantissa.slice(point + 1);
  let digits = (point < 0 ? mantissa : mantissa.slice(0, point)) + fraction;
  let from = 0;
  while (from < digits.length && digits.charCodeAt(from) === 0x30) from++;
  if (from === digits.length) return { negative: false, coefficient: '0', exponent: 0n };
  let to = digits.length;
  while (digits.charCodeAt(to - 1) === 0x30) to--;
  const dropped = digits.length - to;
  digits = digits.slice(from, to);
  if (e >= 0 && text.length - e > LONGEST_EXPONENT) return undefined;
  const written = e < 0 ? 0n : BigInt(text.slice(e + 1).replace(/^\+/, ''));
  return { negative, coefficient: digits, exponent: written - BigInt(fraction.length) + BigInt(dropped) };
}

/** One text per value: equal texts, equal numbers. Numbers with absurd exponents stay as they are written. */
export function canonicalNumber(text: string): string {
  const number = decimal(text);
  if (number === undefined) return text;
  const { negative, coefficient, exponent } = number;
  return `${negative ? '-' : ''}${coefficient}e${exponent}`;
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
