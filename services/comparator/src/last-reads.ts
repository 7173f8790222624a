// The record read last of each partition, and that the log still holds it when another leader hands over what comes next.
//
// A leader that had not got everything may be elected, and its log may grow beyond what was read before anybody asks how far
// it reaches. It has a higher epoch. So a batch of a higher epoch waits until the record read last was found where it
// stood; a log that lost it holds another one there. Nor is the end that such a leader tells taken before that: grown just
// as far as was read, its log would seem to have been read to its end.
//
//   batch ─► no higher epoch, or nothing was read? ─► read
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
      if (!this.#isNew(place, epoch)) return false;
      this.#waiting.add(place);
      void this.#check({ topic, partition }, epoch);
    }
    consumption?.seek({ topic, partition, offset: cursor });
    this.#around.onChange();
    return true;
  }

  /** This batch is read. Its bytes are only good until its handler returns. */
  read({ topic, partition, epoch, records }: Batch): void {
    const newest: LogRecord | undefined = records.at(-1);
    const place = placeText({ topic, partition });
    const known = this.#last.get(place);
    if (newest === undefined || newest.offset < (known?.offset ?? 0)) return;
    this.#last.set(place, lastRead(newest, highest(known?.epoch, epoch)));
  }

  /** Before the end is taken that a leader of this epoch tells. @throws Fault `log-truncated` */
  async confirm(place: Place, epoch: number | undefined): Promise<void> {
    const text = placeText(place);
    const last = this.#last.get(text);
    if (last === undefined || !this.#isNew(text, epoch)) return;
    const waiting = this.#waiting;
    await checkRead(this.#around.log, place, last);
    // What was read meanwhile, of the leader before, is looked for once more.
    if (waiting === this.#waiting && this.#last.get(text) === last) this.#last.set(text, { ...last, epoch });
  }

  /** Another leader's than that of what was read, or found to have been written since. */
  #isNew(place: string, epoch: number | undefined): epoch is number {
    const last = this.#last.get(place);
    return epoch !== undefined && last !== undefined && epoch > (last.epoch ?? -1);
  }

  async #check(place: Place, epoch: number): Promise<void> {
    const { running, onChange } = this.#around;
    const waiting = this.#waiting;
    try {
      await running.patientlyWithLog(() => this.confirm(place, epoch));
    } catch (error) {
      if (waiting === this.#waiting) running.fail(error);
      return;
    }
    if (waiting !== this.#waiting) return;
    waiting.delete(placeText(place));
    onChange();
  }
}

function highest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function placeText({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
