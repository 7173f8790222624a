// The answer on one run: the verdict, the ledger that balances, the largest signatures, the planned faults found.
import { LEDGER_COLUMNS, type LedgerColumn, type Outcome, SIDES, type Side, standing } from '@parallax/core';
import type { FaultFinding } from '../findings.ts';
import { excerpt } from './excerpt.ts';
import { countText, secondsText, shareText } from './numbers.ts';
import { clip, clipMiddle, headline, type Paint, table, WIDTH, wrap } from './paint.ts';

export interface RunVerdict {
  /** Such as `Build A, live`. */
  readonly title: string;
  readonly verdict: string;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly sinceStartMs: number;
}

/** Judged pairs by what they count as. */
export function tally(outcomes: RunVerdict['outcomes']) {
  const sums = { agreed: 0, accepted: 0, diverged: 0, undecided: 0 };
  for (const [outcome, count] of entries(outcomes)) sums[standing(outcome)] += count;
  return { ...sums, decided: sums.agreed + sums.accepted + sums.diverged };
}

export function verdictBlock(data: RunVerdict, paint: Paint): string[] {
  const { agreed, accepted, diverged, undecided, decided } = tally(data.outcomes);
  const colour = data.verdict === 'PARITY' ? paint.good : data.verdict === 'DIVERGING' ? paint.bad : paint.warn;
  const parity = decided === 0 ? 'nothing was decided' : `parity ${shareText(agreed + accepted, decided)}`;
  const outcomes = entries(data.outcomes).filter(([, count]) => count > 0);
  return [
    ...headline(`Verdict: ${data.title}`, paint),
    `  ${paint.bold(colour(data.verdict))}   ${parity}: ${countText(agreed + accepted)} of ${countText(decided)} decided pairs agree, ` +
      `${countText(diverged)} diverge, ${countText(undecided)} undecided`,
    `  ${outcomes.map(([outcome, count]) => `${outcome} ${countText(count)}`).join(' · ')}`,
    ...(diverged === 0 && decided > 0
      ? wrap(
          `No divergence in ${countText(decided)} pairs bounds its rate near 3/n = ${shareText(3, decided)}; no more than that is claimed.`,
        )
      : []),
    paint.dim(`  ${secondsText(data.sinceStartMs)} after the start`),
  ];
}

function entries(outcomes: RunVerdict['outcomes']): [Outcome, number][] {
  return Object.entries(outcomes) as [Outcome, number][];
}

export interface SideLedger {
  /** Events taken from the side's topic. */
  readonly consumed: number;
  readonly columns: Readonly<Partial<Record<LedgerColumn, number>>>;
}

const ALWAYS_SHOWN: ReadonlySet<LedgerColumn> = new Set([
  'open',
  'agreed',
  'accepted',
  'diverged',
  'undecided',
  'duplicate',
]);

export function ledgerBlock(ledger: Readonly<Record<Side, SideLedger>>, paint: Paint): string[] {
  const shown = LEDGER_COLUMNS.filter(
    (column) => ALWAYS_SHOWN.has(column) || SIDES.some((side) => ledger[side].columns[column]),
  );
  const sum = (side: Side) => LEDGER_COLUMNS.reduce((total, column) => total + (ledger[side].columns[column] ?? 0), 0);
  const verdictOn = (side: Side) => {
    const missing = ledger[side].consumed - sum(side);
    return missing === 0 ? paint.good('balances') : paint.bad(`off by ${countText(missing)}`);
  };
  const rows = (line: string, of: (side: Side) => string) => [line, ...SIDES.map(of)];
  const bar = '─'.repeat(9);
  return [
    '',
    `  ${paint.bold('Ledger')}: where every event went`,
    ...table(
      [
        rows('', (side) => paint.dim(side)),
        ...shown.map((column) => rows(`  ${column}`, (side) => countText(ledger[side].columns[column] ?? 0))),
        rows('', () => bar),
        rows('  sum of the columns', (side) => countText(sum(side))),
        rows('  events consumed', (side) => countText(ledger[side].consumed)),
        rows('', verdictOn),
      ],
      [{}, { align: 'right' }, { align: 'right' }],
    ),
  ];
}

export interface SignatureExample {
  readonly path: string;
  readonly kind: string;
  /** JSON texts; null where the side has no value. */
  readonly legacy: string | null;
  readonly candidate: string | null;
}

export interface SignatureSummary {
  readonly signature: string;
  readonly pairs: number;
  /** Distinct generalised paths. */
  readonly patterns: readonly string[];
  /** The pair shown. */
  readonly id: string;
  /** One difference of each pattern; the first two are shown. */
  readonly examples: readonly SignatureExample[];
}

const EXAMPLES_SHOWN = 2;
const EXAMPLE_INDENT = ' '.repeat(19);

export function signaturesBlock(signatures: readonly SignatureSummary[], diverged: number, paint: Paint): string[] {
  if (signatures.length === 0) return [];
  return [
    '',
    `  ${paint.bold('The largest kinds of divergence')}, one signature each`,
    ...signatures.flatMap((one, index) => ['', ...signatureLines(one, index + 1, diverged, paint)]),
  ];
}

function signatureLines(one: SignatureSummary, rank: number, diverged: number, paint: Paint): string[] {
  const head = `  ${rank}. ${countText(one.pairs)} ${one.pairs === 1 ? 'pair' : 'pairs'} (${shareText(one.pairs, diverged)})  ${clip(one.signature, 24)}`;
  const patterns = one.patterns.length === 0 ? [] : wrap(one.patterns.join('  '), '     ');
  return [
    paint.bold(head),
    ...patterns.map(paint.name),
    `     for example ${clipMiddle(one.id, WIDTH - 18)}`,
    ...one.examples.slice(0, EXAMPLES_SHOWN).flatMap((example) => exampleLines(example, paint)),
  ];
}

/** A difference with both values around the place where they part. */
export function exampleLines(example: SignatureExample, paint: Paint): string[] {
  const shown = excerpt(example.legacy, example.candidate, WIDTH - EXAMPLE_INDENT.length);
  return [
    `       ${clipMiddle(example.path === '' ? '(the whole)' : example.path, 70)}  ${paint.dim(example.kind)}`,
    `         ${paint.dim('legacy   ')} ${shown.legacy}`,
    `         ${paint.dim('candidate')} ${shown.candidate}`,
    `${EXAMPLE_INDENT}${paint.warn(shown.marks)}`,
  ];
}

export function faultsBlock(findings: readonly FaultFinding[], paint: Paint): string[] {
  if (findings.length === 0) return [];
  const found = findings.filter((finding) => finding.found).length;
  const rows = findings.map(({ fault, found: seen, evidence }) => [
    `  ${seen ? paint.good('found') : paint.bad('NOT FOUND')}`,
    fault.kind,
    fault.side,
    clipMiddle(fault.document, 28),
    clip(evidence, 38),
  ]);
  return [
    '',
    `  ${paint.bold('What went wrong on purpose')}: ${found} of ${findings.length} found`,
    ...table(rows, [{}, {}, {}, {}, {}]),
  ];
}
