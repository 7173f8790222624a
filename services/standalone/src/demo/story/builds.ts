// The two builds side by side, and the last lines: how to look further.
import type { Outcome } from '@parallax/core';
import { exampleLines, type SignatureExample, tally } from './answer.ts';
import { countText, shareText } from './numbers.ts';
import { clipMiddle, headline, type Paint, table, wrap } from './paint.ts';

export interface BuildAnswer {
  /** Such as `build A`. */
  readonly name: string;
  /** `live`, or the replay's name. */
  readonly run: string;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
}

/** Documents by how they fared, with the paths of some. */
export interface Fate {
  readonly count: number;
  readonly examples: readonly FateExample[];
}

export interface FateExample {
  readonly document: string;
  /** A difference to show: for fixed ones A's, otherwise B's. */
  readonly difference?: SignatureExample;
}

export interface SideBySide {
  readonly a: BuildAnswer;
  readonly b: BuildAnswer;
  /** Of the pairs decided in both runs: diverged then, agree now. */
  readonly fixed: Fate;
  /** Diverge in both. */
  readonly remaining: Fate;
  /** Agreed then, diverge now. */
  readonly introduced: Fate;
  /** Agree in both. */
  readonly steady: number;
  /** Pairs decided for B alone, since A was off. */
  readonly onlyB: { readonly agreed: number; readonly diverged: number };
  /** Pairs with a difference below this generalised path, largest first. */
  readonly places: readonly { readonly pattern: string; readonly a: number; readonly b: number }[];
}

export function sideBySide(data: SideBySide, paint: Paint): string[] {
  const both = data.fixed.count + data.remaining.count + data.introduced.count + data.steady;
  return [
    ...headline(`${data.a.name} and ${data.b.name}, against what legacy answered`, paint),
    ...scores(data, paint),
    '',
    ...wrap(`Of the ${countText(both)} documents both builds were judged on:`),
    ...table(
      [
        fateRow(paint.good('fixed'), data.fixed.count, both, 'diverged then, agree now'),
        fateRow(paint.warn('remaining'), data.remaining.count, both, 'diverge in both'),
        fateRow(paint.bad('new'), data.introduced.count, both, 'agreed then, diverge now'),
        fateRow('steady', data.steady, both, 'agree in both'),
      ],
      [{}, { align: 'right' }, { align: 'right' }, {}],
    ),
    ...wrap(
      `While ${data.a.name} was off, ${data.b.name} alone: ${countText(data.onlyB.agreed)} agree, ` +
        `${countText(data.onlyB.diverged)} diverge.`,
    ),
    ...places(data, paint),
    ...fate('fixed', data.fixed, paint.good, paint),
    ...fate('remaining', data.remaining, paint.warn, paint),
    ...fate('new', data.introduced, paint.bad, paint),
  ];
}

function scores({ a, b }: SideBySide, paint: Paint): string[] {
  const rows = [a, b].map((build) => {
    const { agreed, accepted, diverged, undecided, decided } = tally(build.outcomes);
    const same = agreed + accepted;
    return [
      `  ${paint.bold(build.name)}`,
      build.run,
      countText(decided + undecided),
      countText(same),
      countText(diverged),
      countText(undecided),
      shareText(same, decided),
    ];
  });
  const head = ['', 'run', 'judged', 'agree', 'diverge', 'undecided', 'parity'].map(paint.dim);
  const right = { align: 'right' } as const;
  return table([head, ...rows], [{}, {}, right, right, right, right, right]);
}

function fateRow(name: string, count: number, of: number, meaning: string): string[] {
  return [`  ${name}`, countText(count), shareText(count, of), meaning];
}

const PLACES_SHOWN = 8;

function places({ a, b, places: all }: SideBySide, paint: Paint): string[] {
  if (all.length === 0) return [];
  const right = { align: 'right' } as const;
  const change = (before: number, after: number) => {
    if (after === 0) return paint.good('gone');
    if (before === 0) return paint.bad('new');
    return after < before ? paint.good('less') : after > before ? paint.warn('more') : '';
  };
  return [
    '',
    `  ${paint.bold('Where they differ from legacy')} (of those documents, how many at each place)`,
    ...table(
      [
        ['', paint.dim(a.name), paint.dim(b.name), ''],
        ...all
          .slice(0, PLACES_SHOWN)
          .map((place) => [`  ${place.pattern}`, countText(place.a), countText(place.b), change(place.a, place.b)]),
      ],
      [{}, right, right, {}],
    ),
  ];
}

function fate(name: string, { count, examples }: Fate, colour: (text: string) => string, paint: Paint): string[] {
  if (count === 0) return ['', `  ${colour(name)}: none`];
  return [
    '',
    `  ${colour(name)}, for example`,
    ...examples.flatMap(({ document, difference }) => [
      `     ${clipMiddle(document, 90)}`,
      ...(difference === undefined ? [] : exampleLines(difference, paint)),
    ]),
  ];
}

export interface Command {
  /** As typed. Never cut, whatever its length. */
  readonly line: string;
  readonly purpose: string;
}

export function closing(commands: readonly Command[], paint: Paint): string[] {
  return [
    ...headline('Look further', paint),
    ...commands.flatMap(({ line, purpose }) => [`  ${paint.dim(`# ${purpose}`)}`, `  ${paint.name(line)}`]),
    '',
  ];
}
