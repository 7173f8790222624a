// Finds the place of one JSON Pointer in the bytes of a document, in one pass and without building the document.
//
// The whole text is checked against RFC 8259, also behind the place: an id out of a broken document is not trusted. A
// member that the pointer passes through must be unique in its object, since parsers disagree on which one counts.
// A leading byte order mark is skipped. Bytes of strings off the path are not checked for UTF-8.
//
// Written for speed, with no allocation but the result: it sees every payload (scripts/bench/correlation.ts).
import { decodeUtf8 } from './utf8.ts';

export type Located =
  /** The value's text is bytes[start, end), without white space around it. */
  | { readonly kind: 'found'; readonly start: number; readonly end: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'undecodable'; readonly reason: 'malformed-json' | 'duplicate-key' | 'too-deep' };

/** Nested containers a document may have where nothing else is said. */
export const DEFAULT_DEPTH = 10_000;

const ABSENT: Located = { kind: 'absent' };
const MALFORMED: Located = { kind: 'undecodable', reason: 'malformed-json' };
const DUPLICATE: Located = { kind: 'undecodable', reason: 'duplicate-key' };
const TOO_DEEP: Located = { kind: 'undecodable', reason: 'too-deep' };

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

interface Segment {
  readonly text: string;
  readonly bytes: Uint8Array;
  /** As a place in an array; -1 where the segment is no index. */
  readonly index: number;
}

/** Compiles a pointer for documents of at most `maxDepth` nested containers. The function is not reentrant. */
export function compileLocator(pointer: readonly string[], maxDepth: number): (bytes: Uint8Array) => Located {
  const scanner = new Scanner(pointer.map(segmentOf), maxDepth);
  return (bytes) => scanner.locate(bytes);
}

function segmentOf(text: string): Segment {
  const index = /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : -1;
  return { text, bytes: new TextEncoder().encode(text), index };
}

class Scanner {
  private readonly segments: readonly Segment[];
  private readonly maxDepth: number;
  /** Kinds of the containers around the position, as their opening bytes. */
  private readonly containers: Uint8Array;
  private bytes: Uint8Array = new Uint8Array(0);
  private position = 0;
  private depth = 0;
  private start = -1;
  private end = -1;
  private problem: Located = MALFORMED;

  constructor(segments: readonly Segment[], maxDepth: number) {
    this.segments = segments;
    this.maxDepth = maxDepth;
    this.containers = new Uint8Array(maxDepth);
  }

  locate(bytes: Uint8Array): Located {
    this.bytes = bytes;
    this.position = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    this.depth = 0;
    this.start = -1;
    this.problem = MALFORMED;
    const whole = this.along(0) && this.space() === -1;
    this.bytes = NOTHING;
    if (!whole) return this.problem;
    return this.start === -1 ? ABSENT : { kind: 'found', start: this.start, end: this.end };
  }

  /** Reads one value whose place matches the first `matched` segments. */
  private along(matched: number): boolean {
    const first = this.space();
    const segment = this.segments[matched];
    if (segment === undefined) {
      this.start = this.position;
      const whole = this.skip();
      this.end = this.position;
      return whole;
    }
    if (first === OPEN_OBJECT) return this.alongObject(segment, matched);
    if (first === OPEN_ARRAY) return this.alongArray(segment, matched);
    return this.skip();
  }

  private alongObject(segment: Segment, matched: number): boolean {
    if (!this.enter(OPEN_OBJECT)) return false;
    let seen = false;
    if (this.space() === CLOSE_OBJECT) return this.leave();
    for (;;) {
      if (this.space() !== QUOTE) return false;
      const from = this.position + 1;
      if (!this.string()) return false;
      const named = this.names(segment, from, this.position - 1);
      if (!this.take(COLON)) return false;
      if (named && seen) this.problem = DUPLICATE;
      if (named && seen) return false;
      seen ||= named;
      if (!(named ? this.along(matched + 1) : this.skip())) return false;
      const next = this.space();
      if (next === CLOSE_OBJECT) return this.leave();
      if (next !== COMMA) return false;
      this.position++;
    }
  }

  private alongArray(segment: Segment, matched: number): boolean {
    if (!this.enter(OPEN_ARRAY)) return false;
    if (this.space() === CLOSE_ARRAY) return this.leave();
    for (let index = 0; ; index++) {
      if (!(index === segment.index ? this.along(matched + 1) : this.skip())) return false;
      const next = this.space();
      if (next === CLOSE_ARRAY) return this.leave();
      if (next !== COMMA) return false;
      this.position++;
    }
  }

