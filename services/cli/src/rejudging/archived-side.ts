// One side of an output in the archive, read twice in the same order: first for the ids, then for the events.
import {
  type ArchivedRecord,
  type ArchiveReader,
  envelopeFormat,
  Fault,
  type Manifest,
  type RejudgedOutput,
  type Rejudging,
  readsKeySchemas,
  type Side,
} from '@parallax/core';
import { type OnProblem, type OpenedSchemas, readArchived } from '@parallax/platform';
import { type IdTable, IntList } from './id-table.ts';

/** Epoch ms, from `since` up to, not including, `until`: what is read. */
export interface Span {
  readonly since: number;
  readonly until: number;
}

/** What was found in one partition: of each record read, its group, -1 for none. */
interface PartitionIndex {
  readonly groups: IntList;
  /** First offset no longer read. */
  end: number;
  /** Of the offsets read: whether the second time is as the first. */
  sum: number;
}

const SUM_BELOW = 2 ** 52;

export class ArchivedSide {
  readonly topic: string;
  readonly side: Side;
  readonly #archive: ArchiveReader;
  readonly #output: RejudgedOutput;
  readonly #span: Span;
  readonly #onProblem: OnProblem | undefined;
  readonly #index = new Map<number, PartitionIndex>();

  /** @param onProblem told of what cannot be read, each time: it is passed over, both times alike */
  constructor(archive: ArchiveReader, output: RejudgedOutput, side: Side, span: Span, onProblem?: OnProblem) {
    this.#onProblem = onProblem;
    this.#archive = archive;
    this.#output = output;
    this.#span = span;
    this.side = side;
    this.topic = output.plan[side].topic;
  }

  /** First pass, one partition: counts its events in `ids`, and what has no id in `rejudging`. */
  async *index(partition: number, ids: IdTable, rejudging: Rejudging, schemas: OpenedSchemas): AsyncGenerator<number> {
    const index: PartitionIndex = { groups: new IntList(), end: 0, sum: 0 };
    this.#index.set(partition, index);
    const correlate = this.#output.settings.correlate[this.side];
    for await (const batch of this.#read(partition, Number.MAX_SAFE_INTEGER)) {
      await this.#learn(batch, rejudging, schemas);
      for (const record of batch) {
        index.sum = (index.sum + record.offset) % SUM_BELOW;
        index.end = record.offset + 1;
        const correlated = this.#isWanted(record) ? correlate(record) : undefined;
        const isFound = correlated?.kind === 'id';
        if (correlated !== undefined && correlated.kind !== 'id') rejudging.unusable[correlated.kind]++;
        index.groups.push(isFound ? ids.add(this.side, correlated.id, record.timestamp) : -1);
      }
      yield batch.length;
    }
  }

  /**
   * Second pass: batches of records with their groups.
   * @throws Fault `archive-changed` where they are not those of the first
   */
  async *events(partition: number): AsyncGenerator<readonly (readonly [ArchivedRecord, number])[]> {
    const index = this.#index.get(partition);
    if (index === undefined || index.groups.length === 0) return;
    let [read, sum] = [0, 0];
    for await (const batch of this.#read(partition, index.end)) {
      for (const { offset } of batch) sum = (sum + offset) % SUM_BELOW;
      if (read + batch.length > index.groups.length) break;
      yield batch.map((record, n) => [record, index.groups.at(read + n)] as const);
      read += batch.length;
    }
    if (read === index.groups.length && sum === index.sum) return;
    throw new Fault(`The archive's records of ${this.topic}, partition ${partition}, changed while they were read`, {
      code: 'archive-changed',
      cure: 'See that nothing but Parallax writes the archive, then try again.',
      retryable: true,
    });
  }

  #read(partition: number, to: number): AsyncGenerator<readonly ArchivedRecord[]> {
    const { since, until } = this.#span;
    const skip = ({ earliest, latest }: Manifest): boolean => latest < since || earliest >= until;
    return readArchived(this.#archive, this.topic, partition, { to, skip, onProblem: this.#onProblem });
  }

  #isWanted({ timestamp }: ArchivedRecord): boolean {
    return timestamp >= this.#span.since && timestamp < this.#span.until;
  }

  /** Schemas are looked up without waiting, so they are asked for before. */
  async #learn(batch: readonly ArchivedRecord[], rejudging: Rejudging, opened: OpenedSchemas): Promise<void> {
    const schemas = opened[this.side];
    if (schemas === undefined) return;
    const { budgets, compare, type } = rejudging.settings.experiment;
    const plan = this.#output.plan[this.side];
    const reader = envelopeFormat(plan.format, schemas, budgets);
    const keys = schemas.missing(reader, batch, readsKeySchemas(plan, compare.key, [type]));
    if (keys.length > 0) await schemas.learn(keys);
  }
}
