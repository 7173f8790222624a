// Two JSON texts side by side: how far a piece of the one is the same bytes in the other. `shift`: position in the second
// minus position in the first.
import { escapeEnd, literalEnd, numberEnd } from '../json/parse.ts';
import { sequenceEnd } from '../json/utf8.ts';
import { plainIn, plainInBoth, type Words } from './words.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Where white space ends. */
export function spaceEnd(bytes: Uint8Array, from: number): number {
  let p = from;
  for (;;) {
    const byte = bytes[p];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return p;
    p++;
  }
}

/** Where an array ends that is empty, from behind its opening bracket; -1 if it is not. */
export function emptyEnd(bytes: Uint8Array, from: number): number {
  const p = spaceEnd(bytes, from);
  return bytes[p] === 0x5d ? p + 1 : -1;
}

/**
 * Where a string ends that is the same on both sides. Of strings that surely differ, for they part where nothing but plain
 * letters stand before, that place, as ~place; else -1.
 */
export function textEnd(one: Words, other: Words, from: number, shift: number): number {
  const a = one.bytes;
  const b = other.bytes;
  let p = plainInBoth(one, from + 1, other, from + 1 + shift);
  if (a[p] !== b[p + shift]) return a[p] === BACKSLASH || b[p + shift] === BACKSLASH ? -1 : ~p;
  for (;;) {
    const byte = a[p] as number;
    if (byte !== b[p + shift]) return -1;
    if (byte === QUOTE) return p + 1;
    const end = byte === BACKSLASH ? escapeEnd(a, p, a.length) : byte >= 0x80 ? sequenceEnd(a, p, a.length) : -1;
    if (end < 0) return -1;
    while (p < end) if (a[p] !== b[p++ + shift]) return -1;
    p = plainInBoth(one, p, other, p + shift);
  }
}

/** Where a number or literal ends that is the same on both sides and goes on on neither, or -1. */
export function wordEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  let p = from;
  let byte = a[p] as number;
  if (byte >= 0x61) return rareWordEnd(a, b, from, shift);
  if (byte === 0x2d) byte = a[++p] as number;
  const digits = p;
  while (byte >= 0x30 && byte <= 0x39 && byte === b[p + shift]) byte = a[++p] as number;
  if (p === digits || (p > digits + 1 && a[digits] === 0x30)) return rareWordEnd(a, b, from, shift);
  if (byte === 0x2e && b[p + shift] === 0x2e) {
    const decimals = ++p;
    byte = a[p] as number;
    while (byte >= 0x30 && byte <= 0x39 && byte === b[p + shift]) byte = a[++p] as number;
    if (p === decimals) return -1;
  }
  const twin = b[p + shift];
  if (!isPartOfWord(byte) && !isPartOfWord(twin)) return p;
  return byte === twin ? rareWordEnd(a, b, from, shift) : -1;
}

/** The same of any of them. */
function rareWordEnd(a: Uint8Array, b: Uint8Array, from: number, shift: number): number {
  const byte = a[from] as number;
  if (b[from + shift] !== byte) return -1;
  const isNumber = byte === 0x2d || (byte >= 0x30 && byte <= 0x39);
  const end = isNumber ? numberEnd(a, from, a.length) : literalEnd(a, from, a.length);
  for (let p = from + 1; p < end; p++) if (a[p] !== b[p + shift]) return -1;
  return isPartOfWord(b[end + shift]) ? -1 : end;
}

function isPartOfWord(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const letter = byte | 0x20;
  return isDigit || byte === 0x2e || byte === 0x2b || byte === 0x2d || (letter >= 0x61 && letter <= 0x7a);
}

/** Where the value at `from` ends if it is valid, or -1: brackets and strings are told apart, nothing is checked. */
export function valueEnd(text: Words, from: number): number {
  const { bytes, length } = text;
  let open = 0;
  let p = from;
  while (p < length) {
    const byte = bytes[p] as number;
    if (byte === QUOTE) {
      p = plainIn(text, p + 1);
      while (p < length && bytes[p] !== QUOTE) p = plainIn(text, p + (bytes[p] === BACKSLASH ? 2 : 1));
      p++;
      if (open === 0) return p <= length ? p : -1;
      continue;
    }
    const isEnd = byte === 0x7d || byte === 0x5d;
    if (open === 0 && (isEnd || byte === 0x2c || byte <= 0x20)) return p > from ? p : -1;
    p++;
    if (byte === 0x7b || byte === 0x5b) open++;
    else if (isEnd && --open === 0) return p;
  }
  return open === 0 && p > from ? p : -1;
}
