// Where the ClickHouse DDL is: files NNNN_name.sql, applied in the order of their numbers, never edited after release.

/** The folder, ending in a slash. */
export const CLICKHOUSE_DDL: URL = new URL('../clickhouse/', import.meta.url);
