// The rows Parallax writes to the divergence store: columns are a contract with the people who query them.
import type { DifferenceKind, LedgerColumn, Outcome, Severity, Side } from './outcome.ts';

export type RowState = 'provisional' | 'final' | 'revised';

/** One judged (or provisional) pair. Identity: experiment, run, output, id. The row with the highest version counts. */
export interface PairRow {
  experiment: string;
  run: string;
  output: string;
  id: string;
  type: string;
  outcome: Outcome;
  /** Low-cardinality code; '' when the outcome needs none. */
  reason: string;
  state: RowState;
  /** Epoch ms. */
  first_seen: number;
  judged_at: number;
  /** The outcome its events had in the checkpoint before; '' when they were open. */
  was: Outcome | '';
  legacy_time: number | null;
  candidate_time: number | null;
  legacy_partition: number | null;
  candidate_partition: number | null;
  /** Offsets of the events compared, ascending. */
  legacy_offsets: readonly number[];
  candidate_offsets: readonly number[];
  legacy_count: number;
  candidate_count: number;
  /** Content digests of the events, 32 hex digits each, comma-joined in the order of the offsets. */
  legacy_digest: string;
  candidate_digest: string;
  /** Candidate's first event after legacy's first one, by record timestamps; null when a side is absent, and in a replay. */
  converged_ms: number | null;
  signature: string;
  rules_version: number;
  /** A pure function of the pair's own evidence; below 2^256. */
  version: bigint;
}

export interface DifferenceRow {
  experiment: string;
  run: string;
  output: string;
  id: string;
  version: bigint;
  /** Place in the list, from 0: part of the identity, so that a second write replaces the first. */
  position: number;
  path: string;
  pattern: string;
  kind: DifferenceKind;
  /** JSON text; null where the side has no value. */
  legacy: string | null;
  candidate: string | null;
  rule: string;
  /** Of that rule; '' where it states none, or there is no rule. */
  severity: Severity | '';
  /** Which event of the pair, from 0; null where each side has one. */
  event: number | null;
}

/** Cumulative: how many events of this side are in this column as of that time. */
export interface LedgerRow {
  experiment: string;
  run: string;
  output: string;
  partition: number;
  side: Side;
  column: LedgerColumn;
  events: number;
  /** Epoch ms of the cut. */
  as_of: number;
  /** Number of the cut: the highest counts. */
  cut: number;
}

export interface OutageRow {
  experiment: string;
  run: string;
  output: string;
  partition: number;
  side: Side;
  /** Epoch ms. */
  began: number;
  /** null while it lasts. */
  ended: number | null;
  /** Lone events that waited. */
  events: number;
}

export interface RunRow {
  experiment: string;
  run: string;
  kind: 'live' | 'replay';
  build: string;
  /** JSON text: source range, pacing, rules version, what else describes the run. */
  details: string;
  state: 'running' | 'finished' | 'interrupted';
  started: number;
  ended: number | null;
  /** Higher counts. */
  revision: number;
}

/** How much there was in a stretch of time, and what became of it; null where it was not looked at. */
export interface LoadRow {
  experiment: string;
  run: string;
  /** `traffic`: what the topic held; `step`: what a build did with a rate it was offered. */
  measure: 'traffic' | 'step';
  side: 'input' | Side;
  topic: string;
  /** Epoch ms. */
  began: number;
  duration_ms: number;
  records: number;
  /** Key, value and headers. */
  bytes: number;
  /** Inputs a second: that were to be fed, and that were. */
  offered: number | null;
  fed: number | null;
  /** Answers a second. */
  answered: number | null;
  /** Inputs that waited at the end, and by how many a second that grew. */
  lag: number | null;
  lag_growth: number | null;
  /** From an input fed to its answer seen. */
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  max_ms: number | null;
  /** '' of traffic. */
  state: '' | 'kept-up' | 'falling-behind' | 'not-offered';
  /** Epoch ms; the same for all rows of one measurement. Only the latest of a topic is shown. */
  measured_at: number;
}

/** Why comparing ended by itself. Of each run the latest counts. */
export interface HaltRow {
  experiment: string;
  run: string;
  /** Epoch ms. */
  at: number;
  /** Of the fault; `internal` for what has no name. */
  code: string;
  message: string;
}

export interface RowBatch {
  readonly pairs?: readonly PairRow[];
  readonly differences?: readonly DifferenceRow[];
  readonly ledger?: readonly LedgerRow[];
  readonly outages?: readonly OutageRow[];
  readonly runs?: readonly RunRow[];
  readonly load?: readonly LoadRow[];
  readonly halts?: readonly HaltRow[];
}
