-- A repeated insert, whose answer was lost, is recognised within these windows and makes no second part. It would change
-- nothing that is seen, but each part is merged, and read by FINAL, until then. Said here because the defaults differ
-- between versions and between replicated tables and others.
ALTER TABLE pairs_raw MODIFY SETTING non_replicated_deduplication_window = 100, replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 3600;
ALTER TABLE differences_raw MODIFY SETTING non_replicated_deduplication_window = 100, replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 3600;
ALTER TABLE ledger_raw MODIFY SETTING non_replicated_deduplication_window = 100, replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 3600;
ALTER TABLE outages_raw MODIFY SETTING non_replicated_deduplication_window = 100, replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 3600;
ALTER TABLE runs_raw MODIFY SETTING non_replicated_deduplication_window = 100, replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 3600;

-- What was judged lately is asked for at every start. The order of the table is that of the ids' hashes, but a part that
-- was merged long ago holds nothing recent: with this it need not be read.
ALTER TABLE pairs_raw ADD INDEX IF NOT EXISTS judged_at_range judged_at TYPE minmax GRANULARITY 16;

-- Rows lie in the order of the ids' hashes, so that neighbours have nothing in common and the default codec finds little:
-- 102 bytes a pair before, 59 after. Parts that are there take it over when they are merged.
ALTER TABLE pairs_raw
    MODIFY COLUMN first_seen CODEC(T64, ZSTD(1)),
    MODIFY COLUMN judged_at CODEC(T64, ZSTD(1)),
    MODIFY COLUMN legacy_time CODEC(T64, ZSTD(1)),
    MODIFY COLUMN candidate_time CODEC(T64, ZSTD(1)),
    MODIFY COLUMN legacy_partition CODEC(T64, ZSTD(1)),
    MODIFY COLUMN candidate_partition CODEC(T64, ZSTD(1)),
    MODIFY COLUMN legacy_offsets CODEC(T64, ZSTD(1)),
    MODIFY COLUMN candidate_offsets CODEC(T64, ZSTD(1)),
    MODIFY COLUMN legacy_digest CODEC(ZSTD(1)),
    MODIFY COLUMN candidate_digest CODEC(ZSTD(1)),
    MODIFY COLUMN converged_ms CODEC(T64, ZSTD(1));
