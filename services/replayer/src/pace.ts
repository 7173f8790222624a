// Pace: how fast recorded traffic is fed, and when each record of it is due.
import { Fault } from '@parallax/core';

/** `times`: so many times as fast as recorded; `rate`: inputs per second. Order is the recorded one at any pace. */
export type ReplayPace = 'flat-out' | 'as-recorded' | { readonly times: number } | { readonly rate: number };

const ALLOWED = 'flat-out, as-recorded, 10x (ten times as fast as recorded) or 200/s (inputs a second)';

/** @throws Fault `bad-pace` */
export function parsePace(text: string): ReplayPace {
  if (text === 'flat-out' || text === 'as-recorded') return text;
  const times = /^(?:[x×](\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)[x×])$/.exec(text);
  if (times !== null) return positive({ times: Number(times[1] ?? times[2]) }, text);
  const rate = /^(\d+(?:\.\d+)?)\/s$/.exec(text);
  if (rate !== null) return positive({ rate: Number(rate[1]) }, text);
  throw badPace(text);
}

/** The text {@link parsePace} reads back. */
export function formatPace(pace: ReplayPace): string {
  if (typeof pace === 'string') return pace;
  return 'times' in pace ? `${pace.times}x` : `${pace.rate}/s`;
}

/** How long feeding takes at this pace, in milliseconds; undefined where only the machine decides. */
export function durationAt(pace: ReplayPace, inputs: number, spanMs: number): number | undefined {
  if (pace === 'flat-out') return undefined;
  if (pace === 'as-recorded') return spanMs;
  return 'times' in pace ? spanMs / pace.times : (inputs / pace.rate) * 1000;
}

/** A record is asked for in the order of feeding. */
export interface Paced {
  readonly isInput: boolean;
  /** Recorded timestamp, epoch ms. */
  readonly time: number;
}

export class Pacer {
  readonly #pace: ReplayPace;
  #startedAt: number | undefined;
  #firstTime = 0;
  #time = Number.NEGATIVE_INFINITY;
  #inputs = 0;

  constructor(pace: ReplayPace) {
    this.#pace = pace;
  }

  /**
   * Wall ms at which the next record is due; -Infinity: whenever there is room. The first is due at once. Recorded time
   * never falls back: a record older than the one before it is due with it.
   */
  due(record: Paced, now: number): number {
    const pace = this.#pace;
    if (pace === 'flat-out') return Number.NEGATIVE_INFINITY;
    if (this.#startedAt === undefined) {
      this.#startedAt = now;
      this.#firstTime = record.time;
    }
    if (typeof pace === 'object' && 'rate' in pace) {
      const input = record.isInput ? this.#inputs : Math.max(0, this.#inputs - 1);
      return this.#startedAt + (input * 1000) / pace.rate;
    }
    const elapsed = Math.max(this.#time, record.time) - this.#firstTime;
    return this.#startedAt + Math.max(0, elapsed) / (pace === 'as-recorded' ? 1 : pace.times);
  }

  took(record: Paced): void {
    this.#time = Math.max(this.#time, record.time);
    if (record.isInput) this.#inputs += 1;
  }
}

function positive(pace: { readonly times: number } | { readonly rate: number }, text: string): ReplayPace {
  if (Object.values(pace).some((value: number) => value <= 0)) throw badPace(text);
  return pace;
}

function badPace(text: string): Fault {
  return new Fault(`"${text}" is no pace.`, { code: 'bad-pace', cure: `Give ${ALLOWED}.` });
}
