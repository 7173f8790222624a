// Where an id or a type is read from in a record, and how that is written: `header:NAME`, `path:/POINTER`, `key`,
// `key:/POINTER`, `ce_id`, `traceparent`.
import type { Header } from '../ports/log.ts';
import { formatPointer, parsePointer } from './pointer.ts';

export type Source =
  /** Kafka header names are exact: `Correlation-Id` is another header than `correlation-id`. */
  | { readonly kind: 'header'; readonly name: string }
  /** A place in the whole payload, read as JSON; unescaped segments of a JSON Pointer (RFC 6901). */
  | { readonly kind: 'path'; readonly pointer: readonly string[] }
  /** The key, or with a pointer a place in the document it is. */
  | { readonly kind: 'key'; readonly pointer?: readonly string[] }
  /** CloudEvents id: header `ce_id` (binary mode), else `/id` of a structured event. */
  | { readonly kind: 'ce_id' }
  /** Trace id of the W3C Trace Context header `traceparent`. */
  | { readonly kind: 'traceparent' };

/** One part of an id: the first source that is present gives it. */
export type CorrelationPart = readonly Source[];

/** The parts of an id, at least one; all must be present. */
export type Correlation = readonly CorrelationPart[];

/** What correlation needs of a record. */
export interface Envelope {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly Header[];
}

export const SOURCE_FORMS = 'header:NAME, path:/POINTER, key, key:/POINTER, ce_id or traceparent';

/** Without a word on correlation: the header, else the member of the payload. */
export const DEFAULT_CORRELATION: Correlation = [
  [
    { kind: 'header', name: 'correlation-id' },
    { kind: 'path', pointer: ['correlationId'] },
  ],
];

/** The source a text names, or undefined when it is not one of {@link SOURCE_FORMS}. */
export function parseSource(text: string): Source | undefined {
  if (text === 'key' || text === 'ce_id' || text === 'traceparent') return { kind: text };
  if (text.startsWith('header:')) {
    const name = text.slice('header:'.length);
    return name.trim() === name && name !== '' ? { kind: 'header', name } : undefined;
  }
  const [, kind, place] = /^(path|key):(\/.*)$/s.exec(text) ?? [];
  const pointer = place === undefined ? undefined : parsePointer(place);
  if (pointer === undefined) return undefined;
  return { kind: kind === 'key' ? 'key' : 'path', pointer };
}

/** The text {@link parseSource} reads back. */
export function formatSource(source: Source): string {
  switch (source.kind) {
    case 'header':
      return `header:${source.name}`;
    case 'path':
      return `path:${formatPointer(source.pointer)}`;
    case 'key':
      return source.pointer === undefined ? 'key' : `key:${formatPointer(source.pointer)}`;
    default:
      return source.kind;
  }
}
