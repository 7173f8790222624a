// What is found in one topic's records beside what is compared, ids above all, whatever the records are written in.
import {
  type Content,
  type Correlate,
  compileCorrelation,
  type Experiment,
  envelopeFormat,
  keyDocuments,
  type OutputSide,
  type ReadingOptions,
  readsKeySchemas,
  type Source,
} from '@parallax/core';
import type { KnownSchemas } from './known-schemas.ts';

export class TopicIds {
  /** Of a record whose schema must have been {@link learn}ed. */
  readonly correlate: Correlate;
  /** For what else is found in these payloads. No format: nothing is looked for in them, or they are JSON. */
  readonly reading: ReadingOptions;
  readonly #schemas: KnownSchemas | undefined;
  readonly #readsKeys: boolean;

  /** @param others what is read besides the id */
  constructor(
    plan: Pick<OutputSide, 'correlation' | 'format' | 'keyFormat'>,
    schemas: KnownSchemas | undefined,
    budgets: Experiment['budgets'],
    others: readonly Source[] = [],
  ) {
    const { correlation, format } = plan;
    const isInPayload = [...correlation.flat(), ...others].some(({ kind }) => kind === 'path');
    this.#readsKeys = readsKeySchemas(plan, false, others);
    this.reading = {
      format: isInPayload ? envelopeFormat(format, schemas, budgets) : undefined,
      keys: this.#readsKeys ? keyDocuments(plan, schemas, budgets) : undefined,
    };
    this.#schemas = schemas;
    this.correlate = compileCorrelation(correlation, this.reading);
  }

  /** Asks for what these records are written with, where it is not known. @throws as {@link KnownSchemas.learn} */
  async learn(records: Iterable<Content>): Promise<void> {
    const { format } = this.reading;
    if (this.#schemas === undefined || (format === undefined && !this.#readsKeys)) return;
    const keys = this.#schemas.missing(format, records, this.#readsKeys);
    if (keys.length > 0) await this.#schemas.learn(keys);
  }
}
