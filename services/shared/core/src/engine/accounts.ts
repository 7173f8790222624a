// The accounts of one partition: where every event of both sides went. An event is either open (in the open set) or
// in exactly one closed column; a revision moves events, it never adds.
import { type LedgerColumn, type Outcome, SIDES, type Side, standing } from '../outcome.ts';
import type { SideCut } from './config.ts';
import { CLOSED_COLUMNS, type ClosedColumn, Ledger } from './ledger.ts';
import { OffsetSet } from './offset-set.ts';
import type { Tombstone } from './pair.ts';
import type { Pick } from './version.ts';

export interface SideAccount {
  readonly ledger: Ledger;
  readonly open: OffsetSet;
  /** Events that stand as undecided because they were given up; the rows cannot tell, for another's may hide ours. */
  readonly givenUp: OffsetSet;
  /** Events below it were accounted for before this process began, unless they were open. */
  readonly resumedAt: number;
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
    account.open.delete(offset);
    if (account.givenUp.size > 0) account.givenUp.delete(offset);
    account.ledger.add(column);
  }

  /** The column of event `index` of `count` events of a side under this outcome. */
  columnOf(outcome: Outcome, index: number, count: number): ClosedColumn {
    return this.#pick === 'last' && index < count - 1 ? 'superseded' : standing(outcome);
  }

  /** Takes the counted events of a tombstone, which stand under `outcome`, out of their columns, to be ended again. */
  uncount(tombstone: Tombstone, outcome: Outcome): void {
    for (const side of SIDES) {
      const counted = tombstone[side].filter((event) => event.counted).length;
      for (let i = 0; i < counted; i++) this[side].ledger.add(this.columnOf(outcome, i, counted), -1);
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
    return { ledger: new Ledger(), open: new OffsetSet(), givenUp: new OffsetSet(), resumedAt: from };
  const { counts, open, givenUp, position } = from;
  return { ledger: new Ledger(counts), open: open.copy(), givenUp: givenUp.copy(), resumedAt: position };
}
