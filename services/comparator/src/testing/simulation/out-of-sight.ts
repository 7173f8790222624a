// Which events of a pair its row may lack, where a process gave up for want of memory, or judged because counts do not matter,
// what another knew more of.
//
// One row per id cannot show two sets of events of which neither contains the other. A process gives up, without proof,
// the events it has; a row of other events of that id, of a process that ended or stands still, lands after it has asked,
// and outranks its row; and it ends before it has read what would join the two. Whoever comes next finds only the row that
// outranks: what was given up is counted, and in no row that can be seen (services/DECISIONS.md, a known limit). Seeds 1455
// (legacy's events in a row that landed 20 s late, over candidate's) and 1483 (a pair in flight, over a lone side with one
// event more). Where counts are ignored a process judges what it has as soon as both sides are there, and another that has
// read other events of them likewise: seeds 978902 and 978946 (one had two of legacy's and one of candidate's, the other one
// and two). What is judged is the same, for it is by the first event, or the last.
import { type PairRow, SIDES, type Side } from '@parallax/core';

export type Places = Readonly<Record<Side, readonly number[]>>;
export type RowPlaces = Pick<PairRow, 'id' | 'state' | 'outcome' | 'reason' | 'legacy_offsets' | 'candidate_offsets'>;

/**
 * Whether what `shown` lacks of the events that are wanted, and nothing else, is in rows it hides: each given up for want of
 * memory, or of both sides where `counts` are ignored, and without an event that `shown` has. Where `shown` has only what such a row has, it must not outrank it. What it
 * has beyond what is wanted must be of the same id: repeats of what it lacks.
 * @param sent every row that landed
 * @param written all events of the id, repeats too
 */
export function isOutOfSight(
  shown: RowPlaces,
  want: Places,
  written: Places,
  sent: readonly RowPlaces[],
  counts: 'compare' | 'ignore',
): boolean {
  const seen = placesOf(shown);
  const missed = without(want, seen);
  if (isNone(missed) || !isNone(without(seen, written))) return false;
  const hidden = sent
    .filter((row) => {
      if (row.id !== shown.id || row.state === 'provisional') return false;
      if (row.outcome === 'inconclusive') return row.reason === 'budget';
      return counts === 'ignore' && row.legacy_offsets.length > 0 && row.candidate_offsets.length > 0;
    })
    .map(placesOf)
    .filter((places) => !isNone(without(seen, places)));
  return isNone(hidden.reduce(without, missed));
}

function placesOf({ legacy_offsets, candidate_offsets }: RowPlaces): Places {
  return { legacy: legacy_offsets, candidate: candidate_offsets };
}

function without(these: Places, those: Places): Places {
  const left = (side: Side) => these[side].filter((offset) => !those[side].includes(offset));
  return { legacy: left('legacy'), candidate: left('candidate') };
}

function isNone(places: Places): boolean {
  return SIDES.every((side) => places[side].length === 0);
}
