// The verdict on one run: what the store holds, judged.
import {
  doubtHalt,
  doubtLedger,
  Fault,
  type Halt,
  judgeCounts,
  LEDGER_COLUMNS,
  noCounts,
  noLedger,
  OUTCOMES,
  reconcile,
  SIDES,
  STRICT,
  type StoreReader,
  type Thresholds,
  type VerdictReport,
} from '@parallax/core';
import { count, text, textOrNull } from './cells.ts';

export interface VerdictQuestion {
  readonly experiment: string;
  readonly run: string;
  /** Default: any divergence is too many. */
  readonly thresholds?: Thresholds;
  /** Outputs that must have pairs; default: those that have some. */
  readonly outputs?: readonly string[];
}

export async function readVerdict(store: StoreReader, question: VerdictQuestion): Promise<VerdictReport> {
  const { experiment, run, thresholds = STRICT } = question;
  const where = 'WHERE experiment = {experiment:String} AND run = {run:String}';
  const ask = (sql: string) => store.query(sql, { experiment, run });
  // The ledger first: rows are written before the cut that counts them, so rows read later hold all it counts.
  const cells = await ask(
    `SELECT side, column, sum(events) AS events, toUnixTimestamp64Milli(max(as_of)) AS as_of FROM ledger ${where} GROUP BY side, column`,
  );
  const groups = await ask(
    `SELECT output, outcome, state = 'provisional' AS provisional, count() AS pairs,
      sum(legacy_count) AS legacy, sum(candidate_count) AS candidate FROM pairs ${where} GROUP BY ALL ORDER BY output`,
  );
  const silences = await ask(`SELECT countIf(isNull(ended)) AS lasting, count() AS all FROM outages ${where}`);

  const halt = await readHalt(store, experiment, run);

  const ledger = noLedger();
  let asOf = 0;
  for (const cell of cells) {
    const side = SIDES.find((name) => name === cell.side);
    const column = LEDGER_COLUMNS.find((name) => name === cell.column);
    if (side !== undefined && column !== undefined) ledger[side][column] += count(cell, 'events');
    asOf = Math.max(asOf, count(cell, 'as_of'));
  }

  const outcomes = noCounts();
  const byOutput = new Map((question.outputs ?? []).map((output) => [output, noCounts()]));
  const events = { legacy: 0, candidate: 0 };
  let provisional = 0;
  for (const group of groups) {
    for (const side of SIDES) events[side] += count(group, side);
    const outcome = OUTCOMES.find((name) => name === group.outcome);
    if (count(group, 'provisional') === 1) provisional += count(group, 'pairs');
    else if (outcome !== undefined) {
      outcomes[outcome] += count(group, 'pairs');
      const output = text(group, 'output');
      const counts = byOutput.get(output) ?? noCounts();
      counts[outcome] += count(group, 'pairs');
      byOutput.set(output, counts);
    }
  }

  const balance = reconcile(ledger, events);
  const silent = [...byOutput].filter(([, counts]) => OUTCOMES.every((outcome) => counts[outcome] === 0));
  const stopped = doubtHalt(halt, asOf);
  const doubts = [
    ...stopped,
    ...doubtLedger(ledger, balance, thresholds.undecided).reasons,
    ...silent.map(([output]) => `No pair of output ${output} has been judged.`),
  ];
  const lasting = count(silences[0] ?? {}, 'lasting');
  return {
    experiment,
    run,
    ...judgeCounts(outcomes, thresholds, doubts),
    thresholds,
    outcomes,
    provisional,
    outputs: [...byOutput].map(([output, counts]) => ({ output, outcomes: counts })),
    ledger,
    balance,
    asOf: asOf === 0 ? null : new Date(asOf).toISOString(),
    halted: stopped.length === 0 ? null : halt,
    outages: { lasting, ended: count(silences[0] ?? {}, 'all') - lasting },
  };
}

async function readHalt(store: StoreReader, experiment: string, run: string): Promise<Halt | null> {
  const sql = `SELECT toUnixTimestamp64Milli(at) AS at, code, message FROM halts
    WHERE experiment = {experiment:String} AND run = {run:String}`;
  try {
    const [row] = await store.query(sql, { experiment, run });
    if (row === undefined) return null;
    return { at: new Date(count(row, 'at')).toISOString(), code: text(row, 'code'), message: text(row, 'message') };
  } catch (error) {
    // A store whose services are older than this command: those say nothing of it.
    if (error instanceof Fault && error.code === 'store-no-table') return null;
    throw error;
  }
}

/** Which experiments the store has pairs or runs of, and their runs. */
export async function readExperiments(
  store: StoreReader,
): Promise<readonly { readonly experiment: string; readonly runs: readonly string[] }[]> {
  const rows = await store.query(
    `SELECT experiment, run FROM
      (SELECT DISTINCT experiment, run FROM pairs_raw UNION DISTINCT SELECT experiment, run FROM runs
       UNION DISTINCT SELECT DISTINCT experiment, run FROM ledger_raw)
     ORDER BY experiment, run != 'live', run`,
  );
  const found = new Map<string, string[]>();
  for (const row of rows) {
    const experiment = textOrNull(row, 'experiment') ?? '';
    found.set(experiment, [...(found.get(experiment) ?? []), text(row, 'run')]);
  }
  return [...found].map(([experiment, runs]) => ({ experiment, runs }));
}
