// The plan of nothing but rules, over JSON values: what benchmarks, corpus and fuzzer compare under.
import { type ComparePlan, compilePlan, type RuleSpec } from '@parallax/core';

/** @param output the name it is compiled under */
export function plainPlan(output: string, rules: readonly RuleSpec[]): ComparePlan {
  return compilePlan({
    output,
    format: { legacy: 'json', candidate: 'json' },
    select: {},
    compare: { value: true, key: false, headers: [] },
    pick: 'sequence',
    counts: 'compare',
    rules,
    budgets: { differencesPerPair: 100, payloadBytes: 64 * 1024 * 1024, depth: 10_000 },
  });
}
