// Avro schemas (specification 1.12): from their JSON to types whose names are resolved.
//
// Only what decoding needs is kept. Names matter no more once they are resolved, aliases and defaults only where a reader
// has a schema of its own: both sides are read by the schemas they were written with, so that what one of them lacks shows.
import { Fault } from '../../fault.ts';

export const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
export type Primitive = (typeof PRIMITIVES)[number];

export interface Field {
  readonly name: string;
  readonly type: AvroType;
}

/** A logical type that is not known, or does not fit its type, is left out, as the specification asks. */
export type AvroType =
  | { readonly kind: Primitive; readonly logical?: string; readonly scale?: number }
  | { readonly kind: 'fixed'; readonly size: number; readonly logical?: string; readonly scale?: number }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroType }
  | { readonly kind: 'map'; readonly values: AvroType }
  | { readonly kind: 'union'; readonly branches: readonly AvroType[] }
  /** May hold itself. */
  | { readonly kind: 'record'; readonly fields: Field[] };

export type Written = string | readonly Written[] | { readonly [member: string]: unknown };

const LOGICAL: Readonly<Record<string, readonly string[]>> = {
  int: ['date', 'time-millis'],
  long: [
    'time-micros',
    'timestamp-millis',
    'timestamp-micros',
    'timestamp-nanos',
    'local-timestamp-millis',
    'local-timestamp-micros',
    'local-timestamp-nanos',
  ],
};

/** Schemas are nested this deep at most; parsing them recurses. */
const DEEPEST = 200;

/**
 * @param references texts of schemas whose named types this one uses, what they use themselves before them
 * @throws Fault `bad-schema`
 */
export function parseAvroSchema(text: string, references: readonly string[] = []): AvroType {
  const names = new Map<string, AvroType>();
  for (const reference of references) new SchemaParser(names).parse(written(reference), '', 0);
  return new SchemaParser(names).parse(written(text), '', 0);
}

export function written(text: string): Written {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isWritten(parsed)) return parsed;
  } catch {}
  // A primitive may be named without quotes: registries hand out `string` as well as `"string"`.
  const bare = text.trim();
  if (PRIMITIVES.some((name) => name === bare)) return bare;
  throw badSchema('the text is no JSON');
}

export function isWritten(value: unknown): value is Written {
  return typeof value === 'string' || (typeof value === 'object' && value !== null);
}

export function isList(schema: Written): schema is readonly Written[] {
  return Array.isArray(schema);
}

/** The full name, and the namespace for the names within. */
export function fullName(
  schema: { readonly [member: string]: unknown },
  space: string,
): { name: string; space: string } {
  const { name, namespace } = schema;
  if (typeof name !== 'string' || name === '') throw badSchema('a named type has no name');
  if (name.includes('.')) return { name, space: name.slice(0, name.lastIndexOf('.')) };
  const own = typeof namespace === 'string' ? namespace : space;
  return { name: own === '' ? name : `${own}.${name}`, space: own };
}

class SchemaParser {
  readonly #names: Map<string, AvroType>;

  constructor(names: Map<string, AvroType>) {
    this.#names = names;
  }

  parse(schema: Written, space: string, depth: number): AvroType {
    if (depth > DEEPEST) throw badSchema(`nested more than ${DEEPEST} levels`);
    if (typeof schema === 'string') return this.#named(schema, space);
    if (isList(schema)) return this.#union(schema, space, depth);
    const { type } = schema;
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(schema, space, depth);
      case 'enum':
        return this.#define(schema, space, { kind: 'enum', symbols: textsOf(schema.symbols) });
      case 'fixed':
        return this.#define(schema, space, fixed(schema));
      case 'array':
        return { kind: 'array', items: this.#inner(schema.items, space, depth) };
      case 'map':
        return { kind: 'map', values: this.#inner(schema.values, space, depth) };
    }
    const primitive = PRIMITIVES.find((name) => name === type);
    if (primitive === undefined) return this.#inner(type, space, depth);
    const { logicalType: logical } = schema;
    if (primitive === 'bytes' && logical === 'decimal') return { kind: 'bytes', ...decimal(schema, undefined) };
    return typeof logical === 'string' && LOGICAL[primitive]?.includes(logical)
      ? { kind: primitive, logical }
      : { kind: primitive };
  }

  #inner(schema: unknown, space: string, depth: number): AvroType {
    if (!isWritten(schema)) throw badSchema(`a type is ${JSON.stringify(schema) ?? 'missing'}`);
    return this.parse(schema, space, depth + 1);
  }

