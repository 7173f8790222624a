// What is known to be gone of one side without its id being known: any lone event of the other side may have belonged to it.
//
// So until the other side has been read to a deadline after the loss was noticed (and, where the candidate's consumption
// is observed, after it had consumed what had arrived by then), its lone events are inconclusive and never missing. How
// far that reaches is kept as an offset of the other side, so that a restart, which reads the same events later, does not
// take them for newer ones.
import { SIDES, type Side } from '../outcome.ts';
import type { SideEvidence } from './evidence.ts';
import { other } from './pair.ts';

/** In the order in which they are told where both apply. */
export const TAINTS = ['evidence-lost', 'transaction-aborted'] as const;
/** Events are gone (retention, compaction); or were written and taken back by their producer. */
export type TaintReason = (typeof TAINTS)[number];

/** What survives a restart. */
export interface TaintState {
  /** Wall ms at which the loss was noticed. */
  readonly detected: number;
  /** The other side's events below this offset are tainted; undefined while all are. */
  readonly below: number | undefined;
}

export type TaintStates = Partial<Readonly<Record<TaintReason, TaintState>>>;

export interface TaintWindow {
  readonly tracksConsumption: boolean;
  /** How long an answer may take, as measured. */
  readonly deadlineMs: () => number;
}

/** One loss after another of one side, for one reason; `evidence` is the other side's. */
class Taint {
  readonly #window: TaintWindow;
  readonly #evidence: SideEvidence;
  #detected: number;
  /** When consumption was seen to have passed the detection. */
  #passed: number | undefined;
  #below: number | undefined;

  constructor(window: TaintWindow, evidence: SideEvidence, { detected, below }: TaintState) {
    this.#window = window;
    this.#evidence = evidence;
    this.#detected = detected;
    this.#below = below;
    this.#passed = window.tracksConsumption ? undefined : detected;
  }

  again(now: number): void {
    this.#detected = now;
    this.#below = undefined;
    this.#passed = this.#window.tracksConsumption ? undefined : now;
  }

  consumed(upTo: number, now: number): void {
    if (upTo >= this.#detected) this.#passed ??= now;
  }

  look(): void {
    if (this.#below !== undefined || this.#passed === undefined) return;
    if (this.#evidence.covered >= this.#passed + this.#window.deadlineMs()) this.#below = this.#evidence.cursor;
  }

  reaches(offset: number): boolean {
    return this.#below === undefined || offset < this.#below;
  }

  state(): TaintState {
    return { detected: this.#detected, below: this.#below };
  }
}

export class Taints {
  readonly #window: TaintWindow;
  readonly #evidence: Readonly<Record<Side, SideEvidence>>;
  /** By the side that lost events. */
  readonly #taints: Readonly<Record<Side, Map<TaintReason, Taint>>> = { legacy: new Map(), candidate: new Map() };

  constructor(window: TaintWindow, evidence: Readonly<Record<Side, SideEvidence>>) {
    this.#window = window;
    this.#evidence = evidence;
  }

  /** Events of `side` are gone; noticed at `now`. */
  strike(side: Side, reason: TaintReason, now: number): void {
    const known = this.#taints[side].get(reason);
    if (known === undefined) this.#restore(side, reason, { detected: now, below: undefined });
    else known.again(now);
  }

  consumed(upTo: number, now: number): void {
    for (const side of SIDES) for (const taint of this.#taints[side].values()) taint.consumed(upTo, now);
  }

  look(): void {
    for (const side of SIDES) for (const taint of this.#taints[side].values()) taint.look();
  }

  /** Why what `lacking` should have answered to the other side's event at this offset may be gone, if it may. */
  explains(lacking: Side, offset: number): TaintReason | undefined {
    if (this.#taints[lacking].size === 0) return undefined;
    return TAINTS.find((reason) => this.#taints[lacking].get(reason)?.reaches(offset));
  }

  states(side: Side): TaintStates {
    return Object.fromEntries([...this.#taints[side]].map(([reason, taint]) => [reason, taint.state()]));
  }

  /** On going on, maybe on another machine, by whose clock what lasts was noticed now. */
  restore(side: Side, states: TaintStates, now: number): void {
    for (const reason of TAINTS) {
      const state = states[reason];
      if (state === undefined) continue;
      this.#restore(side, reason, state.below === undefined ? { detected: now, below: undefined } : state);
    }
  }

  #restore(side: Side, reason: TaintReason, state: TaintState): void {
    this.#taints[side].set(reason, new Taint(this.#window, this.#evidence[other(side)], state));
  }
}
