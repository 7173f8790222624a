// A tape: one archived partition, played record by record in offset order, with what is not wanted left out.
import type { ArchivedRecord, ArchiveReader, NewRecord } from '@parallax/core';
import { type OnProblem, readArchived, type TopicIds } from '@parallax/platform';
import type { Slot } from './id-table.ts';

export interface TapePlace {
  /** In the archive. */
  readonly source: { readonly topic: string; readonly partition: number };
  /** The run's topic it is fed to, same partition. */
  readonly topic: string;
  /** Next offset of the source to play, and the first not to. */
  readonly from: number;
  readonly to: number;
  readonly isInput: boolean;
}

export interface Played {
  readonly tape: Tape;
  readonly isInput: boolean;
  /** Recorded timestamp, epoch ms. */
  readonly time: number;
  readonly offset: number;
  /** Of its id; undefined where it has none. */
  readonly slot: Slot | undefined;
  readonly record: NewRecord;
  /** When it should be handed to the log, wall ms; -Infinity: whenever there is room. Set when it is taken. */
  due: number;
}

/** The slot of its id; `'skip'` where it is not fed. */
export type Choose = (record: ArchivedRecord) => Slot | undefined | 'skip';

export interface TapeAround {
  readonly archive: ArchiveReader;
  /** Tries again what may succeed later. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** Asks for the schemas that are needed to choose. */
  readonly ids: Pick<TopicIds, 'learn'>;
  readonly choose: Choose;
  readonly feed: (record: ArchivedRecord) => NewRecord;
  /** Told of what cannot be read: it is passed over. Without it, that is a fault. */
  readonly onProblem?: OnProblem | undefined;
}

export class Tape {
  readonly place: TapePlace;
  readonly #around: TapeAround;
  #records: AsyncGenerator<readonly ArchivedRecord[]> | undefined;
  #batch: readonly ArchivedRecord[] = [];
  #at = 0;
  #next: number;
  #head: Played | undefined;
  #ended: boolean;
  skipped = 0;

  constructor(place: TapePlace, around: TapeAround) {
    this.place = place;
    this.#around = around;
    this.#next = place.from;
    this.#ended = place.from >= place.to;
  }

  get head(): Played | undefined {
    return this.#head;
  }

  get isEnded(): boolean {
    return this.#ended && this.#head === undefined;
  }

  /** Must be loaded before its head says anything. */
  get isLoaded(): boolean {
    return this.#head !== undefined || this.#ended;
  }

  /** Moves on to the next record, if it is in memory. */
  take(): void {
    this.#head = undefined;
    this.#look();
  }

  /** Reads until there is a head, or the end. */
  async load(): Promise<void> {
    while (!this.isLoaded) {
      const batch = await this.#around.patiently(() => this.#read());
      if (batch === undefined) {
        this.#ended = true;
        return;
      }
      this.#batch = batch;
      this.#at = 0;
      this.#look();
    }
  }

  async close(): Promise<void> {
    await this.#records?.return(undefined);
  }

  /** After a failure it is read again from where the last batch ended. */
  async #read(): Promise<readonly ArchivedRecord[] | undefined> {
    const { source, to } = this.place;
    const { archive, onProblem } = this.#around;
    this.#records ??= readArchived(archive, source.topic, source.partition, { from: this.#next, to, onProblem });
    try {
      const { done, value } = await this.#records.next();
      if (done === true) return undefined;
      await this.#around.ids.learn(value);
      this.#next = (value.at(-1)?.offset ?? this.#next - 1) + 1;
      return value;
    } catch (error) {
      this.#records = undefined;
      throw error;
    }
  }

  #look(): void {
    while (this.#at < this.#batch.length) {
      const record = this.#batch[this.#at++] as ArchivedRecord;
      const slot = this.#around.choose(record);
      if (slot === 'skip') {
        this.skipped += 1;
        continue;
      }
      const { timestamp: time, offset } = record;
      const { isInput } = this.place;
      this.#head = {
        tape: this,
        isInput,
        time,
        offset,
        slot,
        record: this.#around.feed(record),
        due: Number.NEGATIVE_INFINITY,
      };
      return;
    }
    this.#batch = [];
    this.#at = 0;
  }
}
