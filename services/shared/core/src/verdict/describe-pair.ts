// One pair in words: what was compared, when, how it ended and why, as lines of plain text.
import type { RuleSpec } from '../compare/rules.ts';
import { ruleInWords } from '../experiment/describe.ts';
import { REFUSAL_WORDS } from '../formats/refusal-words.ts';
import { type Outcome, type Side, standing } from '../outcome.ts';
import type { PairRow, RowState } from '../rows.ts';
import { describeDifferences } from './describe-signature.ts';
import { formatCount } from './judge.ts';
import { aligned, printable } from './lines.ts';
import type { PairReport } from './report.ts';

const OUTCOME_WORDS: Record<Outcome, string> = {
  match: 'both sides are identical',
  equivalent: 'both sides are the same under the rules',
  known: 'the sides differ in a way that is known and accepted',
  improved: 'the sides differ and the candidate is better',
  mismatch: 'both sides answered and the answers differ',
  'missing-legacy': 'only the candidate answered',
  'missing-candidate': 'only legacy answered',
  inconclusive: 'it could not be decided',
};

const STATE_WORDS: Record<RowState, string> = {
  provisional: 'provisional: it is still open, and in no count',
  final: 'final',
  revised: 'revised: an event came after it had been judged',
};

const NOT_KEPT =
  'What rules excuse is not stored of pairs that agree. From files of the events, or objects of the archive: `parallax compare LEGACY CANDIDATE --experiment FILE --explain ID`.';

/** Reasons a person may not guess from their code. */
const REASON_WORDS: Readonly<Record<string, string>> = {
  ...REFUSAL_WORDS,
  'duplicate-keys': 'a name stands twice in one object, and readers disagree on which one counts',
  budget: 'a limit on memory was reached before the other side came',
  'budget-work': 'comparing it would have taken more work than is allowed',
  'number-too-long': 'a number has more digits than are calculated with exactly',
  'transform-failed': 'the expression of a transform gave an error',
  'transform-limit': 'a transform would have taken more work or room than is allowed',
  'transform-precision':
    'a transform would have rounded a number that is longer than its expression can hold; $round says how many places count',
  'reference-cycle': 'references lead in a circle, so what they point at cannot be compared apart from them',
  'evidence-lost': 'a record that belongs to it, or may have, could no longer be read',
  'not-mirrored': 'the mirror did not feed its input to the candidate',
  'open-transaction': 'the log could not be read past an open transaction',
  'transaction-aborted': 'the answer may have been in a transaction that was taken back',
  'window-cut': 'the run ended before absence could be proven',
  'no-joins': 'no event of one side has found its partner so far',
  outage: 'the other side was silent altogether',
  unsettled: 'it differs so far, and has not become quiet on both sides for a deadline',
};

/** Those of `rules` that a difference of the pair names, in their order. */
export function namedRules({ differences }: PairReport, rules: readonly RuleSpec[]): readonly RuleSpec[] {
  const named = new Set(differences.map(({ rule }) => rule));
  return rules.filter(({ name }) => named.has(name));
}

/** `rules`: of the experiment, where its file is at hand: those that are named are told in words. */
export function describePair(report: PairReport, rules: readonly RuleSpec[] = []): readonly string[] {
  const { pair, differences } = report;
  const counting = differences.filter(({ rule }) => rule === '');
  const excused = differences.filter(({ rule }) => rule !== '');
  return [
    `${printable(pair.id)}: output ${printable(pair.output)}, run ${printable(pair.run)}, experiment ${printable(pair.experiment)}${pair.type === '' ? '' : `, type ${printable(pair.type)}`}`,
    `${pair.outcome} (${standing(pair.outcome)}): ${OUTCOME_WORDS[pair.outcome]}.`,
    ...(pair.reason === '' ? [] : [`Reason: ${printable(pair.reason)}${reasonWords(pair.reason)}.`]),
    `The row is ${STATE_WORDS[pair.state]}${pair.was === '' ? '' : `; it was ${pair.was} before`}.`,
    '',
    ...aligned([sideCells(pair, 'legacy'), sideCells(pair, 'candidate')]),
    ...lag(pair.converged_ms),
    `first seen ${iso(pair.first_seen)}, judged ${iso(pair.judged_at)}, rules version ${pair.rules_version}`,
    ...(pair.signature === '' ? [] : [`signature ${printable(pair.signature)}`]),
    ...section('Differences that count:', describeDifferences(counting)),
    ...section('Differences that rules excuse:', describeDifferences(excused)),
    ...section('The rules:', namedRules(report, rules).map(ruleInWords)),
    ...(pair.outcome === 'equivalent' && excused.length === 0 ? ['', NOT_KEPT] : []),
  ];
}

function sideCells(pair: PairRow, side: Side): string[] {
  const count = pair[`${side}_count`];
  const offsets = pair[`${side}_offsets`];
  const time = pair[`${side}_time`];
  if (count === 0) return [side, 'no event'];
  const many = offsets.length > 8 ? `${offsets.slice(0, 8).join(', ')}, …` : offsets.join(', ');
  return [
    side,
    formatCount(count, 'event'),
    `partition ${pair[`${side}_partition`] ?? '?'}, offset${offsets.length === 1 ? '' : 's'} ${many}`,
    time === null ? '' : iso(time),
    `digest ${pair[`${side}_digest`].split(',', 1)[0]?.slice(0, 12) ?? ''}…`,
  ];
}

function lag(convergedMs: number | null): string[] {
  if (convergedMs === null) return [];
  if (convergedMs === 0) return ['both answered at the same time'];
  const [first, second] = convergedMs > 0 ? ['legacy', 'the candidate'] : ['the candidate', 'legacy'];
  return [`${second} answered ${Math.abs(convergedMs)} ms after ${first}`];
}

/** `, ` and what a reason's code means; nothing for a code that speaks for itself. */
export function reasonWords(reason: string): string {
  const words = REASON_WORDS[reason];
  return words === undefined ? '' : `, ${words}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
