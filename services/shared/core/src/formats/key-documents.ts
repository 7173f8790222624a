// Keys as documents, for the ids in them: Avro that names its schema, by a frame, a header or as a single object, as values do.
import type { Header } from '../ports/log.ts';
import { AvroFormat, type FormatLimits } from './avro.ts';
import { lastHeader, type Refusal } from './format.ts';
import { KEY_SCHEMA_HEADER } from './framing.ts';
import { NO_SCHEMAS, type Schemas } from './schemas.ts';
import { keyFormatOf, type ReadFormats } from './uses.ts';

export class KeyDocuments {
  readonly #format: 'avro' | 'auto';
  readonly #hasRegistry: boolean;
  readonly #avro: AvroFormat;

  constructor(format: 'avro' | 'auto', schemas: Schemas, limits: FormatLimits) {
    this.#format = format;
    this.#hasRegistry = schemas.hasRegistry;
    this.#avro = new AvroFormat(schemas, limits, KEY_SCHEMA_HEADER);
  }

  /**
   * JSON text, in memory that is written over by the next call; why there is none; undefined: the key is no Avro. One that
   * begins as Avro does and cannot be read is never taken as it stands: another registry's number makes another id of it.
   */
  json(key: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal | undefined {
    return this.#format === 'avro' || this.#isFramed(key, headers) ? this.#avro.json(key, headers) : undefined;
  }

  #isFramed(key: Uint8Array, headers: readonly Header[]): boolean {
    if (headers.length > 0 && (lastHeader(headers, KEY_SCHEMA_HEADER) ?? null) !== null) return true;
    return key[0] === 0 ? this.#hasRegistry : key[0] === 0xc3 && key[1] === 1;
  }
}

/** What finds ids in keys that are no text; undefined where they are read as text. */
export function keyDocuments(
  read: ReadFormats,
  schemas: Schemas | undefined,
  limits: FormatLimits,
): KeyDocuments | undefined {
  const format = keyFormatOf(read);
  return format === 'text' ? undefined : new KeyDocuments(format, schemas ?? NO_SCHEMAS, limits);
}
