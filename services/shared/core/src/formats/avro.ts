// `format: avro`: framed by a schema registry, or a single object; read by the schema it was written with.
import { sameBytes } from '../json/strings.ts';
import type { Header } from '../ports/log.ts';
import { AvroDecoder, type CompiledSchema } from './avro/decode.ts';
import type { FormatReader, Refusal } from './format.ts';
import { framingOf, VALUE_SCHEMA_HEADER } from './framing.ts';
import type { SchemaKey, Schemas } from './schemas.ts';

export interface FormatLimits {
  /** Of the value, and of the JSON text it becomes. */
  readonly payloadBytes: number;
  readonly depth: number;
}

/** The schema of a value, and where behind its frame it begins. */
export interface Opened {
  /** Absent where the value is JSON text behind a frame. */
  readonly schema: CompiledSchema | undefined;
  readonly start: number;
}

export class AvroFormat implements FormatReader {
  readonly #schemas: Schemas;
  readonly #decoder: AvroDecoder;
  readonly #named: string;

  /** @param named the header that may name a value's schema */
  constructor(schemas: Schemas, limits: FormatLimits, named: string = VALUE_SCHEMA_HEADER) {
    this.#named = named;
    this.#schemas = schemas;
    this.#decoder = new AvroDecoder({ bytes: limits.payloadBytes, depth: limits.depth });
  }

  json(value: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal {
    const opened = this.open(value, headers);
    if (typeof opened === 'string') return opened;
    if (opened.schema === undefined) return value.subarray(opened.start);
    return this.#decoder.decode(opened.schema, value, opened.start);
  }

  schemaOf(value: Uint8Array, headers: readonly Header[]): SchemaKey | undefined {
    const framed = framingOf(value, headers, this.#named);
    return typeof framed === 'string' ? undefined : framed.key;
  }

  refuses(value: Uint8Array, headers: readonly Header[]): Refusal | undefined {
    const opened = this.open(value, headers);
    return typeof opened === 'string' ? opened : undefined;
  }

  open(value: Uint8Array, headers: readonly Header[]): Opened | Refusal {
    const framed = framingOf(value, headers, this.#named);
    if (typeof framed === 'string') return framed;
    const found = this.#schemas.find(framed.key);
    if (found === undefined) return 'schema-unknown';
    if (found.kind === 'unreadable') return 'schema-unreadable';
    return { schema: found.kind === 'avro' ? found.schema : undefined, start: framed.start };
  }
}

/** A value with what else says how it is to be read. */
export interface Encoded {
  readonly value: Uint8Array;
  readonly headers: readonly Header[];
}

/**
 * Whether both are the same bytes under schemas of the same form, which therefore become the same text: registries give
 * one schema different numbers. False: not known.
 */
export function sameAvro(left: AvroFormat, one: Encoded, right: AvroFormat, other: Encoded): boolean {
  const a = left.open(one.value, one.headers);
  const b = right.open(other.value, other.headers);
  if (typeof a === 'string' || typeof b === 'string' || a.schema?.form !== b.schema?.form) return false;
  return sameBytes(one.value, a.start, one.value.length, other.value, b.start, other.value.length);
}
