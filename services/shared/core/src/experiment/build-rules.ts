// From the rules of a checked experiment file to the rules of a comparison.
import type { RuleTerms } from '../compare/rule-terms.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { WrittenRule } from './rule-schema.ts';

/** @param index its place in the list: the name of a rule that has none */
export function ruleOf(rule: WrittenRule, index: number): RuleSpec {
  const terms = (kind: string): RuleTerms => ({ name: rule.name ?? `${kind}#${index + 1}` });
  const { ignore, include, tolerance, unordered, nullish, rename } = rule;
  if (ignore !== undefined) return { kind: 'ignore', ...terms('ignore'), paths: [ignore].flat() };
  if (include !== undefined) return { kind: 'include', ...terms('include'), paths: [include].flat() };
  if (unordered !== undefined) {
    const { path, key } = unordered;
    return { kind: 'unordered', ...terms('unordered'), path, ...(key === undefined ? {} : { key: [key].flat() }) };
  }
  if (nullish !== undefined) {
    return {
      kind: 'nullish',
      ...terms('nullish'),
      path: nullish.path,
      same: nullish.same.map((word) => word ?? 'null'),
    };
  }
  if (rename !== undefined) return { kind: 'rename', ...terms('rename'), ...rename };
  if (tolerance === undefined) throw new TypeError(`rule ${index} has no kind`);
  const { path, absolute, relative, ulp, digits } = tolerance;
  return {
    kind: 'tolerance',
    ...terms('tolerance'),
    path,
    ...(absolute === undefined ? {} : { absolute }),
    ...(relative === undefined ? {} : { relative }),
    ...(ulp === undefined ? {} : { ulp }),
    ...(digits === undefined ? {} : { digits }),
  };
}
