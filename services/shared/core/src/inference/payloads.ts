// How the payloads of a topic are written: JSON, text, bytes, framed by a schema registry, or as single objects of Avro.
import { decodeUtf8 } from '../envelope/utf8.ts';
import { framingOf } from '../formats/framing.ts';
import { documentOf, type SampledRecord, type SchemaFormat } from './sample.ts';

/** `registry`: named by a schema's number or GUID, as registry serializers write Avro and others; `single-object`: Avro's own. */
export type PayloadKind = GuessedFormat | 'registry' | 'single-object';

/** What payloads can be seen to be without schemas. */
export type GuessedFormat = 'json' | 'text' | 'bytes';

export interface Payloads {
  readonly kind: PayloadKind;
  /** Of those that have a value, how many are of each kind. */
  readonly counts: Readonly<Record<PayloadKind, number>>;
  /** Records without a value. */
  readonly empty: number;
  /** The format without which they are no documents; absent: they need none. */
  readonly needs?: SchemaFormat;
}

/** What nearly all must be for a topic to count as such. */
const NEARLY_ALL = 0.95;

export function payloadsOf(records: readonly SampledRecord[]): Payloads {
  const counts: Record<PayloadKind, number> = { json: 0, text: 0, bytes: 0, registry: 0, 'single-object': 0 };
  let empty = 0;
  for (const record of records) {
    if (record.value === null || record.value.length === 0) empty++;
    else counts[kindOf(record)]++;
  }
  const all = records.length - empty;
  const most = (kind: PayloadKind): boolean => counts[kind] >= NEARLY_ALL * all;
  if (all === 0 || most('json')) return { kind: 'json', counts, empty };
  const framed = counts.registry + counts['single-object'];
  if (framed > 0 && framed + counts.json >= NEARLY_ALL * all) {
    const kind = counts.registry >= counts['single-object'] ? 'registry' : 'single-object';
    return { kind, counts, empty, needs: framed >= NEARLY_ALL * all ? 'avro' : 'auto' };
  }
  return { kind: counts.json + counts.text >= NEARLY_ALL * all ? 'text' : 'bytes', counts, empty };
}

function kindOf(record: SampledRecord): PayloadKind {
  const value = record.value ?? new Uint8Array(0);
  const framing = framingOf(value, record.headers);
  if (typeof framing === 'object') {
    if (framing.key.kind === 'fingerprint') return 'single-object';
    // Of numbers in payloads, small ones only: any bytes may begin with a zero.
    if (framing.start === 0 || value[1] === 0) return 'registry';
  }
  if (documentOf(record) !== undefined) return 'json';
  return decodeUtf8(value) === undefined ? 'bytes' : 'text';
}
