// Where an Avro value is read: the bytes, how far reading has come, and the primitive encodings (specification, "Binary
// Encoding"). Whatever the bytes hold, a read ends, within them or with a named reason.
import { Stopped } from '../json-out.ts';

export const TRUNCATED: Stopped = new Stopped('truncated');
export const MALFORMED: Stopped = new Stopped('malformed-avro');

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

/** Its methods throw {@link Stopped}. */
export class Cursor {
  bytes: Uint8Array = NOTHING;
  at = 0;
  end = 0;
  #view: DataView = NO_VIEW;

  open(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = bytes.length;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  close(): void {
    this.bytes = NOTHING;
    this.#view = NO_VIEW;
  }

  byte(): number {
    if (this.at >= this.end) throw TRUNCATED;
    return this.bytes[this.at++] as number;
  }

  /** Passes so many bytes; the place where they begin. */
  take(count: number): number {
    if (count > this.end - this.at) throw TRUNCATED;
    const from = this.at;
    this.at += count;
    return from;
  }

  float(): number {
    return this.#view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.#view.getFloat64(this.take(8), true);
  }

  /** A variable-length zig-zag integer of 64 bits: a number where it is a safe one. */
  long(): number | bigint {
    const first = this.byte();
    if (first < 0x80) return (first >>> 1) ^ -(first & 1);
    let low = first & 0x7f;
    let scale = 0x80;
    let byte = 0x80;
    // Seven bytes are 49 bits: exact in a double.
    for (let i = 1; i < 7 && byte >= 0x80; i++) {
      byte = this.byte();
      low += (byte & 0x7f) * scale;
      scale *= 0x80;
    }
    if (byte < 0x80) return low % 2 === 0 ? low / 2 : -(low + 1) / 2;
    let high = 0;
    let shift = 0;
    for (; byte >= 0x80; shift += 7) {
      if (shift > 14) throw MALFORMED;
      byte = this.byte();
      high |= (byte & 0x7f) << shift;
    }
    // 49 and 15 bits are all there are.
    if (high > 0x7fff) throw MALFORMED;
    const raw = (BigInt(high) << 49n) | BigInt(low);
    const value = (raw >> 1n) ^ -(raw & 1n);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  int(): number {
    const value = this.long();
    if (typeof value === 'bigint' || value !== (value | 0)) throw MALFORMED;
    return value;
  }

  /** How many bytes or items come. */
  count(): number {
    const value = this.long();
    if (typeof value === 'bigint' || value < 0) throw MALFORMED;
    return value;
  }
}
