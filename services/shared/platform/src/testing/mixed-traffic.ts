// Seeded traffic of two systems with everything in it that a comparison must tell apart, in two halves.
//
// The second half has what comes after the first was judged: a repeat, a late answer that revises, an answer too late.
import type { Header, NewRecord } from '@parallax/core';

export interface Traffic {
  readonly legacy: readonly NewRecord[];
  readonly candidate: readonly NewRecord[];
}

export interface MixedTraffic {
  readonly first: Traffic;
  readonly second: Traffic;
  /** How many pairs of each outcome there are in the end, by strict comparison but for `/at`. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/** Epoch ms of the first event; 10 ms lie between events. */
export const TRAFFIC_BEGINS = 1_700_000_000_000;
/** What the experiment's `late` must be for the too late to be so. */
export const TRAFFIC_LATE_MS = 3_600_000;

/** The same seed and number of ids give the same traffic. Ids are in the header correlation-id, and the records' keys. */
export function mixedTraffic(seed: number, ids: number): MixedTraffic {
  const random = seeded(seed);
  const first = { legacy: [] as NewRecord[], candidate: [] as NewRecord[] };
  const second = { legacy: [] as NewRecord[], candidate: [] as NewRecord[] };
  const outcomes: Record<string, number> = { equivalent: 0, mismatch: 0, 'missing-candidate': 0, 'missing-legacy': 0 };
  const ends = (outcome: string) => {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  for (let i = 0; i < ids; i++) {
    const id = `id-${i}`;
    const time = TRAFFIC_BEGINS + i * 10;
    const legacy = event(id, time, `{"at":"legacy","total":${i}.50}`);
    const candidate = event(id, time + random() * 40, `{"total":${i}.5,"at":"candidate"}`);
    const other = event(id, time + 5, `{"at":"candidate","total":${i}.51,"extra":true}`);
    const kind = Math.floor(random() * 24);
    const takesPart = kind >= 3 || kind === 0;
    if (takesPart) first.legacy.push(legacy);
    switch (kind) {
      case 0:
        ends('missing-candidate');
        break;
      case 1:
        first.candidate.push(other);
        ends('missing-legacy');
        break;
      case 2:
        first.legacy.push(legacy);
        second.candidate.push(candidate);
        ends('equivalent');
        break;
      case 3:
        first.candidate.push(other);
        ends('mismatch');
        break;
      case 4:
        first.candidate.push(candidate, candidate);
        ends('equivalent');
        break;
      case 5:
        first.candidate.push(candidate);
        second.candidate.push(candidate);
        ends('equivalent');
        break;
      case 6:
        first.candidate.push(candidate);
        second.legacy.push(event(id, time + 2 * TRAFFIC_LATE_MS, '{"total":"again"}'));
        ends('equivalent');
        break;
      case 7:
        first.candidate.push(candidate, event(null, time, `{"total":${i}}`));
        ends('equivalent');
        break;
      case 8:
        first.candidate.push(candidate);
        first.legacy.push(event(null, time, '{"total":'));
        ends('equivalent');
        break;
      case 9:
        first.candidate.push(candidate, other);
        ends('mismatch');
        break;
      case 10:
        first.candidate.push(candidate);
        second.candidate.push(other);
        ends('mismatch');
        break;
      default:
        first.candidate.push(candidate);
        ends('equivalent');
    }
  }
  return { first, second, outcomes };
}

function event(id: string | null, time: number, value: string): NewRecord {
  const headers: Header[] = id === null ? [] : [['correlation-id', Buffer.from(id)]];
  const key = Buffer.from(id ?? `none-${time}`);
  return { key, timestamp: Math.floor(time), value: Buffer.from(value), headers };
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
