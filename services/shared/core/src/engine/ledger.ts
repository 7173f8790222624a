// The ledger of one side of one partition: how many events are in each column. `open` is the size of the open set.
import { LEDGER_COLUMNS, type LedgerColumn } from '../outcome.ts';

export type ClosedColumn = Exclude<LedgerColumn, 'open'>;
export const CLOSED_COLUMNS = LEDGER_COLUMNS.filter((column): column is ClosedColumn => column !== 'open');
const INDEX = new Map<ClosedColumn, number>(CLOSED_COLUMNS.map((column, index) => [column, index]));

export class Ledger {
  readonly #counts: number[];

  constructor(counts: readonly number[] = []) {
    this.#counts = CLOSED_COLUMNS.map((_, index) => counts[index] ?? 0);
  }

  add(column: ClosedColumn, events = 1): void {
    const index = INDEX.get(column) as number;
    this.#counts[index] = (this.#counts[index] as number) + events;
  }

  get(column: ClosedColumn): number {
    return this.#counts[INDEX.get(column) as number] as number;
  }

  /** In the order of {@link CLOSED_COLUMNS}. */
  counts(): readonly number[] {
    return [...this.#counts];
  }
}
