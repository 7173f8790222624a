// From the rules of a checked experiment file to the rules of a comparison.
import type { Condition, RuleTerms } from '../compare/rule-terms.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { WrittenCondition } from './condition-schema.ts';
import type { WrittenRule } from './rule-schema.ts';

/** @param index its place in the list: the name of a rule that has none */
export function ruleOf(rule: WrittenRule, index: number): RuleSpec {
  const terms = (kind: string): RuleTerms => ({
    name: rule.name ?? `${kind}#${index + 1}`,
    ...(rule.severity === undefined ? {} : { severity: rule.severity }),
    ...(rule.types === undefined ? {} : { types: [rule.types].flat() }),
    ...(rule.when === undefined ? {} : { when: [rule.when].flat().map(conditionOf) }),
  });
  const {
    ignore,
    include,
    tolerance,
    unordered,
    nullish,
    rename,
    time,
    text,
    coerce,
    decode,
    transform,
    bijection,
    reference,
  } = rule;
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
  if (decode !== undefined) return { kind: 'decode', ...terms('decode'), path: decode.path, as: [decode.as].flat() };
  if (transform !== undefined) return { kind: 'transform', ...terms('transform'), ...transform };
  const { known, better } = rule;
  if (known !== undefined) {
    const { kinds, owner, ticket, expires, ...where } = known;
    const list = kinds === undefined ? {} : { kinds: [kinds].flat() };
    return { kind: 'known', ...terms('known'), ...stated(where), ...list, owner, ticket, expires };
  }
  if (better !== undefined) return { kind: 'better', ...terms('better'), ...stated(better) };
  if (tolerance === undefined) throw new TypeError(`rule ${index} has no kind`);
  return { kind: 'tolerance', ...terms('tolerance'), ...stated(tolerance) };
}

function conditionOf(written: WrittenCondition): Condition {
  const { side, path, equals, ...others } = written;
  return { side, path, ...(equals === undefined ? {} : { equals: JSON.stringify(equals) }), ...stated(others) };
}

type Stated<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function stated<T extends object>(body: T): Stated<T> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Stated<T>;
}
