// What is known of a run's load and latency.
import type { LoadStep, Spread, StepState, StoreReader } from '@parallax/core';
import { type Answer, count, text } from './cells.ts';

const STATES: readonly StepState[] = ['kept-up', 'falling-behind', 'not-offered'];

/** The steps of the run's latest measurement under rising speed, in the order they were taken. */
export async function readLoadSteps(
  store: StoreReader,
  question: { readonly experiment: string; readonly run: string },
): Promise<readonly LoadStep[]> {
  const rows = await store.query(
    `SELECT toUnixTimestamp64Milli(began) AS began_ms, duration_ms, records, bytes, offered, fed, answered, lag, lag_growth,
       p50_ms, p95_ms, p99_ms, max_ms, state
     FROM load WHERE experiment = {experiment:String} AND run = {run:String} AND measure = 'step' ORDER BY began`,
    { ...question },
  );
  return rows.flatMap((row) => step(row) ?? []);
}

function step(row: Answer): LoadStep | undefined {
  const state = STATES.find((known) => known === row.state);
  if (state === undefined) return undefined;
  return {
    offered: count(row, 'offered'),
    began: count(row, 'began_ms'),
    seconds: count(row, 'duration_ms') / 1_000,
    fedPerSecond: count(row, 'fed'),
    bytes: count(row, 'bytes'),
    answersPerSecond: count(row, 'answered'),
    lag: count(row, 'lag'),
    lagPerSecond: count(row, 'lag_growth'),
    latency: row.p50_ms === null ? undefined : spread(row),
    state,
  };
}

function spread(row: Answer): Spread {
  const [p50, p95, p99] = [count(row, 'p50_ms'), count(row, 'p95_ms'), count(row, 'p99_ms')];
  return { count: count(row, 'records'), p50, p95, p99, max: count(row, 'max_ms') };
}

/** How long after legacy the candidate answered, by record timestamps: below 0 where it was first. */
export interface OutputLatency {
  readonly output: string;
  readonly pairs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export async function readLatency(
  store: StoreReader,
  question: { readonly experiment: string; readonly run: string },
): Promise<readonly OutputLatency[]> {
  const rows = await store.query(
    `SELECT output, pairs, p50_ms, p95_ms, p99_ms, max_ms FROM latency
     WHERE experiment = {experiment:String} AND run = {run:String} ORDER BY output`,
    { ...question },
  );
  return rows.map((row) => ({
    output: text(row, 'output'),
    pairs: count(row, 'pairs'),
    p50Ms: count(row, 'p50_ms'),
    p95Ms: count(row, 'p95_ms'),
    p99Ms: count(row, 'p99_ms'),
    maxMs: count(row, 'max_ms'),
  }));
}
