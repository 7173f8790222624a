// How often legacy differs from its twin and from the candidate, place by place, and where some of those pairs lie in the log.
import {
  BARE_RUN,
  type DifferenceKind,
  LIVE_RUN,
  type NoiseCount,
  type StoreReader,
  type TWIN_RUN,
  VALUE_TYPES,
  type ValueType,
} from '@parallax/core';
import { type Answer, count, text } from './cells.ts';

export interface StoredNoise {
  readonly counts: readonly NoiseCount[];
  /** Pairs compared, all outputs. */
  readonly aaPairs: number;
  readonly abPairs: number;
  /** What the candidate's differences were counted from, by output: `bare`, or `live` under the rules where there is no such run. */
  readonly abRuns: Readonly<Record<string, string>>;
  /** Pairs whose list of differences was full, so that others of theirs are not counted. */
  readonly full: number;
}

/** Places told; the most frequent between legacy and its twin first, then the candidate's. */
const MOST_PLACES = 5_000;

/** @param listed differences kept of one pair: `budgets.differencesPerPair` */
export async function readNoise(store: StoreReader, experiment: string, listed: number): Promise<StoredNoise> {
  const rows = await store.query(
    `SELECT output, pattern, kind, legacy_type, candidate_type, aa_pairs, aa_differing, ab_run, ab_pairs, ab_differing
     FROM noise WHERE experiment = {experiment:String}
     ORDER BY aa_differing DESC, ab_differing DESC, output, pattern, kind, legacy_type, candidate_type
     LIMIT {most:UInt32}`,
    { experiment, most: MOST_PLACES },
  );
  const totals = await store.query(
    `SELECT output, countIf(run = 'twin') AS aa, countIf(run = 'bare') AS bare, countIf(run = 'live') AS live
     FROM pairs WHERE experiment = {experiment:String} AND run IN ('twin', 'bare', 'live') AND state != 'provisional'
       AND outcome IN ('match', 'equivalent', 'known', 'improved', 'mismatch')
     GROUP BY output HAVING aa > 0 ORDER BY output`,
    { experiment },
  );
  const [{ full = 0 } = {}] = await store.query(
    `SELECT count() AS full FROM (
       SELECT run, output, id FROM differences
       WHERE experiment = {experiment:String} AND run IN ('twin', 'bare') GROUP BY run, output, id HAVING count() >= {listed:UInt32})`,
    { experiment, listed },
  );
  const sum = (of: (row: Answer) => number) => totals.reduce((all, row) => all + of(row), 0);
  const ab = (row: Answer) => count(row, 'bare') || count(row, 'live');
  return {
    counts: rows.map(countOf),
    aaPairs: sum((row) => count(row, 'aa')),
    abPairs: sum(ab),
    abRuns: Object.fromEntries(
      totals.map((row) => [text(row, 'output'), count(row, 'bare') > 0 ? BARE_RUN : LIVE_RUN]),
    ),
    full: Number(full),
  };
}

function countOf(row: Answer): NoiseCount {
  return {
    output: text(row, 'output'),
    pattern: text(row, 'pattern'),
    kind: text(row, 'kind') as DifferenceKind,
    legacyType: typeOf(row, 'legacy_type'),
    candidateType: typeOf(row, 'candidate_type'),
    aa: { hits: count(row, 'aa_differing'), all: count(row, 'aa_pairs') },
    ab: { hits: count(row, 'ab_differing'), all: count(row, 'ab_pairs') },
  };
}

function typeOf(row: Answer, column: string): ValueType {
  const given = text(row, column);
  return VALUE_TYPES.find((type) => type === given) ?? 'missing';
}

/** A pair to be read from the log. */
export interface NoisePair {
  readonly id: string;
  readonly legacy: { readonly partition: number; readonly offsets: readonly number[] };
  readonly candidate: { readonly partition: number; readonly offsets: readonly number[] };
}

/**
 * Pairs of one output that differ, some of each place; which ones depends on their ids alone.
 * @param each of each place
 */
export async function readNoisePairs(
  store: StoreReader,
  question: {
    readonly experiment: string;
    readonly run: typeof TWIN_RUN | typeof BARE_RUN | typeof LIVE_RUN;
    readonly output: string;
    readonly each: number;
    readonly most: number;
  },
): Promise<readonly NoisePair[]> {
  const rows = await store.query(
    `SELECT id, assumeNotNull(legacy_partition) AS lp, legacy_offsets, assumeNotNull(candidate_partition) AS cp, candidate_offsets
     FROM pairs
     WHERE experiment = {experiment:String} AND run = {run:String} AND output = {output:String}
       AND isNotNull(legacy_partition) AND isNotNull(candidate_partition)
       AND id IN (
         SELECT id FROM (
           SELECT DISTINCT id, pattern FROM differences
           WHERE experiment = {experiment:String} AND run = {run:String} AND output = {output:String}
         ) ORDER BY cityHash64(id), id LIMIT {each:UInt32} BY pattern)
     ORDER BY cityHash64(id), id LIMIT {most:UInt32}`,
    { ...question },
  );
  return rows.map((row) => ({
    id: text(row, 'id'),
    legacy: { partition: count(row, 'lp'), offsets: numbers(row, 'legacy_offsets') },
    candidate: { partition: count(row, 'cp'), offsets: numbers(row, 'candidate_offsets') },
  }));
}

function numbers(row: Answer, column: string): readonly number[] {
  const value = row[column];
  return Array.isArray(value) ? value.map(Number) : [];
}
