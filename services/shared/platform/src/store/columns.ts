// The raw tables' columns: how rows become insert lines, and how pairs are read back.
import type { DifferenceRow, LedgerRow, OutageRow, Outcome, PairRow, RowState, RunRow } from '@parallax/core';
import { fromStored as read, toStored as s } from './text.ts';
import { storable as time } from './time.ts';

type Cell = string | number | null | readonly number[];

/** One raw table: its columns in order, and a row as their values. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly [string, ...string[]];
  readonly cells: (row: Row) => readonly Cell[];
}

const orNull = (ms: number | null) => (ms === null ? null : time(ms));
const text = (value: string | null) => (value === null ? null : s(value));

export const PAIRS: Table<PairRow> = {
  name: 'pairs_raw',
  columns: [
    'experiment',
    'run',
    'output',
    'id',
    'type',
    'outcome',
    'reason',
    'state',
    'first_seen',
    'judged_at',
    'was',
    'legacy_time',
    'candidate_time',
    'legacy_partition',
    'legacy_offsets',
    'legacy_count',
    'legacy_digest',
    'candidate_partition',
    'candidate_offsets',
    'candidate_count',
    'candidate_digest',
    'converged_ms',
    'signature',
    'rules_version',
    'version',
  ],
  cells: (r) => [
    s(r.experiment),
    s(r.run),
    s(r.output),
    s(r.id),
    s(r.type),
    r.outcome,
    s(r.reason),
    r.state,
    time(r.first_seen),
    time(r.judged_at),
    r.was,
    orNull(r.legacy_time),
    orNull(r.candidate_time),
    r.legacy_partition,
    r.legacy_offsets,
    r.legacy_count,
    r.legacy_digest,
    r.candidate_partition,
    r.candidate_offsets,
    r.candidate_count,
    r.candidate_digest,
    r.converged_ms === null ? null : Math.round(r.converged_ms),
    s(r.signature),
    r.rules_version,
    r.version.toString(),
  ],
};

export const DIFFERENCES: Table<DifferenceRow> = {
  name: 'differences_raw',
  columns: [
    'experiment',
    'run',
    'output',
    'id',
    'version',
    'position',
    'path',
    'pattern',
    'kind',
    'legacy',
    'candidate',
    'rule',
    'event',
  ],
  cells: (r) => [
    s(r.experiment),
    s(r.run),
    s(r.output),
    s(r.id),
    r.version.toString(),
    r.position,
    s(r.path),
    s(r.pattern),
    r.kind,
    text(r.legacy),
    text(r.candidate),
    s(r.rule),
    r.event,
  ],
};

export const LEDGER: Table<LedgerRow> = {
  name: 'ledger_raw',
  columns: ['experiment', 'run', 'output', 'partition', 'side', 'column', 'events', 'as_of', 'cut'],
  cells: (r) => [s(r.experiment), s(r.run), s(r.output), r.partition, r.side, r.column, r.events, time(r.as_of), r.cut],
};

export const OUTAGES: Table<OutageRow> = {
  name: 'outages_raw',
  columns: ['experiment', 'run', 'output', 'partition', 'side', 'began', 'ended', 'events'],
  cells: (r) => [s(r.experiment), s(r.run), s(r.output), r.partition, r.side, time(r.began), orNull(r.ended), r.events],
};

export const RUNS: Table<RunRow> = {
  name: 'runs_raw',
  columns: ['experiment', 'run', 'kind', 'build', 'details', 'state', 'started', 'ended', 'revision'],
  cells: (r) => [
    s(r.experiment),
    s(r.run),
    r.kind,
    s(r.build),
    s(r.details),
    r.state,
    time(r.started),
    orNull(r.ended),
    r.revision,
  ],
};

export const TABLES: readonly string[] = [PAIRS, DIFFERENCES, LEDGER, OUTAGES, RUNS].map(({ name }) => name);

const MILLISECONDS = new Set(['first_seen', 'judged_at', 'legacy_time', 'candidate_time']);

/** The select list that {@link readPair} expects: times as epoch ms, the version as text. */
export const PAIR_SELECT: string = PAIRS.columns
  .map((name) =>
    MILLISECONDS.has(name) ? `toUnixTimestamp64Milli(${name})` : name === 'version' ? 'toString(version)' : name,
  )
  .join(', ');

/** A row of JSONCompactEachRow as {@link PAIR_SELECT} asks for it, in the order of the columns. */
export type PairCells = [
  string,
  string,
  string,
  string,
  string,
  Outcome,
  string,
  RowState,
  number,
  number,
  Outcome | '',
  number | null,
  number | null,
  number | null,
  number[],
  number,
  string,
  number | null,
  number[],
  number,
  string,
  number | null,
  string,
  number,
  string,
];

export function readPair(c: PairCells): PairRow {
  return {
    experiment: read(c[0]),
    run: read(c[1]),
    output: read(c[2]),
    id: read(c[3]),
    type: read(c[4]),
    outcome: c[5],
    reason: read(c[6]),
    state: c[7],
    first_seen: c[8],
    judged_at: c[9],
    was: c[10],
    legacy_time: c[11],
    candidate_time: c[12],
    legacy_partition: c[13],
    legacy_offsets: c[14],
    legacy_count: c[15],
    legacy_digest: c[16],
    candidate_partition: c[17],
    candidate_offsets: c[18],
    candidate_count: c[19],
    candidate_digest: c[20],
    converged_ms: c[21],
    signature: read(c[22]),
    rules_version: c[23],
    version: BigInt(c[24]),
  };
}
