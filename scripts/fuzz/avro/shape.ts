// Avro schemas by chance, and values for them: what the fuzzer writes and what it must come to.
import { pick, type Roll } from '../../corpus/tree.ts';

export type Shape =
  | { readonly t: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly t: 'int' | 'long'; readonly logical?: string }
  | { readonly t: 'bytes'; readonly logical?: string; readonly scale?: number }
  | { readonly t: 'fixed'; readonly name: string; readonly size: number; readonly logical?: string }
  | { readonly t: 'enum'; readonly name: string; readonly symbols: readonly string[] }
  | { readonly t: 'array'; readonly items: Shape }
  | { readonly t: 'map'; readonly values: Shape }
  | { readonly t: 'union'; readonly branches: readonly Shape[] }
  /** Its fields may hold the record itself, in a union with null. */
  | { readonly t: 'record'; readonly name: string; readonly fields: (readonly [name: string, type: Shape])[] };

/** A value in the terms of its shape. */
export type Datum =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly Datum[]
  | ReadonlyMap<string, Datum>
  | { readonly branch: number; readonly of: Datum };

const FIELDS = ['id', 'name', 'price', 'größe', 'at', 'items', '__proto__', 'a b'];
const LOGICAL: readonly (readonly ['int' | 'long', string])[] = [
  ['int', 'date'],
  ['int', 'time-millis'],
  ['long', 'timestamp-millis'],
  ['long', 'timestamp-micros'],
  ['long', 'timestamp-nanos'],
  ['long', 'local-timestamp-millis'],
  ['long', 'time-micros'],
  ['int', 'no-such-type'],
];

/** `names`: given to named types, each another. */
export function shape(roll: Roll, depth: number, names: { last: number } = { last: 0 }): Shape {
  const below = (): Shape => shape(roll, depth - 1, names);
  const name = (): string => `T${++names.last}`;
  const chance = roll();
  if (depth === 0 || chance < 0.25) return scalar(roll, name);
  if (chance < 0.4) return { t: 'array', items: below() };
  if (chance < 0.55) return { t: 'map', values: below() };
  if (chance < 0.65)
    return { t: 'union', branches: [{ t: 'null' }, { t: 'long' }, { t: 'string' }, { t: 'array', items: below() }] };
  const record: Extract<Shape, { t: 'record' }> = { t: 'record', name: name(), fields: [] };
  for (const field of FIELDS.filter(() => roll() < 0.5)) record.fields.push([field, below()]);
  if (roll() < 0.2) record.fields.push(['next', { t: 'union', branches: [{ t: 'null' }, record] }]);
  return record;
}

function scalar(roll: Roll, name: () => string): Shape {
  const chance = roll();
  if (chance < 0.1) return { t: 'enum', name: name(), symbols: ['A', 'B', 'C'] };
  if (chance < 0.2) return { t: 'fixed', name: name(), size: Math.floor(roll() * 4) };
  if (chance < 0.25) return { t: 'fixed', name: name(), size: 16, logical: 'uuid' };
  if (chance < 0.3) return { t: 'fixed', name: name(), size: 12, logical: 'duration' };
  if (chance < 0.4) return { t: 'bytes', logical: 'decimal', scale: Math.floor(roll() * 5) };
  if (chance < 0.55) {
    const [t, logical] = pick(LOGICAL, roll);
    return { t, logical };
  }
  return { t: pick(['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const, roll) };
}

/** The schema's JSON. `space`: namespace of its types, which means nothing to their values. */
export function schemaText(of: Shape, space?: string): string {
  const written = new Set<string>();
  const write = (here: Shape): unknown => {
    switch (here.t) {
      case 'array':
        return { type: 'array', items: write(here.items) };
      case 'map':
        return { type: 'map', values: write(here.values) };
      case 'union':
        return here.branches.map(write);
      case 'record': {
        if (written.has(here.name)) return here.name;
        written.add(here.name);
        const fields = here.fields.map(([name, type]) => ({ name, type: write(type) }));
        return { type: 'record', name: here.name, ...(space === undefined ? {} : { namespace: space }), fields };
      }
      case 'enum':
        return { type: 'enum', name: here.name, symbols: here.symbols };
      case 'fixed':
        return { type: 'fixed', name: here.name, size: here.size, logicalType: here.logical };
      case 'int':
      case 'long':
        return { type: here.t, logicalType: here.logical };
      case 'bytes':
        return { type: here.t, logicalType: here.logical, precision: 30, scale: here.scale };
      default:
        return here.t;
    }
  };
  return JSON.stringify(write(of));
}

const INTS = [0n, 1n, -1n, 63n, 64n, -65n, 8192n, 2147483647n, -2147483648n, 20_000n];
const LONGS = [
  ...INTS,
  9007199254740993n,
  9223372036854775807n,
  -9223372036854775808n,
  1772352000123n,
  1772352000123456n,
];
const DOUBLES = [
  0,
  -0,
  0.1,
  1,
  -1.5,
  1e21,
  5e-324,
  1.7976931348623157e308,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  123456.789,
];
const TEXTS = ['', 'x', 'Straße', '\u0000', '"\\\n', '\u{1f600}', 'null', '\u0000\u00ff', 'line\u2028'];

export function datum(of: Shape, roll: Roll, depth = 6): Datum {
  const several = <T>(make: () => T): T[] => Array.from({ length: depth <= 0 ? 0 : Math.floor(roll() * 4) }, make);
  switch (of.t) {
    case 'null':
      return null;
    case 'boolean':
      return roll() < 0.5;
    case 'int':
      return pick(INTS, roll);
    case 'long':
      return pick(LONGS, roll);
    case 'float':
      return Math.fround(pick(DOUBLES, roll));
    case 'double':
      return pick(DOUBLES, roll);
    case 'string':
      return pick(TEXTS, roll);
    case 'bytes':
      return Uint8Array.from({ length: Math.floor(roll() * 12) }, () => Math.floor(roll() * 256));
    case 'fixed':
      return Uint8Array.from({ length: of.size }, () => Math.floor(roll() * 256));
    case 'enum':
      return BigInt(Math.floor(roll() * of.symbols.length));
    case 'array':
      return several(() => datum(of.items, roll, depth - 1));
    case 'map':
      return new Map(several(() => [pick(TEXTS, roll), datum(of.values, roll, depth - 1)] as const));
    case 'union': {
      const branch = depth <= 0 ? 0 : Math.floor(roll() * of.branches.length);
      return { branch, of: datum(of.branches[branch] as Shape, roll, depth - 1) };
    }
    case 'record':
      return new Map(of.fields.map(([name, type]) => [name, datum(type, roll, depth - 1)] as const));
  }
}
