// The raw tables' columns: how rows are written, and how pairs are read back.
import type { DifferenceRow, LedgerRow, OutageRow, Outcome, PairRow, RowState, RunRow } from '@parallax/core';
import { nativeTable, type Table } from './native-block.ts';
import {
  Int64Column,
  NullableColumn,
  OffsetsColumn,
  TimeColumn,
  UInt32Column,
  UInt256Column,
} from './native-numbers.ts';
import { LabelColumn, TextColumn } from './native-texts.ts';
import { fromStored as read } from './text.ts';

const label = () => new LabelColumn();
const text = () => new TextColumn();
const time = () => new TimeColumn();
const uint32 = () => new UInt32Column();
const uint64 = () => new Int64Column('UInt64');
const timeOrNull = () => new NullableColumn(time(), 0);
const uint32OrNull = () => new NullableColumn(uint32(), 0);
const int64OrNull = () => new NullableColumn(new Int64Column('Int64'), 0);
const textOrNull = () => new NullableColumn(text(), '');
const offsets = () => new OffsetsColumn();
const version = () => new UInt256Column();

export const PAIRS: Table<PairRow> = nativeTable(
  'pairs_raw',
  () => ({
    experiment: label(),
    run: label(),
    output: label(),
    id: text(),
    type: label(),
    outcome: label(),
    reason: label(),
    state: label(),
    first_seen: time(),
    judged_at: time(),
    was: label(),
    legacy_time: timeOrNull(),
    candidate_time: timeOrNull(),
    legacy_partition: uint32OrNull(),
    legacy_offsets: offsets(),
    legacy_count: uint32(),
    legacy_digest: text(),
    candidate_partition: uint32OrNull(),
    candidate_offsets: offsets(),
    candidate_count: uint32(),
    candidate_digest: text(),
    converged_ms: int64OrNull(),
    signature: text(),
    rules_version: uint64(),
    version: version(),
  }),
  (r: PairRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.output.add(r.output);
    to.id.add(r.id);
    to.type.add(r.type);
    to.outcome.add(r.outcome);
    to.reason.add(r.reason);
    to.state.add(r.state);
    to.first_seen.add(r.first_seen);
    to.judged_at.add(r.judged_at);
    to.was.add(r.was);
    to.legacy_time.add(r.legacy_time);
    to.candidate_time.add(r.candidate_time);
    to.legacy_partition.add(r.legacy_partition);
    to.legacy_offsets.add(r.legacy_offsets);
    to.legacy_count.add(r.legacy_count);
    to.legacy_digest.add(r.legacy_digest);
    to.candidate_partition.add(r.candidate_partition);
    to.candidate_offsets.add(r.candidate_offsets);
    to.candidate_count.add(r.candidate_count);
    to.candidate_digest.add(r.candidate_digest);
    to.converged_ms.add(r.converged_ms === null ? null : Math.round(r.converged_ms));
    to.signature.add(r.signature);
    to.rules_version.add(r.rules_version);
    to.version.add(r.version);
  },
);

export const DIFFERENCES: Table<DifferenceRow> = nativeTable(
  'differences_raw',
  () => ({
    experiment: label(),
    run: label(),
    output: label(),
    id: text(),
    version: version(),
    position: uint32(),
    path: text(),
    pattern: label(),
    kind: label(),
    legacy: textOrNull(),
    candidate: textOrNull(),
    rule: label(),
    event: uint32OrNull(),
  }),
  (r: DifferenceRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.output.add(r.output);
    to.id.add(r.id);
    to.version.add(r.version);
    to.position.add(r.position);
    to.path.add(r.path);
    to.pattern.add(r.pattern);
    to.kind.add(r.kind);
    to.legacy.add(r.legacy);
    to.candidate.add(r.candidate);
    to.rule.add(r.rule);
    to.event.add(r.event);
  },
);

export const LEDGER: Table<LedgerRow> = nativeTable(
  'ledger_raw',
  () => ({
    experiment: label(),
    run: label(),
    output: label(),
    partition: uint32(),
    side: label(),
    column: label(),
    events: uint64(),
    as_of: time(),
    cut: uint64(),
  }),
  (r: LedgerRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.output.add(r.output);
    to.partition.add(r.partition);
    to.side.add(r.side);
    to.column.add(r.column);
    to.events.add(r.events);
    to.as_of.add(r.as_of);
    to.cut.add(r.cut);
  },
);

export const OUTAGES: Table<OutageRow> = nativeTable(
  'outages_raw',
  () => ({
    experiment: label(),
    run: label(),
    output: label(),
    partition: uint32(),
    side: label(),
    began: time(),
    ended: timeOrNull(),
    events: uint64(),
  }),
  (r: OutageRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.output.add(r.output);
    to.partition.add(r.partition);
    to.side.add(r.side);
    to.began.add(r.began);
    to.ended.add(r.ended);
    to.events.add(r.events);
  },
);

export const RUNS: Table<RunRow> = nativeTable(
  'runs_raw',
  () => ({
    experiment: label(),
    run: label(),
    kind: label(),
    build: text(),
    details: text(),
    state: label(),
    started: time(),
    ended: timeOrNull(),
    revision: uint64(),
  }),
  (r: RunRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.kind.add(r.kind);
    to.build.add(r.build);
    to.details.add(r.details);
    to.state.add(r.state);
    to.started.add(r.started);
    to.ended.add(r.ended);
    to.revision.add(r.revision);
  },
);

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
