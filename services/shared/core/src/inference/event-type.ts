// Where an event's type may stand: a place of few words, called like one, the same on both sides of a pair.
import { compileType } from '../envelope/correlate.ts';
import type { Matched } from './matching.ts';
import type { Place } from './places.ts';

export interface EventType {
  readonly place: Place;
  /** Different types seen. */
  readonly types: number;
}

const NAMES = /^(ce_)?(event[-_]?|message[-_]?|record[-_]?)?(type|kind)$/i;
const MOST_TYPES = 40;

/** @param places of the legacy side; the same place is looked at on the other */
export function eventTypeOf(places: readonly Place[], matched: readonly Matched[]): EventType | undefined {
  for (const place of places) {
    const { source, records, present, ids } = place;
    const name = source.kind === 'header' ? source.name : source.kind === 'path' ? (source.pointer.at(-1) ?? '') : '';
    if (!NAMES.test(name) || records.size < 2 || records.size > MOST_TYPES || present < ids.length) continue;
    if (records.size > present / 3) continue;
    const read = compileType(source);
    const isSame = matched.every(({ legacy, candidate }) => {
      const [one, other] = [legacy[0], candidate[0]];
      return one !== undefined && other !== undefined && read(one) === read(other);
    });
    if (isSame) return { place, types: records.size };
  }
  return undefined;
}
