// A format turns the value of a record into JSON text, the common value model in which both sides are compared.
//
// Each format is one file beside this one; formats.ts is the list. docs/formats.md says what becomes of each kind of value.
import type { Header } from '../ports/log.ts';
import type { SchemaKey } from './schemas.ts';

/** Why a value could not be turned into JSON: low-cardinality codes, of outcomes and of dead letters alike. */
export type Refusal =
  /** Not what the format says, in no way that has a name of its own. */
  | 'undecodable'
  | 'malformed-avro'
  | 'malformed-cloudevent'
  /** Ends before its schema does. */
  | 'truncated'
  /** Goes on after its schema has ended. */
  | 'trailing-bytes'
  | 'invalid-utf8'
  /** Avro that names no schema: neither registry framing nor a single object. */
  | 'not-framed'
  /** Nobody knows the schema it names. */
  | 'schema-unknown'
  /** The schema it names is not one that can be read. */
  | 'schema-unreadable'
  | 'not-a-cloudevent'
  | 'cloudevents-batch'
  /** Structured, in another format than JSON. */
  | 'cloudevents-format'
  | 'budget-bytes'
  | 'budget-depth';

export interface FormatReader {
  /**
   * JSON text, which is not checked where it came as such; or why there is none. It may lie in memory of the reader's own,
   * that is written over by the next call.
   */
  json(value: Uint8Array, headers: readonly Header[]): Uint8Array | Refusal;
  /** The schema without which the value cannot be read. Absent: this format never needs one. */
  schemaOf?(value: Uint8Array, headers: readonly Header[]): SchemaKey | undefined;
  /** What can be told to be wrong without reading the value. */
  refuses?(value: Uint8Array, headers: readonly Header[]): Refusal | undefined;
}

/** The last header of that name, as for Kafka's own `lastHeader`; undefined where there is none, null where it is null. */
export function lastHeader(headers: readonly Header[], name: string): Uint8Array | null | undefined {
  for (let index = headers.length - 1; index >= 0; index--) {
    const header = headers[index];
    if (header !== undefined && header[0] === name) return header[1];
  }
  return undefined;
}
