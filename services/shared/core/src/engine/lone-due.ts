// Which of the events that wait alone is to be decided on next: those whose deadline has passed, in the order in which
// they began to wait; and while behind, those that the broker's stamps have passed, in the order of their reading.
import type { Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { Absence } from './absence.ts';
import type { SideEvidence } from './evidence.ts';
import type { LoneEvents } from './lone-events.ts';
import type { Outages } from './outages.ts';
import { other } from './pair.ts';

export class LoneDue {
  readonly #lone: LoneEvents;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  readonly #outages: Outages;
  readonly #absence: Readonly<Record<Side, Absence>>;

  constructor(
    lone: LoneEvents,
    evidence: Readonly<Record<Side, SideEvidence>>,
    outages: Outages,
    absence: Readonly<Record<Side, Absence>>,
  ) {
    this.#lone = lone;
    this.#evidence = evidence;
    this.#outages = outages;
    this.#absence = absence;
  }

  /** The next entry, or -1. `isComplete`: nothing waits any more. */
  next(isComplete: boolean): number {
    for (const side of SIDES) {
      const first = this.#lone.first(side, false);
      if (first < 0) continue;
      if (isComplete || this.#isDue(side, first)) return first;
      const stamped = this.#nextByStamp(side);
      if (stamped >= 0) return stamped;
    }
    return -1;
  }

  /** Its deadline cannot begin before the candidate has read what it must answer. */
  waitsForInput(entry: number): boolean {
    if (this.#lone.sideOf(entry) === 'candidate') return false;
    return this.#absence.candidate.countsFrom(this.#lone.arrivedAt(entry), this.#lone.notBefore(entry)) === Infinity;
  }

  #isDue(side: Side, entry: number): boolean {
    return this.#absence[other(side)].isDue(this.#lone.arrivedAt(entry), this.#lone.notBefore(entry));
  }

  #nextByStamp(side: Side): number {
    const lacking = other(side);
    const reach = this.#absence[lacking].stampedReach;
    if (reach === undefined) return -1;
    for (let entry = this.#lone.firstByStamp(side); entry >= 0; entry = this.#lone.firstByStamp(side)) {
      const timestamp = this.#lone.timestampOf(entry);
      const hasStamp = this.#lone.notBefore(entry) === Number.NEGATIVE_INFINITY;
      if (hasStamp && timestamp > reach) return -1;
      this.#lone.passByStamp(side);
      // What an outage may explain is known only at the log's end.
      const { logTime } = this.#evidence[lacking];
      if (hasStamp && !this.#outages.mayExplain(timestamp, lacking, logTime)) return entry;
    }
    return -1;
  }
}
