// An id of which events never end (a constant in place of an id, say) would fill memory alone, and no comparison of a
// thousand events a side means anything. Beyond a limit its pair is inconclusive, and what more comes of it is counted as
// undecided and neither kept nor written.
import type { JoinConfig } from './config.ts';
import type { Pair, PairEvent } from './pair.ts';

/** Reason of a pair of which more came than is kept of one id. */
export const HOT_ID = 'hot-id';

/** Events of one id that are kept, both sides together. */
export const MOST_EVENTS = 1000;
/** Of the budget; a few large events are no hot id. */
const MOST_BYTES = 1 / 4;
const A_FEW = 8;

/** Whether this event is one too many. */
export function isTooMany({ legacy, candidate }: Pair, event: PairEvent, { openBytes }: JoinConfig): boolean {
  const events = legacy.length + candidate.length;
  if (events < A_FEW) return false;
  if (events >= MOST_EVENTS) return true;
  let bytes = event.bytes;
  for (const one of legacy) bytes += one.bytes;
  for (const one of candidate) bytes += one.bytes;
  return bytes > openBytes * MOST_BYTES;
}
