// What guessing has to go by: records of a topic, as they were read, with where they stood.
import { type Correlated, compileCorrelation } from '../envelope/correlate.ts';
import type { Correlation, Envelope } from '../envelope/source.ts';
import { decodeUtf8 } from '../envelope/utf8.ts';

export interface SampledRecord extends Envelope {
  /** The key's bytes in the topic, where `key` is the document they were read as. */
  readonly writtenKey?: Uint8Array;
  readonly partition: number;
  readonly offset: number;
  /** Epoch milliseconds, as the record has it. */
  readonly timestamp: number;
}

/** Formats by which what names its schema becomes documents. */
export type SchemaFormat = 'avro' | 'auto';

export interface SampledTopic {
  readonly topic: string;
  readonly partitions: number;
  /** In order of partition and offset. */
  readonly records: readonly SampledRecord[];
  /** Records the topic has, as far as its offsets tell. */
  readonly held: number;
  /** The format by which the records became the documents they are here; absent: they stand in the topic so. */
  readonly writtenAs?: SchemaFormat;
}

/** Ids as the comparator finds them, also in keys that were read as documents already. */
export function sampledIds(correlation: Correlation): (record: SampledRecord) => Correlated {
  const asWritten = compileCorrelation(correlation);
  const asRead = compileCorrelation(correlation, { keys: { json: (key) => key } });
  return (record) => (record.writtenKey === undefined ? asWritten(record) : asRead(record));
}

/** A payload as JSON, for finding out what is in it; undefined where it is none. Long numbers are not exact here. */
export function documentOf(record: Envelope): unknown {
  const { value } = record;
  if (value === null) return undefined;
  const text = decodeUtf8(value);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export type Scalar = string | number | boolean;

/** Deeper members are not looked at. */
const DEEPEST = 12;

/**
 * Tells every scalar of a document with its place; array elements are `*` under `generalised`, and left out without.
 * Members named like numbers are ids more often than names: they count as elements.
 */
export function eachScalar(
  document: unknown,
  elements: 'generalised' | 'left-out',
  tell: (place: readonly string[], value: Scalar) => void,
): void {
  const go = (value: unknown, place: readonly string[]): void => {
    if (value === null || value === undefined) return;
    if (typeof value !== 'object') {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') tell(place, value);
      return;
    }
    if (place.length >= DEEPEST) return;
    const isArray = Array.isArray(value);
    for (const [name, member] of Object.entries(value)) {
      const isElement = isArray || /^\d+$/.test(name);
      if (!isElement) go(member, [...place, name]);
      else if (elements === 'generalised') go(member, [...place, '*']);
    }
  };
  go(document, []);
}

/** Times the records of a topic span. */
export function spanOf(records: readonly SampledRecord[]): { readonly from: number; readonly to: number } {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const { timestamp } of records) {
    from = Math.min(from, timestamp);
    to = Math.max(to, timestamp);
  }
  return { from, to };
}

/** The value below which this share of them lies; of nothing NaN. `values` may be in any order. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
