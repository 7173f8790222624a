// What a comparator has done so far, summed over its partitions.
import { type Join, LEDGER_COLUMNS, type LedgerColumn, SIDES, type Side } from '@parallax/core';

export type SideLedger = Record<LedgerColumn, number>;

export interface ComparatorStats {
  readonly openPairs: number;
  /** Rows emitted since the start, provisional and revised ones included. */
  readonly rows: number;
  /** Ids found in the store beyond the window in which they may come again. */
  readonly reused: number;
  /** By output. */
  readonly ledger: Readonly<Record<string, Readonly<Record<Side, Readonly<SideLedger>>>>>;
}

export function statsOf(joins: readonly Join[]): ComparatorStats {
  const ledger: Record<string, Record<Side, SideLedger>> = {};
  for (const join of joins) {
    ledger[join.config.output] ??= { legacy: noEvents(), candidate: noEvents() };
    const sides = ledger[join.config.output] as Record<Side, SideLedger>;
    for (const side of SIDES) {
      const columns = join.columns(side);
      for (const column of LEDGER_COLUMNS) sides[side][column] += columns[column];
    }
  }
  const sum = (of: (join: Join) => number) => joins.reduce((total, join) => total + of(join), 0);
  return { openPairs: sum((j) => j.openPairs), rows: sum((j) => j.emitted), reused: sum((j) => j.reused), ledger };
}

function noEvents(): SideLedger {
  return Object.fromEntries(LEDGER_COLUMNS.map((column) => [column, 0])) as SideLedger;
}
