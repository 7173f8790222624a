// What is found in one topic's records beside what is compared, ids above all, whatever the records are written in.
import {
  type Content,
  type Correlate,
  compileCorrelation,
  type Experiment,
  envelopeFormat,
  type OutputSide,
  type ReadingOptions,
  type Source,
} from '@parallax/core';
import type { KnownSchemas } from './known-schemas.ts';

export class TopicIds {
  /** Of a record whose schema must have been {@link learn}ed. */
  readonly correlate: Correlate;
  /** For what else is found in these payloads. No format: nothing is looked for in them, or they are JSON. */
  readonly reading: ReadingOptions;
  readonly #schemas: KnownSchemas | undefined;

  /** @param others what is read besides the id */
  constructor(
    { correlation, format }: Pick<OutputSide, 'correlation' | 'format'>,
    schemas: KnownSchemas | undefined,
    budgets: Experiment['budgets'],
    others: readonly Source[] = [],
  ) {
    const isInPayload = [...correlation.flat(), ...others].some(({ kind }) => kind === 'path');
    this.reading = { format: isInPayload ? envelopeFormat(format, schemas, budgets) : undefined };
    this.#schemas = schemas;
    this.correlate = compileCorrelation(correlation, this.reading);
  }

  /** Asks for what these records are written with, where it is not known. @throws as {@link KnownSchemas.learn} */
  async learn(records: Iterable<Content>): Promise<void> {
    const { format } = this.reading;
    if (format === undefined || this.#schemas === undefined) return;
    const keys = this.#schemas.missing(format, records);
    if (keys.length > 0) await this.#schemas.learn(keys);
  }
}
