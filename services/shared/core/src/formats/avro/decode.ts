// Avro's binary encoding to JSON text, straight from the bytes, by the schema they were written with.
//
// Hot path: a schema is compiled once into functions that read and write. Nothing it meets can make it hang or fill memory:
// every item writes at least one byte of text, and text has a limit; items of no bytes (an array of a billion nulls) are
// counted, for a few bytes must not become megabytes of text.
import { JsonOut, Stopped, TOO_LARGE } from '../json-out.ts';
import { Cursor, MALFORMED, TRUNCATED } from './cursor.ts';
import {
  decimalText,
  doubleText,
  durationText,
  floatText,
  LONGEST_DECIMAL_BYTES,
  timeText,
  uuidText,
} from './logical.ts';
import type { AvroType } from './schema.ts';

/** Values nested deeper than this end as `budget-depth`, whatever the budget: reading them recurses. */
export const DEEPEST_AVRO = 1_000;

/** Items that take no bytes, in one value. */
const MOST_EMPTY = 100_000;

const TOO_DEEP = new Stopped('budget-depth');
const TRAILING = new Stopped('trailing-bytes');

const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Reads one value and writes its JSON text. Throws {@link Stopped}. */
type Step = (decoder: AvroDecoder) => void;

/** A schema compiled for reading. */
export interface CompiledSchema {
  readonly step: Step;
  /** Schemas of the same form turn equal bytes into equal text. */
  readonly form: string;
}

export function compileSchema(type: AvroType): CompiledSchema {
  return { step: new Compiler().step(type), form: formOf(type) };
}

/** Reads values one after another into memory of its own; not reentrant. */
export class AvroDecoder {
  readonly cursor = new Cursor();
  readonly out: JsonOut;
  readonly #deepest: number;
  #depth = 0;
  #empty = 0;

  constructor(limits: { readonly bytes: number; readonly depth: number }) {
    this.out = new JsonOut(limits.bytes);
    this.#deepest = Math.min(limits.depth, DEEPEST_AVRO);
  }

  /** JSON text, good until the next call; or why there is none. */
  decode(schema: CompiledSchema, bytes: Uint8Array, start: number): Uint8Array | Stopped['reason'] {
    const read = this.decodeNext(schema, bytes, start);
    if (typeof read === 'string') return read;
    return read.end === bytes.length ? read.json : TRAILING.reason;
  }

  /** One value of several: where it ends as well. */
  decodeNext(
    schema: CompiledSchema,
    bytes: Uint8Array,
    start: number,
  ): { readonly json: Uint8Array; readonly end: number } | Stopped['reason'] {
    this.cursor.open(bytes, start);
    this.out.clear();
    this.#depth = 0;
    this.#empty = 0;
    try {
      schema.step(this);
      return { json: this.out.text(), end: this.cursor.at };
    } catch (error) {
      if (error instanceof Stopped) return error.reason;
      throw error;
    } finally {
      this.cursor.close();
    }
  }

