// Suggested rules in words, for a person who decides on each.
import { flow } from '../inference/words.ts';
import { printable, shownPath, shownValues } from '../verdict/lines.ts';
import type { RejudgeReport, RejudgeSuggestion } from './report.ts';
import { wrapped } from './wrapping.ts';

/** @param most suggestions, and places without one */
export function suggestionLines({ suggestions, left = [], after }: RejudgeReport, most: number): readonly string[] {
  if (suggestions === undefined || after.diverged === 0) return [];
  const shown = suggestions.slice(0, most);
  return [
    '',
    shown.length === 0
      ? 'No rule is suggested for what still diverges.'
      : 'Rules that would hide what still diverges; whether they should is for you to say',
    ...shown.flatMap((one, n) => suggested(one, n + 1)),
    ...(suggestions.length > shown.length ? [`  and ${suggestions.length - shown.length} more; --json has all`] : []),
    ...left
      .slice(0, most)
      .flatMap(({ pattern, why }) => wrapped(`none for ${shownPath(pattern)}: ${printable(why)}`, '  ')),
    ...(left.length > most ? [`  and ${left.length - most} more places`] : []),
  ];
}

function suggested({ rule, reason, risk, evidence, hides, tried }: RejudgeSuggestion, rank: number): readonly string[] {
  const [example] = evidence.examples;
  const [legacy, candidate] = shownValues(example?.legacy ?? null, example?.candidate ?? null);
  const indent = '     ';
  const others = tried.differing === 0 ? '' : `; of ${tried.differing} others it was not made from, ${tried.hides}`;
  return [
    ...wrapped(`- ${printable(flow(rule))}`, `  ${rank}. `),
    ...wrapped(printable(reason), indent),
    ...wrapped(`hides ${hides} of ${evidence.differing} sampled pairs that differ there${others}`, indent),
    ...wrapped(`risk ${risk.level}: hides ${printable(risk.text)}`, indent),
    ...(example === undefined
      ? []
      : [`${indent}example ${printable(JSON.stringify(example.id))}: ${legacy} and ${candidate}`]),
  ];
}
