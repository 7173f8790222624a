// Plans and contents for tests: strict JSON unless said otherwise.
import type { Comparison } from '../../outcome.ts';
import { compareWith } from '../compare.ts';
import { type ComparePlan, compilePlan } from '../plan.ts';
import type { RuleSpec } from '../rules.ts';
import type { CompareSpec, Content } from '../spec.ts';

export const STRICT: CompareSpec = {
  output: 'default',
  format: { legacy: 'json', candidate: 'json' },
  select: {},
  compare: { value: true, key: false, headers: [] },
  pick: 'sequence',
  counts: 'compare',
  rules: [],
  budgets: { differencesPerPair: 100, payloadBytes: 64 * 1024 * 1024, depth: 10_000 },
};

export function planWith(rules: readonly RuleSpec[], more: Partial<CompareSpec> = {}): ComparePlan {
  return compilePlan({ ...STRICT, ...more, rules });
}

export function content(text: string | Uint8Array | null): Content {
  const value = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return { key: null, value, headers: [] };
}

/** Compares two JSON texts both ways, walk and full; a disagreement is an error. */
export function compareTexts(
  legacy: string | Uint8Array,
  candidate: string | Uint8Array,
  plan: ComparePlan,
): Comparison {
  const walked = compareWith([content(legacy)], [content(candidate)], plan, '', true);
  const full = compareWith([content(legacy)], [content(candidate)], plan, '', false);
  if (JSON.stringify(walked) !== JSON.stringify(full)) {
    throw new Error(`walk and full comparison disagree: ${JSON.stringify(walked)} and ${JSON.stringify(full)}`);
  }
  return full;
}
