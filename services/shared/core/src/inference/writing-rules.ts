// The rules of a written experiment: in force where there is no doubt, as comments where a person must decide.
import type { ReorderedArray } from './arrays.ts';
import type { DifferingPath, Nature } from './differing.ts';
import type { Joined } from './guess.ts';
import type { Suggestion } from './suggesting/suggest.ts';
import { count, flow, printable, scalar } from './words.ts';

const DOUBTFUL_SHOWN = 20;

const WHY: Readonly<Record<Nature, string>> = {
  'work-time': 'the time of the work, on each side its own',
  'made-up': 'ids made up on the way: no value comes twice, none is on both sides',
  time: 'times, but not those of the work: a date that differs may be what you look for',
  counter: 'rising numbers: a counter of the system, or an amount that grew with the sample',
  rounding: 'numbers that are close',
  value: 'values',
};

export function ruleLines({ rules, format }: Joined): readonly string[] {
  const { active, activeArrays, doubtful, doubtfulArrays, suggestions, remaining } = rules;
  const summary = `# Under the rules in force ${remaining.agreeing} of ${count(remaining.pairs, 'sampled pair')} agree in their first events.`;
  if (format !== 'json') return [summary];
  const inForce = [...active.flatMap(ignoreLines), ...activeArrays.flatMap(unorderedLines)];
  const open = [
    ...doubtful.slice(0, DOUBTFUL_SHOWN).flatMap((path) => suggestedLines(path, suggestions) ?? doubtfulLines(path)),
    ...doubtfulArrays.flatMap((array) => unorderedLines(array).map(commented)),
    ...laterLines(doubtful, suggestions),
  ];
  const more = doubtful.length - DOUBTFUL_SHOWN;
  return [
    '# What does not count. A rule hides what it speaks of: keep only those you agree with.',
    ...(inForce.length > 0 ? ['rules:', ...inForce] : ['rules: []']),
    ...(open.length === 0
      ? []
      : [
          '',
          '# What else differs, and is left to be judged. Move a rule up only if you know why it is right:',
          ...open,
        ]),
    ...(more > 0 ? [`#   … and ${count(more, 'more path')}`] : []),
    '',
    summary,
  ];
}

function differs({ path, pairs, differing }: DifferingPath): string {
  return `${printable(path === '' ? 'the whole payload' : path)} differs in ${differing} of ${count(pairs, 'pair')}`;
}

function ignoreLines(path: DifferingPath): readonly string[] {
  const only = path.kinds.every((kind) => kind === 'added') ? ', only on the candidate' : '';
  return [`  # ${differs(path)}${only}: ${WHY[path.nature]}.`, `  - ignore: ${scalar(path.path)}`];
}

function unorderedLines({ path, key, pairs, reordered, same }: ReorderedArray): readonly string[] {
  const what = key === undefined ? 'elements' : `keys (${printable(key)})`;
  return [
    `  # ${printable(path === '' ? 'the payload' : path)} is in another order in ${reordered} of ${count(pairs, 'pair')}; the same ${what} in ${same}. Not if order has a meaning.`,
    `  - unordered: { path: ${scalar(path)}${key === undefined ? '' : `, key: ${scalar(key)}`} }`,
  ];
}

/** Of places that are only seen under the rules suggested before: in what they decode, or under a new name. */
function laterLines(doubtful: readonly DifferingPath[], suggestions: readonly Suggestion[]): readonly string[] {
  const told = new Set(doubtful.map((path) => suggestionFor(path, suggestions)));
  const later = suggestions.filter((one) => !told.has(one) && one.risk.level !== 'high').slice(0, DOUBTFUL_SHOWN);
  return later.flatMap((one) => [
    `  # ${printable(one.patterns[0] ?? '')}, once the rules above hold: ${printable(one.reason)}.`,
    ...proposedLines(one),
  ]);
}

function suggestionFor({ path }: DifferingPath, suggestions: readonly Suggestion[]): Suggestion | undefined {
  return suggestions.find(({ patterns }) => patterns.includes(path));
}

function proposedLines({ risk, hides, evidence, rule }: Suggestion): readonly string[] {
  return [
    `  # Risk ${risk.level}: it hides ${printable(risk.text)}; in the sample ${hides} of ${count(evidence.differing, 'difference')}.`,
    `  # - ${flow(rule).slice(2, -2)}`,
  ];
}

/** undefined where nothing narrower than ignoring it was found. The rule stands once, with the first path it speaks of. */
function suggestedLines(path: DifferingPath, suggestions: readonly Suggestion[]): readonly string[] | undefined {
  const suggestion = suggestionFor(path, suggestions);
  // A rule wide enough for what may be the divergence that is looked for would only be made up to hide it.
  if (suggestion === undefined || (suggestion.risk.level === 'high' && path.nature === 'value')) return undefined;
  const { patterns, reason } = suggestion;
  const head = `  # ${differs(path)} (${path.kinds.join(', ')}): ${printable(reason)}.`;
  const [first = ''] = patterns;
  if (first !== path.path) return [`${head.slice(0, -1)}, as with ${printable(first)}.`];
  return [head, ...proposedLines(suggestion)];
}

function doubtfulLines(path: DifferingPath): readonly string[] {
  // No rule for the whole payload: it would hide everything.
  if (path.path === '') return [`  # ${differs(path)} (${path.kinds.join(', ')}): one side sends no value there.`];
  const head = `  # ${differs(path)} (${path.kinds.join(', ')}): ${WHY[path.nature]}.`;
  switch (path.nature) {
    case 'rounding': {
      const { absolute = 0 } = path;
      const most = `at most ${absolute.toPrecision(3)} apart`;
      const limit = Number((absolute * 1.001).toPrecision(3));
      return [
        `${head.slice(0, -1)}, ${most}; a tolerance hides every error below it.`,
        `  # - tolerance: { path: ${scalar(path.path)}, absolute: ${limit} }`,
      ];
    }
    case 'work-time':
    case 'made-up':
    case 'time':
    case 'counter':
      return [head, `  # - ignore: ${scalar(path.path)}`];
    case 'value': {
      const [kind, ...others] = path.kinds;
      if (others.length > 0 || (kind !== 'added' && kind !== 'removed') || path.differing < path.pairs) return [head];
      const only = kind === 'added' ? 'candidate' : 'legacy side';
      return [`${head.slice(0, -1)} that only the ${only} has.`, `  # - ignore: ${scalar(path.path)}`];
    }
  }
}

function commented(line: string): string {
  return line.startsWith('  #') ? line : line.replace('  - ', '  # - ');
}
