// Avro's primitive encodings over plain bytes, for the one schema the archive has.
//
// Written by hand, not by avsc: its reader believes every length (an array count of 2^50 hangs the process, a cut file
// reads as a short one), and it needs an object per record. Every read here is checked against the bytes that are left.
import { Fault } from '@parallax/core';

/** A growing buffer. `view()` is valid until the next write. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(1 << 16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** A zigzag varint. Numbers must be safe integers. */
  long(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    this.#reserve(10);
    if (value < -(2 ** 52) || value >= 2 ** 52) {
      let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
      for (; rest > 127n; rest >>= 7n) this.#buffer[this.#length++] = Number(rest & 127n) | 128;
      this.#buffer[this.#length++] = Number(rest);
      return;
    }
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#buffer[this.#length++] = (rest % 128) | 128;
    this.#buffer[this.#length++] = rest;
  }

  bytes(value: Uint8Array): void {
    this.long(value.length);
    this.raw(value);
  }

  /** The union of null and bytes, in that order. */
  nullableBytes(value: Uint8Array | null): void {
    this.long(value === null ? 0 : 1);
    if (value !== null) this.bytes(value);
  }

  string(value: string): void {
    const length = Buffer.byteLength(value);
    this.long(length);
    this.#reserve(length);
    this.#length += this.#buffer.write(value, this.#length);
  }

  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.view());
    this.#buffer = grown;
  }
}

/** Bytes of a text that may be a name. */
const LONGEST_NAME = 64;

/** Reads what a ByteWriter wrote; whatever does not fit is a fault that names `place` and the byte. */
export class ByteReader {
  readonly #buffer: Buffer;
  readonly #place: string;
  readonly #names: ({ readonly at: number; readonly text: string } | undefined)[] = [];
  #at = 0;

  constructor(bytes: Uint8Array, place: string) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#place = place;
  }

  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.#buffer.length - this.#at;
  }

  damaged(what: string): Fault {
    return new Fault(`${this.#place} is damaged at byte ${this.#at}: ${what}`, {
      code: 'archive-object-damaged',
      cure: 'Restore the object from a copy; `parallax archive verify` lists every damaged one.',
    });
  }

  long(): number {
    const start = this.#at;
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#next();
      low |= (byte & 127) << shift;
      if (byte < 128) return (low >>> 1) ^ -(low & 1);
    }
    let wide = low;
    for (let scale = 2 ** 28; scale <= 2 ** 42; scale *= 128) {
      const byte = this.#next();
      wide += (byte & 127) * scale;
      if (byte < 128) return wide % 2 === 0 ? wide / 2 : -(wide + 1) / 2;
    }
    return this.#widestLong(start);
  }

  /** A length or a count: what follows needs at least `each` bytes apiece. */
  count(each: number): number {
    const count = this.long();
    if (count < 0 || count * each > this.left) throw this.damaged(`a length of ${count} with ${this.left} bytes left`);
    return count;
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    return this.raw(this.count(1));
  }

  nullableBytes(): Buffer | null {
    const branch = this.long();
    if (branch === 0) return null;
    if (branch !== 1) throw this.damaged(`branch ${branch} of a union of two`);
    return this.bytes();
  }

  /** Topics and header names repeat from record to record: one that is the last of its length is not decoded again. */
  string(): string {
    const length = this.count(1);
    const at = this.#at;
    this.#at += length;
    if (length > LONGEST_NAME) return this.#buffer.toString('utf8', at, at + length);
    const known = this.#names[length];
    if (known !== undefined && this.#same(known.at, at, length)) return known.text;
    const text = this.#buffer.toString('utf8', at, at + length);
    this.#names[length] = { at, text };
    return text;
  }

  raw(length: number): Buffer {
    if (length > this.left) throw this.damaged(`${length} bytes are due and ${this.left} are left`);
    const start = this.#at;
    this.#at += length;
    return this.#buffer.subarray(start, this.#at);
  }

  #same(one: number, other: number, length: number): boolean {
    for (let n = 0; n < length; n++) if (this.#buffer[one + n] !== this.#buffer[other + n]) return false;
    return true;
  }

  #next(): number {
    const byte = this.#buffer[this.#at];
    if (byte === undefined) throw this.damaged('it ends in the middle of a number');
    this.#at += 1;
    return byte;
  }

  #widestLong(start: number): number {
    this.#at = start;
    let all = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#next();
      all |= BigInt(byte & 127) << shift;
      if (byte >= 128) continue;
      const value = (all >> 1n) ^ -(all & 1n);
      if (BigInt(Number(value)) === value && Number.isSafeInteger(Number(value))) return Number(value);
      throw new Fault(`${this.#place} holds the number ${value} at byte ${start}, beyond what is counted exactly`, {
        code: 'archive-number-too-large',
        cure: 'Offsets and timestamps must lie within ±(2^53 − 1); the object was not written by Parallax.',
      });
    }
    throw this.damaged('a number of more than ten bytes');
  }
}
