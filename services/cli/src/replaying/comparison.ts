// Two runs side by side, as lines of text.
import { type Change, type ChangedKind, formatCount, groupThousands, type RunComparison } from '@parallax/core';
import type { RunSummary } from '@parallax/platform';
import { table } from '../output/table.ts';
import { detailsOf } from './removal.ts';

const KINDS_SHOWN = 5;

export function comparisonLines(
  experiment: string,
  one: RunSummary,
  other: RunSummary,
  { counts, divergedOnlyAfter, kinds }: RunComparison,
): readonly string[] {
  const [before, after] = [one.run, other.run];
  const means: Readonly<Record<Change, string>> = {
    fixed: `diverged in ${before}, agree in ${after}`,
    remaining: 'diverge in both',
    new: `agreed in ${before}, diverge in ${after}`,
    steady: 'agree in both',
    undecided: 'inconclusive in one or both',
    'only-before': `judged in ${before} alone`,
    'only-after': `judged in ${after} alone, ${groupThousands(divergedOnlyAfter)} of them diverge`,
  };
  const names = Object.keys(means) as Change[];
  const rows = names
    .filter((name) => counts[name] > 0 || ['fixed', 'remaining', 'new'].includes(name))
    .map((name) => [name, counts[name], means[name]]);
  return [
    `${experiment}: ${named(one)} and ${named(other)}, against what legacy answered`,
    ...otherRules(one, other),
    '',
    table(['pairs', '', ''], rows),
    ...section('Fixed', kinds.fixed, experiment, before),
    ...section('Remaining', kinds.remaining, experiment, after),
    ...section('New', kinds.new, experiment, after),
  ];
}

/** With the build, where that says more than the run's name. */
function named({ run, build }: RunSummary): string {
  return build === '' || build === run ? run : `${run} (${build})`;
}

function otherRules(one: RunSummary, other: RunSummary): readonly string[] {
  const [rules, later] = [detailsOf(one)?.rules, detailsOf(other)?.rules];
  if (rules === undefined || later === undefined || rules === later) return [];
  return [`Judged by different rules, ${rules} and ${later}: what changed may be the rules.`];
}

function section(title: string, kinds: readonly ChangedKind[], experiment: string, run: string): readonly string[] {
  const [first] = kinds;
  if (first === undefined) return [];
  const rows = kinds
    .slice(0, KINDS_SHOWN)
    .map(({ pairs, output, outcome, signature, examples }) => [pairs, output, outcome, signature, examples.join(', ')]);
  const more = kinds.length - KINDS_SHOWN;
  const example = (first.examples[0] ?? '').replace(/\p{Cc}/gu, '·').replaceAll("'", "'\\''");
  return [
    '',
    title,
    table(['pairs', 'output', 'outcome', 'signature', 'for example'], rows),
    ...(more > 0 ? [`  and ${formatCount(more, 'kind')} more: parallax signatures ${experiment} --run ${run}`] : []),
    `  parallax explain '${example}' --run ${run}`,
  ];
}
