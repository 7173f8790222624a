// What is known of the noise of an experiment: rates, verdicts, and the rules that follow from how legacy differs from itself.
import { compareSpec } from '../compare/from-experiment.ts';
import type { Means } from '../compare/means.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Matched } from '../inference/matching.ts';
import { effectOf, type Suggestion, suggestRules } from '../inference/suggesting/suggest.ts';
import type { AcceptedRule } from './accepting.ts';
import { type NoiseCount, type NoiseRate, noiseRates } from './rates.ts';
import { twinUnderRules } from './runs.ts';

export interface NoiseCounted {
  readonly counts: readonly NoiseCount[];
  /** Pairs compared, all outputs. */
  readonly aaPairs: number;
  readonly abPairs: number;
  /** By output, the run the candidate's differences were counted in. */
  readonly abRuns: Readonly<Record<string, string>>;
  /** Pairs whose list of differences was full: others of theirs are not counted. */
  readonly full: number;
}

/** Some of the pairs that differ, with their payloads. */
export interface NoiseSample {
  readonly output: string;
  readonly aa: readonly Matched[];
  readonly ab: readonly Matched[];
}

export interface NoiseSuggestion extends Suggestion {
  readonly output: string;
  /** What the rule would do to the candidate's sampled differences at its paths. */
  readonly candidate: { readonly differing: number; readonly hides: number };
  /** Its patterns at which the candidate differs more than legacy from itself: a part of that is hidden with the noise. */
  readonly beyondNoise: readonly string[];
}

/** Why a noisy place gets no rule: its own words, or that the rules in force leave nothing of it. */
export interface Unsuggested {
  readonly output: string;
  readonly pattern: string;
  readonly why: string;
}

export interface NoiseReport extends Omit<NoiseCounted, 'counts'> {
  readonly experiment: string;
  readonly rates: readonly NoiseRate[];
  /** Of all intervals together, and of each alone. */
  readonly confidence: number;
  readonly each: number;
  readonly suggestions: readonly NoiseSuggestion[];
  readonly left: readonly Unsuggested[];
}

const EXCUSED = 'the rules in force excuse it';
const HIDDEN = 'THE RULES IN FORCE EXCUSE IT, and what is more than noise there with it';
const UNSAMPLED = 'no pair that shows it could be read and compared';

/** Rules are made from A/A alone: what only the candidate does is never noise. */
export function noiseReport(
  experiment: Experiment,
  counted: NoiseCounted,
  samples: readonly NoiseSample[],
  means: Means = {},
): NoiseReport {
  const { counts, ...totals } = counted;
  const { rates, confidence, each } = noiseRates(counts);
  const twin = twinUnderRules(experiment);
  const suggestions: NoiseSuggestion[] = [];
  const left: Unsuggested[] = [];
  for (const { output, aa, ab } of samples) {
    const [aaPlan, abPlan] = [twin, experiment].map(({ outputs }) => outputs.find((one) => one.output === output));
    if (aaPlan === undefined || abPlan === undefined) continue;
    const own = rates.filter((rate) => rate.output === output);
    // A rule that hides everything there would hide what is more than noise as well.
    const isMore = new Set(own.filter(({ verdict }) => verdict !== 'noise').map(({ pattern }) => pattern));
    const found = suggestRules(aa, compareSpec(twin, aaPlan), {
      means,
      mayIgnore: (pattern) => !isMore.has(pattern),
    });
    const spec = compareSpec(experiment, abPlan);
    for (const suggestion of found.suggestions) {
      const candidate = effectOf(suggestion, ab, spec, means);
      const beyondNoise = suggestion.patterns.filter((pattern) => isMore.has(pattern));
      suggestions.push({ ...suggestion, output, candidate, beyondNoise });
    }
    left.push(...found.left.map(({ pattern, why }) => ({ output, pattern, why })));
    const told = new Set([
      ...found.left.map(({ pattern }) => pattern),
      ...found.suggestions.flatMap((one) => one.patterns),
    ]);
    const others = new Set(
      own.filter(({ aa: { hits }, pattern }) => hits > 0 && !told.has(pattern)).map((one) => one.pattern),
    );
    const why = (pattern: string) => (found.pairs === 0 ? UNSAMPLED : isMore.has(pattern) ? HIDDEN : EXCUSED);
    for (const pattern of others) left.push({ output, pattern, why: why(pattern) });
  }
  return {
    experiment: experiment.name,
    ...totals,
    rates,
    confidence,
    each,
    suggestions: named(suggestions, experiment),
    left,
  };
}

/** For the file: with a comment that says what it was concluded from. `date`: as people read it. */
export function acceptedRule(suggestion: NoiseSuggestion, report: NoiseReport, date: string): AcceptedRule {
  const { name, rule, reason, risk, patterns, output, evidence, beyondNoise } = suggestion;
  const own = report.rates.filter((rate) => rate.output === output && patterns.includes(rate.pattern));
  const most = own.toSorted((a, b) => b.aa.hits - a.aa.hits)[0];
  const counted =
    most === undefined
      ? `${evidence.differing} of ${evidence.pairs} sampled pairs`
      : `${most.aa.hits} of ${most.aa.all} pairs`;
  return {
    name,
    rule,
    comment: [
      `Noise: legacy and its twin differ here in ${counted}: ${reason}.`,
      ...(beyondNoise.length === 0
        ? []
        : [`ACCEPTED ALTHOUGH the candidate differs more than that at ${beyondNoise.join(', ')}.`]),
      `Hides ${risk.text}. From ${evidence.differing} sampled pairs; parallax noise, ${date}.`,
    ],
  };
}

/** One rule once, under a name that is free. */
function named(suggestions: readonly NoiseSuggestion[], { rules }: Experiment): readonly NoiseSuggestion[] {
  const names = new Set(rules.map(({ name }) => name));
  const seen = new Set<string>();
  return suggestions.flatMap((suggestion) => {
    const key = JSON.stringify(suggestion.rule);
    if (seen.has(key)) return [];
    seen.add(key);
    let { name } = suggestion;
    for (let n = 2; names.has(name); n++) name = `${suggestion.name.slice(0, 95)} ${n}`;
    names.add(name);
    return [{ ...suggestion, name }];
  });
}
