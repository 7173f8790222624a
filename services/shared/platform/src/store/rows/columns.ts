// The raw tables' columns: how rows become insert lines, and how pairs are read back.
import type { DifferenceRow, LedgerRow, OutageRow, Outcome, PairRow, RowState, RunRow } from '@parallax/core';
import type { LineBuffer } from './line-buffer.ts';
import { fromStored as read } from './text.ts';
import { storable as time } from './time.ts';

/** One raw table: its columns in order, and how the values of a row are written in that order. */
export interface Table<Row> {
  readonly name: string;
  readonly columns: readonly string[];
  readonly write: (row: Row, line: LineBuffer) => void;
}

const orNull = (ms: number | null) => (ms === null ? null : time(ms));

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
  write: (r, line) => {
    line.text(r.experiment);
    line.text(r.run);
    line.text(r.output);
    line.text(r.id);
    line.text(r.type);
    line.text(r.outcome);
    line.text(r.reason);
    line.text(r.state);
    line.number(time(r.first_seen));
    line.number(time(r.judged_at));
    line.text(r.was);
    line.numberOrNull(orNull(r.legacy_time));
    line.numberOrNull(orNull(r.candidate_time));
    line.numberOrNull(r.legacy_partition);
    line.numbers(r.legacy_offsets);
    line.number(r.legacy_count);
    line.text(r.legacy_digest);
    line.numberOrNull(r.candidate_partition);
    line.numbers(r.candidate_offsets);
    line.number(r.candidate_count);
    line.text(r.candidate_digest);
    line.numberOrNull(r.converged_ms === null ? null : Math.round(r.converged_ms));
    line.text(r.signature);
    line.number(r.rules_version);
    line.text(r.version.toString());
  },
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
  write: (r, line) => {
    line.text(r.experiment);
    line.text(r.run);
    line.text(r.output);
    line.text(r.id);
    line.text(r.version.toString());
    line.number(r.position);
    line.text(r.path);
    line.text(r.pattern);
    line.text(r.kind);
    line.textOrNull(r.legacy);
    line.textOrNull(r.candidate);
    line.text(r.rule);
    line.numberOrNull(r.event);
  },
};

export const LEDGER: Table<LedgerRow> = {
  name: 'ledger_raw',
  columns: ['experiment', 'run', 'output', 'partition', 'side', 'column', 'events', 'as_of', 'cut'],
  write: (r, line) => {
    line.text(r.experiment);
    line.text(r.run);
    line.text(r.output);
    line.number(r.partition);
    line.text(r.side);
    line.text(r.column);
    line.number(r.events);
    line.number(time(r.as_of));
    line.number(r.cut);
  },
};

export const OUTAGES: Table<OutageRow> = {
  name: 'outages_raw',
  columns: ['experiment', 'run', 'output', 'partition', 'side', 'began', 'ended', 'events'],
  write: (r, line) => {
    line.text(r.experiment);
    line.text(r.run);
    line.text(r.output);
    line.number(r.partition);
    line.text(r.side);
    line.number(time(r.began));
    line.numberOrNull(orNull(r.ended));
    line.number(r.events);
  },
};

export const RUNS: Table<RunRow> = {
  name: 'runs_raw',
  columns: ['experiment', 'run', 'kind', 'build', 'details', 'state', 'started', 'ended', 'revision'],
  write: (r, line) => {
    line.text(r.experiment);
    line.text(r.run);
    line.text(r.kind);
    line.text(r.build);
    line.text(r.details);
    line.text(r.state);
    line.number(time(r.started));
    line.numberOrNull(orNull(r.ended));
    line.number(r.revision);
  },
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
