// How a comparator goes on and ends: its loops, its patience with a store or a log that is down, and the one failure that
// ends it.
//
//   running ──stop(): loops end, a last effort──► ended
//      └────what does not pass by itself────────────┘
import { Fault, isRetryable } from '@parallax/core';
import { type Clock, retrying, type Telemetry } from '@parallax/platform';
import {
  leftForNextStart,
  logBack,
  logUnavailable,
  registryBack,
  registryUnreachable,
  storeBack,
  storeUnavailable,
} from './events.ts';
import type { Halts } from './halts.ts';

/** A loop that fails waits up to this many of its turns before it tries again. */
const LONGEST_PAUSE = 32;

/** How long a stop waits for what is under way. */
const STOP_MS = 5_000;

export interface RunningAround {
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Leaves word of what ended this. */
  readonly halts: Pick<Halts, 'tell' | 'during'>;
  /** Lets go of what is held in the log. */
  readonly release: () => Promise<void>;
}

export class Running {
  readonly ended: Promise<unknown>;
  readonly #around: RunningAround;
  readonly #finished = Promise.withResolvers<unknown>();
  readonly #stopping = new AbortController();
  readonly #loops: Promise<void>[] = [];
  #awaited: Promise<unknown> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isLeft = false;
  #changed = Promise.withResolvers<void>();

  constructor(around: RunningAround) {
    this.#around = around;
    this.ended = this.#finished.promise;
  }

  /** Does the work again and again, `ms` apart, until stopped. What may pass by itself is told and tried again. */
  every(ms: number, work: () => Promise<unknown>): void {
    this.#loops.push(this.#loop(ms, work));
  }

  /** A stop waits for this work, too. */
  awaited<T>(work: Promise<T>): Promise<T> {
    this.#awaited = Promise.allSettled([this.#awaited, work]);
    return work;
  }

  /** The work; its failure is told in the store before it is passed on. */
  telling<T>(work: () => Promise<T>): Promise<T> {
    return this.#around.halts.during(work);
  }

  /** A call to the store, repeated until it succeeds or this is stopped. */
  patiently<T>(work: () => Promise<T>): Promise<T> {
    const { clock, telemetry } = this.#around;
    return retrying(work, {
      clock,
      stopping: this.#stopping.signal,
      onFailure: (error, attempt, retryMs) => telemetry.record(storeUnavailable(error, attempt, retryMs)),
      onBack: (attempts) => telemetry.record(storeBack(attempts)),
    });
  }

  /** A call to a schema registry, likewise. */
  patientlyWithRegistry<T>(work: () => Promise<T>): Promise<T> {
    const { clock, telemetry } = this.#around;
    return retrying(work, {
      clock,
      stopping: this.#stopping.signal,
      onFailure: (error, attempt, retryMs) => telemetry.record(registryUnreachable(error, attempt, retryMs)),
      onBack: (attempts) => telemetry.record(registryBack(attempts)),
    });
  }

  /** A call to the log, likewise. */
  patientlyWithLog<T>(work: () => Promise<T>): Promise<T> {
    const { clock, telemetry } = this.#around;
    return retrying(work, {
      clock,
      stopping: this.#stopping.signal,
      onFailure: (error, attempt) => telemetry.record(logUnavailable(error, attempt)),
      onBack: (attempts) => telemetry.record(logBack(attempts - 1)),
    });
  }

  /** Something that others may wait for has happened. */
  notify(): void {
    const before = this.#changed;
    this.#changed = Promise.withResolvers<void>();
    before.resolve();
  }

  /** Rejects with what ended this, or when it is stopped before. */
  async until(condition: () => boolean): Promise<void> {
    for (;;) {
      this.check();
      if (condition()) return;
      await this.#changed.promise;
    }
  }

  async pause(ms: number): Promise<void> {
    await this.#around.clock.sleep(ms, this.#stopping.signal);
  }

  /** Rejects as {@link until} does, before or after the pause. */
  async again(ms: number): Promise<void> {
    await this.pause(ms);
    this.check();
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.#stopping.signal.aborted) return;
    throw new Fault('The comparator was stopped before it had caught up', {
      code: 'comparator-stopped',
      cure: 'Start it again: it goes on where it was.',
    });
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  fail(error: unknown): void {
    if (this.#failure !== undefined || this.#isLeftFor(error)) return;
    this.#failure = { error };
    this.#stopping.abort();
    this.notify();
    void this.#finish();
  }

  /** Ends the loops, makes a last effort, and releases; a store or a log that accepts and never answers is not waited for. */
  async stop(effort: () => Promise<unknown>): Promise<void> {
    if (!this.#stopping.signal.aborted) {
      this.#stopping.abort();
      this.notify();
      const isDone = new AbortController();
      const overdue = this.#around.clock.sleep(STOP_MS, isDone.signal).then(() => {
        if (!isDone.signal.aborted) this.fail(unanswered());
      });
      await Promise.race([this.#endInOrder(effort), overdue]);
      isDone.abort();
      await this.#finish();
    }
    await this.ended;
  }

  async #endInOrder(effort: () => Promise<unknown>): Promise<void> {
    await Promise.all([...this.#loops, this.#awaited]);
    if (this.#failure === undefined) await effort().catch((error: unknown) => this.fail(error));
  }

  async #loop(ms: number, work: () => Promise<unknown>): Promise<void> {
    const { clock, telemetry } = this.#around;
    const { signal } = this.#stopping;
    let failures = 0;
    while (!signal.aborted) {
      try {
        await work();
        if (failures > 0) telemetry.record(logBack(failures));
        failures = 0;
      } catch (error) {
        if (signal.aborted || !isRetryable(error)) {
          this.fail(error);
          return;
        }
        failures++;
        telemetry.record(logUnavailable(error, failures));
      }
      await clock.sleep(ms * Math.min(LONGEST_PAUSE, 2 ** failures), signal);
    }
  }

  /** When stopping, what the store or the log does not take now is left for the next start: that is no failure. */
  #isLeftFor(error: unknown): boolean {
    if (!this.#stopping.signal.aborted || !isRetryable(error)) return false;
    if (!this.#isLeft) this.#around.telemetry.record(leftForNextStart(error));
    this.#isLeft = true;
    return true;
  }

  async #finish(): Promise<void> {
    const told = this.#failure && this.#around.halts.tell(this.#failure.error);
    await this.#around.release().catch((error: unknown) => {
      this.#failure ??= { error };
    });
    await told;
    this.#finished.resolve(this.#failure?.error);
  }
}

function unanswered(): Fault {
  return new Fault(`The store or the log has not answered within ${STOP_MS / 1_000} s`, {
    code: 'unanswered-at-stop',
    cure: 'Start it again: it goes on where it was.',
    retryable: true,
  });
}
