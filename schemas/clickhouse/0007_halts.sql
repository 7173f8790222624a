-- Why comparing ended by itself: the last time of each run. A checkpoint that is newer says that it has gone on since.
CREATE TABLE IF NOT EXISTS halts_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    at DateTime64(3, 'UTC'),
    code LowCardinality(String),
    message String
)
ENGINE = ReplacingMergeTree(at)
PARTITION BY (experiment, run)
ORDER BY (experiment, run)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS halts AS
SELECT experiment, run, at, code, message
FROM halts_raw FINAL;
