// Keys that are compared: Avro that names its schema is read, since one schema has other numbers in other registries, and
// with them other bytes. Every other key is its bytes.
import type { Content } from '../compare/spec.ts';
import { decodeUtf8 } from '../envelope/utf8.ts';
import { sameBytes } from '../json/strings.ts';
import type { Header } from '../ports/log.ts';
import { AvroFormat, type FormatLimits } from './avro.ts';
import { lastHeader } from './format.ts';
import { framingOf, KEY_SCHEMA_HEADER } from './framing.ts';
import type { SchemaKey, Schemas } from './schemas.ts';

/** The schema a key names, or seems to: any bytes may begin as a frame does. */
export function keySchemaOf(key: Uint8Array, headers: readonly Header[]): SchemaKey | undefined {
  const framed = framingOf(key, headers, KEY_SCHEMA_HEADER);
  return typeof framed === 'string' ? undefined : framed.key;
}

export class KeyReader {
  readonly #schemas: Schemas;
  readonly #avro: AvroFormat;

  constructor(schemas: Schemas, limits: FormatLimits) {
    this.#schemas = schemas;
    this.#avro = new AvroFormat(schemas, limits, KEY_SCHEMA_HEADER);
  }

  /** As JSON; undefined where it names no schema that is known, or is not what that says: then it is its bytes. */
  text({ key, headers }: Content): string | undefined {
    const json = key === null ? undefined : this.#avro.json(key, headers);
    return typeof json === 'object' ? decodeUtf8(json) : undefined;
  }

  /** Whether numbers mean the same schemas to both. */
  isLike(other: KeyReader): boolean {
    return this.#schemas === other.#schemas;
  }
}

/** A reader is absent where a side's format names no schemas: its keys are their bytes. */
export function sameKeys(
  left: KeyReader | undefined,
  one: Content,
  right: KeyReader | undefined,
  other: Content,
): boolean {
  if (one.key === null || other.key === null) return one.key === other.key;
  const sameRaw = sameBytes(one.key, 0, one.key.length, other.key, 0, other.key.length);
  if (left === undefined && right === undefined) return sameRaw;
  if (sameRaw && left !== undefined && right?.isLike(left) === true && !isNamed(one) && !isNamed(other)) return true;
  const [a, b] = [left?.text(one), right?.text(other)];
  if (a === undefined && b === undefined) return sameRaw && sameNames(one, other);
  if (a !== undefined && b !== undefined) return a === b;
  // An Avro string is the plain key of the same text.
  const [json, plain] = a === undefined ? [b ?? '', one.key] : [a, other.key];
  return json.startsWith('"') && JSON.parse(json) === decodeUtf8(plain);
}

/** Whether headers name one schema, known or not, or none. */
function sameNames(one: Content, other: Content): boolean {
  const [a, b] = [one, other].map(({ headers }) => lastHeader(headers, KEY_SCHEMA_HEADER) ?? undefined);
  return a === undefined || b === undefined ? a === b : sameBytes(a, 0, a.length, b, 0, b.length);
}

function isNamed({ headers }: Content): boolean {
  return headers.length > 0 && lastHeader(headers, KEY_SCHEMA_HEADER) !== undefined;
}
