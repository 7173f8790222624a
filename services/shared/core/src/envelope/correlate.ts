// From a record to its correlation id and its type.
import type { FormatReader } from '../formats/format.ts';
import type { KeyDocuments } from '../formats/key-documents.ts';
import { DEFAULT_DEPTH } from './json-scanner.ts';
import { compileReader, type SourceReader, type UndecodableReason, undecodable } from './reader.ts';
import type { Correlation, Envelope, Source } from './source.ts';
import { utf8Length } from './utf8.ts';

export type Correlated =
  | { readonly kind: 'id'; readonly id: string }
  /** A part is absent. */
  | { readonly kind: 'no-id' }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason };

export interface ReadingOptions {
  readonly depth?: number;
  /** How payloads become JSON; absent: they are JSON. What it refuses without reading is undecodable, wherever the id is. */
  readonly format?: FormatReader | undefined;
  /** How keys become JSON; absent: they are text. */
  readonly keys?: Pick<KeyDocuments, 'json'> | undefined;
}

export type Correlate = (record: Envelope) => Correlated;

/** Longest id, in UTF-8 bytes. A longer one is nearly always a pointer to the wrong place: undecodable, so that it shows. */
export const MAX_ID_BYTES = 1024;

const NO_ID: Correlated = { kind: 'no-id' };
const TOO_LONG: Correlated = undecodable('id-too-long');

/**
 * An id of one part is that part's text. Several parts are joined as `LENGTH:TEXT` each (length in UTF-16 units), so that
 * ("a", "bc") and ("ab", "c") stay two ids. Strings, numbers and booleans give the same id when their text is the same;
 * numbers in one exact spelling (`1.0` is `1`).
 *
 * In `any`, a source that cannot be decoded ends the search: what would come next may be another id than the one meant.
 */
export function compileCorrelation(correlation: Correlation, options: ReadingOptions = {}): Correlate {
  const { depth = DEFAULT_DEPTH, format, keys } = options;
  const find = compileParts(correlation, (source) => compileReader(source, depth, format, keys));
  if (format?.refuses === undefined) return find;
  return (record) => {
    const refused = record.value === null ? undefined : format.refuses?.(record.value, record.headers);
    return refused === undefined ? find(record) : undecodable(refused);
  };
}

function compileParts(correlation: Correlation, compile: (source: Source) => SourceReader): Correlate {
  const parts = correlation.map((sources) => sources.map(compile));
  return (record) => {
    let id = '';
    for (const readers of parts) {
      let text: string | undefined;
      for (const read of readers) {
        const reading = read(record);
        if (typeof reading === 'object') return reading;
        text = reading;
        if (text !== undefined) break;
      }
      if (text === undefined) return NO_ID;
      id = parts.length === 1 ? text : `${id}${text.length}:${text}`;
    }
    if (id === '') return NO_ID;
    return id.length * 3 > MAX_ID_BYTES && utf8Length(id) > MAX_ID_BYTES ? TOO_LONG : { kind: 'id', id };
  };
}

/** Ids as their hashes, from the moment they are read: joining, rows and look-ups never see the id itself. */
export function maskIds(correlate: Correlate, mac: (text: string) => string): Correlate {
  return (record) => {
    const correlated = correlate(record);
    return correlated.kind === 'id' ? { kind: 'id', id: maskedId(correlated.id, mac) } : correlated;
  };
}

/** As the JSON string of the id is masked in a payload, so that both can be joined. */
export function maskedId(id: string, mac: (text: string) => string): string {
  return `hmac:${mac(JSON.stringify(id))}`;
}

/** The record's type; '' where it has none, it cannot be read, or it is longer than {@link MAX_ID_BYTES}. */
export function compileType(source: Source | undefined, options: ReadingOptions = {}): (record: Envelope) => string {
  if (source === undefined) return () => '';
  const read = compileReader(source, options.depth ?? DEFAULT_DEPTH, options.format, options.keys);
  return (record) => {
    const reading = read(record);
    return typeof reading === 'string' && utf8Length(reading) <= MAX_ID_BYTES ? reading : '';
  };
}
