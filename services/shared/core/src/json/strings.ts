// JSON strings compared by their code units, however they are spelled. Lone surrogates are units like any other.
import { ESCAPED, type Tape } from './tape.ts';
import { writtenText } from './text.ts';

const BACKSLASH = 0x5c;
const ESCAPES: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 };

/** Reads the code units of a string that was validated by the parser. */
class Units {
  private readonly bytes: Uint8Array;
  private at: number;
  private readonly end: number;
  private low = -1;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.at = start;
    this.end = end;
  }

  /** The next unit, or -1 after the last. */
  next(): number {
    if (this.low >= 0) {
      const low = this.low;
      this.low = -1;
      return low;
    }
    if (this.at >= this.end) return -1;
    const lead = this.bytes[this.at] as number;
    if (lead === BACKSLASH) return this.escape();
    if (lead < 0x80) {
      this.at++;
      return lead;
    }
    return this.sequence(lead);
  }

  private escape(): number {
    const letter = this.bytes[this.at + 1] as number;
    if (letter !== 0x75) {
      this.at += 2;
      return ESCAPES[letter] ?? letter;
    }
    let unit = 0;
    for (let i = 2; i < 6; i++) {
      const digit = this.bytes[this.at + i] as number;
      unit = unit * 16 + (digit < 0x3a ? digit - 0x30 : (digit | 0x20) - 0x57);
    }
    this.at += 6;
    return unit;
  }

  private sequence(lead: number): number {
    const { bytes, at } = this;
    const tail = (i: number): number => (bytes[at + i] as number) & 0x3f;
    if (lead < 0xe0) {
      this.at += 2;
      return ((lead & 0x1f) << 6) | tail(1);
    }
    if (lead < 0xf0) {
      this.at += 3;
      return ((lead & 0x0f) << 12) | (tail(1) << 6) | tail(2);
    }
    this.at += 4;
    const point = (((lead & 0x07) << 18) | (tail(1) << 12) | (tail(2) << 6) | tail(3)) - 0x10000;
    this.low = 0xdc00 | (point & 0x3ff);
    return 0xd800 | (point >> 10);
  }
}

export function sameBytes(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = aStart, j = bStart; i < aEnd; i++, j++) if (a[i] !== b[j]) return false;
  return true;
}

/** Whether two string nodes (keys or values) hold the same text. */
export function sameString(a: Tape, i: number, b: Tape, j: number): boolean {
  const aStart = a.start[i] as number;
  const aEnd = a.end[i] as number;
  const bStart = b.start[j] as number;
  const bEnd = b.end[j] as number;
  if (sameBytes(a.bytes, aStart, aEnd, b.bytes, bStart, bEnd)) return true;
  if (a.kind[i] !== ESCAPED && b.kind[j] !== ESCAPED) return false;
  const left = new Units(a.bytes, aStart, aEnd);
  const right = new Units(b.bytes, bStart, bEnd);
  for (;;) {
    const unit = left.next();
    if (unit !== right.next()) return false;
    if (unit < 0) return true;
  }
}

/** FNV-1a over code units. */
export const HASH_SEED = 0x811c9dc5 | 0;
export function hashUnit(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, 0x01000193);
}

export function hashUnits(bytes: Uint8Array, start: number, end: number): number {
  const units = new Units(bytes, start, end);
  let hash = HASH_SEED;
  for (let unit = units.next(); unit >= 0; unit = units.next()) hash = hashUnit(hash, unit);
  return hash;
}

/** The text of a string node, lone surrogates kept. */
export function stringOf(tape: Tape, node: number): string {
  const start = tape.start[node] as number;
  const end = tape.end[node] as number;
  if (tape.kind[node] !== ESCAPED) return writtenText(tape.bytes, start, end);
  const units = new Units(tape.bytes, start, end);
  const parts: string[] = [];
  let text = '';
  for (let unit = units.next(); unit >= 0; unit = units.next()) {
    text += String.fromCharCode(unit);
    if (text.length === 4096) {
      parts.push(text);
      text = '';
    }
  }
  return parts.join('') + text;
}
