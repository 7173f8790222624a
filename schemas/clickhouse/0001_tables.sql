-- Raw tables. Writers may repeat rows and may be late: only the row with the highest version of an identity counts,
-- and nobody reads these tables but the views of 0002. Partitions hold an experiment's run and nothing that can change
-- about a row: rows of one identity must always meet in one partition, or the older one would never be replaced.
-- An insert is on the disk before it is acknowledged, because the checkpoint that follows it is, too; of a merge it need
-- not be said: its sources stay for minutes.

CREATE TABLE IF NOT EXISTS pairs_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    output LowCardinality(String),
    id String CODEC(ZSTD(1)),
    type LowCardinality(String),
    outcome LowCardinality(String),
    reason LowCardinality(String),
    state LowCardinality(String),
    first_seen DateTime64(3, 'UTC'),
    judged_at DateTime64(3, 'UTC'),
    was LowCardinality(String),
    legacy_time Nullable(DateTime64(3, 'UTC')),
    candidate_time Nullable(DateTime64(3, 'UTC')),
    legacy_partition Nullable(UInt32),
    legacy_offsets Array(UInt64),
    legacy_count UInt32,
    legacy_digest String,
    candidate_partition Nullable(UInt32),
    candidate_offsets Array(UInt64),
    candidate_count UInt32,
    candidate_digest String,
    converged_ms Nullable(Int64),
    signature String CODEC(ZSTD(1)),
    rules_version UInt64,
    version UInt256 CODEC(ZSTD(1))
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY (experiment, run)
PRIMARY KEY (experiment, run, cityHash64(id))
ORDER BY (experiment, run, cityHash64(id), output, id)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS differences_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    output LowCardinality(String),
    id String CODEC(ZSTD(1)),
    version UInt256 CODEC(ZSTD(1)),
    position UInt32,
    path String CODEC(ZSTD(1)),
    pattern LowCardinality(String),
    kind LowCardinality(String),
    legacy Nullable(String) CODEC(ZSTD(1)),
    candidate Nullable(String) CODEC(ZSTD(1)),
    rule LowCardinality(String),
    event Nullable(UInt32)
)
ENGINE = ReplacingMergeTree
PARTITION BY (experiment, run)
PRIMARY KEY (experiment, run, cityHash64(id))
ORDER BY (experiment, run, cityHash64(id), output, id, version, position)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1;

-- Cumulative counters: the last cut of each hour stays, so that hours can be compared without reading pairs.
CREATE TABLE IF NOT EXISTS ledger_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    output LowCardinality(String),
    partition UInt32,
    side LowCardinality(String),
    column LowCardinality(String),
    events UInt64,
    as_of DateTime64(3, 'UTC'),
    cut UInt64,
    hour DateTime('UTC') MATERIALIZED toStartOfHour(toDateTime(as_of, 'UTC')),
    rank UInt128 MATERIALIZED bitShiftLeft(toUInt128(cut), 64) + toUnixTimestamp64Milli(as_of)
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY (experiment, run)
ORDER BY (experiment, run, output, partition, side, column, hour)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- An outage that has ended replaces the same outage while it lasted; of two ends the later counts.
CREATE TABLE IF NOT EXISTS outages_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    output LowCardinality(String),
    partition UInt32,
    side LowCardinality(String),
    began DateTime64(3, 'UTC'),
    ended Nullable(DateTime64(3, 'UTC')),
    events UInt64,
    rank UInt128 MATERIALIZED bitShiftLeft(toUInt128(if(isNull(ended), 0, 1 + toUnixTimestamp64Milli(assumeNotNull(ended)))), 64) + events
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY (experiment, run)
ORDER BY (experiment, run, output, partition, side, began)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS runs_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    kind LowCardinality(String),
    build String,
    details String,
    state LowCardinality(String),
    started DateTime64(3, 'UTC'),
    ended Nullable(DateTime64(3, 'UTC')),
    revision UInt64
)
ENGINE = ReplacingMergeTree(revision)
PARTITION BY (experiment, run)
ORDER BY (experiment, run)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;
