// Virtual time and everything that is under way: a seed decides what happens next, one step at a time.
import type { Clock } from '../../lifecycle/clock.ts';
import type { Random } from './random.ts';

/** Something that can happen next. */
export interface Step {
  readonly run: () => unknown;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

export class Scheduler {
  now: number;
  readonly #random: Random;
  #steps: Step[] = [];
  #sleepers: Sleeper[] = [];

  constructor(start: number, random: Random) {
    this.now = start;
    this.#random = random;
  }

  get isQuiet(): boolean {
    return this.#steps.length === 0;
  }

  add(step: Step): void {
    this.#steps.push(step);
  }

  /** What is under way and matches never happens. */
  drop(matches: (step: Step) => boolean): void {
    this.#steps = this.#steps.filter((step) => !matches(step));
  }

  /** One of the steps under way happens; false where there is none. */
  take(allowed: (step: Step) => boolean): boolean {
    const ready = this.#steps.filter(allowed);
    if (ready.length === 0) return false;
    const step = this.#random.pick(ready);
    this.#steps.splice(this.#steps.indexOf(step), 1);
    step.run();
    return true;
  }

  /** The next sleeper's time, if it is before `until`; now, where nobody sleeps because something is under way. */
  nextWake(until: number): number {
    if (this.#sleepers.length === 0) return this.now;
    let next = until;
    for (const { at } of this.#sleepers) if (at < next) next = at;
    return Math.max(next, this.now);
  }

  advance(to: number): void {
    this.now = Math.max(this.now, to);
    const due = this.#sleepers.filter(({ at }) => at <= this.now);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > this.now);
    for (const { wake } of due) wake();
  }

  /** A machine's own clock, ahead of the others by this much. */
  clock(aheadMs: number): Clock {
    return {
      now: () => this.now + aheadMs,
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          if (signal?.aborted) return resolve();
          const sleeper = { at: this.now + ms, wake: resolve };
          this.#sleepers.push(sleeper);
          signal?.addEventListener('abort', () => {
            this.#sleepers = this.#sleepers.filter((one) => one !== sleeper);
            resolve();
          });
        }),
    };
  }
}

/** Everything that does not wait for a step has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
