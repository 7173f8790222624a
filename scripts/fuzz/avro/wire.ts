// Avro's binary encoding, written in any of the ways it allows and read again, plainly: nothing is shared with the product.
import type { Roll } from '../../corpus/tree.ts';
import type { Datum, Shape } from './shape.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The order of maps and the cut of blocks are by chance: they mean nothing. */
export function encode(of: Shape, datum: Datum, roll: Roll): number[] {
  switch (of.t) {
    case 'null':
      return [];
    case 'boolean':
      return [datum === true ? 1 : 0];
    case 'int':
    case 'long':
    case 'enum':
      return long(datum as bigint);
    case 'float':
      return [...new Uint8Array(new Float32Array([datum as number]).buffer)];
    case 'double':
      return [...new Uint8Array(new Float64Array([datum as number]).buffer)];
    case 'string':
      return sized(encoder.encode(datum as string));
    case 'bytes':
      return sized(datum as Uint8Array);
    case 'fixed':
      return [...(datum as Uint8Array)];
    case 'array':
      return blocks(
        (datum as readonly Datum[]).map((item) => encode(of.items, item, roll)),
        roll,
      );
    case 'map': {
      const entries = [...(datum as ReadonlyMap<string, Datum>)].sort(() => roll() - 0.5);
      return blocks(
        entries.map(([name, value]) => [...sized(encoder.encode(name)), ...encode(of.values, value, roll)]),
        roll,
      );
    }
    case 'union': {
      const { branch, of: inner } = datum as { readonly branch: number; readonly of: Datum };
      return [...long(BigInt(branch)), ...encode(of.branches[branch] as Shape, inner, roll)];
    }
    case 'record':
      return of.fields.flatMap(([name, type]) =>
        encode(type, (datum as ReadonlyMap<string, Datum>).get(name) as Datum, roll),
      );
  }
}

export function long(value: bigint): number[] {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

function sized(bytes: Uint8Array): number[] {
  return [...long(BigInt(bytes.length)), ...bytes];
}

function blocks(items: readonly (readonly number[])[], roll: Roll): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < items.length; ) {
    const block = items.slice(at, at + 1 + Math.floor(roll() * items.length));
    at += block.length;
    const body = block.flat();
    if (roll() < 0.5) bytes.push(...long(BigInt(block.length)), ...body);
    else bytes.push(...long(BigInt(-block.length)), ...long(BigInt(body.length)), ...body);
  }
  return [...bytes, 0];
}

class Broken extends Error {}

/** More items than this are not worth reading: nothing is known of such bytes. */
const MOST_ITEMS = 10_000;

/** undefined for what is no such value; `unknown` for what takes too long to tell. */
export function decode(of: Shape, bytes: Uint8Array): { readonly datum: Datum } | 'unknown' | undefined {
  const reader = new Reader(bytes);
  try {
    const datum = reader.read(of, 0);
    return reader.isDone ? { datum } : undefined;
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    return error.message === 'unknown' ? 'unknown' : undefined;
  }
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;
  private items = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isDone(): boolean {
    return this.at === this.bytes.length;
  }

  read(of: Shape, depth: number): Datum {
    if (depth > 500) throw new Broken('unknown');
    switch (of.t) {
      case 'null':
        return null;
      case 'boolean': {
        const [byte] = this.take(1n);
        if (byte !== 0 && byte !== 1) throw new Broken();
        return byte === 1;
      }
      case 'int':
        return this.int();
      case 'long':
        return this.long();
      case 'float':
        return new DataView(this.take(4n).slice().buffer).getFloat32(0, true);
      case 'double':
        return new DataView(this.take(8n).slice().buffer).getFloat64(0, true);
      case 'string':
        return this.text();
      case 'bytes':
        return this.take(this.long());
      case 'fixed':
        return this.take(BigInt(of.size));
      case 'enum':
        return this.index(of.symbols.length);
      case 'array':
        return this.blocks(() => this.read(of.items, depth + 1));
      case 'map': {
        const entries = this.blocks(() => [this.text(), this.read(of.values, depth + 1)] as const);
        // One name twice is no value that anybody could mean.
        if (new Set(entries.map(([name]) => name)).size !== entries.length) throw new Broken();
        return new Map(entries);
      }
      case 'union': {
        const branch = Number(this.index(of.branches.length));
        return { branch, of: this.read(of.branches[branch] as Shape, depth + 1) };
      }
      case 'record':
        return new Map(of.fields.map(([name, type]) => [name, this.read(type, depth + 1)] as const));
    }
  }

  private take(count: bigint): Uint8Array {
    if (count < 0n || count > BigInt(this.bytes.length - this.at)) throw new Broken();
    this.at += Number(count);
    return this.bytes.slice(this.at - Number(count), this.at);
  }

  private long(): bigint {
    let raw = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const [byte] = this.take(1n);
      raw |= BigInt((byte as number) & 0x7f) << shift;
      if ((byte as number) < 0x80) break;
      if (shift >= 63n) throw new Broken();
    }
    if (raw >= 1n << 64n) throw new Broken();
    return (raw >> 1n) ^ -(raw & 1n);
  }

  private int(): bigint {
    const value = this.long();
    if (BigInt.asIntN(32, value) !== value) throw new Broken();
    return value;
  }

  private index(count: number): bigint {
    const value = this.int();
    if (value < 0n || value >= BigInt(count)) throw new Broken();
    return value;
  }

  private text(): string {
    const bytes = this.take(this.long());
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw new Broken('no UTF-8', { cause });
    }
  }

  private blocks<T>(item: () => T): T[] {
    const all: T[] = [];
    for (;;) {
      let count = this.long();
      if (count === 0n) return all;
      let end: number | undefined;
      if (count < 0n) {
        count = -count;
        const size = this.long();
        if (size < 0n || size > BigInt(this.bytes.length - this.at)) throw new Broken();
        end = this.at + Number(size);
      }
      for (let i = 0n; i < count; i++) {
        if (++this.items > MOST_ITEMS) throw new Broken('unknown');
        all.push(item());
      }
      if (end !== undefined && this.at !== end) throw new Broken();
    }
  }
}
