// How a value says which schema it was written with: a registry's number or GUID (Confluent's wire format), or the
// fingerprint of a single object (Avro specification, "Single-object encoding").
import type { Header } from '../ports/log.ts';
import { lastHeader } from './format.ts';
import type { SchemaKey } from './schemas.ts';

/** The header in which registry serializers put the schema's GUID instead of a number before the value. */
export const VALUE_SCHEMA_HEADER = '__value_schema_id';
/** The same for the key. */
export const KEY_SCHEMA_HEADER = '__key_schema_id';

export interface Framed {
  readonly key: SchemaKey;
  /** Where the value itself begins. */
  readonly start: number;
}

/**
 * `truncated`: the value begins as a frame does, and ends within it.
 * @param named the header that may name its schema
 */
export function framingOf(
  value: Uint8Array,
  headers: readonly Header[],
  named: string = VALUE_SCHEMA_HEADER,
): Framed | 'not-framed' | 'truncated' {
  if (headers.length > 0) {
    const header = lastHeader(headers, named);
    if (header !== undefined && header !== null) return inHeader(header);
  }
  if (value.length === 0) return 'truncated';
  if (value[0] === 0) {
    if (value.length < 5) return 'truncated';
    return { key: { kind: 'id', id: idAt(value, 1) }, start: 5 };
  }
  if (value[0] !== 0xc3 || value[1] !== 1) return 'not-framed';
  if (value.length < 10) return 'truncated';
  return { key: { kind: 'fingerprint', fingerprint: hex(value, 2, 10) }, start: 10 };
}

/** Version 1 and the GUID, or the GUID alone; version 0 and the number. */
function inHeader(header: Uint8Array): Framed | 'not-framed' {
  if (header.length === 17 && header[0] === 1) return { key: { kind: 'guid', guid: hex(header, 1, 17) }, start: 0 };
  if (header.length === 16) return { key: { kind: 'guid', guid: hex(header, 0, 16) }, start: 0 };
  if (header.length === 5 && header[0] === 0) return { key: { kind: 'id', id: idAt(header, 1) }, start: 0 };
  return 'not-framed';
}

function idAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4);
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

function hex(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += (bytes[at] as number).toString(16).padStart(2, '0');
  return text;
}
