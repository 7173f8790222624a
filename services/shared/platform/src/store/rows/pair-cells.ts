// How pairs are read back: what is selected, and what becomes of it.
import type { Outcome, PairRow, RowState } from '@parallax/core';
import { PAIRS } from './columns.ts';
import { fromStored as read } from './text.ts';

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
