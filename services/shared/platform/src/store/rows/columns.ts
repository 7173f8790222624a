// The raw tables' columns: how rows are written.
import type { DifferenceRow, HaltRow, LedgerRow, LoadRow, OutageRow, PairRow, RunRow } from '@parallax/core';
import { nativeTable, type Table } from './native-block.ts';
import {
  Float64Column,
  Int64Column,
  NullableColumn,
  OffsetsColumn,
  TimeColumn,
  UInt32Column,
  UInt256Column,
} from './native-numbers.ts';
import { LabelColumn, TextColumn } from './native-texts.ts';

const label = () => new LabelColumn();
const text = () => new TextColumn();
const time = () => new TimeColumn();
const uint32 = () => new UInt32Column();
const uint64 = () => new Int64Column('UInt64');
const timeOrNull = () => new NullableColumn(time(), 0);
const uint32OrNull = () => new NullableColumn(uint32(), 0);
const int64OrNull = () => new NullableColumn(new Int64Column('Int64'), 0);
const float64OrNull = () => new NullableColumn(new Float64Column(), 0);
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
    severity: label(),
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
    to.severity.add(r.severity);
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

export const LOAD: Table<LoadRow> = nativeTable(
  'load_raw',
  () => ({
    experiment: label(),
    run: label(),
    measure: label(),
    side: label(),
    topic: label(),
    began: time(),
    duration_ms: uint64(),
    records: uint64(),
    bytes: uint64(),
    offered: float64OrNull(),
    fed: float64OrNull(),
    answered: float64OrNull(),
    lag: int64OrNull(),
    lag_growth: float64OrNull(),
    p50_ms: float64OrNull(),
    p95_ms: float64OrNull(),
    p99_ms: float64OrNull(),
    max_ms: float64OrNull(),
    state: label(),
    measured_at: time(),
  }),
  (r: LoadRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.measure.add(r.measure);
    to.side.add(r.side);
    to.topic.add(r.topic);
    to.began.add(r.began);
    to.duration_ms.add(r.duration_ms);
    to.records.add(r.records);
    to.bytes.add(r.bytes);
    to.offered.add(r.offered);
    to.fed.add(r.fed);
    to.answered.add(r.answered);
    to.lag.add(r.lag);
    to.lag_growth.add(r.lag_growth);
    to.p50_ms.add(r.p50_ms);
    to.p95_ms.add(r.p95_ms);
    to.p99_ms.add(r.p99_ms);
    to.max_ms.add(r.max_ms);
    to.state.add(r.state);
    to.measured_at.add(r.measured_at);
  },
);

export const HALTS: Table<HaltRow> = nativeTable(
  'halts_raw',
  () => ({
    experiment: label(),
    run: label(),
    at: time(),
    code: label(),
    message: text(),
  }),
  (r: HaltRow, to) => {
    to.experiment.add(r.experiment);
    to.run.add(r.run);
    to.at.add(r.at);
    to.code.add(r.code);
    to.message.add(r.message);
  },
);

export const TABLES: readonly string[] = [PAIRS, DIFFERENCES, LEDGER, OUTAGES, RUNS, LOAD, HALTS].map(
  ({ name }) => name,
);
