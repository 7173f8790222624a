// Rows as JSONCompactEachRow, written as bytes into one growing buffer: no object and no string is made for a row.
//
// Written for speed, with the bench scripts/bench/store.ts beside it: 1.0 µs a pair's row of 300 bytes, where an array of
// cells and JSON.stringify take 2.2 µs and leave the garbage collector as much again to do.
import { toStored } from './text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const ZERO = 0x30;
const OPEN = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE = 0x5d;
const NEWLINE = 0x0a;
const NULL = [0x6e, 0x75, 0x6c, 0x6c, COMMA] as const;

/** Longer than any number and its comma. */
const NUMBER = 24;
const BILLION = 1_000_000_000;

export class LineBuffer {
  #bytes: Buffer;
  #length = 0;
  #rows = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#length;
  }

  get rows(): number {
    return this.#rows;
  }

  /** What was written: valid until the memory is used again. */
  get written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** All of it, to be used again. */
  get memory(): Buffer {
    return this.#bytes;
  }

  beginRow(): void {
    this.#room(1);
    this.#bytes[this.#length++] = OPEN;
  }

  endRow(): void {
    this.#room(1);
    this.#bytes[this.#length - 1] = CLOSE;
    this.#bytes[this.#length++] = NEWLINE;
    this.#rows += 1;
  }

  text(text: string): void {
    const { length } = text;
    this.#room(length + 3);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x20 || unit > 0x7e || unit === QUOTE || unit === BACKSLASH) {
        this.#escaped(text);
        return;
      }
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    bytes[at++] = COMMA;
    this.#length = at;
  }

  textOrNull(text: string | null): void {
    if (text === null) this.#null();
    else this.text(text);
  }

  /** Safe integers; anything else as JSON has it. */
  number(value: number): void {
    if (!Number.isSafeInteger(value)) {
      this.#raw(JSON.stringify(value));
      return;
    }
    this.#room(NUMBER);
    let rest = value;
    if (rest < 0) {
      this.#bytes[this.#length++] = MINUS;
      rest = -rest;
    }
    if (rest < BILLION) this.#digits(rest | 0);
    else {
      const high = Math.floor(rest / BILLION);
      this.#digits(high | 0);
      this.#nine((rest - high * BILLION) | 0);
    }
    this.#bytes[this.#length++] = COMMA;
  }

  numberOrNull(value: number | null): void {
    if (value === null) this.#null();
    else this.number(value);
  }

  numbers(values: readonly number[]): void {
    this.#room(2);
    this.#bytes[this.#length++] = OPEN;
    for (const value of values) this.number(value);
    this.#room(2);
    if (values.length > 0) this.#length -= 1;
    this.#bytes[this.#length++] = CLOSE;
    this.#bytes[this.#length++] = COMMA;
  }

  #null(): void {
    this.#room(NULL.length);
    for (const byte of NULL) this.#bytes[this.#length++] = byte;
  }

  #escaped(text: string): void {
    this.#raw(JSON.stringify(toStored(text)));
  }

  #raw(json: string): void {
    this.#room(json.length * 3 + 1);
    this.#length += this.#bytes.write(json, this.#length, 'utf8');
    this.#bytes[this.#length++] = COMMA;
  }

  /** Below 2^31. A quotient of at least 2^53 / 10^9 is below that, too. */
  #digits(value: number): void {
    let digits = 1;
    for (let rest = value; rest >= 10; rest = (rest / 10) | 0) digits++;
    this.#place(value, digits);
  }

  #nine(value: number): void {
    this.#place(value, 9);
  }

  #place(value: number, digits: number): void {
    const bytes = this.#bytes;
    const end = this.#length + digits;
    for (let at = end - 1, rest = value; at >= this.#length; at--) {
      const left = (rest / 10) | 0;
      bytes[at] = ZERO + rest - left * 10;
      rest = left;
    }
    this.#length = end;
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
