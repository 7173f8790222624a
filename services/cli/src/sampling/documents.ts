// Sampled records whose values are turned into the documents they stand for, so that ids and fields are found in them.
import { type Experiment, envelopeFormat, type OutputSide, type SampledTopic } from '@parallax/core';
import type { KnownSchemas } from '@parallax/platform';

export interface Documents {
  readonly sample: SampledTopic;
  /** How many could not be read, by the reason. */
  readonly unread: ReadonlyMap<string, number>;
}

/** Of formats that are documents as they stand, or none, the sample itself. @throws Fault as the registry does */
export async function asDocuments(
  sample: SampledTopic,
  { format }: OutputSide,
  schemas: KnownSchemas | undefined,
  { budgets }: Pick<Experiment, 'budgets'>,
): Promise<Documents> {
  const reader = envelopeFormat(format, schemas, budgets);
  const unread = new Map<string, number>();
  if (reader === undefined) return { sample, unread };
  await schemas?.learn(schemas.missing(reader, sample.records));
  const records = sample.records.map((record) => {
    if (record.value === null) return record;
    const json = reader.json(record.value, record.headers);
    if (typeof json !== 'string') return { ...record, value: json.slice() };
    unread.set(json, (unread.get(json) ?? 0) + 1);
    return record;
  });
  return { sample: { ...sample, records }, unread };
}
