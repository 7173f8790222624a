// What rejudging found, for people: within 100 columns, whatever the data hold.

import type { Difference, Outcome } from '../outcome.ts';
import { SIDES } from '../outcome.ts';
import { reasonWords } from '../verdict/describe-pair.ts';
import { formatCount, formatPercentage, groupThousands, OUTCOMES } from '../verdict/judge.ts';
import { aligned, printable, shownPath, shownValues } from '../verdict/lines.ts';
import { suggestionLines } from './describe-suggestions.ts';
import type { Move } from './move.ts';
import type { MovedKind } from './moved.ts';
import type { ChangeReport, MovedReport, RejudgeReport } from './report.ts';
import { fit, WIDTH, wrapped } from './wrapping.ts';

export interface RejudgeLimits {
  /** Kinds shown of each way to move, and of each change. */
  readonly kinds: number;
  readonly ofChange: number;
  readonly changes: number;
  readonly differences: number;
  readonly suggestions: number;
}

const LIMITS: RejudgeLimits = { kinds: 5, ofChange: 2, changes: 20, differences: 4, suggestions: 10 };

/** @param files as the person named them: what was in force, and what was changed */
export function describeRejudged(
  report: RejudgeReport,
  files: readonly [string, string],
  limits: RejudgeLimits = LIMITS,
): readonly string[] {
  const { experiment, pairs, changes, moved } = report;
  const lines = [
    `${experiment}: ${formatCount(pairs, 'pair')} judged under ${files[0]} and under ${files[1]}`,
    ...aside(report),
  ];
  if (changes.length === 0) {
    lines.push('', 'Nothing is changed: both files say the same of what counts.', '', ...standingNow(report));
  } else {
    lines.push('', 'What is changed', ...changes.slice(0, limits.changes).flatMap((change) => changeLines(change)));
    lines.push(...leftOut(changes.length, limits.changes, 'more change'));
    if (pairs > 0) {
      lines.push('', ...matrixLines(report));
      for (const move of ORDER) lines.push(...movedLines(move, moved[move], pairs, limits));
      if (ORDER.every((move) => moved[move].pairs === 0)) lines.push('', 'No pair is judged otherwise.');
      lines.push('', 'What each change does', ...effectsLines(changes, limits), ...combinationLines(report));
    }
  }
  lines.push(...idleLines(report), ...suggestionLines(report, limits.suggestions));
  return lines.map((line) => fit(line));
}

/** What a person must not miss comes first. */
const ORDER: readonly Move[] = ['revealed', 'undecided', 'hidden', 'reshaped', 'decided', 'relabelled'];

const TITLES: Readonly<Record<Move, string>> = {
  revealed: 'NEWLY DIVERGING',
  undecided: 'NEWLY UNDECIDED',
  hidden: 'No longer diverging',
  reshaped: 'Still diverging, in other places',
  decided: 'Decided now',
  relabelled: 'Called otherwise, and as good as before',
};

const VERBS: Readonly<Record<Move, string>> = {
  revealed: 'reveals',
  undecided: 'makes undecided',
  hidden: 'hides',
  reshaped: 'changes the places of',
  decided: 'decides',
  relabelled: 'renames the outcome of',
};

const FEW_WORDS: Readonly<Record<Outcome, string>> = {
  match: 'match',
  equivalent: 'equivalent',
  known: 'known',
  improved: 'improved',
  mismatch: 'mismatch',
  'missing-legacy': 'no legacy',
  'missing-candidate': 'no candidate',
  inconclusive: 'inconclusive',
};

function aside({ alone, unusable, doubts }: RejudgeReport): readonly string[] {
  const lonely = SIDES.filter((side) => alone[side] > 0).map((side) => `${groupThousands(alone[side])} of ${side}`);
  const lost = unusable['no-id'] + unusable.undecodable;
  return [
    ...(lonely.length === 0
      ? []
      : [`  ids with events of one side only, on which no rule bears: ${lonely.join(', ')}`]),
    ...(lost === 0
      ? []
      : [`  ${formatCount(lost, 'event')} without an id that can be read: of no pair, before and after`]),
    ...doubts.flatMap((doubt) => wrapped(doubt, '  ')),
  ];
}

function standingNow({ after }: RejudgeReport): readonly string[] {
  const { pairs, parity, diverged, undecided } = after;
  if (pairs === 0) return [];
  return [
    `  parity ${parity === null ? 'unknown' : formatPercentage(parity, 'down')}, ${groupThousands(diverged)} diverge, ${groupThousands(undecided)} undecided`,
  ];
}

