// The runs of an experiment, and two of them side by side.
import {
  compareRuns,
  OUTCOMES,
  type PairGroup,
  type RunComparison,
  type RunRow,
  type StoreReader,
} from '@parallax/core';
import { type Answer, count, text, texts } from './cells.ts';

const STATES: readonly RunRow['state'][] = ['running', 'finished', 'interrupted'];

/**
 * What a run says of itself, and how much was judged in it. A run that never wrote a row of its own, as `live` may be, has
 * its name and its pairs all the same.
 */
export interface RunSummary extends Omit<RunRow, 'state' | 'started' | 'revision'> {
  /** undefined where the run has no row. */
  readonly state: RunRow['state'] | undefined;
  /** Epoch ms; null where the run has no row. */
  readonly started: number | null;
  /** Judged, provisional ones left out. */
  readonly pairs: number;
  readonly diverged: number;
  readonly undecided: number;
  /** Number of the rule set its newest rows were judged by; null where nothing is judged. */
  readonly rulesVersion: number | null;
}

/** `live` first, then the latest begun. Undefined parts of the question stand for any. */
export async function readRuns(
  store: StoreReader,
  question: { readonly experiment?: string; readonly run?: string } = {},
): Promise<readonly RunSummary[]> {
  const where = `({experiment:Nullable(String)} IS NULL OR experiment = {experiment:Nullable(String)})
    AND ({run:Nullable(String)} IS NULL OR run = {run:Nullable(String)})`;
  const rows = await store.query(
    `SELECT experiment, run, max(kind) AS run_kind, max(build) AS run_build, max(details) AS run_details,
      max(state) AS run_state, max(started_at) AS run_started, max(ended_at) AS run_ended,
      sum(pairs) AS all_pairs, sum(diverged) AS all_diverged, sum(undecided) AS all_undecided, max(rules) AS all_rules
     FROM
     (
       SELECT experiment, run, kind, build, details, state, toUnixTimestamp64Milli(started) AS started_at,
         if(isNull(ended), NULL, toUnixTimestamp64Milli(assumeNotNull(ended))) AS ended_at,
         0 AS pairs, 0 AS diverged, 0 AS undecided, NULL AS rules
       FROM runs WHERE ${where}
       UNION ALL
       SELECT experiment, run, '' AS kind, '' AS build, '' AS details, '' AS state, NULL AS started_at, NULL AS ended_at,
         count() AS pairs, countIf(outcome IN ('mismatch', 'missing-legacy', 'missing-candidate')) AS diverged,
         countIf(outcome = 'inconclusive') AS undecided, max(rules_version) AS rules
       FROM pairs WHERE state != 'provisional' AND ${where} GROUP BY experiment, run
     )
     GROUP BY experiment, run ORDER BY experiment, run != 'live', run_started DESC, run`,
    { experiment: question.experiment ?? null, run: question.run ?? null },
  );
  return rows.map(summary);
}

function summary(row: Answer): RunSummary {
  const known = (column: string) => (row[column] === null || row[column] === undefined ? null : count(row, column));
  return {
    experiment: text(row, 'experiment'),
    run: text(row, 'run'),
    kind: text(row, 'run_kind') === 'replay' ? 'replay' : 'live',
    build: text(row, 'run_build'),
    details: text(row, 'run_details'),
    state: STATES.find((state) => state === row.run_state),
    started: known('run_started'),
    ended: known('run_ended'),
    pairs: count(row, 'all_pairs'),
    diverged: count(row, 'all_diverged'),
    undecided: count(row, 'all_undecided'),
    rulesVersion: known('all_rules'),
  };
}

/** Judged pairs of both runs, by output and id. */
export async function readRunComparison(
  store: StoreReader,
  question: { readonly experiment: string; readonly before: string; readonly after: string },
): Promise<RunComparison> {
  const side = (run: 'before' | 'after') => `SELECT output, id, outcome, signature FROM pairs
    WHERE experiment = {experiment:String} AND run = {${run}:String} AND state != 'provisional'`;
  // An absent side is an empty outcome: no pair has that.
  const rows = await store.query(
    `SELECT output, b.outcome AS before, a.outcome AS after, b.signature AS signature_before,
      a.signature AS signature_after, count() AS pairs, arraySort(groupArraySorted(3)(id)) AS examples
     FROM (${side('before')}) AS b FULL OUTER JOIN (${side('after')}) AS a USING (output, id)
     GROUP BY output, before, after, signature_before, signature_after
     SETTINGS join_use_nulls = 0`,
    { ...question },
  );
  return compareRuns(rows.map(pairGroup));
}

function pairGroup(row: Answer): PairGroup {
  const outcome = (column: string) => OUTCOMES.find((name) => name === row[column]);
  return {
    output: text(row, 'output'),
    before: outcome('before'),
    after: outcome('after'),
    signatureBefore: text(row, 'signature_before'),
    signatureAfter: text(row, 'signature_after'),
    pairs: count(row, 'pairs'),
    examples: texts(row, 'examples'),
  };
}
