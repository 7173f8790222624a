// What the demo shows of a run, read from the store and held against the log.
import type { DivergenceStore, EventLog, Experiment, Side } from '@parallax/core';
import { readSignatures, readVerdict } from '@parallax/platform';
import type { FaultPlan } from './faults.ts';
import { type FaultFinding, findFaults } from './findings.ts';
import type { RunVerdict, SideLedger, SignatureExample, SignatureSummary } from './story/answer.ts';

const SIGNATURES_SHOWN = 5;

export interface RunAnswer {
  readonly verdict: RunVerdict;
  readonly ledger: Readonly<Record<Side, SideLedger>>;
  readonly signatures: readonly SignatureSummary[];
  readonly diverged: number;
}

export interface AnswerAround {
  readonly store: DivergenceStore;
  readonly log: EventLog;
  readonly experiment: Experiment;
  /** Of the run: the topics of both sides. */
  readonly topics: Readonly<Record<Side, string>>;
  readonly run: string;
}

export async function readAnswer(around: AnswerAround, title: string, sinceStartMs: number): Promise<RunAnswer> {
  const { store, log, experiment, run, topics } = around;
  const report = await readVerdict(store, {
    experiment: experiment.name,
    run,
    thresholds: experiment.criteria,
  });
  const consumed = { legacy: 0, candidate: 0 };
  for (const side of ['legacy', 'candidate'] as const) {
    // The topic's own count, so that the ledger is not held against itself.
    for (const { start, end } of await log.extents([topics[side]])) consumed[side] += end - start;
  }
  const list = await readSignatures(store, { experiment: experiment.name, run, limit: SIGNATURES_SHOWN + 1 });
  const shown = list.signatures.filter(({ signature }) => signature !== '').slice(0, SIGNATURES_SHOWN);
  return {
    verdict: { title, verdict: report.verdict, outcomes: report.outcomes, sinceStartMs },
    ledger: {
      legacy: { consumed: consumed.legacy, columns: report.ledger.legacy },
      candidate: { consumed: consumed.candidate, columns: report.ledger.candidate },
    },
    diverged: report.diverged,
    signatures: shown.map(({ signature, pairs, patterns, example }) => ({
      signature,
      pairs,
      patterns,
      id: example.id,
      examples: onePerPattern(example.differences),
    })),
  };
}

/** The planned faults, each with what was seen of it. */
export async function readFindings(around: AnswerAround, plan: FaultPlan): Promise<readonly FaultFinding[]> {
  const { store, experiment, run } = around;
  const output = experiment.outputs[0]?.output ?? '';
  const documents = plan.faults.map(({ document }) => document);
  const rows = await store.lookup({ experiment: experiment.name, run, output }, documents);
  const judged = new Map(rows.filter(({ state }) => state !== 'provisional').map((row) => [row.id, row]));
  const { ledger } = await readVerdict(store, { experiment: experiment.name, run });
  return findFaults(plan, {
    row: (document) => judged.get(document),
    duplicates: { legacy: ledger.legacy.duplicate, candidate: ledger.candidate.duplicate },
    settleMs: experiment.window.settleMs,
  });
}

/** The first difference of each place, array positions aside, so that one noisy list does not fill the screen. */
export function onePerPattern(differences: readonly SignatureExample[]): SignatureExample[] {
  const seen = new Set<string>();
  return differences.filter(({ path }) => {
    const pattern = path.replace(/\/\d+(?=\/|$)/g, '/*');
    if (seen.has(pattern)) return false;
    seen.add(pattern);
    return true;
  });
}