function changeLines({ change, name, before, after, settings }: ChangeReport): readonly string[] {
  const label = change.padEnd(9);
  if (settings !== undefined) return wrapped(settings.join(', '), `  ${label}`);
  if (change === 'order') return [`  ${label}${name}`];
  const now = after ?? before ?? '';
  const was = change === 'changed' && before !== undefined ? wrapped(`was: ${before}`, ' '.repeat(11)) : [];
  return [...wrapped(printable(now), `  ${label}`), ...was];
}

function matrixLines({ matrix, before, after }: RejudgeReport): readonly string[] {
  const rows = OUTCOMES.filter((was) => matrix[was] !== undefined);
  const columns = OUTCOMES.filter((is) => rows.some((was) => (matrix[was]?.[is] ?? 0) > 0));
  const table = [
    ['before \\ after', ...columns.map((is) => FEW_WORDS[is])],
    ...rows.map((was) => [
      FEW_WORDS[was],
      ...columns.map((is) => (matrix[was]?.[is] === undefined ? '-' : groupThousands(matrix[was][is]))),
    ]),
  ];
  const parity = ({ parity: share }: { readonly parity: number | null }): string =>
    share === null ? 'unknown' : formatPercentage(share, 'down');
  return [
    'Pairs by outcome',
    ...aligned(
      table,
      columns.map((_, n) => n + 1),
    ).map((line) => `  ${line}`),
    '',
    `  parity    ${parity(before)} before, ${parity(after)} after`,
    `  diverged  ${groupThousands(before.diverged)} before, ${groupThousands(after.diverged)} after`,
    ...(before.undecided + after.undecided === 0
      ? []
      : [`  undecided ${groupThousands(before.undecided)} before, ${groupThousands(after.undecided)} after`]),
  ];
}

function movedLines(move: Move, { pairs, kinds }: MovedReport, all: number, limits: RejudgeLimits): readonly string[] {
  if (pairs === 0) return [];
  const shown = kinds.slice(0, limits.kinds);
  const left = kinds.length - shown.length;
  return [
    '',
    `${TITLES[move]}: ${formatCount(pairs, 'pair')}, ${formatPercentage(pairs / all, 'nearest')}`,
    ...shown.flatMap((kind, n) => kindLines(kind, `  ${n + 1}. `, limits)),
    ...(left === 0 ? [] : [`  and ${formatCount(left, 'more kind')}; --json has all`]),
  ];
}

function kindLines(kind: MovedKind, head: string, limits: RejudgeLimits): readonly string[] {
  const { before, after, pairs, patterns, example } = kind;
  const indent = ' '.repeat(head.length);
  // Elsewhere all of them went the way of the pair.
  const isMixed = before === after;
  const differences = [
    ...example.hidden.map((difference) => [difference, isMixed ? 'no more: ' : ''] as const),
    ...example.revealed.map((difference) => [difference, isMixed ? 'newly: ' : ''] as const),
  ];
  const shown = differences.slice(0, limits.differences);
  const places = patterns.slice(0, limits.differences).map(shownPath).join(', ');
  return [
    `${head}${formatCount(pairs, 'pair')}: ${named(before, kind.was)} > ${named(after, kind.is)}`,
    ...(patterns.length === 0 ? [] : wrapped(`at ${places}${more(patterns.length, limits.differences)}`, indent)),
    `${indent}example ${printable(JSON.stringify(example.id))}`,
    ...shown.flatMap(([difference, mark]) => differenceLines(difference, `${indent}  ${mark}`)),
    ...(differences.length > shown.length
      ? [`${indent}  and ${formatCount(differences.length - shown.length, 'more difference')}`]
      : []),
  ];
}

function named(outcome: Outcome, detail: string | undefined): string {
  if (detail === undefined) return outcome;
  return `${outcome} ${detail.startsWith('v1:') ? detail : `(${detail}${reasonWords(detail)})`}`;
}

function more(count: number, shown: number): string {
  return count > shown ? ` and ${count - shown} more` : '';
}

function differenceLines({ path, kind, legacy, candidate, event }: Difference, indent: string): readonly string[] {
  const [left, right] = shownValues(legacy ?? null, candidate ?? null);
  const place = event === undefined ? shownPath(path) : `event ${event + 1}: ${shownPath(path)}`;
  const line = `${indent}${place}  ${kind}  legacy ${left}  candidate ${right}`;
  if (line.length <= WIDTH) return [line];
  const below = ' '.repeat(indent.length + 2);
  return [`${indent}${place}  ${kind}`, `${below}legacy    ${left}`, `${below}candidate ${right}`];
}

