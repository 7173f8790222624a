// A 128-bit content digest: MurmurHash3 x86_128 (Austin Appleby, public domain), for telling repeats from news.
// It is not a proof against forgery; whatever may be called equal is compared byte by byte, never by digest alone.
import type { Header } from '../ports/log.ts';

const C1 = 0x239b961b;
const C2 = 0xab0e9789;
const C3 = 0x38b34ae5;
const C4 = 0xa1e38b93;

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

function digit(value: number, shift: number): number {
  return DIGITS[(value >>> shift) & 15] as number;
}

/** The four words from `at` on as 32 hex digits. In one call: eight times as fast as `toString(16)` for each word. */
export function digestText(words: Int32Array, at: number): string {
  const h1 = words[at] as number;
  const h2 = words[at + 1] as number;
  const h3 = words[at + 2] as number;
  const h4 = words[at + 3] as number;
  return String.fromCharCode(
    digit(h1, 28),
    digit(h1, 24),
    digit(h1, 20),
    digit(h1, 16),
    digit(h1, 12),
    digit(h1, 8),
    digit(h1, 4),
    digit(h1, 0),
    digit(h2, 28),
    digit(h2, 24),
    digit(h2, 20),
    digit(h2, 16),
    digit(h2, 12),
    digit(h2, 8),
    digit(h2, 4),
    digit(h2, 0),
    digit(h3, 28),
    digit(h3, 24),
    digit(h3, 20),
    digit(h3, 16),
    digit(h3, 12),
    digit(h3, 8),
    digit(h3, 4),
    digit(h3, 0),
    digit(h4, 28),
    digit(h4, 24),
    digit(h4, 20),
    digit(h4, 16),
    digit(h4, 12),
    digit(h4, 8),
    digit(h4, 4),
    digit(h4, 0),
  );
}

/** The views used last, of what was fetched and of what waits for it: a view is dearer than the digest of a small record. */
let viewed: DataView = new DataView(new ArrayBuffer(0));
let before = viewed;

function viewOf(bytes: Uint8Array): DataView {
  if (viewed.buffer === bytes.buffer) return viewed;
  const view = before.buffer === bytes.buffer ? before : new DataView(bytes.buffer);
  before = viewed;
  viewed = view;
  return view;
}

/** Where a digest is left, as four words. */
const WORDS = new Int32Array(4);

/** 32 hex digits. */
export function digestBytes(bytes: Uint8Array, seed = 0): string {
  return digestText(digestOf(bytes, seed), 0);
}

/** Four words, only good until the next digest. Hot path: called for every event read, hence written without allocation. */
function digestOf(bytes: Uint8Array, seed: number): Int32Array {
  let h1 = seed;
  let h2 = seed;
  let h3 = seed;
  let h4 = seed;
  const length = bytes.length;
  const blocks = length & ~15;
  const view = viewOf(bytes);
  const first = bytes.byteOffset;
  for (let i = 0; i < blocks; i += 16) {
    h1 ^= Math.imul(rotate(Math.imul(view.getInt32(first + i, true), C1), 15), C2);
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0;
    h2 ^= Math.imul(rotate(Math.imul(view.getInt32(first + i + 4, true), C2), 16), C3);
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0;
    h3 ^= Math.imul(rotate(Math.imul(view.getInt32(first + i + 8, true), C3), 17), C4);
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0;
    h4 ^= Math.imul(rotate(Math.imul(view.getInt32(first + i + 12, true), C4), 18), C1);
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0;
  }
  const tail = length - blocks;
  if (tail > 12) h4 ^= Math.imul(rotate(Math.imul(rest(bytes, blocks + 12, length), C4), 18), C1);
  if (tail > 8) h3 ^= Math.imul(rotate(Math.imul(rest(bytes, blocks + 8, length), C3), 17), C4);
  if (tail > 4) h2 ^= Math.imul(rotate(Math.imul(rest(bytes, blocks + 4, length), C2), 16), C3);
  if (tail > 0) h1 ^= Math.imul(rotate(Math.imul(rest(bytes, blocks, length), C1), 15), C2);
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = mix(h1);
  h2 = mix(h2);
  h3 = mix(h3);
  h4 = mix(h4);
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  WORDS[0] = h1;
  WORDS[1] = h2;
  WORDS[2] = h3;
  WORDS[3] = h4;
  return WORDS;
}

function rest(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = Math.min(to, from + 4) - 1; i >= from; i--) value = (value << 8) | (bytes[i] as number);
  return value;
}

/** Of no value: not all zeros, which is the digest of no bytes. */
const NULL_WORD = -1;
const encoder = new TextEncoder();

/** What of a record takes part in the comparison, and so in the question whether it repeats another. */
export interface Compared {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

/**
 * Digest of the compared content: the value's own digest where nothing else is compared. A null value differs from an
 * empty one.
 */
export function digestContent(content: Compared): string {
  return digestText(digestWords(content), 0);
}

/** The same as four words, only good until the next digest. */
export function digestWords({ key, value, headers }: Compared): Int32Array {
  const ofValue = value === null ? WORDS.fill(NULL_WORD) : digestOf(value, 0);
  if (key === null && headers.length === 0) return ofValue;
  const parts = [digestText(ofValue, 0), key === null ? '-' : digestBytes(key, 1)];
  for (const [name, bytes] of headers) {
    parts.push(`${name.length}:${name}`, bytes === null ? '-' : digestBytes(bytes, 2));
  }
  return digestOf(encoder.encode(parts.join(' ')), 3);
}

/** A small number spread evenly over ids, for sampling by id; the same everywhere. */
export function spread(id: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  return mix(h) >>> 0;
}
