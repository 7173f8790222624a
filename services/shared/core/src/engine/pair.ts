// What the join remembers: events, open pairs, and tombstones of closed ones.
import type { Content } from '../compare/spec.ts';
import { type Outcome, SIDES, type Side } from '../outcome.ts';
import type { PairRow } from '../rows.ts';

export interface PairEvent {
  readonly offset: number;
  /** Record timestamp, epoch ms. */
  readonly timestamp: number;
  /** Wall ms at which it became readable. */
  readonly arrived: number;
  readonly digest: string;
  readonly type: string;
  /** The broker had it before we came: its waits are measured in log time. */
  readonly behind: boolean;
  /** undefined once let go, or not yet fetched again; null when it can no longer be had. */
  content: Content | undefined | null;
  /** Found to agree with the event at the same place on the other side: equal bytes, or alone with it. */
  agrees: 'match' | 'equivalent' | undefined;
  /** The stored row holds it, but this process has yet to read it: until then the pair is not judged. */
  unmet: boolean;
  bytes: number;
}

/**
 * The life of an open pair:
 *
 *   waiting ──(settled, or absence proven)──► asking? ──► fetching? ──► judged, closed
 *      ▲  │                                     │             │
 *      │  └──(outage)──► parked ──(it ends)──┐  │             │
 *      └─────────────────────────────────────┴──┴── any new event, any answer
 *
 * `asking` waits for the store's answer, `fetching` for payloads that were let go.
 */
export type Stage = 'waiting' | 'parked' | 'asking' | 'fetching' | 'closed';

export interface Pair {
  readonly id: string;
  readonly legacy: PairEvent[];
  readonly candidate: PairEvent[];
  stage: Stage;
  /** Grows with every change; queue entries made before it are void. */
  token: number;
  /** Must ask the store before it is judged even when both sides are there. */
  mustAsk: boolean;
  asked: boolean;
  /** Absence counts from here where it is later than the event's arrival: an outage has ended. */
  notBefore: number;
  /** What it was before it was opened again. */
  base: Tombstone | undefined;
  /** Memory is full: judged as it stands once the store has been asked, unless an event comes first. */
  givenUp: boolean;
  /** Its id has more events than are kept of one: what more comes is only counted (hot-ids.ts). */
  hot: boolean;
  /** Reason of the provisional row that was shown, if any. */
  shown: string;
}

export interface ClosedEvent {
  readonly offset: number;
  readonly digest: string;
  /** The ledger holds it outside `open`. */
  readonly counted: boolean;
}

/**
 * A closed pair. One taken over from a stored row may be ahead of the accounts this process resumed from: then some of
 * its events are not counted, and the pair is opened and judged again, to the same row at the same version. The counted
 * ones stand under what judging them alone gives: they were all the events there were.
 */
export interface Tombstone {
  readonly id: string;
  readonly type: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** The outcome before, as the row tells: a hint where it cannot be judged any more. */
  readonly was: Outcome | '';
  readonly legacy: readonly ClosedEvent[];
  readonly candidate: readonly ClosedEvent[];
  readonly legacyTime: number | null;
  readonly candidateTime: number | null;
  /** Rows emitted up to and with this one: it may be forgotten once they are acknowledged. */
  readonly emitted: number;
}

export function newPair(id: string): Pair {
  return {
    id,
    legacy: [],
    candidate: [],
    stage: 'waiting',
    token: 0,
    mustAsk: false,
    asked: false,
    notBefore: Number.NEGATIVE_INFINITY,
    base: undefined,
    givenUp: false,
    hot: false,
    shown: '',
  };
}

/** The type of the pair: its first event's, legacy before candidate, whichever came first. */
export function typeOf(pair: Pair): string {
  return (pair.legacy[0] ?? pair.candidate[0])?.type ?? '';
}

export function other(side: Side): Side {
  return side === 'legacy' ? 'candidate' : 'legacy';
}

export function lastArrived(events: readonly PairEvent[]): number {
  const last = events.at(-1);
  return last === undefined ? Number.NEGATIVE_INFINITY : last.arrived;
}

export function holds(tombstone: Tombstone, side: Side, offset: number): ClosedEvent | undefined {
  return tombstone[side].find((event) => event.offset === offset);
}

/** The time from which lateness is measured: the later side's first event. */
export function lastTime(tombstone: Tombstone): number {
  return Math.max(
    tombstone.legacyTime ?? Number.NEGATIVE_INFINITY,
    tombstone.candidateTime ?? Number.NEGATIVE_INFINITY,
  );
}

/** `counted(side, offset)`: whether the ledger holds that event outside `open`. */
export function tombstoneOf(row: PairRow, counted: (side: Side, offset: number) => boolean): Tombstone {
  const closed = (side: Side, offsets: readonly number[], digests: string): ClosedEvent[] => {
    const parts = digests.split(',');
    return offsets.map((offset, i) => ({ offset, digest: parts[i] ?? '', counted: counted(side, offset) }));
  };
  return {
    id: row.id,
    type: row.type,
    outcome: row.outcome,
    reason: row.reason,
    was: row.was,
    legacy: closed('legacy', row.legacy_offsets, row.legacy_digest),
    candidate: closed('candidate', row.candidate_offsets, row.candidate_digest),
    legacyTime: row.legacy_time,
    candidateTime: row.candidate_time,
    emitted: 0,
  };
}

/** The ledger holds all its events outside `open`. */
export function isCounted(tombstone: Tombstone): boolean {
  return SIDES.every((side) => tombstone[side].every((event) => event.counted));
}

/** Opened again from a row that was ahead of the accounts, with some of its events counted under an earlier outcome. */
export function isAhead(pair: Pair): boolean {
  const { base } = pair;
  return base !== undefined && !isCounted(base) && SIDES.some((side) => base[side].some((event) => event.counted));
}

/** The stored row it was opened from holds events that have yet to be read again. */
export function isHalf(pair: Pair): boolean {
  return pair.base !== undefined && SIDES.some((side) => pair[side].some(({ unmet }) => unmet));
}

export function isLone(pair: Pair): boolean {
  return pair.legacy.length === 0 || pair.candidate.length === 0;
}

/** The events of a closed pair, as a part of the pair that opens it again. `cursor`: the next offset to be read. */
export function reopened(tombstone: Tombstone, side: Side, cursor: number): PairEvent[] {
  const timestamp = (side === 'legacy' ? tombstone.legacyTime : tombstone.candidateTime) ?? lastTime(tombstone);
  return tombstone[side].map(({ offset, digest, counted }) => ({
    offset,
    timestamp,
    arrived: Number.NEGATIVE_INFINITY,
    digest,
    type: tombstone.type,
    behind: true,
    content: undefined,
    agrees: undefined,
    unmet: !counted && offset >= cursor,
    bytes: 0,
  }));
}

/** Puts both sides in log order again; what was known of events at the same place no longer holds. */
export function sortByOffset(pair: Pair): void {
  for (const side of SIDES) {
    pair[side].sort((a, b) => a.offset - b.offset);
    for (const event of pair[side]) event.agrees = undefined;
  }
}
