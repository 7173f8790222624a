// Columns of numbers. Written for speed, with the bench scripts/bench/store.ts beside it: no object is made for a value.
import { type Column, copied, twice } from './native-column.ts';
import { storable } from './time.ts';

const FIRST_ROWS = 64;
const WORD = 2 ** 32;

export class UInt32Column implements Column {
  readonly type = 'UInt32';
  readonly width = 4;
  #values = new Uint32Array(FIRST_ROWS);
  #rows = 0;

  get bytes(): number {
    return this.#rows * 4;
  }

  get most(): number {
    return this.bytes;
  }

  add(value: number): void {
    if (this.#rows === this.#values.length) this.#values = twice(this.#values);
    this.#values[this.#rows++] = value;
  }

  writeTo(block: Buffer, at: number): number {
    return copied(this.#values, this.#rows, block, at);
  }

  clear(): void {
    this.#rows = 0;
  }
}

/** Whole numbers of 64 bits, exact as far as a number is. */
export class Int64Column implements Column {
  readonly type: string;
  readonly width = 8;
  #words = new Uint32Array(FIRST_ROWS * 2);
  #at = 0;

  constructor(type: 'UInt64' | 'Int64' | "DateTime64(3, 'UTC')") {
    this.type = type;
  }

  get bytes(): number {
    return this.#at * 4;
  }

  get most(): number {
    return this.bytes;
  }

  add(value: number): void {
    if (this.#at === this.#words.length) this.#words = twice(this.#words);
    this.#words[this.#at++] = value >>> 0;
    this.#words[this.#at++] = Math.floor(value / WORD);
  }

  writeTo(block: Buffer, at: number): number {
    return copied(this.#words, this.#at, block, at);
  }

  clear(): void {
    this.#at = 0;
  }
}

export class Float64Column implements Column {
  readonly type = 'Float64';
  readonly width = 8;
  #values = new Float64Array(FIRST_ROWS);
  #rows = 0;

  get bytes(): number {
    return this.#rows * 8;
  }

  get most(): number {
    return this.bytes;
  }

  add(value: number): void {
    if (this.#rows === this.#values.length) this.#values = twice(this.#values);
    this.#values[this.#rows++] = value;
  }

  writeTo(block: Buffer, at: number): number {
    return copied(this.#values, this.#rows, block, at);
  }

  clear(): void {
    this.#rows = 0;
  }
}

/** Epoch milliseconds. */
export class TimeColumn extends Int64Column {
  constructor() {
    super("DateTime64(3, 'UTC')");
  }

  override add(ms: number): void {
    super.add(storable(ms));
  }
}

export class UInt256Column implements Column {
  readonly type = 'UInt256';
  readonly width = 32;
  #words = new BigUint64Array(FIRST_ROWS * 4);
  #at = 0;

  get bytes(): number {
    return this.#at * 8;
  }

  get most(): number {
    return this.bytes;
  }

  add(value: bigint): void {
    if (this.#at === this.#words.length) this.#words = twice(this.#words);
    // An element takes the lowest 64 bits of what it is given.
    this.#words[this.#at++] = value;
    this.#words[this.#at++] = value >> 64n;
    this.#words[this.#at++] = value >> 128n;
    this.#words[this.#at++] = value >> 192n;
  }

  writeTo(block: Buffer, at: number): number {
    return copied(this.#words, this.#at, block, at);
  }

  clear(): void {
    this.#at = 0;
  }
}

interface Adding<Value> extends Column {
  add(value: Value): void;
}

export class NullableColumn<Value> implements Column {
  readonly type: string;
  readonly width: number;
  readonly #values: Adding<Value>;
  readonly #none: Value;
  #isNull = new Uint8Array(FIRST_ROWS);
  #rows = 0;

  /** `none`: what stands in place of a value; nobody reads it. */
  constructor(values: Adding<Value>, none: Value) {
    this.type = `Nullable(${values.type})`;
    this.width = values.width === 0 ? 0 : values.width + 1;
    this.#values = values;
    this.#none = none;
  }

  get bytes(): number {
    return this.#rows + this.#values.bytes;
  }

  get most(): number {
    return this.#rows + this.#values.most;
  }

  add(value: Value | null): void {
    if (this.#rows === this.#isNull.length) this.#isNull = twice(this.#isNull);
    this.#isNull[this.#rows++] = value === null ? 1 : 0;
    this.#values.add(value === null ? this.#none : value);
  }

  writeTo(block: Buffer, at: number): number {
    return this.#values.writeTo(block, copied(this.#isNull, this.#rows, block, at));
  }

  clear(): void {
    this.#rows = 0;
    this.#values.clear();
  }
}

/** Lists of offsets: where each ends among all values, then the values. */
export class OffsetsColumn implements Column {
  readonly type = 'Array(UInt64)';
  readonly width = 0;
  readonly #ends = new Int64Column('UInt64');
  readonly #values = new Int64Column('UInt64');
  #count = 0;

  get bytes(): number {
    return this.#ends.bytes + this.#values.bytes;
  }

  get most(): number {
    return this.bytes;
  }

  add(offsets: readonly number[]): void {
    for (const offset of offsets) this.#values.add(offset);
    this.#count += offsets.length;
    this.#ends.add(this.#count);
  }

  writeTo(block: Buffer, at: number): number {
    return this.#values.writeTo(block, this.#ends.writeTo(block, at));
  }

  clear(): void {
    this.#ends.clear();
    this.#values.clear();
    this.#count = 0;
  }
}
