// Sampled records whose values, and keys, are turned into what they stand for, so that ids and fields are found in them.
import {
  type Experiment,
  envelopeFormat,
  type FormatReader,
  type KeyDocuments,
  keyDocuments,
  type OutputSide,
  type SampledRecord,
  type SampledTopic,
} from '@parallax/core';
import type { KnownSchemas } from '@parallax/platform';

type ReadAs = Pick<OutputSide, 'format' | 'keyFormat'>;

export interface Documents {
  readonly sample: SampledTopic;
  /** How many could not be read, by the reason. */
  readonly unread: ReadonlyMap<string, number>;
}

/** Of formats that are documents as they stand, or none, the sample itself. @throws Fault as the registry does */
export async function asDocuments(
  sample: SampledTopic,
  read: ReadAs,
  schemas: KnownSchemas | undefined,
  { budgets }: Pick<Experiment, 'budgets'>,
): Promise<Documents> {
  const reader = envelopeFormat(read.format, schemas, budgets);
  const keys = keyDocuments(read, schemas, budgets);
  const unread = new Map<string, number>();
  if (reader === undefined && keys === undefined) return { sample, unread };
  const { records } = sample;
  await schemas?.learn(schemas.missing(reader, records, keys !== undefined));
  const documents = records.map((record) => {
    const known = withKey(record, keys);
    const json = reader === undefined ? known : documentOf(known, reader);
    if (typeof json === 'object') return json;
    unread.set(json, (unread.get(json) ?? 0) + 1);
    return known;
  });
  return { sample: { ...sample, records: documents }, unread };
}

const NOTHING = new Uint8Array(0);

/** What cannot be read becomes what is no document: nothing is ever concluded from it. @throws Fault as the registry does */
export async function documentsOnly(
  records: readonly SampledRecord[],
  { format }: Pick<OutputSide, 'format'>,
  schemas: KnownSchemas | undefined,
  { budgets }: Pick<Experiment, 'budgets'>,
): Promise<readonly SampledRecord[]> {
  const reader = envelopeFormat(format, schemas, budgets);
  if (reader === undefined) return records;
  await schemas?.learn(schemas.missing(reader, records));
  return records.map((record) => {
    const json = documentOf(record, reader);
    return typeof json === 'object' ? json : { ...record, value: NOTHING };
  });
}

function documentOf(record: SampledRecord, reader: FormatReader): SampledRecord | string {
  if (record.value === null) return record;
  const json = reader.json(record.value, record.headers);
  // It may lie in the reader's own memory.
  return typeof json === 'string' ? json : { ...record, value: json.slice() };
}

/** A key that cannot be read is nobody's id. */
function withKey(record: SampledRecord, keys: KeyDocuments | undefined): SampledRecord {
  const { key, headers } = record;
  if (keys === undefined || key === null || key.length === 0) return record;
  const json = keys.json(key, headers);
  if (json === undefined) return record;
  // It may lie in the reader's own memory.
  return { ...record, key: typeof json === 'string' ? NOTHING : json.slice(), writtenKey: key };
}
