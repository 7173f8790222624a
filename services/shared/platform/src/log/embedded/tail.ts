// One consumer's end in the worker: reads on from its cursors wherever there is something new and it has credit.
import { type Extent, Fault } from '@parallax/core';
import { pack } from '../frame.ts';
import type { Move, TailBatch } from './protocol.ts';
import type { Records } from './records.ts';
import type { Topics } from './topics.ts';

interface Slot {
  readonly topic: string;
  readonly topicId: number;
  readonly partition: number;
  readonly part: number;
  version: number;
  offset: number;
  active: boolean;
}

export class Tail {
  readonly #consumer: number;
  readonly #slots: readonly Slot[];
  readonly #batchRecords: number;
  readonly #records: Records;
  readonly #topics: Topics;
  /** Log ends by slot, as of the last look. */
  #ends: readonly number[] = [];
  #credit = 0;
  #turn = 0;
  #looked = -1;

  constructor(
    consumer: number,
    extents: readonly Extent[],
    batchRecords: number,
    { records, topics }: { records: Records; topics: Topics },
  ) {
    this.#consumer = consumer;
    this.#batchRecords = batchRecords;
    this.#records = records;
    this.#topics = topics;
    this.#slots = extents.map(({ topic, partition }) => {
      const [topicId, part] = [topics.named(topic).id, topics.part(topic, partition).id];
      return { topic, topicId, partition, part, version: -1, offset: 0, active: false };
    });
  }

  steer(credit: number, moves: readonly Move[]): void {
    this.#credit += credit;
    for (const { slot: index, version, offset, active } of moves) {
      const slot = this.#slots[index];
      if (slot !== undefined) Object.assign(slot, { version, offset, active });
    }
  }

  /** Whether a new record could be sent on at once. */
  get waits(): boolean {
    return this.#credit > 0 && this.#slots.some(({ active }) => active);
  }

  #look(): void {
    const ends = new Map<string, readonly number[]>();
    this.#ends = this.#slots.map(({ topic, topicId, partition }) => {
      if (!ends.has(topic)) {
        if (this.#topics.named(topic).id !== topicId) throw recreated(topic);
        ends.set(
          topic,
          this.#topics.parts(topicId).map(({ end }) => end),
        );
      }
      return ends.get(topic)?.[partition] ?? 0;
    });
  }

  /**
   * The next batch of the next partition that has one, round and round. `state` is another number whenever the log may
   * have grown. Throws `unknown-topic` when one of its topics has gone, even if another has taken its name.
   */
  next(state: number): TailBatch | undefined {
    if (!this.waits) return undefined;
    if (this.#looked !== state) this.#look();
    this.#looked = state;
    for (let tried = 0; tried < this.#slots.length; tried++) {
      const index = (this.#turn + tried) % this.#slots.length;
      const slot = this.#slots[index];
      if (slot === undefined || !slot.active) continue;
      const { version, part, offset } = slot;
      const end = this.#ends[index] ?? 0;
      if (offset >= end) continue;
      const { records, cut } = this.#records.read(part, offset, this.#batchRecords);
      const last = records.at(-1);
      const beyond = last === undefined ? offset : last.place + 1;
      slot.offset = cut ? beyond : Math.max(end, beyond);
      this.#credit--;
      this.#turn = index + 1;
      return { kind: 'batch', consumer: this.#consumer, slot: index, version, next: slot.offset, frame: pack(records) };
    }
    return undefined;
  }
}

function recreated(topic: string): Fault {
  return new Fault(`Topic "${topic}" was deleted and created again while it was being consumed.`, {
    code: 'unknown-topic',
    cure: 'Delete the group as well, then start the consumer again.',
  });
}
