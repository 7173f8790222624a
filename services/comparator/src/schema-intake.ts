// Before a batch is read, every schema its records name is asked for. While that takes, its partition is not read; while a
// registry is down, neither: nothing is left out, the log keeps it. Only a registry's word that there is no such schema lets
// a record pass, which then cannot be read.
//
//   batch ─► all known? ─► read
//               └─ no ─► partition waits, goes back to where it was ─► registry answers ─► read on
import {
  type Batch,
  type Consumption,
  type Content,
  type Experiment,
  envelopeFormat,
  type FormatReader,
  readsKeySchemas,
  SIDES,
  type Side,
} from '@parallax/core';
import type { KnownSchemas, OpenedSchemas } from '@parallax/platform';
import type { Running } from './running.ts';

export interface SchemaIntakeOptions {
  readonly experiment: Pick<Experiment, 'outputs' | 'budgets' | 'compare' | 'type'>;
  readonly schemas?: OpenedSchemas | undefined;
}

type Place = Pick<Batch, 'topic' | 'partition'>;

interface Asked {
  readonly format: FormatReader | undefined;
  readonly schemas: KnownSchemas;
  readonly readsKeys: boolean;
}

export class SchemaIntake {
  readonly #running: Pick<Running, 'patientlyWithRegistry' | 'fail'>;
  readonly #onChange: () => void;
  /** Of the sides whose records name schemas. */
  readonly #sides = new Map<Side, Asked>();
  #waiting = new Set<string>();

  /** @param onChange a partition begins to wait, or need not wait any longer */
  constructor(
    { experiment, schemas = {} }: SchemaIntakeOptions,
    running: Pick<Running, 'patientlyWithRegistry' | 'fail'>,
    onChange: () => void,
  ) {
    this.#running = running;
    this.#onChange = onChange;
    for (const side of SIDES) {
      const known = schemas[side];
      const plan = experiment.outputs[0]?.[side];
      if (plan === undefined || known === undefined) continue;
      const format = envelopeFormat(plan.format, known, experiment.budgets);
      const readsKeys = readsKeySchemas(plan, experiment.compare.key, [experiment.type]);
      if (format !== undefined || readsKeys) this.#sides.set(side, { format, schemas: known, readsKeys });
    }
  }

  /** Partitions of older generations wait no more. */
  assigned(): void {
    this.#waiting = new Set();
  }

  waits(place: Place): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(placeText(place));
  }

  /**
   * Whether this batch cannot be read now: it comes again, from `cursor`, once its partition no longer {@link waits}. To be
   * called in the handler of the batch.
   */
  holds(side: Side, batch: Batch, cursor: number, consumption: Pick<Consumption, 'seek'> | undefined): boolean {
    if (!this.#lacks(side, batch)) return false;
    consumption?.seek({ topic: batch.topic, partition: batch.partition, offset: cursor });
    this.#onChange();
    return true;
  }

  #lacks(side: Side, batch: Batch): boolean {
    const asked = this.#sides.get(side);
    if (asked === undefined) return false;
    const place = placeText(batch);
    if (this.#waiting.has(place)) return true;
    const keys = asked.schemas.missing(asked.format, batch.records, asked.readsKeys);
    if (keys.length === 0) return false;
    const waiting = this.#waiting;
    waiting.add(place);
    void this.#running
      .patientlyWithRegistry(() => asked.schemas.learn(keys))
      .then(() => {
        waiting.delete(place);
        this.#onChange();
      })
      .catch((error: unknown) => this.#running.fail(error));
    return true;
  }

  /** Of records that were not read as batches. */
  async learn(side: Side, records: readonly Content[]): Promise<void> {
    const asked = this.#sides.get(side);
    const keys = asked === undefined ? [] : asked.schemas.missing(asked.format, records, asked.readsKeys);
    if (asked === undefined || keys.length === 0) return;
    await this.#running.patientlyWithRegistry(() => asked.schemas.learn(keys));
  }
}

function placeText({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
