// What the systems publish in a simulation, when its time has come; and what they hold back while a log elects a leader.
import type { Scenario } from '@parallax/platform/testing';
import type { CandidateGroup } from './candidate-group.ts';
import type { Logs } from './logs.ts';

export class Traffic {
  readonly #events: Scenario['events'];
  readonly #logs: Logs;
  readonly #candidate: CandidateGroup;
  readonly #partitions: number;
  #written = 0;
  /** Producers wait until then. */
  #from = 0;

  constructor(events: Scenario['events'], logs: Logs, candidate: CandidateGroup, partitions: number) {
    this.#events = events;
    this.#logs = logs;
    this.#candidate = candidate;
    this.#partitions = partitions;
  }

  get isOver(): boolean {
    return this.#written === this.#events.length;
  }

  holdBack(until: number): void {
    this.#from = until;
  }

  /** When there is something to write next; `otherwise`: nothing more. */
  nextAt(otherwise: number): number {
    return Math.max(this.#events[this.#written]?.writtenAt ?? otherwise, this.#from);
  }

  async write(now: number): Promise<void> {
    if (now < this.#from) return;
    for (let next = this.#events[this.#written]; next !== undefined && next.writtenAt <= now; ) {
      await this.#writeNext(now);
      next = this.#events[this.#written];
    }
  }

  async #writeNext(now: number): Promise<void> {
    const next = this.#events[this.#written++];
    if (next === undefined) return;
    await this.#logs.write(next.side, next.record, this.#partitionOf(next.record), now);
    if (next.side === 'legacy') await this.#candidate.receive(this.#logs.written.legacy.at(-1));
  }

  /** Writes before its time what is needed for that, if there is so much. */
  async hurry(now: number, isEnough: () => boolean): Promise<void> {
    while (!this.isOver && !isEnough()) await this.#writeNext(now);
  }

  /** Both sides of an id meet. */
  #partitionOf({ headers }: { readonly headers: readonly (readonly [string, Uint8Array | null])[] }): number {
    const id = headers.find(([name]) => name === 'correlation-id')?.[1] ?? new Uint8Array();
    return id.reduce((sum, byte) => sum + byte, 0) % this.#partitions;
  }
}
