// A verdict in words and numbers, as lines of plain text.
import { LEDGER_COLUMNS, type Outcome, type Standing, standing } from '../outcome.ts';
import { formatCount, formatPercentage, groupThousands, OUTCOMES } from './judge.ts';
import { aligned } from './lines.ts';
import type { VerdictReport } from './report.ts';

const STANDINGS: readonly Standing[] = ['agreed', 'accepted', 'diverged', 'undecided'];

/** The verdict is the first word. */
export function describeVerdict(report: VerdictReport): readonly string[] {
  const asOf = report.asOf === null ? '' : ` As of ${report.asOf}.`;
  const sections = [
    [`${report.verdict}  ${report.experiment}, run ${report.run}`, ...report.reasons, claim(report)],
    pairLines(report),
    report.outputs.length > 1 ? outputLines(report) : [],
    [...ledgerLines(report), `${report.balance.says}${asOf}`, ...outageLine(report)],
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, n) => (n === 0 ? lines : ['', ...lines]));
}

/** One line for a screen that follows a run. */
export function summariseVerdict(report: VerdictReport): string {
  const parity = report.parity === null ? '' : `, parity ${formatPercentage(report.parity, 'down')}`;
  const parts = STANDINGS.filter((name) => report[name] > 0).map((name) => `${groupThousands(report[name])} ${name}`);
  const open = report.ledger.legacy.open + report.ledger.candidate.open;
  if (report.halted !== null) parts.push(`halted by ${report.halted.code}`);
  if (open > 0) parts.push(`${formatCount(open, 'event')} open`);
  return `${report.verdict}${parity}: ${parts.length === 0 ? 'nothing judged yet' : parts.join(', ')}`;
}

function claim(report: VerdictReport): string {
  if (report.zeroBound !== null) {
    const decided = formatCount(report.pairs - report.undecided, 'decided pair');
    const bound = formatPercentage(report.zeroBound, 'up');
    return `Zero divergences in ${decided} only bounds their rate near ${bound} (3/n). That is all this verdict claims.`;
  }
  return 'This is a plain count: it claims nothing about pairs that were not compared.';
}

function pairLines(report: VerdictReport): string[] {
  const rows = STANDINGS.map((name) => [`  ${name}`, groupThousands(report[name]), madeOf(report, name)]);
  if (report.provisional > 0) {
    rows.push(['  provisional', groupThousands(report.provisional), 'seen, not judged yet, in no other number']);
  }
  return aligned([['pairs', groupThousands(report.pairs), ''], ...rows], [1]);
}

function madeOf({ outcomes, thresholds, undecidedShare }: VerdictReport, name: Standing): string {
  if (name === 'undecided') {
    if (undecidedShare === null) return '';
    const [share, most] = [undecidedShare, thresholds.undecided].map((value) => formatPercentage(value, 'up'));
    return `${share} of the pairs, at most ${most} may be`;
  }
  return OUTCOMES.filter((outcome) => standing(outcome) === name && outcomes[outcome] > 0)
    .map((outcome) => `${outcome} ${groupThousands(outcomes[outcome])}`)
    .join(', ');
}

function outputLines(report: VerdictReport): string[] {
  const sum = (outcomes: Readonly<Record<Outcome, number>>, name: Standing) =>
    groupThousands(OUTCOMES.filter((o) => standing(o) === name).reduce((total, o) => total + outcomes[o], 0));
  const rows = report.outputs.map(({ output, outcomes }) => [`  ${output}`, ...STANDINGS.map((s) => sum(outcomes, s))]);
  return aligned([['outputs', ...STANDINGS], ...rows], [1, 2, 3, 4]);
}

function ledgerLines({ ledger, balance }: VerdictReport): string[] {
  const used = LEDGER_COLUMNS.filter((column) => ledger.legacy[column] > 0 || ledger.candidate[column] > 0);
  const row = (name: string, legacy: number, candidate: number) => [
    name,
    groupThousands(legacy),
    groupThousands(candidate),
  ];
  return aligned(
    [
      ['events', 'legacy', 'candidate'],
      ...used.map((column) => row(`  ${column}`, ledger.legacy[column], ledger.candidate[column])),
      row('  consumed', balance.consumed.legacy, balance.consumed.candidate),
    ],
    [1, 2],
  );
}

function outageLine({ outages }: VerdictReport): string[] {
  if (outages.lasting === 0 && outages.ended === 0) return [];
  return [
    `Outages: ${outages.lasting} lasting, ${outages.ended} ended. What waits for a silent side is not called missing.`,
  ];
}
