// Which place of one side holds the ids that stand at which place of the other.
//
// A good id is found on both sides, tells events apart, and joins events that are about the same: the scores of these
// three are multiplied. Names only decide between places that do equally well.
import type { Place } from './places.ts';
import { documentOf, eachScalar, type SampledRecord, spanOf } from './sample.ts';

export interface SideRecords {
  readonly records: readonly SampledRecord[];
  readonly places: readonly Place[];
}

export interface Joining {
  readonly legacy: Place;
  readonly candidate: Place;
  /** Different ids found on both sides. */
  readonly shared: number;
  /** Of the ids of the time both samples cover, the share found on the other side. */
  readonly legacyHits: number;
  readonly candidateHits: number;
  /** Different ids among the records that have one: 1 when no id comes twice. */
  readonly unique: number;
  /** How much more alike joined payloads are than others, 0 to 1; undefined where they hold nothing to go by. */
  readonly alike: number | undefined;
  readonly score: number;
}

/** Pairs of places whose payloads are looked into. */
const LOOKED_INTO = 16;
const PAYLOADS = 150;
const LEAST_SCORE = 0.02;

/** The best first. */
export function rankJoinings(legacy: SideRecords, candidate: SideRecords): readonly Joining[] {
  const scope = commonTime(legacy.records, candidate.records);
  const isIn = (records: readonly SampledRecord[], indexes: readonly number[]): boolean =>
    indexes.some((index) => {
      const at = records[index]?.timestamp ?? Number.NaN;
      return at >= scope.from && at <= scope.to;
    });
  const inner = (side: SideRecords) =>
    new Map(
      side.places.map((place) => [
        place,
        [...place.records].filter(([, indexes]) => isIn(side.records, indexes)).map(([id]) => id),
      ]),
    );
  const [legacyIds, candidateIds] = [inner(legacy), inner(candidate)];
  const ranked: Joining[] = [];
  for (const left of legacy.places) {
    for (const right of candidate.places) {
      const shared = countShared(left, right);
      if (shared === 0) continue;
      const legacyHits = shareFound(legacyIds.get(left) ?? [], right);
      const candidateHits = shareFound(candidateIds.get(right) ?? [], left);
      const unique = Math.min(left.records.size / left.present, right.records.size / right.present);
      const present = Math.min(left.present / legacy.records.length, right.present / candidate.records.length);
      const hits = 0.6 * Math.max(legacyHits, candidateHits) + 0.4 * Math.min(legacyHits, candidateHits);
      const few = shared / (shared + 2);
      const score = hits * Math.sqrt(unique) * present * few * naming(left, right);
      ranked.push({
        legacy: left,
        candidate: right,
        shared,
        legacyHits,
        candidateHits,
        unique,
        alike: undefined,
        score,
      });
    }
  }
  const best = ranked.filter(({ score }) => score >= LEAST_SCORE).toSorted((a, b) => b.score - a.score);
  const looked = best.slice(0, LOOKED_INTO).map((joining) => {
    const alike = likeness(joining, legacy.records, candidate.records);
    return alike === undefined ? joining : { ...joining, alike, score: joining.score * (0.4 + 0.6 * alike) };
  });
  return looked.toSorted((a, b) => b.score - a.score);
}

/** The time both samples cover; all of it where they do not meet, as after a clock that was wrong. */
function commonTime(legacy: readonly SampledRecord[], candidate: readonly SampledRecord[]) {
  const [a, b] = [spanOf(legacy), spanOf(candidate)];
  const [from, to] = [Math.max(a.from, b.from), Math.min(a.to, b.to)];
  return from < to ? { from, to } : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
}

function countShared(left: Place, right: Place): number {
  const [few, many] = left.records.size < right.records.size ? [left, right] : [right, left];
  let shared = 0;
  for (const id of few.records.keys()) if (many.records.has(id)) shared++;
  return shared;
}

function shareFound(ids: readonly string[], other: Place): number {
  return ids.length === 0 ? 0 : ids.filter((id) => other.records.has(id)).length / ids.length;
}

/** Amounts and times may be unique and the same on both sides, and are ids of nothing. */
const NO_ID = 0.1;