  enter(): void {
    if (++this.#depth > this.#deepest) throw TOO_DEEP;
  }

  leave(): void {
    this.#depth--;
  }

  /** An item that took no bytes. */
  empty(): void {
    if (++this.#empty > MOST_EMPTY) throw TOO_LARGE;
  }
}

class Compiler {
  readonly #records = new Map<AvroType, Step>();

  step(type: AvroType): Step {
    switch (type.kind) {
      case 'null':
        return ({ out }) => out.ascii('null');
      case 'boolean':
        return boolean;
      case 'int':
      case 'long':
        return integer(type.kind, type.logical);
      case 'float':
        return ({ cursor, out }) => out.ascii(floatText(cursor.float()));
      case 'double':
        return ({ cursor, out }) => out.ascii(doubleText(cursor.double()));
      case 'string':
        return string;
      case 'bytes':
        return bytesOf((cursor) => cursor.count(), type);
      case 'fixed':
        return bytesOf(() => type.size, type);
      case 'enum':
        return enumeration(type.symbols);
      case 'array':
        return array(this.step(type.items));
      case 'map':
        return map(this.step(type.values));
      case 'union':
        return union(type.branches.map((branch) => this.step(branch)));
      case 'record':
        return this.#record(type);
    }
  }

  #record(type: Extract<AvroType, { kind: 'record' }>): Step {
    const known = this.#records.get(type);
    if (known !== undefined) return known;
    const fields: { readonly name: Uint8Array; readonly step: Step }[] = [];
    const step: Step = (decoder) => {
      const { out } = decoder;
      decoder.enter();
      out.byte(OPEN_OBJECT);
      for (let i = 0; i < fields.length; i++) {
        const field = fields[i] as (typeof fields)[number];
        out.raw(field.name);
        field.step(decoder);
      }
      out.byte(CLOSE_OBJECT);
      decoder.leave();
    };
    this.#records.set(type, step);
    for (const [index, { name, type: inner }] of type.fields.entries()) {
      const text = `${index === 0 ? '' : ','}${JSON.stringify(name)}:`;
      fields.push({ name: new TextEncoder().encode(text), step: this.step(inner) });
    }
    return step;
  }
}

const boolean: Step = ({ cursor, out }) => {
  const byte = cursor.byte();
  if (byte > 1) throw MALFORMED;
  out.ascii(byte === 1 ? 'true' : 'false');
};

const string: Step = ({ cursor, out }) => {
  const length = cursor.count();
  const from = cursor.take(length);
  out.string(cursor.bytes, from, from + length);
};

function integer(kind: 'int' | 'long', logical: string | undefined): Step {
  const read = kind === 'int' ? (cursor: Cursor) => cursor.int() : (cursor: Cursor) => cursor.long();
  if (logical === undefined) return ({ cursor, out }) => out.ascii(String(read(cursor)));
  return ({ cursor, out }) => out.plain(timeText(logical, read(cursor)));
}

function bytesOf(
  lengthOf: (cursor: Cursor) => number,
  { logical, scale = 0 }: { readonly logical?: string; readonly scale?: number },
): Step {
  return ({ cursor, out }) => {
    const length = lengthOf(cursor);
    const from = cursor.take(length);
    if (logical === undefined) out.latin1(cursor.bytes, from, from + length);
    else if (logical === 'duration') out.plain(durationText(cursor.bytes, from));
    else if (logical === 'uuid') out.plain(uuidText(cursor.bytes, from));
    else if (length > LONGEST_DECIMAL_BYTES) throw TOO_LARGE;
    else out.ascii(decimalText(cursor.bytes, from, from + length, scale));
  };
}

function enumeration(symbols: readonly string[]): Step {
  const texts = symbols.map((symbol) => new TextEncoder().encode(JSON.stringify(symbol)));
  return ({ cursor, out }) => {
    const text = texts[cursor.int()];
    if (text === undefined) throw MALFORMED;
    out.raw(text);
  };
}

function union(branches: readonly Step[]): Step {
  return (decoder) => {
    const branch = branches[decoder.cursor.int()];
    if (branch === undefined) throw MALFORMED;
    branch(decoder);
  };
}

function array(item: Step): Step {
  return (decoder) => {
    decoder.enter();
    decoder.out.byte(OPEN_ARRAY);
    blocks(decoder, item);
    decoder.out.byte(CLOSE_ARRAY);
    decoder.leave();
  };
}

function map(value: Step): Step {
  const entry: Step = (decoder) => {
    string(decoder);
    decoder.out.byte(COLON);
    value(decoder);
  };
  return (decoder) => {
    decoder.enter();
    decoder.out.byte(OPEN_OBJECT);
    blocks(decoder, entry);
    decoder.out.byte(CLOSE_OBJECT);
    decoder.leave();
  };
}

/** Items come in blocks; a negative count is followed by the block's size in bytes, which must be right. */
function blocks(decoder: AvroDecoder, item: Step): void {
  const { cursor, out } = decoder;
  for (let isFirst = true; ; ) {
    let count = cursor.long();
    if (count === 0) return;
    let end = -1;
    if (count < 0) {
      count = -count;
      const size = cursor.count();
      if (size > cursor.end - cursor.at) throw TRUNCATED;
      end = cursor.at + size;
    }
    for (let i = 0; i < count; i++) {
      if (!isFirst) out.byte(COMMA);
      isFirst = false;
      const { at } = cursor;
      item(decoder);
      if (cursor.at === at) decoder.empty();
    }
    if (end >= 0 && cursor.at !== end) throw MALFORMED;
  }
}

/** Everything that decoding depends on, and nothing else: names of types, defaults and documentation are not in it. */
function formOf(type: AvroType): string {
  const seen = new Map<AvroType, number>();
  const form = (one: AvroType): unknown => {
    switch (one.kind) {
      case 'record': {
        const place = seen.get(one);
        if (place !== undefined) return place;
        seen.set(one, seen.size);
        return { fields: one.fields.map((field) => [field.name, form(field.type)]) };
      }
      case 'array':
        return { items: form(one.items) };
      case 'map':
        return { values: form(one.values) };
      case 'union':
        return one.branches.map(form);
      default:
        return { ...one };
    }
  };
  return JSON.stringify(form(type));
}