  #named(name: string, space: string): AvroType {
    const primitive = PRIMITIVES.find((one) => one === name);
    if (primitive !== undefined) return { kind: primitive };
    const within = name.includes('.') || space === '' ? name : `${space}.${name}`;
    const found = this.#names.get(within) ?? this.#names.get(name);
    if (found === undefined) throw badSchema(`the type ${JSON.stringify(name)} is nowhere defined`);
    return found;
  }

  #define<T extends AvroType>(schema: { readonly [member: string]: unknown }, space: string, type: T): T {
    const { name } = fullName(schema, space);
    if (this.#names.has(name)) throw badSchema(`the type ${JSON.stringify(name)} is defined twice`);
    this.#names.set(name, type);
    return type;
  }

  #record(schema: { readonly [member: string]: unknown }, space: string, depth: number): AvroType {
    const record = this.#define(schema, space, { kind: 'record', fields: [] as Field[] });
    const within = fullName(schema, space).space;
    if (!Array.isArray(schema.fields)) throw badSchema('a record has no list of fields');
    const names = new Set<string>();
    for (const field of schema.fields as unknown[]) {
      const { name, type } = typeof field === 'object' && field !== null ? (field as Record<string, unknown>) : {};
      if (typeof name !== 'string' || names.has(name)) throw badSchema('a field has no name of its own');
      names.add(name);
      record.fields.push({ name, type: this.#inner(type, within, depth) });
    }
    return record;
  }

  #union(schema: readonly Written[], space: string, depth: number): AvroType {
    const branches = schema.map((branch) => this.#inner(branch, space, depth));
    if (branches.length === 0 || branches.some(({ kind }) => kind === 'union')) {
      throw badSchema('a union has no branch, or holds a union');
    }
    return { kind: 'union', branches };
  }
}

function fixed(schema: { readonly [member: string]: unknown }): AvroType {
  const { size, logicalType } = schema;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw badSchema('a fixed type has no size');
  if (logicalType === 'decimal') return { kind: 'fixed', size, ...decimal(schema, size) };
  const fits = (logicalType === 'duration' && size === 12) || (logicalType === 'uuid' && size === 16);
  return fits ? { kind: 'fixed', size, logical: logicalType } : { kind: 'fixed', size };
}

/** Nothing where precision and scale do not go together, or do not fit: the type is then read as it is. */
function decimal(
  { precision, scale = 0 }: { readonly [member: string]: unknown },
  size: number | undefined,
): { logical?: string; scale?: number } {
  if (typeof precision !== 'number' || !Number.isSafeInteger(precision) || precision < 1) return {};
  if (typeof scale !== 'number' || !Number.isSafeInteger(scale) || scale < 0 || scale > precision) return {};
  if (size !== undefined && precision > Math.floor(Math.log10(2) * (8 * size - 1))) return {};
  return { logical: 'decimal', scale };
}

function textsOf(list: unknown): readonly string[] {
  if (!Array.isArray(list) || list.some((one) => typeof one !== 'string')) throw badSchema('an enum has no symbols');
  return list as readonly string[];
}

function badSchema(why: string): Fault {
  return new Fault(`This is no Avro schema that can be read: ${why}`, {
    code: 'bad-schema',
    cure: 'Give the schema the values were written with, as JSON, and with it what it refers to.',
  });
}
