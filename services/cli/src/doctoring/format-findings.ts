// Whether sampled payloads are what the experiment reads them as.
import { type OutputPlan, payloadsOf, type SampledTopic, SIDES } from '@parallax/core';
import type { Documents } from '../sampling/documents.ts';
import type { Finding } from './finding.ts';

/** What is read by schemas must name known ones, and be what they say. */
export function unreadFindings({ sample, unread }: Documents): readonly Finding[] {
  return [...unread].map(([reason, count]): Finding => {
    return {
      area: 'records',
      level: count > sample.records.length / 2 ? 'problem' : 'warning',
      says: `${count} of ${sample.records.length} sampled records of ${sample.topic} cannot be read: ${reason}.`,
      means: 'They are undecodable, or inconclusive.',
      cure: 'docs/formats.md says what each reason means; do `format`, `registry` and `schemas` suit this topic?',
      code: 'format',
    };
  });
}

/** What is read as JSON must be JSON; text and bytes are whatever they are. */
export function formatFindings(
  output: OutputPlan,
  samples: { readonly legacy: SampledTopic; readonly candidate: SampledTopic },
): readonly Finding[] {
  return SIDES.filter((side) => output[side].format === 'json').flatMap((side): readonly Finding[] => {
    const { topic, records } = samples[side];
    const { kind } = payloadsOf(records);
    if (kind === 'json') return [];
    const what =
      kind === 'registry'
        ? 'framed by a schema registry (Avro, Protobuf)'
        : kind === 'single-object'
          ? 'single objects of Avro'
          : `${kind}, not JSON`;
    return [
      {
        area: 'records',
        level: 'problem',
        says: `Payloads of ${topic} are ${what}; the experiment reads them as json.`,
        means: 'They would be inconclusive, all but those that are the same to the byte.',
        cure:
          kind === 'registry'
            ? 'Say `format: avro` and `registry:` with the address of the schema registry.'
            : kind === 'single-object'
              ? 'Say `format: avro` and `schemas:` with a list of the files that hold their schemas.'
              : 'Say `format: text` or `format: bytes`, with the id in a header or the key.',
        code: 'format',
      },
    ];
  });
}
