// The accounts of one partition: where every event of both sides went. An event is either open (in the open set) or
// in exactly one closed column; a revision moves events, it never adds.
import { type LedgerColumn, type Outcome, SIDES, type Side, standing } from '../outcome.ts';
import type { SideCut } from './config.ts';
import { CLOSED_COLUMNS, type ClosedColumn, Ledger } from './ledger.ts';
import { countRuns, mergeRuns, NO_RUNS, type OffsetRun, type OffsetRuns, runsHold } from './offset-runs.ts';
import { OffsetSet } from './offset-set.ts';
import type { Tombstone } from './pair.ts';
import { copyUnread, noUnread, type Unread, type UnreadColumn } from './unread.ts';
import type { Pick } from './version.ts';

export interface SideAccount {
  readonly ledger: Ledger;
  readonly open: OffsetSet;
  /** Events that stand as undecided because they were given up; the rows cannot tell, for another's may hide ours. */
  readonly givenUp: OffsetSet;
  /** Events below it were accounted for before this process began, unless they were open. */
  readonly resumedAt: number;
  /** Events that ended without an id. */
  readonly unread: Unread;
  /** Events that will never be read again; what a row of another process says of them changes nothing here. */
  lost: OffsetRuns;
}

export class Accounts {
  readonly legacy: SideAccount;
  readonly candidate: SideAccount;
  readonly #pick: Pick;

  constructor(pick: Pick, legacy: SideCut | number, candidate: SideCut | number) {
    this.#pick = pick;
    this.legacy = restore(legacy);
    this.candidate = restore(candidate);
  }

  /** Neither open nor yet to be read: the event's end is in the ledger. */
  isCounted(side: Side, offset: number, cursor: number): boolean {
    const account = this[side];
    return offset < Math.max(cursor, account.resumedAt) && !account.open.has(offset);
  }

  /** An event that was read and ends here, whether or not it was open before. */
  end(side: Side, offset: number, column: ClosedColumn): void {
    const account = this[side];
    if (account.lost.length > 0 && runsHold(account.lost, offset)) return;
    account.open.delete(offset);
    if (account.givenUp.size > 0) account.givenUp.delete(offset);
    account.ledger.add(column);
  }

  /** An event without an id ends in this column, and can be opened again from there. */
  endUnread(side: Side, offset: number, column: UnreadColumn): void {
    this.end(side, offset, column);
    if (!this.isLost(side, offset)) this[side].unread[column].add(offset);
  }

  isLost(side: Side, offset: number): boolean {
    const { lost } = this[side];
    return lost.length > 0 && runsHold(lost, offset);
  }

  /** The open events from `from` up to `to` will not be read again: they end as `lost`. Returns how many. */
  loseOpen(side: Side, from: number, to: number): number {
    const { open } = this[side];
    const runs: OffsetRun[] = [];
    for (const [first, length] of open.runs()) {
      if (first >= to) break;
      const start = Math.max(first, from);
      const end = Math.min(first + length, to);
      if (start < end) runs.push([start, end - start]);
    }
    for (const [first, length] of runs) for (let i = 0; i < length; i++) open.delete(first + i);
    return this.#lose(side, runs);
  }

  /** The same, and of what lies beyond what this process resumed from everything. */
  lose(side: Side, from: number, to: number): number {
    return this.loseOpen(side, from, to) + this.loseUnread(side, Math.max(from, this[side].resumedAt), to);
  }

  /** Nothing of this was ever read. */
  loseUnread(side: Side, from: number, to: number): number {
    return from < to ? this.#lose(side, [[from, to - from]]) : 0;
  }

  #lose(side: Side, runs: OffsetRuns): number {
    const account = this[side];
    const events = countRuns(runs);
    account.lost = mergeRuns(account.lost, runs);
    account.ledger.add('lost', events);
    return events;
  }

  /** The column of event `index` of `count` events of a side under this outcome. */
  columnOf(outcome: Outcome, index: number, count: number): ClosedColumn {
    return this.#pick === 'last' && index < count - 1 ? 'superseded' : standing(outcome);
  }

  /** Takes the counted events of a tombstone, which stand under `outcome`, out of their columns, to be ended again. */
  uncount(tombstone: Tombstone, outcome: Outcome): void {
    for (const side of SIDES) {
      const counted = tombstone[side].filter((event) => event.counted);
      counted.forEach(({ offset }, i) => {
        if (!this.isLost(side, offset)) this[side].ledger.add(this.columnOf(outcome, i, counted.length), -1);
      });
    }
  }

  /** Every column of a side, `open` included; their sum is the number of events consumed. */
  columns(side: Side): Readonly<Record<LedgerColumn, number>> {
    const { ledger, open } = this[side];
    const columns: Record<string, number> = { open: open.size };
    for (const column of CLOSED_COLUMNS) columns[column] = ledger.get(column);
    return columns as Record<LedgerColumn, number>;
  }
}

function restore(from: SideCut | number): SideAccount {
  if (typeof from === 'number')
    return {
      ledger: new Ledger(),
      open: new OffsetSet(),
      givenUp: new OffsetSet(),
      resumedAt: from,
      lost: NO_RUNS,
      unread: noUnread(),
    };
  const { counts, open, givenUp, position, losses, unread } = from;
  return {
    ledger: new Ledger(counts),
    open: open.copy(),
    givenUp: givenUp.copy(),
    resumedAt: position,
    lost: losses?.lost ?? NO_RUNS,
    unread: unread === undefined ? noUnread() : copyUnread(unread),
  };
}
