// Avro's primitive encodings over plain bytes, for the one schema the archive has.
//
// Written by hand, not by avsc: its reader believes every length (an array count of 2^50 hangs the process, a cut file
// reads as a short one), and it needs an object per record. Every read here is checked against the bytes that are left.
import { Fault } from '@parallax/core';

/** Below this a loop is quicker than the call that copies. */
const FEW_BYTES = 24;
const TWO_28 = 2 ** 28;

/** A growing buffer. `view()` is valid until the next write. Hot path: some twenty writes a record. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** @param capacity bytes it has room for before it grows */
  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafeSlow(capacity);
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#buffer.length;
  }

  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** A zigzag varint. Numbers must be safe integers. */
  long(value: number): void {
    if (this.#length + 10 > this.#buffer.length) this.#grow(10);
    const buffer = this.#buffer;
    let at = this.#length;
    if (value >= 0 && value < TWO_28 && (value | 0) === value) {
      let rest = value << 1;
      for (; rest > 127; rest >>>= 7) buffer[at++] = (rest & 127) | 128;
      buffer[at++] = rest;
      this.#length = at;
      return;
    }
    if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is not a safe integer`);
    if (value < -(2 ** 52) || value >= 2 ** 52) {
      let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
      for (; rest > 127n; rest >>= 7n) buffer[at++] = Number(rest & 127n) | 128;
      buffer[at++] = Number(rest);
      this.#length = at;
      return;
    }
    // Four bytes of seven bits at a time: whole numbers are quicker than doubles.
    let rest = value >= 0 ? value * 2 : -value * 2 - 1;
    for (; rest >= TWO_28; rest = Math.floor(rest / TWO_28)) {
      const low = rest % TWO_28;
      buffer[at++] = (low & 127) | 128;
      buffer[at++] = ((low >>> 7) & 127) | 128;
      buffer[at++] = ((low >>> 14) & 127) | 128;
      buffer[at++] = ((low >>> 21) & 127) | 128;
    }
    for (; rest > 127; rest >>>= 7) buffer[at++] = (rest & 127) | 128;
    buffer[at++] = rest;
    this.#length = at;
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
    if (this.#length + length > this.#buffer.length) this.#grow(length);
    this.#length += this.#buffer.write(value, this.#length);
  }

  raw(value: Uint8Array): void {
    const { length } = value;
    if (this.#length + length > this.#buffer.length) this.#grow(length);
    if (length > FEW_BYTES) this.#buffer.set(value, this.#length);
    else for (let n = 0; n < length; n++) this.#buffer[this.#length + n] = value[n] as number;
    this.#length += length;
  }

  #grow(bytes: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length + bytes, this.#buffer.length * 2));
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
