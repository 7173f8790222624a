// Comparisons in few words, for tests.
import type { Comparison } from '../../outcome.ts';
import type { RuleSpec } from '../rules.ts';
import { compareTexts, planWith } from './plans.ts';

/** The outcome, and `path kind` of each difference with the rule that excuses it. */
function told(comparison: Comparison): readonly string[] {
  const differences = 'differences' in comparison ? comparison.differences : [];
  return [
    comparison.kind,
    ...differences.map(({ path, kind, rule }) => `${path} ${kind}${rule === undefined ? '' : ` (${rule})`}`),
  ];
}

/** Compares two documents, or JSON texts, under rules. */
export function judged(legacy: unknown, candidate: unknown, ...rules: readonly RuleSpec[]): readonly string[] {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return told(compareTexts(text(legacy), text(candidate), planWith(rules)));
}
