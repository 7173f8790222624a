// A comparison of two files for people: verdict, counts, ledger, and the most frequent kinds of divergence; or one pair.
import {
  type Difference,
  describeDifferences,
  type ExplainedPair,
  type FileSummary,
  type FileTally,
  formatCount,
  formatPercentage,
  LEDGER_COLUMNS,
  OUTCOMES,
  type RuleSpec,
  reasonWords,
  ruleInWords,
  SIDES,
  suggest,
} from '@parallax/core';
import { ruleUseLines } from '../output/rule-uses.ts';
import { table } from '../output/table.ts';
import { paint } from '../output/terminal.ts';

const SIGNATURES = 5;
const DIFFERENCES = 3;
const COLOURS = { PARITY: 'green', DIVERGING: 'red', INCONCLUSIVE: 'yellow', 'NO DATA': 'yellow' } as const;

/** Lines for stdout. `rules`: those compared under. */
export function describeFiles(summary: FileSummary, tally: FileTally, rules: readonly RuleSpec[]): readonly string[] {
  const { verdict, reasons, pairs, parity, outcomes, ledger } = summary;
  const counts = OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map(
    (outcome) => [outcome, outcomes[outcome]] as const,
  );
  const columns = LEDGER_COLUMNS.filter((column) => SIDES.some((side) => ledger[side][column] > 0));
  const rows = columns.map((column) => [column, ...SIDES.map((side) => ledger[side][column])]);
  const read = SIDES.map((side) => LEDGER_COLUMNS.reduce((sum, column) => sum + ledger[side][column], 0));
  return [
    `${paint(['bold', COLOURS[verdict]], verdict)}  ${reasons.join(' ')}`,
    '',
    `${formatCount(pairs, 'pair')}${parity === null ? '' : `, parity ${formatPercentage(parity, 'down')}`}`,
    ...(counts.length === 0 ? [] : ['', table(['outcome', 'pairs'], counts)]),
    '',
    table(['events', ...SIDES], [...rows, ['read', ...read]]),
    ...undecided(tally),
    ...signatures(tally, pairs),
    ...ruleUseLines(summary.rules, meantPlaces(rules, tally)),
  ];
}

function undecided(tally: FileTally): readonly string[] {
  const reasons = tally.undecidedReasons();
  if (reasons.length === 0) return [];
  return [
    '',
    'Not decided:',
    ...reasons.map(
      ({ reason, pairs, example }) =>
        `  ${formatCount(pairs, 'pair')}: ${reason}${reasonWords(reason)}, example ${JSON.stringify(example)}`,
    ),
  ];
}

function signatures(tally: FileTally, pairs: number): readonly string[] {
  const top = tally.signatures(SIGNATURES);
  if (top.length === 0) return [];
  return [
    '',
    top.length < SIGNATURES ? 'Kinds of divergence:' : `The ${SIGNATURES} most frequent kinds of divergence:`,
    ...top.flatMap(({ signature, outcome, pairs: shown, patterns, example }, i) => {
      const counting = example.differences.filter(({ rule }) => rule === undefined);
      const differences = counting.slice(0, DIFFERENCES).map(shownDifference);
      const places = patterns.slice(0, DIFFERENCES).map((pattern) => pattern || '(the whole)');
      const more = patterns.length > DIFFERENCES ? ` and ${patterns.length - DIFFERENCES} more` : '';
      return [
        `${i + 1}. ${formatCount(shown, 'pair')} (${formatPercentage(shown / pairs, 'nearest')}): ${outcome}${signature === outcome ? '' : ` ${signature}`}`,
        ...(places.length === 0 ? [] : [`   at ${places.join(', ')}${more}`]),
        `   example ${JSON.stringify(example.id)}`,
        ...describeDifferences(differences).map((line) => `     ${line}`),
      ];
    }),
  ];
}

/** By the name of a rule, the place that differs and was probably meant: paths are misspelt easily. */
function meantPlaces(rules: readonly RuleSpec[], tally: FileTally): ReadonlyMap<string, string> {
  const differing = [...new Set(tally.signatures(SIGNATURES).flatMap(({ patterns }) => patterns))];
  return new Map(
    rules.flatMap((rule) => {
      const paths = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
      const near = paths.map((path) => suggest(path, differing)).find((place) => place !== undefined);
      return near === undefined ? [] : [[rule.name, near] as const];
    }),
  );
}

function shownDifference({ path, kind, legacy, candidate, rule = '', severity, event }: Difference) {
  const values = { legacy: legacy ?? null, candidate: candidate ?? null };
  const by = severity === undefined ? { rule } : { rule, severity };
  return { path, kind, ...values, ...by, ...(event === undefined ? {} : { event }) };
}

/** One pair, with what every rule did: lines for stdout. */
export function describeExplained({ pair, passed, unmoved, rules }: ExplainedPair): readonly string[] {
  const { id, outcome, reason, differences } = pair;
  const counting = differences.filter(({ rule }) => rule === undefined);
  const excused = differences.filter(({ rule }) => rule !== undefined);
  const section = (title: string, listed: readonly Difference[]): readonly string[] =>
    listed.length === 0
      ? []
      : ['', title, ...describeDifferences(listed.map(shownDifference)).map((line) => `  ${line}`)];
  return [
    `${JSON.stringify(id)}: ${outcome}${reason === undefined ? '' : `, ${reason}${reasonWords(reason)}`}`,
    ...section('Differences that count:', counting),
    ...(unmoved.length === 0
      ? []
      : [
          '',
          'Rules that speak of these places and do not excuse them:',
          ...unmoved.map(({ path, rule = '' }) => `  ${path || '(the whole)'}  ${rule}`),
        ]),
    ...section('Differences that rules excuse:', excused),
    ...section('Differences at places that are not compared:', passed),
    ...(rules.length === 0 ? [] : ['', 'The rules:', ...rules.map((rule) => `  ${ruleInWords(rule)}`)]),
  ];
}
