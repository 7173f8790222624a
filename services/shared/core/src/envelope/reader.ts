// Reads one source out of a record: the text found there, nothing, or the reason why it cannot be told.
import type { FormatReader, Refusal } from '../formats/format.ts';
import type { KeyDocuments } from '../formats/key-documents.ts';
import type { Header } from '../ports/log.ts';
import { compileLocator, type Located } from './json-scanner.ts';
import { canonicalNumber } from './number-text.ts';
import type { Envelope, Source } from './source.ts';
import { decodeUtf8 } from './utf8.ts';

/** Low-cardinality codes: they label counters and dead letters. */
export type UndecodableReason =
  | 'malformed-json'
  | 'duplicate-key'
  | 'too-deep'
  | 'invalid-utf8'
  | 'lone-surrogate'
  | 'number-out-of-range'
  | 'cloudevents-batch'
  | 'id-too-long'
  /** In a shuffled topic: it was shuffled by another id, or by none. */
  | 'shuffled-elsewhere'
  | Refusal;

export interface Undecodable {
  readonly kind: 'undecodable';
  readonly reason: UndecodableReason;
}

/** The text; undefined where there is none: absent, null, empty, or an object or array. */
export type Reading = string | undefined | Undecodable;

export type SourceReader = (record: Envelope) => Reading;

/**
 * @param maxDepth nested containers a payload may have before it counts as undecodable
 * @param format how the payload becomes JSON; absent: it is JSON
 * @param keys how the key becomes JSON; absent: it is text
 */
export function compileReader(
  source: Source,
  maxDepth: number,
  format?: FormatReader,
  keys?: Pick<KeyDocuments, 'json'>,
): SourceReader {
  switch (source.kind) {
    case 'header':
      return (record) => textOf(lastHeader(record.headers, source.name));
    case 'key':
      return compileKey(source.pointer, maxDepth, keys);
    case 'traceparent':
      return (record) => traceId(lastHeader(record.headers, 'traceparent'));
    case 'path':
      return compilePath(source.pointer, maxDepth, format);
    case 'ce_id':
      return compileCloudEventId(maxDepth);
  }
}

/** Of several headers of one name the last one counts, as for Kafka's own `lastHeader`. */
function lastHeader(headers: readonly Header[], name: string): Uint8Array | null {
  for (let index = headers.length - 1; index >= 0; index--) {
    const header = headers[index];
    if (header !== undefined && header[0] === name) return header[1];
  }
  return null;
}

function textOf(bytes: Uint8Array | null): Reading {
  if (bytes === null || bytes.length === 0) return undefined;
  return decodeUtf8(bytes) ?? undecodable('invalid-utf8');
}

/** A key that names no schema is text, or JSON where a place in it is asked for. */
function compileKey(
  pointer: readonly string[] | undefined,
  maxDepth: number,
  keys: Pick<KeyDocuments, 'json'> | undefined,
): SourceReader {
  if (pointer === undefined && keys === undefined) return ({ key }) => textOf(key);
  const locate = compileLocator(pointer ?? [], maxDepth);
  return ({ key, headers }) => {
    if (key === null || key.length === 0) return undefined;
    const json = keys?.json(key, headers);
    if (typeof json === 'string') return undecodable(json);
    if (json !== undefined) return scalarText(json, locate(json));
    return pointer === undefined ? textOf(key) : scalarText(key, locate(key));
  };
}

function compilePath(pointer: readonly string[], maxDepth: number, format?: FormatReader): SourceReader {
  const locate = compileLocator(pointer, maxDepth);
  if (format === undefined) {
    return ({ value }) => (value === null ? undefined : scalarText(value, locate(value)));
  }
  return ({ value, headers }) => {
    if (value === null) return undefined;
    const json = format.json(value, headers);
    return typeof json === 'string' ? undecodable(json) : scalarText(json, locate(json));
  };
}

function scalarText(bytes: Uint8Array, located: Located): Reading {
  if (located.kind !== 'found') return located.kind === 'absent' ? undefined : located;
  const first = bytes[located.start];
  if (first === 0x7b || first === 0x5b || first === 0x6e) return undefined;
  const raw = decodeUtf8(bytes, located.start, located.end);
  if (raw === undefined) return undecodable('invalid-utf8');
  if (first === 0x74 || first === 0x66) return raw;
  if (first !== 0x22) return canonicalNumber(raw) ?? undecodable('number-out-of-range');
  const text: string = raw.includes('\\') ? JSON.parse(raw) : raw.slice(1, -1);
  // Two different lone surrogates become the same bytes once stored.
  if (!text.isWellFormed()) return undecodable('lone-surrogate');
  return text === '' ? undefined : text;
}

/**
 * Trace id of a W3C `traceparent` (Trace Context, level 1 and 2): a header that is not valid counts as absent, as the
 * recommendation asks. Versions after 00 may carry more fields.
 */
function traceId(header: Uint8Array | null): string | undefined {
  if (header === null || header.length < 55) return undefined;
  const text = decodeUtf8(header);
  const [, version, trace, parent, rest] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/.exec(text ?? '') ?? [];
  if (trace === undefined || version === 'ff' || /^0+$/.test(trace) || parent === '0'.repeat(16)) return undefined;
  return version === '00' && rest !== undefined ? undefined : trace;
}

/**
 * CloudEvents Kafka binding 1.0: `ce_id` in binary mode, `/id` in structured mode, which its content type announces.
 * Where no content type is given, a JSON object with `specversion` is taken for a structured event too.
 */
function compileCloudEventId(maxDepth: number): SourceReader {
  const id = compilePath(['id'], maxDepth);
  const specversion = compilePath(['specversion'], maxDepth);
  return (record) => {
    const binary = lastHeader(record.headers, 'ce_id');
    if (binary !== null && binary.length > 0) return textOf(binary);
    const contentType = record.headers.findLast(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? null;
    if (contentType !== null) {
      const media = (decodeUtf8(contentType) ?? '').toLowerCase();
      if (media.startsWith('application/cloudevents-batch')) return undecodable('cloudevents-batch');
      return media.startsWith('application/cloudevents') ? id(record) : undefined;
    }
    if (!startsLikeAnObject(record.value)) return undefined;
    const version = specversion(record);
    return typeof version === 'string' ? id(record) : version;
  };
}

function startsLikeAnObject(value: Uint8Array | null): boolean {
  return value?.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) === 0x7b;
}

export function undecodable(reason: UndecodableReason): Undecodable {
  return { kind: 'undecodable', reason };
}
