// Evidence that the candidate has read its input: when its group's commits have passed the input's ends asked for at a
// time, it has consumed everything that had arrived by then. A slow candidate is not a wrong one.
import type { EventLog, Extent } from '@parallax/core';

export interface InputWatched {
  readonly topic: string;
  /** The candidate's consumer group. */
  readonly group: string;
}

export class ConsumptionWatch {
  readonly #log: Pick<EventLog, 'extents' | 'committed'>;
  readonly #input: InputWatched;
  #question: { readonly asked: number; readonly ends: readonly Extent[] } | undefined;
  #last = '';
  /** When the group's commits last moved, as seen by us. Wall ms. */
  movedAt: number;

  constructor(log: Pick<EventLog, 'extents' | 'committed'>, input: InputWatched, now: number) {
    this.#log = log;
    this.#input = input;
    this.movedAt = now;
  }

  /** The time up to which the candidate has now been seen to have consumed its input; undefined when nothing new is known. */
  async look(now: () => number): Promise<number | undefined> {
    const { topic, group } = this.#input;
    this.#question ??= { asked: now(), ends: await this.#log.extents([topic]) };
    const committed = await this.#log.committed(group, [topic]);
    const offsets = new Map(committed.map(({ partition, offset }) => [partition, offset]));
    const seen = JSON.stringify([...offsets]);
    if (seen !== this.#last) this.movedAt = now();
    this.#last = seen;
    const { asked, ends } = this.#question;
    const isPast = ends.every(({ partition, start, end }) => end === start || (offsets.get(partition) ?? 0) >= end);
    if (!isPast) return undefined;
    this.#question = undefined;
    return asked;
  }
}
