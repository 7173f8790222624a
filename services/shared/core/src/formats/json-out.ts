// JSON text written byte by byte into memory that is used again and again, up to a limit.
//
// Hot path: once for every value that does not come as JSON.
import { sequenceEnd } from '../json/utf8.ts';

const FIRST_BYTES = 4_096;
/** What is kept for the next value. */
const KEPT_BYTES = 1 << 20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const HEX = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** What ends the writing, and why. */
export class Stopped {
  readonly reason: 'budget-bytes' | 'budget-depth' | 'invalid-utf8' | 'truncated' | 'malformed-avro' | 'trailing-bytes';

  constructor(reason: Stopped['reason']) {
    this.reason = reason;
  }
}

export const TOO_LARGE: Stopped = new Stopped('budget-bytes');
const NOT_UTF8 = new Stopped('invalid-utf8');

/** Its methods throw {@link Stopped}. */
export class JsonOut {
  #bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  #length = 0;
  readonly #limit: number;

  /** @param limit bytes of JSON text */
  constructor(limit: number) {
    this.#limit = limit;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = new Uint8Array(FIRST_BYTES);
  }

  /** Good until the next {@link clear}. */
  text(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  byte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = byte;
  }

  raw(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  ascii(text: string): void {
    if (this.#length + text.length > this.#bytes.length) this.#grow(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** In quotes; the text must not need escapes. */
  plain(text: string): void {
    this.byte(QUOTE);
    this.ascii(text);
    this.byte(QUOTE);
  }

  /** UTF-8 as a string. */
  string(from: Uint8Array, start: number, end: number): void {
    // Every byte is at most six of an escape.
    if (this.#length + 6 * (end - start) + 2 > this.#bytes.length) this.#roomFor(from, start, end);
    const bytes = this.#bytes;
    let to = this.#length;
    bytes[to++] = QUOTE;
    for (let at = start; at < end; ) {
      const byte = from[at] as number;
      if (byte >= 0x80) {
        const next = sequenceEnd(from, at, end);
        if (next < 0) throw NOT_UTF8;
        while (at < next) bytes[to++] = from[at++] as number;
        continue;
      }
      at++;
      if (byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) bytes[to++] = byte;
      else if (byte >= 0x20) {
        bytes[to++] = BACKSLASH;
        bytes[to++] = byte;
      } else to = escaped(bytes, to, byte);
    }
    bytes[to++] = QUOTE;
    this.#length = to;
  }

  /** Any bytes as a string of one code unit a byte. */
  latin1(from: Uint8Array, start: number, end: number): void {
    this.byte(QUOTE);
    for (let at = start; at < end; at++) {
      const byte = from[at] as number;
      if (byte >= 0x20 && byte < 0x7f && byte !== QUOTE && byte !== BACKSLASH) this.byte(byte);
      else {
        if (this.#length + 6 > this.#bytes.length) this.#grow(6);
        this.#length = escaped(this.#bytes, this.#length, byte);
      }
    }
    this.byte(QUOTE);
  }

  #roomFor(from: Uint8Array, start: number, end: number): void {
    let needed = end - start + 2;
    for (let at = start; at < end; at++) {
      const byte = from[at] as number;
      needed += byte < 0x20 ? 5 : byte === QUOTE || byte === BACKSLASH ? 1 : 0;
    }
    if (this.#length + needed > this.#bytes.length) this.#grow(needed);
  }

  #grow(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) throw TOO_LARGE;
    const larger = new Uint8Array(Math.min(this.#limit, Math.max(needed, 2 * this.#bytes.length)));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

function escaped(bytes: Uint8Array, at: number, byte: number): number {
  bytes[at] = BACKSLASH;
  bytes[at + 1] = 0x75;
  bytes[at + 2] = 0x30;
  bytes[at + 3] = 0x30;
  bytes[at + 4] = HEX[byte >> 4] as number;
  bytes[at + 5] = HEX[byte & 15] as number;
  return at + 6;
}
