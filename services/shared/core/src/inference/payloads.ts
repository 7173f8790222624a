// How the payloads of a topic are written: JSON, text, bytes, or framed by a schema registry.

import { decodeUtf8 } from '../envelope/utf8.ts';
import { documentOf, type SampledRecord } from './sample.ts';

/** `registry`: a zero byte and a schema's number before the payload, as registry serializers write Avro and others. */
export type PayloadKind = GuessedFormat | 'registry';

/** What payloads can be seen to be without schemas. */
export type GuessedFormat = 'json' | 'text' | 'bytes';

export interface Payloads {
  readonly kind: PayloadKind;
  /** Of those that have a value, how many are of each kind. */
  readonly counts: Readonly<Record<PayloadKind, number>>;
  /** Records without a value. */
  readonly empty: number;
}

/** What nearly all must be for a topic to count as such. */
const NEARLY_ALL = 0.95;

export function payloadsOf(records: readonly SampledRecord[]): Payloads {
  const counts: Record<PayloadKind, number> = { json: 0, text: 0, bytes: 0, registry: 0 };
  let empty = 0;
  for (const record of records) {
    if (record.value === null || record.value.length === 0) empty++;
    else counts[kindOf(record)]++;
  }
  const all = records.length - empty;
  const most = (kind: PayloadKind): boolean => counts[kind] >= NEARLY_ALL * all;
  if (all === 0 || most('json')) return { kind: 'json', counts, empty };
  if (most('registry')) return { kind: 'registry', counts, empty };
  return { kind: counts.json + counts.text >= NEARLY_ALL * all ? 'text' : 'bytes', counts, empty };
}

function kindOf(record: SampledRecord): PayloadKind {
  const value = record.value ?? new Uint8Array(0);
  if (isFramed(value)) return 'registry';
  const document = documentOf(record);
  if (document !== undefined) return 'json';
  return decodeUtf8(value) === undefined ? 'bytes' : 'text';
}

/** Confluent's wire format: magic byte 0, the schema's number in four bytes, the payload. Numbers are small. */
function isFramed(value: Uint8Array): boolean {
  return value.length > 5 && value[0] === 0 && value[1] === 0;
}
