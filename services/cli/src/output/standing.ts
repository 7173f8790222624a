// How far a service is, from the events it tells: amounts, the rate of late, and the time left where that can be known.
import { formatDuration } from '@parallax/core';
import type { Fields } from '@parallax/platform';
import { counted } from './amount.ts';
import type { StandingLine } from './service-screen.ts';

/** The rate is that of the last half minute: it is what the time left depends on. */
const WINDOW_MS = 30_000;

/** Of a number that only rises. */
export class Rate {
  readonly #now: () => number;
  #seen: { readonly at: number; readonly amount: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A second; undefined while there is too little to tell. */
  see(amount: number): number | undefined {
    const at = this.#now();
    // A process that was given other partitions counts anew.
    if (amount < (this.#seen.at(-1)?.amount ?? 0)) this.#seen = [];
    this.#seen = [...this.#seen.filter((one) => one.at > at - WINDOW_MS), { at, amount }];
    const [first] = this.#seen;
    return first === undefined || at - first.at < 1_000
      ? undefined
      : ((amount - first.amount) * 1_000) / (at - first.at);
  }
}

const clock = () => performance.now();

/** `name: 1,234 events judged, 12 wait, 5,678 to read; 900/s, about 6s left`. */
export function comparatorStanding(name: string, now = clock): StandingLine {
  const rate = new Rate(now);
  return (fields) => {
    if (fields.event !== 'cut-committed') return undefined;
    const [judged, open, unread] = [amount(fields, 'judged'), amount(fields, 'open'), amount(fields, 'unread')];
    const perSecond = rate.see(judged);
    return `${name}: ${counted(judged, 'event')} judged, ${count(open)} wait${
      unread === 0 ? ', all read' : `, ${count(unread)} to read`
    }${paceOf(perSecond, unread)}`;
  };
}

/** `name: 1,234 records in 5 objects; 900/s`. */
export function archiverStanding(name: string, now = clock): StandingLine {
  const rate = new Rate(now);
  let [records, objects] = [0, 0];
  return (fields) => {
    if (fields.event !== 'object-stored') return undefined;
    records += amount(fields, 'records');
    objects++;
    return `${name}: ${counted(records, 'record')} in ${counted(objects, 'object')}${paceOf(rate.see(records), 0)}`;
  };
}

/** `name: 1,234 of 5,678 inputs fed, 1,200 answers; 900/s, about 5s left`. */
export function replayerStanding(name: string, now = clock): StandingLine {
  const rate = new Rate(now);
  const fed = { input: 0, answer: 0 };
  let total: number | undefined;
  return (fields) => {
    if (fields.event === 'run-opened') total = amount(fields, 'inputs');
    else if (fields.event === 'records-fed')
      fed[fields.kind === 'input' ? 'input' : 'answer'] += amount(fields, 'records');
    else return undefined;
    const of = total === undefined ? '' : ` of ${count(total)}`;
    const left = Math.max(0, (total ?? 0) - fed.input);
    return `${name}: ${count(fed.input)}${of} inputs fed, ${count(fed.answer)} answers${paceOf(rate.see(fed.input), left)}`;
  };
}

function paceOf(perSecond: number | undefined, left: number): string {
  if (perSecond === undefined || perSecond < 0.5) return '';
  const seconds = Math.ceil(left / perSecond);
  const shown = seconds < 120 ? seconds : Math.ceil(seconds / 60) * 60;
  const time = left === 0 ? '' : `, about ${formatDuration(shown * 1_000)} left`;
  return `; ${count(Math.round(perSecond))}/s${time}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function amount(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}
