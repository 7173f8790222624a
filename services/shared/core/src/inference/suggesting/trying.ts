// Rules as a file has them, made into comparisons to try them by.
import type { Means } from '../../compare/means.ts';
import { type ComparePlan, compilePlan } from '../../compare/plan.ts';
import type { RuleSpec } from '../../compare/rules.ts';
import type { CompareSpec } from '../../compare/spec.ts';
import { parseExperiment } from '../../experiment/parse.ts';
import type { WrittenRule } from './proposals.ts';

/** Rules added to those of the comparison. undefined: this build has no such rule, or they cannot be together. */
export function planWith(spec: CompareSpec, rules: readonly WrittenRule[], means: Means = {}): ComparePlan | undefined {
  const specs: RuleSpec[] = [];
  for (const rule of rules) {
    const built = builtRule(rule);
    if (built === undefined) return undefined;
    specs.push(built);
  }
  return compilePlan({ ...spec, rules: [...spec.rules, ...specs] }, means);
}

/** By way of a file, so that what is suggested is what a file may say. */
function builtRule(rule: WrittenRule): RuleSpec | undefined {
  const file = { experiment: 'x', legacy: { topic: 'a' }, candidate: { topic: 'b' }, rules: [rule] };
  const parsed = parseExperiment(JSON.stringify(file), 'suggestion');
  return parsed.kind === 'ok' ? parsed.experiment.rules[0] : undefined;
}

/** What a rule of these patterns speaks of. What is moved or unpacked differs below its place, if at all. */
export function speaksOf(rule: WrittenRule, patterns: readonly string[]): (pattern: string) => boolean {
  const exact = new Set(patterns);
  if (!shapes(rule)) return (pattern) => exact.has(pattern);
  return (pattern) => exact.has(pattern) || patterns.some((one) => pattern.startsWith(`${one}/`));
}

/** Whether other rules speak of what this one has made of documents. */
export function shapes(rule: WrittenRule): boolean {
  return 'decode' in rule || 'rename' in rule;
}
