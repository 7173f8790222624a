// The settings of statements, all of them said: defaults differ between versions, and a profile may have changed them.
import type { ClickHouseSettings } from '@clickhouse/client';

/** How many replicas must have an insert before it is acknowledged. */
export type Quorum = 'auto' | number;

/** Most a query may answer, in bytes as the server counts them: it is held in memory here. */
const ANSWER_BYTES = 256 * 1_048_576;

/** Of every insert. What concerns replicas is without meaning, and without effect, where there are none. */
export function insertSettings(requestTimeoutMs: number, quorum: Quorum): ClickHouseSettings {
  return {
    // The answer comes when the rows are in the table, not in a buffer.
    async_insert: 0,
    wait_end_of_query: 1,
    // What an insert repeats of itself is left to merging and to FINAL: a third of its cost is looking for that.
    optimize_on_insert: 0,
    // A repeated insert is recognised, within the window of its table, and makes no second part.
    insert_deduplicate: 1,
    // One insert holds rows of as many runs as there are.
    max_partitions_per_insert_block: '0',
    // `auto`: most of the replicas there are, so that what was acknowledged outlives the loss of one.
    insert_quorum: String(quorum),
    insert_quorum_parallel: 1,
    // The server gives up, and says so, before we do.
    insert_quorum_timeout: Math.ceil(requestTimeoutMs * 0.8),
    max_execution_time: Math.ceil(requestTimeoutMs / 1_000),
  };
}

/** Of the reads a service waits for. */
export function readSettings(requestTimeoutMs: number): ClickHouseSettings {
  return { max_execution_time: Math.ceil(requestTimeoutMs / 1_000), cancel_http_readonly_queries_on_client_close: 1 };
}

/** Of a query somebody typed. */
export function querySettings(queryTimeoutMs: number): ClickHouseSettings {
  return { ...readSettings(queryTimeoutMs), max_result_bytes: String(ANSWER_BYTES), result_overflow_mode: 'throw' };
}
