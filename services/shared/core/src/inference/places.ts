// The places of a topic's records that may hold an id, and what stands there in every record.
import { formatSource, type Source } from '../envelope/source.ts';
import { documentOf, eachScalar, type SampledRecord, sampledIds } from './sample.ts';

export interface Place {
  readonly source: Source;
  /** As the experiment file writes it. */
  readonly name: string;
  /** By record; undefined where it has none. Read as the comparator reads it. */
  readonly ids: readonly (string | undefined)[];
  /** Records by id. */
  readonly records: ReadonlyMap<string, readonly number[]>;
  /** How many records have one. */
  readonly present: number;
}

/** Records looked at for the names of places. */
const LOOKED_AT = 400;
const MOST_PATHS = 120;
const BRACE = 0x7b;
/** A place that fewer records have is not worth following. */
const LEAST_SHARE = 0.3;

export function placesOf(records: readonly SampledRecord[]): readonly Place[] {
  return sourcesOf(records)
    .map((source) => placeOf(source, records))
    .filter((place) => place.present >= LEAST_SHARE * records.length && place.present > 0);
}

export function placeOf(source: Source, records: readonly SampledRecord[]): Place {
  const correlate = sampledIds([[source]]);
  const byId = new Map<string, number[]>();
  let present = 0;
  const ids = records.map((record, index) => {
    const correlated = correlate(record);
    if (correlated.kind !== 'id') return undefined;
    present++;
    const same = byId.get(correlated.id);
    if (same === undefined) byId.set(correlated.id, [index]);
    else same.push(index);
    return correlated.id;
  });
  return { source, name: formatSource(source), ids, records: byId, present };
}

function sourcesOf(records: readonly SampledRecord[]): readonly Source[] {
  const headers = new Map<string, number>();
  const inKeys = new Map<string, readonly string[]>();
  const paths = new Map<string, { readonly pointer: readonly string[]; count: number }>();
  const step = Math.max(1, Math.floor(records.length / LOOKED_AT));
  for (let index = 0; index < records.length; index += step) {
    const record = records[index];
    if (record === undefined) continue;
    // A number, too, is JSON: only what holds something has places.
    if (record.key?.[0] === BRACE) {
      eachScalar(documentOf({ ...record, value: record.key }), 'left-out', (pointer, value) => {
        if (typeof value !== 'boolean' && pointer.length > 0) inKeys.set(JSON.stringify(pointer), pointer);
      });
    }
    for (const name of new Set(record.headers.map(([name]) => name))) headers.set(name, (headers.get(name) ?? 0) + 1);
    eachScalar(documentOf(record), 'left-out', (pointer, value) => {
      // Yes and no join nothing; and a pointer to the whole payload is none to a member.
      if (typeof value === 'boolean' || pointer.length === 0) return;
      const known = paths.get(JSON.stringify(pointer));
      if (known === undefined) paths.set(JSON.stringify(pointer), { pointer, count: 1 });
      else known.count++;
    });
  }
  const named = [...headers.keys()].filter(
    (name) => name !== 'traceparent' && name !== 'ce_id' && name.trim() === name,
  );
  return [
    ...named.filter((name) => name !== '').map((name): Source => ({ kind: 'header', name })),
    { kind: 'key' },
    ...[...inKeys.values()].slice(0, MOST_PATHS).map((pointer): Source => ({ kind: 'key', pointer })),
    ...(headers.has('ce_id') ? [{ kind: 'ce_id' } as const] : []),
    ...(headers.has('traceparent') ? [{ kind: 'traceparent' } as const] : []),
    ...[...paths.values()]
      .toSorted((a, b) => b.count - a.count)
      .slice(0, MOST_PATHS)
      .map(({ pointer }): Source => ({ kind: 'path', pointer })),
  ];
}
