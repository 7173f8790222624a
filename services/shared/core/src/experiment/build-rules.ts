// From the rules of a checked experiment file to the rules of a comparison.
import type { RuleTerms } from '../compare/rule-terms.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { WrittenRule } from './rule-schema.ts';

/** @param index its place in the list: the name of a rule that has none */
export function ruleOf(rule: WrittenRule, index: number): RuleSpec {
  const terms = (kind: string): RuleTerms => ({ name: rule.name ?? `${kind}#${index + 1}` });
  const { ignore, include, tolerance, unordered, nullish, rename, time, text, coerce, bijection, reference } = rule;
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
  if (time !== undefined) return { kind: 'time', ...terms('time'), ...stated(time) };
  if (text !== undefined) return { kind: 'text', ...terms('text'), ...stated(text) };
  if (coerce !== undefined) return { kind: 'coerce', ...terms('coerce'), ...coerce };
  if (bijection !== undefined) {
    return { kind: 'bijection', ...terms('bijection'), paths: [bijection.paths].flat() };
  }
  if (reference !== undefined) return { kind: 'reference', ...terms('reference'), ...reference };
  if (rename !== undefined) return { kind: 'rename', ...terms('rename'), ...rename };
  if (tolerance === undefined) throw new TypeError(`rule ${index} has no kind`);
  return { kind: 'tolerance', ...terms('tolerance'), ...stated(tolerance) };
}

type Stated<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function stated<T extends object>(body: T): Stated<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Stated<T>;
}
