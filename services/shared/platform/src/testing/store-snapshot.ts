// What of an experiment's rows must not depend on crashes, as text: judged pairs, their differences, the ledger.
import type { StoreReader } from '@parallax/core';

export interface StoreSnapshot {
  readonly pairs: readonly string[];
  readonly differences: readonly string[];
  readonly ledger: readonly string[];
}

/** Times, versions' spelling and what a pair was before are left out. */
export async function storeSnapshot(store: StoreReader, experiment: string): Promise<StoreSnapshot> {
  const read = async (sql: string) =>
    (await store.query(sql, { experiment })).map((row) => Object.values(row).join(' ')).sort();
  const here = 'WHERE experiment = {experiment:String}';
  return {
    pairs: await read(
      `SELECT run, output, id, outcome, state = 'provisional', legacy_partition, toString(legacy_offsets), legacy_digest,
        candidate_partition, toString(candidate_offsets), candidate_digest, legacy_count, candidate_count
       FROM pairs ${here}`,
    ),
    differences: await read(`SELECT run, output, id, path, kind, legacy, candidate FROM differences ${here}`),
    ledger: await read(`SELECT run, output, partition, side, column, events FROM ledger ${here} AND events > 0`),
  };
}
