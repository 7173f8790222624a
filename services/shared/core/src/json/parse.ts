// JSON text (RFC 8259) to a tape, strictly: what is not JSON in valid UTF-8 is refused, nothing is repaired.
//
// Written for speed, flat and without recursion: a document may be as deep as its budget (scripts/bench/kernel.ts).
import { DuplicateKeys } from './keys.ts';
import { HASH_SEED, hashUnits } from './strings.ts';
import { ARRAY, ESCAPED, FALSE, NULL, NUMBER, OBJECT, STRING, Tape, TRUE } from './tape.ts';
import { sequenceEnd } from './utf8.ts';

export type ParseResult = 'ok' | 'undecodable' | 'budget-depth';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;

/** What a byte inside a string is: 0 plain, 1 quote, 2 backslash, 3 control, 4 beyond ASCII. */
export const STRING_BYTE: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return 1;
  if (byte === BACKSLASH) return 2;
  if (byte < 0x20) return 3;
  return byte < 0x80 ? 0 : 4;
});

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number | undefined): boolean {
  return isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

/** Where the escape that starts at `at` ends, or -1. */
export function escapeEnd(bytes: Uint8Array, at: number, to: number): number {
  const letter = bytes[at + 1] as number;
  if (at + 1 >= to) return -1;
  if (letter === 0x75) {
    if (at + 6 > to) return -1;
    for (let i = at + 2; i < at + 6; i++) if (!isHex(bytes[i])) return -1;
    return at + 6;
  }
  // " \ / b f n r t
  const simple =
    letter === QUOTE ||
    letter === BACKSLASH ||
    letter === 0x2f ||
    letter === 0x62 ||
    letter === 0x66 ||
    letter === 0x6e ||
    letter === 0x72 ||
    letter === 0x74;
  return simple ? at + 2 : -1;
}

/** Where the number that starts at `at` ends, or -1 when there is none. */
export function numberEnd(bytes: Uint8Array, at: number, to: number): number {
  let p = at;
  if (bytes[p] === 0x2d) p++;
  if (p >= to || !isDigit(bytes[p])) return -1;
  if (bytes[p] === 0x30) p++;
  else while (p < to && isDigit(bytes[p])) p++;
  if (p < to && bytes[p] === 0x2e) {
    p++;
    if (p >= to || !isDigit(bytes[p])) return -1;
    while (p < to && isDigit(bytes[p])) p++;
  }
  if (p < to && ((bytes[p] as number) | 0x20) === 0x65) {
    p++;
    if (p < to && (bytes[p] === 0x2b || bytes[p] === 0x2d)) p++;
    if (p >= to || !isDigit(bytes[p])) return -1;
    while (p < to && isDigit(bytes[p])) p++;
  }
  return p;
}

/** Where the literal that starts at `at` ends, or -1 when it is none of null, true, false. */
export function literalEnd(bytes: Uint8Array, at: number, to: number): number {
  const first = bytes[at];
  if (first === 0x66) {
    const is = bytes[at + 1] === 0x61 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x73 && bytes[at + 4] === 0x65;
    return is && at + 5 <= to ? at + 5 : -1;
  }
  const is =
    first === 0x74
      ? bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65
      : first === 0x6e && bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c;
  return is && at + 4 <= to ? at + 4 : -1;
}

/** Parses into its own tape again and again; not reentrant. */
export class Parser {
  readonly tape: Tape = new Tape();
  private stack: Int32Array = new Int32Array(64);
  private readonly duplicates = new DuplicateKeys();
  /** Of the string scanned last. */
  private escaped = false;

  /** `depth`: how many containers may be open at once. */
  parse(bytes: Uint8Array, depth: number): ParseResult {
    const { tape } = this;
    tape.bytes = bytes;
    tape.length = 0;
    tape.duplicateKeys = false;
    const to = bytes.length;
    let open = 0;
    let p = 0;
    let parent = -1;
    value: for (;;) {
      while (p < to && isSpace(bytes[p])) p++;
      if (p >= to) return 'undecodable';
      if (tape.length + 2 > tape.kind.length) tape.grow(tape.length + 2);
      const node = tape.length++;
      const byte = bytes[p] as number;
      if (byte === QUOTE) {
        const end = this.scanString(bytes, p + 1, to);
        if (end < 0) return 'undecodable';
        tape.kind[node] = this.escaped ? ESCAPED : STRING;
        tape.start[node] = p + 1;
        tape.end[node] = end;
        tape.next[node] = tape.length;
        p = end + 1;
      } else if (byte === 0x7b || byte === 0x5b) {
        if (open >= depth) return 'budget-depth';
        if (open >= this.stack.length) this.growStack();
        this.stack[open++] = parent;
        parent = node;
        tape.kind[node] = byte === 0x7b ? OBJECT : ARRAY;
        tape.start[node] = p;
        tape.size[node] = 0;
        p++;
        while (p < to && isSpace(bytes[p])) p++;
        if (byte === 0x5b) {
          if (bytes[p] !== 0x5d) continue;
        } else if (bytes[p] !== 0x7d) {
          p = this.key(bytes, p, to);
          if (p < 0) return 'undecodable';
          continue;
        }
        if (p >= to) return 'undecodable';
        tape.size[node] = -1;
      } else {
        const end = byte === 0x2d || isDigit(byte) ? numberEnd(bytes, p, to) : literalEnd(bytes, p, to);
        if (end < 0) return 'undecodable';
        tape.kind[node] = byte === 0x74 ? TRUE : byte === 0x66 ? FALSE : byte === 0x6e ? NULL : NUMBER;
        tape.start[node] = p;
        tape.end[node] = end;
        tape.next[node] = tape.length;
        p = end;
      }
      // A value has ended, or an empty container is about to: close what closes here.
      for (;;) {
        while (p < to && isSpace(bytes[p])) p++;
        if (parent < 0) return p === to ? 'ok' : 'undecodable';
        if (p >= to) return 'undecodable';
        const separator = bytes[p++] as number;
        tape.size[parent] = (tape.size[parent] as number) + 1;
        const isObject = tape.kind[parent] === OBJECT;
        if (separator === COMMA) {
          if (!isObject) continue value;
          while (p < to && isSpace(bytes[p])) p++;
          p = this.key(bytes, p, to);
          if (p < 0) return 'undecodable';
          continue value;
        }
        if (separator !== (isObject ? 0x7d : 0x5d)) return 'undecodable';
        tape.end[parent] = p;
        tape.next[parent] = tape.length;
        if (isObject && !tape.duplicateKeys && this.duplicates.within(tape, parent)) tape.duplicateKeys = true;
        parent = this.stack[--open] as number;
      }
    }
  }

  /** Scans `"name" :` at `at`; where the value begins, or -1. */
  private key(bytes: Uint8Array, at: number, to: number): number {
    if (at >= to || bytes[at] !== QUOTE) return -1;
    const { tape } = this;
    const start = at + 1;
    let p = start;
    let hash = HASH_SEED;
    while (p < to && STRING_BYTE[bytes[p] as number] === 0) {
      hash = Math.imul(hash ^ (bytes[p] as number), 0x01000193);
      p++;
    }
    this.escaped = false;
    if (p >= to || bytes[p] !== QUOTE) {
      p = this.scanString(bytes, p, to);
      if (p < 0) return -1;
      hash = hashUnits(bytes, start, p);
    }
    if (tape.length + 2 > tape.kind.length) tape.grow(tape.length + 2);
    const node = tape.length++;
    tape.kind[node] = this.escaped ? ESCAPED : STRING;
    tape.start[node] = start;
    tape.end[node] = p;
    tape.next[node] = tape.length;
    tape.hash[node] = hash;
    p++;
    while (p < to && isSpace(bytes[p])) p++;
    return p < to && bytes[p] === COLON ? p + 1 : -1;
  }

  /** Validates up to the closing quote; its position, or -1. */
  private scanString(bytes: Uint8Array, at: number, to: number): number {
    let p = at;
    this.escaped = false;
    for (;;) {
      while (p < to && STRING_BYTE[bytes[p] as number] === 0) p++;
      if (p >= to) return -1;
      const byte = bytes[p] as number;
      if (byte === QUOTE) return p;
      if (byte === BACKSLASH) {
        this.escaped = true;
        p = escapeEnd(bytes, p, to);
      } else p = byte < 0x80 ? -1 : sequenceEnd(bytes, p, to);
      if (p < 0) return -1;
    }
  }

  private growStack(): void {
    const stack = new Int32Array(this.stack.length * 4);
    stack.set(this.stack);
    this.stack = stack;
  }
}
