// A retry of events that could not be read: in a cut that was committed they go from their column back to open, so that
// they are read again, as after a crash. The sum of the columns stays: a retry moves, it never adds.
import type { SideCut } from './config.ts';
import { CLOSED_COLUMNS } from './ledger.ts';
import { copyUnread, noUnread, type UnreadColumn } from './unread.ts';

export interface RetryScope {
  readonly columns: readonly UnreadColumn[];
  /** The first offset that is retried: the log's beginning, or later. */
  readonly from: number;
}

export interface Reopened {
  readonly cut: SideCut;
  /** Events opened again. */
  readonly events: number;
  /** Events that stay in these columns because they lie below `from`, or so far back that nobody knows which they are. */
  readonly left: number;
}

/** The cut given is not changed. */
export function reopenUnread(cut: SideCut, { columns, from }: RetryScope): Reopened {
  const unread = copyUnread(cut.unread ?? noUnread());
  const counts = [...cut.counts];
  const open = cut.open.copy();
  let events = 0;
  let left = 0;
  for (const column of columns) {
    const index = CLOSED_COLUMNS.indexOf(column);
    let moved = 0;
    for (const [first, length] of [...unread[column].from(from)]) {
      open.addRun(first, length);
      for (let i = 0; i < length; i++) unread[column].delete(first + i);
      moved += length;
    }
    counts[index] = (counts[index] ?? 0) - moved;
    left += counts[index];
    events += moved;
  }
  return { cut: { ...cut, counts, open, unread }, events, left };
}
