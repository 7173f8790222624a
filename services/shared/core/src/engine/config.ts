// What one join is told, and what it hands out.
import type { ComparePlan } from '../compare/plan.ts';
import type { Content } from '../compare/spec.ts';
import type { Correlated } from '../envelope/correlate.ts';
import type { Side } from '../outcome.ts';
import type { LogRecord, TimestampType } from '../ports/log.ts';
import type { DifferenceRow, OutageRow, PairRow } from '../rows.ts';
import type { OffsetRuns } from './offset-runs.ts';
import type { OffsetSet } from './offset-set.ts';
import type { TaintStates } from './taint.ts';
import type { Unread, UnreadColumn } from './unread.ts';
import type { Pick } from './version.ts';

/** Of an event: its id, why it has none, or that its id is one nobody wants to be judged. */
export type Sorted = Correlated | { readonly kind: 'not-selected' };

/** Shared by the joins of one output in one process: absence is withheld until any of them has seen a match. */
export interface JoinsSeen {
  seen: boolean;
  /** The other partition of this process in which an event of `side` with this id was read; absent: not to be known. */
  elsewhere?: (id: string, side: Side, partition: number) => number | undefined;
}

export interface JoinConfig {
  readonly experiment: string;
  readonly run: string;
  readonly output: string;
  readonly partition: number;
  readonly plan: ComparePlan;
  /** Equal bytes on both sides are an equal event: same format, same selection. */
  readonly bytesDecide: boolean;
  readonly compareKey: boolean;
  readonly compareHeaders: readonly string[];
  readonly pick: Pick;
  readonly counts: 'compare' | 'ignore';
  readonly settleMs: number;
  readonly deadlineMs: number;
  readonly lateMs: number;
  readonly outageMs: number;
  readonly maxOutageMs: number;
  /** Epoch of the rule set; part of every row's version. */
  readonly rulesVersion: number;
  /** Budget for payloads of open pairs of this partition. */
  readonly openBytes: number;
  /** Closed pairs remembered. */
  readonly tombstones: number;
  /** One id in this many is looked up in the store although both sides are there; 1: all. */
  readonly lookupEvery: number;
  /** The candidate's consumption of its input is observed: its deadline starts when it has read what it must answer. */
  readonly tracksConsumption: boolean;
  /**
   * Both sides' timestamps are of one time. Not so in a replay: legacy's are those recorded, the build's are today's, and
   * the time between them says nothing.
   */
  readonly sharesTime: boolean;
  readonly timestamps: Readonly<Record<Side, TimestampType>>;
  /** Logs of which older records of a key may be gone before they are read; absent: neither. */
  readonly compacted?: Readonly<Record<Side, boolean>>;
  readonly joins: JoinsSeen;
  /** Partitions of both topics, by which it can be told where an id belongs; absent: ids are masked. */
  readonly placesIds?: number;
  /** For messages. */
  readonly topics?: Readonly<Record<Side, string>>;
  correlate(side: Side, record: Content): Sorted;
  typeOf(side: Side, record: Content): string;
}

/** Where a side began on a fresh start, so that what straddles the beginning is not called missing. */
export interface SideStart {
  /** The log has, or had, events before the first one we read. */
  readonly headLost: boolean;
  /** Timestamp of the first record read; undefined until there is one. */
  firstTime: number | undefined;
}

export interface SideCut {
  /** The next offset to read; events below it that are not in `open` are accounted for. */
  readonly position: number;
  readonly open: OffsetSet;
  /** Events counted as undecided because they were given up for want of memory. */
  readonly givenUp: OffsetSet;
  /** Events counted as `no-id` or `undecodable`, as far as they are remembered; absent: none. */
  readonly unread?: Unread;
  /** In the order of CLOSED_COLUMNS. */
  readonly counts: readonly number[];
  readonly start: SideStart;
  /** An outage of this side that is under way. */
  readonly outage: { readonly began: number; readonly events: number } | undefined;
  /** Absent: nothing of this side was ever lost. */
  readonly losses?: SideLosses;
  /** Of a shuffled side: how far each source partition has come at this position. */
  readonly sources?: readonly number[];
  /** How far the log was known to reach, read or not; absent: to the position. */
  readonly reached?: number;
  /** The record read last: should another stand in its place, the log has lost what was read. */
  readonly last?: LastRead;
}

export interface LastRead {
  readonly offset: number;
  /** Of its timestamp and bytes. */
  readonly digest: string;
  /** The highest of a leader that wrote what was read, or was found to hold this record; absent: not told. */
  readonly epoch?: number;
}

/** What of a side will never be read, and what that means for the other. */
export interface SideLosses {
  readonly lost: OffsetRuns;
  readonly taints: TaintStates;
  /** Skipped, and not yet known whether lost: resolved at the next start, as it would have been. */
  readonly skipped: OffsetRuns;
}

/** A synchronous copy of all that must survive: both sides at one instant. */
export interface JoinCut {
  readonly legacy: SideCut;
  readonly candidate: SideCut;
}

export interface Emissions {
  readonly pairs: PairRow[];
  readonly differences: DifferenceRow[];
  readonly outages: OutageRow[];
}

/** A payload that was let go and is needed again. */
export interface Fetch {
  readonly id: string;
  readonly side: Side;
  readonly offset: number;
}

/** An event that ended without an id. */
export interface Unreadable {
  readonly side: Side;
  readonly offset: number;
  readonly column: UnreadColumn;
  readonly reason: string;
  /** As it was read: its bytes are only good until the next call. */
  readonly record: LogRecord;
  /** It had been read before: after a crash, or in a retry. */
  readonly wasOpen: boolean;
}
