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
