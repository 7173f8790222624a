// Joins both samples by a correlation, as the comparator would, to learn from the pairs.
import type { Correlation } from '../envelope/source.ts';
import { type SampledRecord, sampledIds } from './sample.ts';

export interface Matched {
  readonly id: string;
  /** By timestamp, then offset; repeats of the same bytes left out. */
  readonly legacy: readonly SampledRecord[];
  readonly candidate: readonly SampledRecord[];
}

export interface Matching {
  readonly matched: readonly Matched[];
  /** Different ids of each side. */
  readonly legacyIds: number;
  readonly candidateIds: number;
  /** Records without an id. */
  readonly legacyWithout: number;
  readonly candidateWithout: number;
}

export function matchSamples(
  legacy: readonly SampledRecord[],
  candidate: readonly SampledRecord[],
  correlation: { readonly legacy: Correlation; readonly candidate: Correlation },
): Matching {
  const left = byId(legacy, correlation.legacy);
  const right = byId(candidate, correlation.candidate);
  const matched = [...left.events].flatMap(([id, events]) => {
    const others = right.events.get(id);
    return others === undefined ? [] : [{ id, legacy: inOrder(events), candidate: inOrder(others) }];
  });
  return {
    matched,
    legacyIds: left.events.size,
    candidateIds: right.events.size,
    legacyWithout: left.without,
    candidateWithout: right.without,
  };
}

function byId(records: readonly SampledRecord[], correlation: Correlation) {
  const correlate = sampledIds(correlation);
  const events = new Map<string, SampledRecord[]>();
  let without = 0;
  for (const record of records) {
    const correlated = correlate(record);
    if (correlated.kind !== 'id') without++;
    else {
      const same = events.get(correlated.id);
      if (same === undefined) events.set(correlated.id, [record]);
      else same.push(record);
    }
  }
  return { events, without };
}

/** Events of one side as they are judged: in order, repeats of the same bytes left out. */
export function inOrder(events: readonly SampledRecord[]): readonly SampledRecord[] {
  if (events.length === 1) return events;
  return events
    .toSorted((a, b) => a.timestamp - b.timestamp || a.partition - b.partition || a.offset - b.offset)
    .filter((event, index, all) => index === 0 || !sameBytes(event.value, all[index - 1]?.value ?? null));
}

export function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