/** Whether a place holds what is no part of any id. */
export function isNoId(place: Place): boolean {
  return likelihood(place) <= NO_ID;
}

/** What names and looks add: little, except that amounts and times are taken only where there is nothing else. */
function naming(one: Place, other: Place): number {
  const [left, right] = [likelihood(one), likelihood(other)];
  return Math.min(left, right) <= NO_ID ? 0.25 : 0.9 + 0.1 * left * right;
}

/** How much a place looks like one that people put ids into, 0 to 1. */
function likelihood({ source, records }: Place): number {
  const place = source.kind === 'path' || source.kind === 'key' ? source.pointer : undefined;
  const name = place !== undefined ? (place.at(-1) ?? '') : source.kind === 'header' ? source.name : '';
  const [sample = ''] = records.keys();
  const isAmount = /^-?\d+\.\d+$/.test(sample);
  const isTime = /^\d{4}-\d\d-\d\d/.test(sample) || (/^1\d{9}(\d{3})?$/.test(sample) && !/id|key|ref/i.test(name));
  if (isAmount || isTime) return NO_ID;
  const isNumber = /^\d{1,6}$/.test(sample);
  if (/correlation/i.test(name)) return 1;
  switch (source.kind) {
    case 'header':
      return /id$|key$/i.test(name) ? 0.95 : 0.6;
    case 'key':
      // A part of a key is less often the id than a key that is one.
      return source.pointer === undefined || /id$|key$/i.test(name) ? 0.85 : 0.75;
    case 'ce_id':
      return 0.8;
    case 'traceparent':
      return 0.7;
    case 'path':
      if (/(^|[a-z_-])(id|uuid|guid)$|[iI][dD]$/.test(name)) return isShallow(source.pointer) ? 0.82 : 0.78;
      if (/(no|nr|number|ref|reference|key|code|sku)$/i.test(name)) return isNumber ? 0.6 : 0.72;
      return isNumber ? 0.2 : 0.5;
  }
}

function isShallow(pointer: readonly string[]): boolean {
  return pointer.length <= 1;
}

/** How much more of what stands in a payload stands in its partner's than in another's. */
function likeness(
  { legacy, candidate }: Pick<Joining, 'legacy' | 'candidate'>,
  left: readonly SampledRecord[],
  right: readonly SampledRecord[],
): number | undefined {
  const joined: [ReadonlySet<string>, ReadonlySet<string>][] = [];
  for (const [id, [first = -1]] of legacy.records) {
    const [partner = -1] = candidate.records.get(id) ?? [];
    const [one, other] = [left[first], right[partner]];
    if (one === undefined || other === undefined) continue;
    const values = [valuesOf(one, id), valuesOf(other, id)] as const;
    if (values[0].size > 0 && values[1].size > 0) joined.push([...values]);
    if (joined.length >= PAYLOADS) break;
  }
  if (joined.length < 3) return undefined;
  let together = 0;
  let apart = 0;
  for (const [index, [one, other]] of joined.entries()) {
    together += overlap(one, other);
    apart += overlap(one, joined[(index + 1 + Math.floor(joined.length / 2)) % joined.length]?.[1] ?? other);
  }
  const [mean, chance] = [together / joined.length, apart / joined.length];
  // Where everything is alike nothing can be told.
  return chance > 0.98 ? undefined : Math.min(1, Math.max(0, (mean - chance) / (1 - chance)) * 1.5);
}

function valuesOf(record: SampledRecord, id: string): ReadonlySet<string> {
  const values = new Set<string>();
  const document = documentOf(record);
  if (document === undefined && record.value !== null)
    for (const word of wordsOf(record.value)) if (word !== id) values.add(word);
  eachScalar(document, 'generalised', (_, value) => {
    const text = String(value);
    if (text !== id && typeof value !== 'boolean') values.add(text);
  });
  return values;
}

/** Of what is no JSON. */
function wordsOf(value: Uint8Array): readonly string[] {
  return new TextDecoder()
    .decode(value.subarray(0, 4096))
    .split(/[\s,;|:=<>"]+/)
    .filter((word) => word !== '');
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0;
  for (const value of one) if (other.has(value)) both++;
  return both / Math.min(one.size, other.size);
}
