// One pair of two files, explained: every difference with what became of it, those included that a comparison passes over.
import { parsePointer } from '../envelope/pointer.ts';
import { type FileEvent, type FilePair, type Grouping, judgeGroup } from '../files/group.ts';
import type { Difference } from '../outcome.ts';
import type { Means } from './means.ts';
import { type ComparePlan, compilePlan } from './plan.ts';
import type { RuleSpec } from './rules.ts';
import type { CompareSpec } from './spec.ts';

/** Differences listed. */
const MOST = 10_000;

export interface ExplainedPair {
  readonly pair: FilePair;
  /** At places that are not compared; each with the rule that says so. */
  readonly passed: readonly Difference[];
  /** Differences that count, each with a rule that speaks of its place and does not excuse it, the later in the file first. */
  readonly unmoved: readonly Difference[];
  /** The rules named in any of the differences, in the order of the file. */
  readonly rules: readonly RuleSpec[];
}

/** As {@link judgeGroup}; `means`: those the plan was compiled with. */
export function explainGroup(
  id: string,
  legacy: readonly FileEvent[],
  candidate: readonly FileEvent[],
  grouping: Grouping,
  means: Means = {},
): ExplainedPair {
  const { spec } = grouping.plan;
  const { rules } = spec;
  const judged = (among: readonly RuleSpec[]): FilePair => {
    const budgets = { ...spec.budgets, differencesPerPair: MOST };
    return judgeGroup(id, legacy, candidate, {
      ...grouping,
      plan: compilePlan({ ...spec, rules: among, budgets }, means),
    });
  };
  const pair = judged(rules);
  const seen = new Set(pair.differences.map(placeOf));
  const bare = judged(rules.filter(({ kind }) => kind !== 'ignore' && kind !== 'include'));
  const passed = bare.differences.flatMap((difference) => {
    const by = seen.has(placeOf(difference)) ? undefined : passingRule(difference.path, grouping.plan);
    return by === undefined ? [] : [{ ...difference, rule: by.name }];
  });
  const unmoved = unmovedRules(pair.differences, spec, means);
  const named = new Set([...pair.differences, ...passed, ...unmoved].map(({ rule }) => rule));
  return { pair, passed, unmoved, rules: rules.filter(({ name }) => named.has(name)) };
}

/** Of all rules, whether or not their conditions hold for this pair. */
function unmovedRules(differences: readonly Difference[], spec: CompareSpec, means: Means): readonly Difference[] {
  const counting = differences.filter(({ rule }) => rule === undefined);
  if (counting.length === 0) return [];
  const rules = spec.rules.map(({ types: _, when: __, ...rule }) => rule);
  const { root } = compilePlan({ ...spec, rules }, means);
  return counting.flatMap((difference) => {
    const state = parsePointer(difference.path)?.reduce((at, name) => at.named(name), root);
    if (state === undefined) return [];
    const here = [...state.judging, ...state.known, state.bijection, state.reference, state.unordered];
    return here.flatMap((rule) => (rule === undefined ? [] : [{ ...difference, rule: rule.name }]));
  });
}

function placeOf({ event, path }: Difference): string {
  return `${event ?? 0} ${path}`;
}

/** The rule under which the place is not compared; undefined for keys and headers, which always are. */
function passingRule(path: string, plan: ComparePlan): RuleSpec | undefined {
  const names = parsePointer(path);
  return names?.reduce((state, name) => state.named(name), plan.root).ignoredBy;
}