  /** Passes one value, containers without recursion. */
  private skip(): boolean {
    const outer = this.depth;
    for (;;) {
      const first = this.space();
      if (first === OPEN_OBJECT) {
        if (!this.enter(first)) return false;
        if (this.space() !== CLOSE_OBJECT) {
          if (!this.key()) return false;
          continue;
        }
        this.leave();
      } else if (first === OPEN_ARRAY) {
        if (!this.enter(first)) return false;
        if (this.space() !== CLOSE_ARRAY) continue;
        this.leave();
      } else if (!this.scalar(first)) return false;
      for (;;) {
        if (this.depth === outer) return true;
        const inObject = this.containers[this.depth - 1] === OPEN_OBJECT;
        const next = this.space();
        if (next === COMMA) {
          this.position++;
          if (inObject && !this.key()) return false;
          break;
        }
        if (next !== (inObject ? CLOSE_OBJECT : CLOSE_ARRAY)) return false;
        this.leave();
      }
    }
  }

  private enter(container: number): boolean {
    if (this.depth === this.maxDepth) {
      this.problem = TOO_DEEP;
      return false;
    }
    this.containers[this.depth++] = container;
    this.position++;
    return true;
  }

  private leave(): true {
    this.depth--;
    this.position++;
    return true;
  }

  private key(): boolean {
    return this.space() === QUOTE && this.string() && this.take(COLON);
  }

  private take(byte: number): boolean {
    if (this.space() !== byte) return false;
    this.position++;
    return true;
  }

  /** Skips white space; the byte there, -1 at the end. */
  private space(): number {
    const byte = this.bytes[this.position] ?? -1;
    return byte > 0x20 ? byte : this.pastSpace();
  }

  private pastSpace(): number {
    const { bytes } = this;
    let at = this.position;
    let byte = bytes[at];
    while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
    this.position = at;
    return byte ?? -1;
  }

  private scalar(first: number): boolean {
    switch (first) {
      case QUOTE:
        return this.string();
      case 0x74:
        return this.word(0x72, 0x75, 0x65);
      case 0x6e:
        return this.word(0x75, 0x6c, 0x6c);
      case 0x66:
        return this.bytes[this.position + 4] === 0x65 && this.word(0x61, 0x6c, 0x73) && ++this.position > 0;
      default:
        return this.number(first);
    }
  }

  /** Three bytes after the one at the position. */
  private word(second: number, third: number, fourth: number): boolean {
    const { bytes, position: at } = this;
    this.position += 4;
    return bytes[at + 1] === second && bytes[at + 2] === third && bytes[at + 3] === fourth;
  }

  private string(): boolean {
    const { bytes } = this;
    let at = this.position + 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      if (byte === QUOTE) break;
      if (byte < 0x20) return false;
      if (byte !== BACKSLASH) continue;
      const escaped = bytes[at++];
      if (escaped === 0x75) {
        for (let digit = 0; digit < 4; digit++) if (!isHex(bytes[at++] ?? 0)) return false;
      } else if (escaped === undefined || !ESCAPES.includes(escaped)) return false;
    }
    this.position = at;
    return true;
  }

  private number(first: number): boolean {
    if (first === MINUS) this.position++;
    if (this.bytes[this.position] === ZERO) this.position++;
    else if (!this.digits()) return false;
    if (this.bytes[this.position] === 0x2e) {
      this.position++;
      if (!this.digits()) return false;
    }
    const exponent = this.bytes[this.position];
    if (exponent !== 0x65 && exponent !== 0x45) return true;
    const sign = this.bytes[++this.position];
    if (sign === 0x2b || sign === MINUS) this.position++;
    return this.digits();
  }

  /** At least one. */
  private digits(): boolean {
    const { bytes } = this;
    const from = this.position;
    let at = from;
    let byte = bytes[at] ?? 0;
    while (byte >= ZERO && byte <= 0x39) byte = bytes[++at] ?? 0;
    this.position = at;
    return at > from;
  }

  /** Whether the member name between these places, quotes excluded, is the segment. */
  private names(segment: Segment, from: number, to: number): boolean {
    const { bytes } = this;
    const wanted = segment.bytes;
    if (to - from === wanted.length) {
      let at = 0;
      while (at < wanted.length && bytes[from + at] === wanted[at]) at++;
      if (at === wanted.length && !wanted.includes(BACKSLASH)) return true;
    }
    // Only a name with an escape can be the segment in other bytes, and then it is longer.
    if (to - from <= wanted.length || bytes.subarray(from, to).indexOf(BACKSLASH) === -1) return false;
    const text = decodeUtf8(bytes, from - 1, to + 1);
    return text !== undefined && JSON.parse(text) === segment.text;
  }
}

const NOTHING = new Uint8Array(0);
const ESCAPES: readonly number[] = [QUOTE, BACKSLASH, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74];

function isHex(byte: number): boolean {
  return (byte >= ZERO && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
