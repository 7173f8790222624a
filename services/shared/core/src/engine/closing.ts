// Closing pairs: the row, the ledger's entries, the tombstone; and opening what a later event finds closed.
//
// `was` on a row is the outcome its earlier events have in the last committed cut. It lets a restart that finds the row
// already written move those events in the ledger it restored. While a cut that holds an outcome is on its way and its
// fate unknown, that outcome must not be revised: `isUncertain`.
import type { Outcome, Side } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import type { DifferenceRow, PairRow } from '../rows.ts';
import type { Accounts } from './accounts.ts';
import type { JoinConfig } from './config.ts';
import type { Judgement } from './judgement.ts';
import type { ClosedEvent, Pair, PairEvent, Tombstone } from './pair.ts';
import { holds, lastTime, tombstoneOf } from './pair.ts';
import { differenceRows, pairRow } from './pair-row.ts';

export class Closing {
  readonly #config: JoinConfig;
  readonly #accounts: Accounts;
  readonly #tombstones = new Map<string, Tombstone>();
  #pairs: PairRow[] = [];
  #differences: DifferenceRow[] = [];
  #emitted = 0;
  #acknowledged = 0;
  /** Numbers of cuts: the next to be copied, the last copied, the last known to be committed. */
  #next = 1;
  #committed = 0;

  constructor(config: JoinConfig, accounts: Accounts) {
    this.#config = config;
    this.#accounts = accounts;
  }

  /** Rows emitted so far: what a cut copied now waits for. */
  get emitted(): number {
    return this.#emitted;
  }

  find(id: string): Tombstone | undefined {
    return this.#tombstones.get(id);
  }

  forget(id: string): void {
    this.#tombstones.delete(id);
  }

  keep(tombstone: Tombstone): void {
    this.#tombstones.delete(tombstone.id);
    this.#tombstones.set(tombstone.id, tombstone);
    if (this.#tombstones.size > this.#config.tombstones) this.#evict();
  }

  isUncertain(tombstone: Tombstone): boolean {
    return tombstone.cut > this.#committed && tombstone.cut < this.#next;
  }

  /** Takes over what a stored row says of a pair. `cursor(side)`: the next offset this process reads. */
  adopt(row: PairRow, cursor: (side: Side) => number): Tombstone {
    const counted = (side: Side, offset: number) => this.#accounts.isCounted(side, offset, cursor(side));
    const seen = tombstoneOf(row, 0, counted);
    const settled = SIDES.every((side) => seen[side].every((event) => event.counted));
    if (settled) return seen;
    // The row was written after the cut this process began from: there its earlier events stand as `was`.
    if (row.was !== '') this.#accounts.moveCounted(seen, row.was, row.outcome);
    return { ...seen, cut: this.#next };
  }

  /**
   * What a closed pair means for one more event of its id; true when the event joins it. `known` are the side's events
   * so far, the tombstone's included.
   */
  meet(tombstone: Tombstone, side: Side, event: PairEvent, known: readonly { readonly digest: string }[]): boolean {
    const { offset } = event;
    const held = holds(tombstone, side, offset);
    if (held !== undefined) {
      if (held.counted) return false;
      held.counted = true;
      const events = tombstone[side];
      this.#accounts.end(side, offset, this.#accounts.columnOf(tombstone.outcome, events.indexOf(held), events.length));
      return false;
    }
    if (this.repeats(known, event.digest)) {
      this.#accounts.end(side, offset, 'duplicate');
      return false;
    }
    if (event.timestamp - lastTime(tombstone) > this.#config.lateMs) {
      this.#accounts.end(side, offset, 'late');
      return false;
    }
    return true;
  }

  /** A repeat has the same bytes as that side's latest event of the id; where order does not count, as any. */
  repeats(known: readonly { readonly digest: string }[], digest: string): boolean {
    if (this.#config.pick === 'set') return known.some((event) => event.digest === digest);
    return known.at(-1)?.digest === digest;
  }

  /** A row that shows how things stand; the pair stays open. */
  show(pair: Pair, judgement: Judgement, now: number): void {
    this.#push(pairRow(pair, judgement, 'provisional', '', now, this.#config), judgement);
  }

  /** Judges the pair for good, or until a later event. */
  close(pair: Pair, judgement: Judgement, now: number): void {
    const { base } = pair;
    const was: Outcome | '' = base === undefined ? '' : base.cut <= this.#committed ? base.outcome : base.was;
    const row = pairRow(pair, judgement, base === undefined ? 'final' : 'revised', was, now, this.#config);
    this.#push(row, judgement);
    if (base !== undefined) this.#accounts.uncount(base);
    this.keep({
      id: pair.id,
      type: pair.type,
      outcome: judgement.outcome,
      was,
      legacy: this.#end('legacy', pair.legacy, judgement.outcome),
      candidate: this.#end('candidate', pair.candidate, judgement.outcome),
      legacyTime: row.legacy_time,
      candidateTime: row.candidate_time,
      cut: this.#next,
      emitted: this.#emitted,
    });
  }

  drain(): { pairs: PairRow[]; differences: DifferenceRow[] } {
    const drained = { pairs: this.#pairs, differences: this.#differences };
    this.#pairs = [];
    this.#differences = [];
    return drained;
  }

  acknowledged(upTo: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, upTo);
  }

  /** A cut was copied: outcomes from now on are in the next one. */
  copied(): number {
    return this.#next++;
  }

  /** Its fate is known. A cut that was refused settles nothing; a later committed one holds all it held. */
  committed(cut: number): void {
    this.#committed = Math.max(this.#committed, cut);
  }

  #push(row: PairRow, judgement: Judgement): void {
    this.#emitted++;
    this.#pairs.push(row);
    if (judgement.outcome === 'mismatch') this.#differences.push(...differenceRows(row, judgement));
  }

  #end(side: Side, events: readonly PairEvent[], outcome: Outcome): ClosedEvent[] {
    return events.map(({ offset, digest, unmet }, i) => {
      if (!unmet) this.#accounts.end(side, offset, this.#accounts.columnOf(outcome, i, events.length));
      return { offset, digest, counted: !unmet };
    });
  }

  #evict(): void {
    for (const [id, tombstone] of this.#tombstones) {
      if (this.#tombstones.size <= this.#config.tombstones) return;
      if (tombstone.emitted > this.#acknowledged) return;
      if (SIDES.some((side) => tombstone[side].some((event) => !event.counted))) continue;
      this.#tombstones.delete(id);
    }
  }
}
