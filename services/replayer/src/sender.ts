// Sends a round: inputs first, and the answers once those are acknowledged. One append in flight per partition.
//
// Hot path: what a round holds is grouped once; nothing is done per record but that.
import type { EventLog, NewRecord } from '@parallax/core';
import type { CrashPoints } from '@parallax/platform';
import type { ReplayerCrashPoint } from './crash-points.ts';
import type { Played } from './tape.ts';

export interface SenderAround {
  readonly log: Pick<EventLog, 'append'>;
  readonly now: () => number;
  /** Tries again what may succeed later. */
  readonly patiently: <T>(work: () => Promise<T>) => Promise<T>;
  /** Next offset of its source to feed, by what the run's topic ends with. */
  readonly next: (record: Played) => Promise<number>;
  readonly crash: CrashPoints<ReplayerCrashPoint>;
  /** Acknowledged by the log. `sentAt`: when it was handed over, wall ms. */
  readonly onFed: (records: readonly Played[], sentAt: number) => void;
}

export class Sender {
  readonly #around: SenderAround;

  constructor(around: SenderAround) {
    this.#around = around;
  }

  /** The records of a partition must come in its order. */
  async send(round: readonly Played[]): Promise<void> {
    await this.#sendAll(round.filter(({ isInput }) => isInput));
    this.#around.crash.reach('replayer.inputs-acknowledged');
    await this.#sendAll(round.filter(({ isInput }) => !isInput));
  }

  async #sendAll(records: readonly Played[]): Promise<void> {
    const byTape = Map.groupBy(records, ({ tape }) => tape);
    // All are waited for, so that after a failure nothing is still on its way.
    const results = await Promise.allSettled([...byTape.values()].map((part) => this.#append(part)));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #append(part: readonly Played[]): Promise<void> {
    const { log, now, patiently, next, crash, onFed } = this.#around;
    const [first] = part;
    if (first === undefined) return;
    const { topic } = first.tape.place;
    const sentAt = now();
    let hasFailed = false;
    await patiently(async () => {
      // An append that failed may have written some: the run's topic tells which.
      const from = hasFailed ? await next(first) : first.offset;
      hasFailed = true;
      const records: NewRecord[] = [];
      for (const { offset, record } of part) if (offset >= from) records.push(record);
      crash.reach('replayer.before-append');
      if (records.length > 0) await log.append(topic, records);
      crash.reach('replayer.after-append');
    });
    onFed(part, sentAt);
  }
}
