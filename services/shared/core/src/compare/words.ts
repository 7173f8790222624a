// A text read several bytes at a time: names that were met before, and what is plain inside strings.
//
// No word reaches beyond the text, so whatever lies behind it in memory is never taken for a part of it.
import { STRING_BYTE } from '../json/parse.ts';

/** A larger buffer is not kept from being freed, bytes. */
const LARGEST_KEPT = 1 << 20;
const NOTHING = new ArrayBuffer(0);
const NO_BYTES = new Uint8Array(NOTHING);

export class Words {
  bytes: Uint8Array = NO_BYTES;
  view: DataView = new DataView(NOTHING);
  /** Where the text begins in the view. */
  base = 0;
  length = 0;
  private buffer: ArrayBufferLike = NOTHING;
  private isLarge = false;

  /** Texts come from few buffers: a view of the last one serves the next text, too. */
  open(bytes: Uint8Array): void {
    const { buffer } = bytes;
    if (buffer !== this.buffer) {
      this.buffer = buffer;
      this.view = new DataView(buffer);
      this.isLarge = buffer.byteLength > LARGEST_KEPT;
    }
    this.bytes = bytes;
    this.base = bytes.byteOffset;
    this.length = bytes.length;
  }

  release(): void {
    this.bytes = NO_BYTES;
    if (!this.isLarge) return;
    this.isLarge = false;
    this.buffer = NOTHING;
    this.view = new DataView(NOTHING);
  }
}

/**
 * Of a piece of plain ASCII of four bytes or more: whole words from its beginning, and the one it ends with. Words are
 * doubles, of pieces shorter than one integers. No double made of ASCII letters is 0 or NaN, so that one equals another
 * exactly when their bytes are the same.
 */
export function wordsOf(piece: Uint8Array): readonly number[] {
  const view = new DataView(piece.buffer, piece.byteOffset, piece.length);
  if (piece.length < LONG) return [view.getInt32(0, true), view.getInt32(piece.length - 4, true)];
  const words: number[] = [];
  for (let at = 0; at + LONG < piece.length; at += LONG) words.push(view.getFloat64(at, true));
  words.push(view.getFloat64(piece.length - LONG, true));
  return words;
}

/** Bytes of a double. */
const LONG = 8;

/** Whether a piece, as {@link wordsOf} gives it, stands at `p` in the one and at `q` in the other. */
export function standsInBoth(
  a: Words,
  p: number,
  b: Words,
  q: number,
  piece: readonly number[],
  length: number,
): boolean {
  if (p + length > a.length || q + length > b.length) return false;
  const one = a.view;
  const other = b.view;
  let x = a.base + p;
  let y = b.base + q;
  const first = piece[0];
  if (length < LONG) {
    const last = piece[1];
    return (
      one.getInt32(x, true) === first &&
      other.getInt32(y, true) === first &&
      one.getInt32(x + length - 4, true) === last &&
      other.getInt32(y + length - 4, true) === last
    );
  }
  if (one.getFloat64(x, true) !== first || other.getFloat64(y, true) !== first) return false;
  const end = piece.length - 1;
  if (end === 0) return true;
  const xLast = x + length - LONG;
  const yLast = y + length - LONG;
  for (let i = 1; i < end; i++) {
    x += LONG;
    y += LONG;
    const word = piece[i];
    if (one.getFloat64(x, true) !== word || other.getFloat64(y, true) !== word) return false;
  }
  const last = piece[end];
  return one.getFloat64(xLast, true) === last && other.getFloat64(yLast, true) === last;
}

/** Whether a piece stands at `p`. */
export function standsAt(a: Words, p: number, piece: readonly number[], length: number): boolean {
  if (p + length > a.length) return false;
  const { view } = a;
  let x = a.base + p;
  if (length < LONG) return view.getInt32(x, true) === piece[0] && view.getInt32(x + length - 4, true) === piece[1];
  const last = piece.length - 1;
  for (let i = 0; i < last; i++, x += LONG) if (view.getFloat64(x, true) !== piece[i]) return false;
  return view.getFloat64(a.base + p + length - LONG, true) === piece[last];
}

/** How far the two are the same inside a string, plain ASCII, from `p` and `q` on: a place in the first. */
export function plainInBoth(a: Words, p: number, b: Words, q: number): number {
  const { bytes, view: one } = a;
  const { bytes: others, view: other } = b;
  const shift = q - p;
  const to = Math.min(a.length, b.length - shift) - 4;
  let at = p;
  for (; at <= to; at += 4) {
    const word = one.getInt32(a.base + at, true);
    if (word !== other.getInt32(b.base + at + shift, true) || hasSpecial(word)) break;
  }
  for (
    let byte = bytes[at] as number;
    byte === others[at + shift] && STRING_BYTE[byte] === 0;
    byte = bytes[++at] as number
  );
  return at;
}

/** How far it is plain ASCII inside a string from `p` on. */
export function plainIn(a: Words, p: number): number {
  const { bytes, view, base } = a;
  const to = a.length - 4;
  let at = p;
  while (at <= to && !hasSpecial(view.getInt32(base + at, true))) at += 4;
  while (STRING_BYTE[bytes[at] as number] === 0) at++;
  return at;
}

/**
 * Whether one of four bytes may be no plain one: a quote, a backslash, a control, beyond ASCII. Below a byte that is one,
 * never above it, another may look so: then the bytes are looked at one by one. One beyond ASCII keeps its top bit in one
 * of the first two differences at least: only 0xa2 loses it in the one, only 0xdc in the other.
 */
function hasSpecial(word: number): boolean {
  const quote = word ^ 0x22222222;
  const backslash = word ^ 0x5c5c5c5c;
  return (((quote - ONES) | (backslash - ONES) | (word - SPACES)) & TOPS) !== 0;
}

const ONES = 0x01010101;
const SPACES = 0x20202020;
/** 0x80808080, as a word. */
const TOPS = -0x7f7f7f80;
