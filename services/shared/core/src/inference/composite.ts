// Whether one place tells events apart at all, or only together with another: order 7 of shop A is not order 7 of shop B.
//
// That an id comes several times says nothing: it may have several events. They are told from events of different
// things by how much they have in common: no more than any two records have, when the things are different.
import { isNoId, type Joining, type SideRecords } from './joining.ts';
import type { Place } from './places.ts';
import { documentOf, eachScalar, type SampledRecord } from './sample.ts';

/** A place on each side that narrows the id down. */
export interface SecondPart {
  readonly legacy: Place;
  readonly candidate: Place;
  /** Different ids of one part, and of both, on the legacy side. */
  readonly before: number;
  readonly after: number;
}

const LEAST_GAIN = 1.1;
const PAIRS_LOOKED_AT = 200;

export function secondPart(
  best: Joining,
  ranked: readonly Joining[],
  legacy: SideRecords,
  candidate: SideRecords,
): SecondPart | undefined {
  if (best.unique > 0.95) return undefined;
  const before = best.legacy.records.size;
  const found: SecondPart[] = [];
  for (const { legacy: left, candidate: right, legacyHits, candidateHits } of ranked) {
    if (left === best.legacy || right === best.candidate || isNoId(left) || isNoId(right)) continue;
    if (Math.min(legacyHits, candidateHits) < 0.8 || left.records.size < 2) continue;
    if (left.present < legacy.records.length || right.present < candidate.records.length) continue;
    const [one, other] = [together(best.legacy, left), together(best.candidate, right)];
    if (one.size < before * LEAST_GAIN || other.size < best.candidate.records.size * LEAST_GAIN) continue;
    const shared = [...one.keys()].filter((id) => other.has(id)).length;
    if (shared < 0.9 * Math.min(one.size, other.size)) continue;
    if (areOneThing(best.legacy, left, legacy.records)) continue;
    found.push({ legacy: left, candidate: right, before, after: one.size });
  }
  // Of those that do equally well, the one that says the least by itself.
  return found.toSorted((a, b) => b.after - a.after || a.legacy.records.size - b.legacy.records.size)[0];
}

function together(one: Place, other: Place): ReadonlySet<string> {
  const ids = new Set<string>();
  one.ids.forEach((id, index) => {
    const more = other.ids[index];
    if (id !== undefined && more !== undefined) ids.add(`${id.length}:${id}${more}`);
  });
  return ids;
}

/** Whether records with one id and different second parts are more alike than any two records are. */
function areOneThing(id: Place, part: Place, records: readonly SampledRecord[]): boolean {
  let alike = 0;
  let chance = 0;
  let looked = 0;
  for (const indexes of id.records.values()) {
    const [first = -1] = indexes;
    const other = indexes.find((index) => part.ids[index] !== part.ids[first]);
    const [one, two] = [records[first], records[other ?? -1]];
    const stranger = records[(first + Math.floor(records.length / 2)) % records.length];
    if (one === undefined || two === undefined || stranger === undefined) continue;
    alike += commonShare(one, two);
    chance += commonShare(one, stranger);
    if (++looked >= PAIRS_LOOKED_AT) break;
  }
  return looked > 0 && alike / looked > chance / looked + 0.15;
}

function commonShare(one: SampledRecord, other: SampledRecord): number {
  const values = new Map<string, unknown>();
  eachScalar(documentOf(one), 'left-out', (place, value) => void values.set(JSON.stringify(place), value));
  let same = 0;
  let all = 0;
  eachScalar(documentOf(other), 'left-out', (place, value) => {
    all++;
    if (values.get(JSON.stringify(place)) === value) same++;
  });
  return all === 0 ? 0 : same / all;
}
