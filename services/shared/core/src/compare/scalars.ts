// Strings, numbers and literals among the bytes of a document: where they end, and whether other bytes are another value.
import { sameScalar } from '../json/equal.ts';
import { escapeEnd, literalEnd, numberEnd } from '../json/parse.ts';
import { ARRAY, ESCAPED, FALSE, NULL, NUMBER, OBJECT, STRING, Tape, TRUE } from '../json/tape.ts';
import { sequenceEnd } from '../json/utf8.ts';
import { isHollow } from './shapes.ts';
import { plainIn, type Words } from './words.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where the string, number or literal at `at` ends, or -1. */
export function scalarEnd(text: Words, at: number): number {
  const { bytes } = text;
  const byte = bytes[at] as number;
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return numberEnd(bytes, at, bytes.length);
  return byte === QUOTE ? stringEnd(text, at + 1) : literalEnd(bytes, at, bytes.length);
}

/** Where the string ends that `at` is inside of, in no escape and at no later byte of a letter, or -1. */
export function stringEnd(text: Words, at: number): number {
  const { bytes } = text;
  let p = at;
  for (;;) {
    p = plainIn(text, p);
    const stop = bytes[p] as number;
    if (stop === QUOTE) return p + 1;
    p =
      stop === BACKSLASH ? escapeEnd(bytes, p, bytes.length) : stop >= 0x80 ? sequenceEnd(bytes, p, bytes.length) : -1;
    if (p < 0) return -1;
  }
}

/**
 * Where the number at `at` ends, if there is no other way to write it without an exponent or needless zeros; -1 for any
 * other and for what is none. Other bytes of which that holds are another number.
 */
export function numeralEnd(bytes: Uint8Array, at: number): number {
  let p = at;
  let byte = bytes[p] as number;
  if (byte === 0x2d) byte = bytes[++p] as number;
  if (byte === 0x30) {
    byte = bytes[++p] as number;
    if (byte !== 0x2e) return -1;
  } else {
    if (!(byte >= 0x31 && byte <= 0x39)) return -1;
    do byte = bytes[++p] as number;
    while (byte >= 0x30 && byte <= 0x39);
  }
  if (byte === 0x2e) {
    byte = bytes[++p] as number;
    while (byte >= 0x30 && byte <= 0x39) byte = bytes[++p] as number;
    // A point alone, or a zero at the end.
    const last = bytes[p - 1] as number;
    if (last === 0x2e || last === 0x30) return -1;
  }
  return (byte | 0x20) === 0x65 ? -1 : p;
}

/** By the first byte: 0 number, else the byte itself. */
export function kindOf(byte: number): number {
  return byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? 0 : byte;
}

/** Whether this is the only way, of those that pass here, to write the value: then other bytes are another value. */
export function onlySpelling(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] === QUOTE) {
    for (let p = start + 1; p < end - 1; p++) if (bytes[p] === BACKSLASH) return false;
    return true;
  }
  let fraction = false;
  let zero = true;
  for (let p = start; p < end; p++) {
    const byte = bytes[p] as number;
    if ((byte | 0x20) === 0x65) return kindOf(bytes[start] as number) !== 0;
    if (byte === 0x2e) fraction = true;
    else if (byte >= 0x31 && byte <= 0x39) zero = false;
  }
  return kindOf(bytes[start] as number) !== 0 || (!zero && !(fraction && bytes[end - 1] === 0x30));
}

/** A valid value as the next node of a tape; of a container nothing but where it stands. */
export function valueNode(tape: Tape, start: number, end: number): number {
  const first = tape.bytes[start];
  if (first === 0x7b || first === 0x5b) {
    const node = nodeOf(tape, first === 0x7b ? OBJECT : ARRAY, start, end);
    tape.size[node] = isHollow(tape.bytes, start, end) ? 0 : 1;
    return node;
  }
  if (first !== QUOTE) {
    const literal = first === 0x6e ? NULL : first === 0x74 ? TRUE : first === 0x66 ? FALSE : NUMBER;
    return nodeOf(tape, literal, start, end);
  }
  let escaped = false;
  for (let p = start + 1; p < end - 1 && !escaped; p++) escaped = tape.bytes[p] === BACKSLASH;
  return nodeOf(tape, escaped ? ESCAPED : STRING, start + 1, end - 1);
}

function nodeOf(tape: Tape, kind: number, start: number, end: number): number {
  if (tape.length >= tape.kind.length) tape.grow(tape.length + 1);
  const at = tape.length++;
  tape.kind[at] = kind;
  tape.start[at] = start;
  tape.end[at] = end;
  tape.next[at] = tape.length;
  return at;
}

/**
 * Whether two valid strings of different bytes are surely different texts: where they part, neither is in an escape or
 * begins one.
 */
function partPlainly(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): boolean {
  let p = aStart + 1;
  let q = bStart + 1;
  while (a[p] === b[q]) {
    p++;
    q++;
  }
  if (a[p] === BACKSLASH || b[q] === BACKSLASH) return false;
  for (let back = Math.max(aStart + 1, p - LONGEST_ESCAPE); back < p; back++) if (a[back] === BACKSLASH) return false;
  return true;
}

/** Bytes of \uXXXX, but for the last. */
const LONGEST_ESCAPE = 5;

/** Two scalars of two texts. */
export class ScalarPair {
  private readonly one = new Tape();
  private readonly other = new Tape();

  /** Whether two valid scalars of different bytes are the same value. */
  same(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): boolean {
    const first = a[aStart] as number;
    if (first !== b[bStart] && kindOf(first) !== kindOf(b[bStart] as number)) return false;
    if (first === QUOTE) {
      if (partPlainly(a, aStart, b, bStart)) return false;
    } else if (onlySpelling(a, aStart, aEnd) && onlySpelling(b, bStart, bEnd)) return false;
    const { one, other } = this;
    one.bytes = a;
    other.bytes = b;
    one.length = other.length = 0;
    const same = sameScalar(one, valueNode(one, aStart, aEnd), other, valueNode(other, bStart, bEnd));
    one.release();
    other.release();
    return same;
  }
}
