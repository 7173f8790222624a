// The record read last of each partition, and that the log still holds it when another leader hands over what comes next.
//
// A leader that had not got everything may be elected, and its log may grow beyond what was read before anybody asks how far
// it reaches. Its records carry a higher epoch. So a batch of another epoch waits until the record read last was found
// where it stood; a log that lost it holds another one there.
//
//   batch ─► same epoch, or nothing was read? ─► read
//               └─ no ─► partition waits, goes back to where it was ─► the record is there, or gone ─► read on
//                                                                  └─ another stands there ─► log-truncated
import { type Batch, type Consumption, type EventLog, type LastRead, type LogRecord, SIDES } from '@parallax/core';
import type { OpenedJoin } from './opening.ts';
import type { Running } from './running.ts';
import { checkRead, lastRead } from './truncation.ts';

type Place = Pick<Batch, 'topic' | 'partition'>;

export interface LastReadsAround {
  readonly log: Pick<EventLog, 'read'>;
  readonly running: Pick<Running, 'patientlyWithLog' | 'fail'>;
  /** A partition begins to wait, or need not wait any longer. */
  readonly onChange: () => void;
}

export class LastReads {
  readonly #around: LastReadsAround;
  #last = new Map<string, LastRead>();
  #waiting = new Set<string>();

  constructor(around: LastReadsAround) {
    this.#around = around;
  }

  /** Other partitions are read now; those of older generations wait no more. `opened`: from which state. */
  assigned(opened: readonly Pick<OpenedJoin, 'pair' | 'cut'>[]): void {
    this.#waiting = new Set();
    this.#last = new Map(
      opened.flatMap(({ pair, cut }) =>
        SIDES.flatMap((side) => {
          const last = cut?.[side].last;
          return last === undefined ? [] : [[placeText(pair[side]), last] as const];
        }),
      ),
    );
  }

  of(place: Place): LastRead | undefined {
    return this.#last.get(placeText(place));
  }

  waits(place: Place): boolean {
    return this.#waiting.size > 0 && this.#waiting.has(placeText(place));
  }

  /**
   * Whether this batch cannot be read now: it comes again, from `cursor`, once its partition no longer {@link waits}. To be
   * called in the handler of the batch.
   */
  holds(batch: Batch, cursor: number, consumption: Pick<Consumption, 'seek'> | undefined): boolean {
    const { topic, partition, epoch } = batch;
    const place = placeText(batch);
    if (!this.#waiting.has(place)) {
      const last = this.#last.get(place);
      if (epoch === undefined || last === undefined || last.epoch === epoch) return false;
      this.#waiting.add(place);
      void this.#check({ topic, partition }, last, epoch);
    }
    consumption?.seek({ topic, partition, offset: cursor });
    this.#around.onChange();
    return true;
  }

  /** This batch is read. Its bytes are only good until its handler returns. */
  read({ topic, partition, epoch, records }: Batch): void {
    const newest: LogRecord | undefined = records.at(-1);
    const place = placeText({ topic, partition });
    if (newest !== undefined && newest.offset >= (this.#last.get(place)?.offset ?? 0)) {
      this.#last.set(place, lastRead(newest, epoch));
    }
  }

  async #check(place: Place, last: LastRead, epoch: number): Promise<void> {
    const { log, running, onChange } = this.#around;
    const waiting = this.#waiting;
    try {
      await running.patientlyWithLog(() => checkRead(log, place, last));
    } catch (error) {
      if (waiting === this.#waiting) running.fail(error);
      return;
    }
    if (waiting !== this.#waiting) return;
    this.#last.set(placeText(place), { ...last, epoch });
    waiting.delete(placeText(place));
    onChange();
  }
}

function placeText({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
