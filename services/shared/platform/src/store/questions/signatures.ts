// The kinds of divergence of a run, the most frequent first, each with an example.
import { OUTCOMES, type SignatureReport, type StoreReader } from '@parallax/core';
import { type Answer, count, text, texts } from './cells.ts';
import { shownDifference } from './differences.ts';

export interface SignatureList {
  readonly signatures: readonly SignatureReport[];
  /** How many there are in all. */
  readonly total: number;
  readonly pairs: number;
}

/** Differences shown of an example. */
const SHOWN = 5;

export async function readSignatures(
  store: StoreReader,
  question: { readonly experiment: string; readonly run: string; readonly limit: number },
): Promise<SignatureList> {
  const { experiment, run, limit } = question;
  const where = 'WHERE experiment = {experiment:String} AND run = {run:String}';
  const rows = await store.query(
    `SELECT output, signature, outcome, pairs, share, toUnixTimestamp64Milli(first_seen) AS first_seen,
      toUnixTimestamp64Milli(last_seen) AS last_seen, example, kinds, patterns,
      count() OVER () AS total, sum(pairs) OVER () AS all_pairs
     FROM signatures ${where} ORDER BY pairs DESC, output, signature, outcome LIMIT {limit:UInt32}`,
    { experiment, run, limit },
  );
  const ids = rows.map((row) => text(row, 'example'));
  const differences =
    ids.length === 0
      ? []
      : await store.query(
          `SELECT output, id, path, kind, legacy, candidate, rule, severity, event FROM differences
           ${where} AND rule = '' AND id IN {ids:Array(String)} ORDER BY output, id, position
           LIMIT {shown:UInt8} BY output, id`,
          { experiment, run, ids, shown: SHOWN },
        );
  return {
    signatures: rows.map((row) => report(row, differences)),
    total: count(rows[0] ?? {}, 'total'),
    pairs: count(rows[0] ?? {}, 'all_pairs'),
  };
}

function report(row: Answer, differences: readonly Answer[]): SignatureReport {
  const id = text(row, 'example');
  const output = text(row, 'output');
  return {
    output,
    signature: text(row, 'signature'),
    outcome: OUTCOMES.find((outcome) => outcome === row.outcome) ?? 'inconclusive',
    pairs: count(row, 'pairs'),
    share: count(row, 'share'),
    firstSeen: new Date(count(row, 'first_seen')).toISOString(),
    lastSeen: new Date(count(row, 'last_seen')).toISOString(),
    kinds: texts(row, 'kinds'),
    patterns: texts(row, 'patterns'),
    example: {
      id,
      differences: differences
        .filter((difference) => text(difference, 'id') === id && text(difference, 'output') === output)
        .map(shownDifference),
    },
  };
}
