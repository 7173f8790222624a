// Drives all tails of a worker: at once after a write of our own, by polling for those of other processes.
//
// The poll asks SQLite for its data version, which other connections' commits change; it costs about 2 µs and reads
// nothing. It runs only while some consumer waits for something.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TailBatch } from './protocol.ts';
import { integer } from './sqlite.ts';
import type { Tail } from './tail.ts';

const POLL_MS = 15;
/** How long batches are read in one go before writes and calls get their turn. */
const SLICE_MS = 10;

export class Pump {
  readonly #tails = new Map<number, Tail>();
  readonly #version: StatementSync;
  readonly #send: (batch: TailBatch) => void;
  readonly #lost: (consumer: number, error: unknown) => void;
  #seen = -1;
  #dirty = false;
  #state = 0;
  #poll: NodeJS.Timeout | undefined;
  #soon: NodeJS.Immediate | undefined;

  /** `lost` is told of tails that cannot go on; they are removed. */
  constructor(
    database: DatabaseSync,
    send: (batch: TailBatch) => void,
    lost: (consumer: number, error: unknown) => void,
  ) {
    this.#version = database.prepare('PRAGMA data_version');
    this.#send = send;
    this.#lost = lost;
  }

  add(consumer: number, tail: Tail): void {
    this.#tails.set(consumer, tail);
  }

  remove(consumer: number): void {
    this.#tails.delete(consumer);
  }

  get(consumer: number): Tail | undefined {
    return this.#tails.get(consumer);
  }

  /** Something was written through this connection, whose own writes the data version does not show. */
  wrote(): void {
    this.#dirty = true;
    this.wake();
  }

  wake(): void {
    if (this.#tails.size > 0) this.#soon ??= setImmediate(() => this.#run());
  }

  stop(): void {
    this.#tails.clear();
    clearTimeout(this.#poll);
    clearImmediate(this.#soon);
  }

  #run(): void {
    this.#soon = undefined;
    clearTimeout(this.#poll);
    this.#poll = undefined;
    const until = performance.now() + SLICE_MS;
    const state = this.#currentState();
    let sent = false;
    for (const [consumer, tail] of this.#tails) {
      try {
        for (let batch = tail.next(state); batch !== undefined; batch = tail.next(state)) {
          this.#send(batch);
          sent = true;
          if (performance.now() > until) break;
        }
      } catch (error) {
        this.#tails.delete(consumer);
        this.#lost(consumer, error);
      }
    }
    if (sent) this.wake();
    else if ([...this.#tails.values()].some(({ waits }) => waits)) {
      this.#poll = setTimeout(() => this.#run(), POLL_MS);
    }
  }

  #currentState(): number {
    const version = integer(this.#version.get() ?? {}, 'data_version');
    if (this.#dirty || version !== this.#seen) this.#state++;
    this.#seen = version;
    this.#dirty = false;
    return this.#state;
  }
}
