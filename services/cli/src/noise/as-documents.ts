// Sampled pairs as the documents they stand for: rules are suggested from what is in them, whatever they are written in.
import { type Experiment, type Matched, type OutputPlan, type OutputSide, usesSchemas } from '@parallax/core';
import type { OpenedSchemas } from '@parallax/platform';
import { documentsOnly } from '../sampling/documents.ts';

/** Opens what the records of a comparison may be written with. */
export type OpenFor = (experiment: Experiment) => Promise<OpenedSchemas>;

/** The same comparison, of documents. */
export function ofDocuments(experiment: Experiment): Experiment {
  const outputs = experiment.outputs.map(({ output, legacy, candidate, twin }) => ({
    output,
    legacy: ofDocument(legacy),
    candidate: ofDocument(candidate),
    ...(twin === undefined ? {} : { twin: ofDocument(twin) }),
  }));
  return { ...experiment, outputs };
}

function ofDocument(side: OutputSide): OutputSide {
  const { format, registry: _, schemas: __, ...rest } = side;
  if (!usesSchemas(format)) return side;
  // As for CloudEvents as such: only their data is compared, unless the file says otherwise.
  return { ...rest, format: 'json', ...(format === 'cloudevents' ? { select: side.select ?? ['data'] } : {}) };
}

/** @throws Fault as the registry does */
export async function pairsAsDocuments(
  pairs: readonly Matched[],
  { legacy, candidate }: OutputPlan,
  schemas: OpenedSchemas,
  experiment: Experiment,
): Promise<readonly Matched[]> {
  const read: Matched[] = [];
  for (const pair of pairs) {
    read.push({
      id: pair.id,
      legacy: await documentsOnly(pair.legacy, legacy, schemas.legacy, experiment),
      candidate: await documentsOnly(pair.candidate, candidate, schemas.candidate, experiment),
    });
  }
  return read;
}
