// Whether the ledger and the rows tell the same story.
import { LEDGER_COLUMNS, type LedgerColumn, SIDES, type Side } from '../outcome.ts';
import { formatCount } from './judge.ts';

export type LedgerColumns = Readonly<Record<LedgerColumn, number>>;
export type SideLedgers = Readonly<Record<Side, LedgerColumns>>;

export interface Balance {
  /** Every event the ledger calls judged is in a row. */
  readonly balances: boolean;
  /** Events read, the sum of all columns. */
  readonly consumed: Readonly<Record<Side, number>>;
  /** Events that the ledger calls judged and no row holds. */
  readonly unheld: number;
  /** One sentence. */
  readonly says: string;
}

export function noLedger(): Record<Side, Record<LedgerColumn, number>> {
  const empty = () => Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, 0])) as Record<LedgerColumn, number>;
  return { legacy: empty(), candidate: empty() };
}

/**
 * Rows are written before the cut that counts their events, so rows may be ahead of the ledger (after a crash, or while
 * a run goes on) but never behind it: that would be a lost row.
 * @param eventsInRows events held by the latest rows, provisional ones too: a pair that is being revised is in both
 */
export function reconcile(ledger: SideLedgers, eventsInRows: Readonly<Record<Side, number>>): Balance {
  const consumed = { legacy: 0, candidate: 0 };
  let lost = 0;
  let ahead = 0;
  for (const side of SIDES) {
    const columns = ledger[side];
    for (const column of LEDGER_COLUMNS) consumed[side] += columns[column];
    const judged = columns.agreed + columns.accepted + columns.diverged + columns.undecided;
    lost += Math.max(0, judged - eventsInRows[side]);
    // Earlier events of a pair of which the last counts are in its row, but not among the judged.
    ahead += Math.max(0, eventsInRows[side] - judged - columns.superseded - columns.open);
  }
  const both = consumed.legacy + consumed.candidate;
  if (lost > 0) {
    return {
      balances: false,
      consumed,
      unheld: lost,
      says: `The ledger counts ${formatCount(lost, 'judged event')} that no row holds.`,
    };
  }
  if (both === 0) return { balances: true, consumed, unheld: 0, says: 'No checkpoint has counted an event yet.' };
  if (ahead > 0) {
    return {
      balances: true,
      consumed,
      unheld: 0,
      says: `Balances; rows are ${formatCount(ahead, 'event')} ahead of the last checkpoint.`,
    };
  }
  return {
    balances: true,
    consumed,
    unheld: 0,
    says: `Balances: ${formatCount(both, 'event')} read, each in one column.`,
  };
}
