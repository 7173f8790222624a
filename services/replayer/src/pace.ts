// Pace: how fast recorded traffic is fed, and when each record of it is due.
import { Fault, formatDuration } from '@parallax/core';
import { formatRamp, RampSchedule, type RampStep } from './ramp.ts';

/**
 * `times`: so many times as fast as recorded; `rate`: inputs per second; `ramp`: one rate after the other. Order is the
 * recorded one at any pace.
 */
export type ReplayPace =
  | 'flat-out'
  | 'as-recorded'
  | { readonly times: number }
  | { readonly rate: number }
  | { readonly ramp: readonly RampStep[] };

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

/** The text {@link parsePace} reads back, unless it is a ramp. */
export function formatPace(pace: ReplayPace): string {
  if (typeof pace === 'string') return pace;
  if ('ramp' in pace) return formatRamp(pace.ramp);
  return 'times' in pace ? `${pace.times}x` : `${pace.rate}/s`;
}

/**
 * How long feeding takes at this tempo, in milliseconds; undefined where only the machine decides.
 * @param spanMs recorded time that goes by, idle time shortened
 */
export function durationAt({ pace, mostPerSecond }: Tempo, inputs: number, spanMs: number): number | undefined {
  const capped = mostPerSecond === undefined ? undefined : (inputs / mostPerSecond) * 1000;
  if (pace === 'flat-out') return capped;
  if (typeof pace === 'object' && 'ramp' in pace) return new RampSchedule(pace.ramp).dueMs(inputs);
  const own = pace === 'as-recorded' ? spanMs : 'times' in pace ? spanMs / pace.times : (inputs / pace.rate) * 1000;
  return Math.max(own, capped ?? 0);
}

/** A pace, and what bends it. */
export interface Tempo {
  readonly pace: ReplayPace;
  /** Recorded time without any input goes by in so many milliseconds at most, as recorded. */
  readonly idleMs?: number;
  /** At most so many inputs a second, whatever the pace. */
  readonly mostPerSecond?: number;
}

/** @throws Fault `bad-pace` where one part makes the other void */
export function checkTempo({ pace, idleMs, mostPerSecond }: Tempo): void {
  const keepsTime = pace === 'as-recorded' || (typeof pace === 'object' && 'times' in pace);
  if (idleMs !== undefined && !keepsTime) {
    throw new Fault(`At the pace ${formatPace(pace)} no recorded time goes by, so that none can be shortened.`, {
      code: 'bad-pace',
      cure: 'Give --idle with --pace as-recorded or 10x, or leave it out.',
    });
  }
  if (mostPerSecond !== undefined && typeof pace === 'object' && !('times' in pace)) {
    throw new Fault(`${formatPace(pace)} and at most ${mostPerSecond}/s are two rates.`, {
      code: 'bad-pace',
      cure: 'Give the lower one as --pace; --rate caps the other paces.',
    });
  }
}

/** Inputs a second, as `200/s`. @throws Fault `bad-pace` */
export function parseRate(text: string): number {
  const pace = parsePace(text);
  if (typeof pace === 'object' && 'rate' in pace) return pace.rate;
  throw new Fault(`"${text}" is no rate.`, { code: 'bad-pace', cure: 'Give inputs a second, such as 200/s.' });
}

/** In words, with what bends it. */
export function formatTempo({ pace, idleMs, mostPerSecond }: Tempo): string {
  const idle = idleMs === undefined ? '' : `, idle time at most ${formatDuration(idleMs)}`;
  const rate = mostPerSecond === undefined ? '' : `, at most ${mostPerSecond}/s`;
  return `${formatPace(pace)}${idle}${rate}`;
}

/** A record is asked for in the order of feeding. */
export interface Paced {
  readonly isInput: boolean;
  /** Recorded timestamp, epoch ms. */
  readonly time: number;
}

/**
 * The schedule. It is reckoned from when feeding began, never from the record before, so that no error adds up: what was
 * late is followed by what is due then, and the recorded time is reached again.
 */
export class Pacer {
  readonly #tempo: Tempo;
  readonly #times: number;
  readonly #ramp: RampSchedule | undefined;
  #startedAt: number | undefined;
  /** Recorded time of the last input, and how much of it had gone by then, idle time shortened. */
  #inputTime = Number.NEGATIVE_INFINITY;
  #elapsed = 0;
  #time = Number.NEGATIVE_INFINITY;
  #inputs = 0;
  /** When the last input was due, as the cap has it. */
  #cappedDue = Number.NEGATIVE_INFINITY;

  constructor(tempo: Tempo) {
    this.#tempo = tempo;
    this.#ramp = typeof tempo.pace === 'object' && 'ramp' in tempo.pace ? new RampSchedule(tempo.pace.ramp) : undefined;
    this.#times = typeof tempo.pace === 'object' && 'times' in tempo.pace ? tempo.pace.times : 1;
  }

  /**
   * Wall ms at which the next record is due; -Infinity: whenever there is room. The first is due at once. Recorded time
   * never falls back: a record older than the one before it is due with it.
   */
  due(record: Paced, now: number): number {
    const own = this.#own(record, now);
    const { mostPerSecond } = this.#tempo;
    if (mostPerSecond === undefined) return own;
    if (!record.isInput) return Math.max(own, this.#cappedDue);
    // What was late is not caught up with faster than the cap.
    return Math.max(own, this.#inputs === 0 ? now : this.#cappedDue + 1000 / mostPerSecond);
  }

  /** @param due what {@link due} said of it */
  took(record: Paced, due: number): void {
    this.#time = Math.max(this.#time, record.time);
    if (!record.isInput) return;
    this.#elapsed = this.#elapsedAt(this.#time);
    this.#inputTime = this.#time;
    this.#inputs += 1;
    this.#cappedDue = due;
  }

  #own(record: Paced, now: number): number {
    const { pace } = this.#tempo;
    if (pace === 'flat-out') return Number.NEGATIVE_INFINITY;
    this.#startedAt ??= now;
    if (this.#ramp !== undefined) return this.#startedAt + this.#ramp.dueMs(this.#inputs);
    if (typeof pace === 'object' && 'rate' in pace) {
      const input = record.isInput ? this.#inputs : Math.max(0, this.#inputs - 1);
      return this.#startedAt + (input * 1000) / pace.rate;
    }
    if (this.#time === Number.NEGATIVE_INFINITY) {
      this.#time = record.time;
      this.#inputTime = record.time;
    }
    return this.#startedAt + this.#elapsedAt(Math.max(this.#time, record.time)) / this.#times;
  }

  /** Only time without inputs is idle, so an answer never makes a gap longer or shorter. */
  #elapsedAt(time: number): number {
    if (this.#inputTime === Number.NEGATIVE_INFINITY) return 0;
    const gap = Math.max(0, time - this.#inputTime);
    return this.#elapsed + Math.min(gap, this.#tempo.idleMs ?? Number.POSITIVE_INFINITY);
  }
}

function positive(pace: { readonly times: number } | { readonly rate: number }, text: string): ReplayPace {
  if (Object.values(pace).some((value: number) => value <= 0)) throw badPace(text);
  return pace;
}

function badPace(text: string): Fault {
  return new Fault(`"${text}" is no pace.`, { code: 'bad-pace', cure: `Give ${ALLOWED}.` });
}
