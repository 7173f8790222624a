// A comparison of two files for people: verdict, counts, ledger, and the most frequent kinds of divergence.
import {
  describeDifferences,
  type FileSummary,
  type FileTally,
  formatCount,
  formatPercentage,
  LEDGER_COLUMNS,
  OUTCOMES,
  reasonWords,
  SIDES,
} from '@parallax/core';
import { table } from '../output/table.ts';
import { paint } from '../output/terminal.ts';

const SIGNATURES = 5;
const DIFFERENCES = 3;
const COLOURS = { PARITY: 'green', DIVERGING: 'red', INCONCLUSIVE: 'yellow', 'NO DATA': 'yellow' } as const;

/** Lines for stdout. */
export function describeFiles(summary: FileSummary, tally: FileTally): readonly string[] {
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
      const differences = counting
        .slice(0, DIFFERENCES)
        .map(({ path, kind, legacy = null, candidate = null, event }) => ({
          path,
          kind,
          legacy,
          candidate,
          rule: '',
          ...(event === undefined ? {} : { event }),
        }));
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
