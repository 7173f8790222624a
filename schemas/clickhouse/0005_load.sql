-- How much there was to do, and how it was done: `traffic` rows count what a topic held, by time; `step` rows tell what a
-- build did with the rate it was offered. Only the latest measurement of a topic is shown: an older one may have been cut
-- into other stretches of time.
CREATE TABLE IF NOT EXISTS load_raw
(
    experiment LowCardinality(String),
    run LowCardinality(String),
    measure LowCardinality(String),
    side LowCardinality(String),
    topic LowCardinality(String),
    began DateTime64(3, 'UTC'),
    duration_ms UInt64,
    records UInt64,
    bytes UInt64,
    offered Nullable(Float64),
    fed Nullable(Float64),
    answered Nullable(Float64),
    lag Nullable(Int64),
    lag_growth Nullable(Float64),
    p50_ms Nullable(Float64),
    p95_ms Nullable(Float64),
    p99_ms Nullable(Float64),
    max_ms Nullable(Float64),
    state LowCardinality(String),
    measured_at DateTime64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(measured_at)
PARTITION BY (experiment, run)
ORDER BY (experiment, run, measure, topic, began)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE VIEW IF NOT EXISTS load AS
SELECT
    experiment, run, measure, side, topic, began, duration_ms, records, bytes, offered, fed, answered, lag, lag_growth,
    p50_ms, p95_ms, p99_ms, max_ms, state, measured_at
FROM load_raw FINAL
INNER JOIN
(
    SELECT experiment, run, measure, topic, max(measured_at) AS measured_at
    FROM load_raw
    GROUP BY experiment, run, measure, topic
) AS latest USING (experiment, run, measure, topic, measured_at);
