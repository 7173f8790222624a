// The noise of an experiment in words.

import { share } from '../inference/words.ts';
import { BARE_RUN } from '../runs/names.ts';
import { formatCount } from '../verdict/judge.ts';
import { aligned, shownPath, shownValues } from '../verdict/lines.ts';
import type { Share } from './proportions.ts';
import type { NoiseRate, NoiseVerdict } from './rates.ts';
import type { NoiseReport, NoiseSuggestion } from './report.ts';

const WORDS: Readonly<Record<NoiseVerdict, string>> = {
  noise: 'noise',
  'above-noise': 'ABOVE NOISE',
  'only-candidate': 'only candidate',
};

/** @param most places shown */
export function describeNoise(report: NoiseReport, most = 50): readonly string[] {
  const { experiment, rates, aaPairs, abPairs, confidence, each, full } = report;
  const several = new Set(rates.map(({ output }) => output)).size > 1;
  const lines = [
    `${experiment}: ${formatCount(aaPairs, 'pair')} of legacy and its twin, ${formatCount(abPairs, 'pair')} of legacy and the candidate.`,
  ];
  const underRules = Object.entries(report.abRuns).filter(([, run]) => run !== BARE_RUN);
  if (underRules.length > 0) {
    lines.push(
      `A/B of ${underRules.map(([output]) => output).join(', ')} is counted under the rules of the experiment, where it has any: what they excuse is not in it. \`comparator --bare\` counts it without.`,
    );
  }
  if (full > 0)
    lines.push(
      `${formatCount(full, 'pair')} had more differences than budgets.differencesPerPair: not all are counted.`,
    );
  if (rates.length === 0) return [...lines, 'Nothing differs.'];
  const rows = rates.slice(0, most).map((rate) => rateRow(rate, several));
  lines.push(
    '',
    ...aligned([[...(several ? ['output'] : []), 'path', 'difference', 'A/A', 'A/B', 'A/B - A/A', 'verdict'], ...rows]),
    ...(rates.length > most ? [`… and ${formatCount(rates.length - most, 'more place')}; --json has all.`] : []),
    '',
    `Intervals hold together with ${share(confidence)} confidence, each alone with ${share(each)}; for one look, not for looking until one is above noise.`,
  );
  if (report.suggestions.length > 0) lines.push('', 'Suggested, from how legacy differs from itself:');
  for (const [n, suggestion] of report.suggestions.entries()) lines.push(...suggestionLines(suggestion, n + 1));
  if (report.left.length > 0) lines.push('', 'Noisy, and without a suggestion:');
  for (const { pattern, why } of report.left.slice(0, most)) lines.push(`  ${shownPath(pattern)}: ${why}.`);
  return lines;
}

function rateRow(rate: NoiseRate, several: boolean): readonly string[] {
  const { output, pattern, kind, legacyType, candidateType, aa, ab, excess, verdict } = rate;
  return [
    ...(several ? [output] : []),
    shownPath(pattern),
    `${kind} ${legacyType} > ${candidateType}`,
    rateOf(aa),
    rateOf(ab),
    `${signed(excess.low)} to ${signed(excess.high)}`,
    WORDS[verdict],
  ];
}

function rateOf({ hits, all }: Share): string {
  return all === 0 ? '-' : `${share(hits / all)} (${hits})`;
}

function signed(points: number): string {
  const percent = (100 * points).toFixed(Math.abs(points) < 0.01 ? 2 : 1);
  return `${points > 0 ? '+' : ''}${percent}`;
}

/** One to be decided on. */
export function suggestionLines(suggestion: NoiseSuggestion, number: number): readonly string[] {
  const { name, rule, reason, risk, evidence, candidate, beyondNoise } = suggestion;
  const [example] = evidence.examples;
  const [legacy, twin] = shownValues(example?.legacy ?? null, example?.candidate ?? null);
  return [
    `  ${number}. ${shownPath(JSON.stringify(rule))}   (${name})`,
    `     ${shownPath(reason)}; ${evidence.differing} of ${evidence.pairs} sampled pairs${example === undefined ? '' : `, for example ${legacy} and ${twin} (${shownPath(example.id)})`}`,
    `     risk ${risk.level}: hides ${shownPath(risk.text)}`,
    `     of the candidate's differences there it would hide ${candidate.hides} of ${candidate.differing} sampled`,
    ...(beyondNoise.length === 0
      ? []
      : [`     MORE THAN NOISE at ${shownPath(beyondNoise.join(', '))}: only written where it is named, not with all`]),
  ];
}
