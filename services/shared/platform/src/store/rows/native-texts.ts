// Columns of texts. Written for speed, with the bench scripts/bench/store.ts beside it.
import { type Column, copied, twice, varint } from './native-column.ts';
import { toStored } from './text.ts';

const FIRST_BYTES = 1_024;
const FIRST_ROWS = 64;

export class TextColumn implements Column {
  readonly type = 'String';
  readonly width = 0;
  #text = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #at = 0;

  get bytes(): number {
    return this.#at;
  }

  get most(): number {
    return this.bytes;
  }

  add(text: string): void {
    const { length } = text;
    this.#room(length + 5);
    const bytes = this.#text;
    let at = varint(length, bytes, this.#at);
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) {
        this.#beyondAscii(toStored(text));
        return;
      }
      bytes[at++] = unit;
    }
    this.#at = at;
  }

  #beyondAscii(text: string): void {
    const length = Buffer.byteLength(text);
    this.#room(length + 5);
    this.#at = varint(length, this.#text, this.#at);
    this.#at += this.#text.write(text, this.#at);
  }

  #room(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#text.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#text.length * 2));
    this.#text.copy(larger, 0, 0, this.#at);
    this.#text = larger;
  }

  writeTo(block: Buffer, at: number): number {
    return copied(this.#text, this.#at, block, at);
  }

  clear(): void {
    this.#at = 0;
  }
}

/**
 * Few different texts: each is sent once a block, and its number with every row. Source of the layout:
 * src/DataTypes/Serializations/SerializationLowCardinality.cpp of ClickHouse.
 */
export class LabelColumn implements Column {
  readonly type = 'LowCardinality(String)';
  readonly width = 1;
  readonly #numbers = new Map<string, number>();
  readonly #labels = new TextColumn();
  #rows = new Uint32Array(FIRST_ROWS);
  #count = 0;
  #last = '';
  #lastNumber = -1;

  get bytes(): number {
    return this.#labels.bytes + this.#count;
  }

  get most(): number {
    return 4 * 8 + this.#labels.bytes + (this.#count << this.#width);
  }

  add(label: string): void {
    if (label !== this.#last || this.#lastNumber < 0) {
      this.#lastNumber = this.#numbers.get(label) ?? this.#begin(label);
      this.#last = label;
    }
    if (this.#count === this.#rows.length) this.#rows = twice(this.#rows);
    this.#rows[this.#count++] = this.#lastNumber;
  }

  /** Of a label's number: the power of two of its bytes. */
  get #width(): 0 | 1 | 2 {
    const labels = this.#numbers.size;
    return labels <= 0x100 ? 0 : labels <= 0x10000 ? 1 : 2;
  }

  #begin(label: string): number {
    const number = this.#numbers.size;
    this.#numbers.set(label, number);
    this.#labels.add(label);
    return number;
  }

  writeTo(block: Buffer, from: number): number {
    const width = this.#width;
    let at = uint64(DICTIONARIES, block, from);
    at = uint64(OWN_LABELS | width, block, at);
    at = uint64(this.#numbers.size, block, at);
    at = this.#labels.writeTo(block, at);
    at = uint64(this.#count, block, at);
    if (width === 2) return copied(this.#rows, this.#count, block, at);
    for (let i = 0; i < this.#count; i++) {
      const number = this.#rows[i] as number;
      block[at++] = number;
      if (width === 1) block[at++] = number >>> 8;
    }
    return at;
  }

  clear(): void {
    this.#numbers.clear();
    this.#labels.clear();
    this.#count = 0;
    this.#lastNumber = -1;
  }
}

/** Version of the layout: dictionaries that each block may add to. */
const DICTIONARIES = 1;
/** The block brings its labels along, and they are all there are. */
const OWN_LABELS = 0x600;

function uint64(value: number, block: Buffer, at: number): number {
  block.writeUInt32LE(value, at);
  return block.writeUInt32LE(0, at + 4);
}
