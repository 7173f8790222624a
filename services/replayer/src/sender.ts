// Sends what is due: one append in flight for each partition, and what falls due meanwhile goes with the next.
//
// More than one would be quicker, and could leave a hole: a later append may succeed where an earlier one fails, and the
// last record of the run's topic would then say that both are in it.
//
// Hot path: nothing is done per record but gathering it.
import type { EventLog, NewRecord } from '@parallax/core';
import type { CrashPoints } from '@parallax/platform';
import type { ReplayerCrashPoint } from './crash-points.ts';
import type { Played, Tape } from './tape.ts';

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

/** What a partition has to send. */
interface Lane {
  waiting: Played[];
  isBusy: boolean;
}

export class Sender {
  readonly #around: SenderAround;
  readonly #lanes = new Map<Tape, Lane>();
  #records = 0;
  #bytes = 0;
  #changed = Promise.withResolvers<void>();
  #isStopped = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(around: SenderAround) {
    this.#around = around;
  }

  /** Taken and not acknowledged yet. */
  get records(): number {
    return this.#records;
  }

  /** The same in bytes of keys and values. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when something is acknowledged, or has failed, from now on. */
  get changed(): Promise<void> {
    return this.#changed.promise;
  }

  /** The records of a partition must come in its order. */
  take(record: Played): void {
    let lane = this.#lanes.get(record.tape);
    if (lane === undefined) {
      lane = { waiting: [], isBusy: false };
      this.#lanes.set(record.tape, lane);
    }
    lane.waiting.push(record);
    this.#records += 1;
    this.#bytes += bytesOf(record);
  }

  /** Hands over what was taken, wherever nothing is on its way already. */
  send(): void {
    if (this.#isStopped) return;
    for (const lane of this.#lanes.values()) if (!lane.isBusy && lane.waiting.length > 0) void this.#sendAll(lane);
  }

  /** @throws whatever an append failed with, once nothing is on its way any more */
  async stop(): Promise<void> {
    this.#isStopped = true;
    while ([...this.#lanes.values()].some(({ isBusy }) => isBusy)) await this.changed;
    if (this.#failure !== undefined) throw this.#failure.reason;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  async #sendAll(lane: Lane): Promise<void> {
    lane.isBusy = true;
    try {
      while (lane.waiting.length > 0 && !this.#isStopped) {
        const part = lane.waiting;
        lane.waiting = [];
        await this.#append(part);
        this.#records -= part.length;
        for (const record of part) this.#bytes -= bytesOf(record);
        this.#tell();
      }
    } catch (reason) {
      this.#failure ??= { reason };
      this.#isStopped = true;
    }
    lane.isBusy = false;
    this.#tell();
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
    if (first.isInput) crash.reach('replayer.inputs-acknowledged');
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function bytesOf({ record: { key, value } }: Played): number {
  return (key?.length ?? 0) + (value?.length ?? 0);
}