/** With many, those that move something come first. */
function effectsLines(changes: readonly ChangeReport[], limits: RejudgeLimits): readonly string[] {
  const isIdle = ({ moves }: ChangeReport): number => (Object.keys(moves).length === 0 ? 1 : 0);
  const sorted = changes.length <= limits.changes ? changes : changes.toSorted((a, b) => isIdle(a) - isIdle(b));
  return [
    ...sorted.slice(0, limits.changes).flatMap((change, n) => effectLines(change, n + 1, limits)),
    ...leftOut(changes.length, limits.changes, 'more change'),
  ];
}

function leftOut(count: number, shown: number, noun: string): readonly string[] {
  return count > shown ? [`  and ${formatCount(count - shown, noun)}; --json has all`] : [];
}

function effectLines({ change, name, moves }: ChangeReport, rank: number, limits: RejudgeLimits): readonly string[] {
  const head = `  ${rank}. ${change} ${printable(name)}`;
  const taken = ORDER.filter((move) => moves[move] !== undefined);
  if (taken.length === 0) return [head, '     moves no pair'];
  return [
    head,
    ...taken.flatMap((move) => {
      const own = moves[move];
      if (own === undefined) return [];
      const parts = [
        own.alone > 0 ? `${formatCount(own.alone, 'pair')} by itself` : '',
        own.either > 0 ? `${formatCount(own.either, 'pair')} as another change does too` : '',
        own.together > 0 ? `${formatCount(own.together, 'pair')} only together with others` : '',
      ].filter((part) => part !== '');
      const shown = own.kinds.slice(0, limits.ofChange);
      return [
        ...wrapped(`${VERBS[move]} ${parts.join(', ')}`, '     '),
        ...shown.map((kind) => effectKind(kind)),
        ...(own.kinds.length > shown.length ? [`       and ${own.kinds.length - shown.length} more kinds`] : []),
      ];
    }),
  ];
}

function effectKind({ pairs, was, is, patterns, example }: MovedKind): string {
  const what = was ?? is;
  const places = patterns.slice(0, 2).map(shownPath).join(', ');
  const at = places === '' ? '' : ` at ${places}${more(patterns.length, 2)}`;
  return `       ${groupThousands(pairs)}${what === undefined ? '' : ` of ${what}`}${at}, such as ${printable(JSON.stringify(example.id))}`;
}

function combinationLines({ combinations, attributed, unattributed, moved }: RejudgeReport): readonly string[] {
  const all = ORDER.reduce((sum, move) => sum + moved[move].pairs, 0);
  return [
    ...combinations
      .slice(0, 5)
      .flatMap(({ move, changes, pairs, example }) =>
        wrapped(
          `Only together: ${changes.map(printable).join(' and ')}, ${formatCount(pairs, 'pair')} ${PAST[move]}, such as ${printable(JSON.stringify(example))}`,
          '  ',
        ),
      ),
    ...(unattributed === 0
      ? []
      : wrapped(
          `${formatCount(unattributed, 'pair')} moved by several changes of which no single one is needed`,
          '  ',
        )),
    ...(attributed === all
      ? []
      : wrapped(
          `Counts by change are of ${groupThousands(attributed)} of the ${formatCount(all, 'pair')} that moved.`,
          '  ',
        )),
  ];
}

const PAST: Readonly<Record<Move, string>> = {
  revealed: 'revealed',
  undecided: 'made undecided',
  hidden: 'hidden',
  reshaped: 'changed in their places',
  decided: 'decided',
  relabelled: 'called otherwise',
};

const IDLE = {
  expired: 'it has expired',
  'never-met': 'no event has its place',
  'never-hit': 'it excuses nothing',
} as const;

function idleLines({ rules, pairs }: RejudgeReport): readonly string[] {
  const idle = rules.flatMap(({ name, remark }) =>
    remark === 'expired' || remark === 'never-met' || remark === 'never-hit' ? [[printable(name), IDLE[remark]]] : [],
  );
  if (idle.length === 0 || pairs === 0) return [];
  const shown = idle.slice(0, 10);
  return [
    '',
    'Rules that do nothing here',
    ...aligned(shown).map((line) => `  ${line}`),
    ...(idle.length > shown.length ? [`  and ${idle.length - shown.length} more; --json has all`] : []),
  ];
}
