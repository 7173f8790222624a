// What can be said of a format without reading anything.
import type { Correlation, Source } from '../envelope/source.ts';
import type { Format, KeyFormat } from '../experiment/experiment.ts';

/** How one topic's records are read. */
export interface ReadFormats {
  readonly format: Format;
  /** Absent: keys may name schemas where values may. */
  readonly keyFormat?: KeyFormat | undefined;
}

/** Whether its values may name a schema. */
export function usesSchemas(format: Format): boolean {
  return format === 'avro' || format === 'auto' || format === 'cloudevents';
}

export function keyFormatOf({ format, keyFormat }: ReadFormats): KeyFormat {
  return keyFormat ?? (usesSchemas(format) ? 'auto' : 'text');
}

/** Whether its values or its keys may name schemas. */
export function namesSchemas(read: ReadFormats): boolean {
  return usesSchemas(read.format) || keyFormatOf(read) !== 'text';
}

/**
 * Whether keys that may name schemas are read, for an id or to be compared.
 * @param others what is read of a record besides its id
 */
export function readsKeySchemas(
  { correlation, ...read }: ReadFormats & { readonly correlation: Correlation },
  comparesKeys: boolean,
  others: readonly (Source | undefined)[] = [],
): boolean {
  if (keyFormatOf(read) === 'text') return false;
  return comparesKeys || [...correlation.flat(), ...others].some((source) => source?.kind === 'key');
}

/** Whether its values are documents, with places in them: any two such formats can be compared with each other. */
export function isDocument(format: Format): boolean {
  return format === 'json' || usesSchemas(format);
}
