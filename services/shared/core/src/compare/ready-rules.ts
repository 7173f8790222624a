// The rules of a spec, each checked and made ready once, whatever variants of the comparison it then takes part in.
import { compilePointer, type Pointer } from '../json/pointers.ts';
import { conditionFaults } from './conditions/condition.ts';
import { judgingFaults } from './kinds/judging.ts';
import { faultText, type RuleFault } from './kinds/kind.ts';
import { PATTERN_FORM, parsePattern, type Segment } from './pattern.ts';
import { decodeFaults, decodeRewriting } from './rewriting/decode.ts';
import { compileRename, type Rename, renaming } from './rewriting/rename.ts';
import type { Rewriting } from './rewriting/rewriting.ts';
import { transformFaults, transformRewriting } from './rewriting/transform.ts';
import type { RuleSpec } from './rules.ts';

export interface ReadyRule {
  readonly rule: RuleSpec;
  /** Where it holds; none where it rewrites. */
  readonly patterns: readonly (readonly Segment[])[];
  /** Of an unordered array: what names an element. */
  readonly key?: readonly Pointer[];
  readonly rename?: Rename;
  readonly rewriting?: Rewriting;
}

/** Adds to `faults` every rule that cannot be applied; it is left out. */
export function readyRules(rules: readonly RuleSpec[], faults: string[]): readonly ReadyRule[] {
  return rules.flatMap((rule, index) => {
    const before = faults.length;
    const wrong = (what: string): void => {
      faults.push(`rules[${index}] (${rule.name}): ${what}`);
    };
    (rule.when ?? []).forEach((condition, at) => {
      for (const fault of conditionFaults(condition)) wrong(`when[${at}]: ${faultText(fault)}`);
    });
    const ready = isRewriting(rule) ? readyRewriting(rule, wrong) : readyPlaces(rule, wrong);
    return ready === undefined || faults.length > before ? [] : [ready];
  });
}

/** What is wrong with the body of a rule that has the right shape; of renames nothing is told here. */
export function bodyFaults(rule: RuleSpec): readonly RuleFault[] {
  switch (rule.kind) {
    case 'decode':
      return decodeFaults(rule);
    case 'transform':
      return transformFaults(rule);
    default:
      return judgingFaults(rule);
  }
}

type RewritingRule = Extract<RuleSpec, { kind: 'rename' | 'decode' | 'transform' }>;

function isRewriting(rule: RuleSpec): rule is RewritingRule {
  return rule.kind === 'rename' || rule.kind === 'decode' || rule.kind === 'transform';
}

function readyRewriting(rule: RewritingRule, wrong: (what: string) => void): ReadyRule | undefined {
  if (rule.kind === 'rename') {
    const rename = compileRename(rule, wrong);
    return rename === undefined ? undefined : { rule, patterns: [], rename, rewriting: renaming(rename) };
  }
  const faults = bodyFaults(rule);
  for (const fault of faults) wrong(faultText(fault));
  if (faults.length > 0) return undefined;
  const rewriting = rule.kind === 'decode' ? decodeRewriting(rule) : transformRewriting(rule);
  return { rule, patterns: [], rewriting };
}

function readyPlaces(rule: Exclude<RuleSpec, RewritingRule>, wrong: (what: string) => void): ReadyRule {
  const patterns: (readonly Segment[])[] = [];
  for (const path of 'paths' in rule ? rule.paths : [rule.path ?? '/**']) {
    const segments = parsePattern(path);
    if (segments === undefined) wrong(`${JSON.stringify(path)} is no path pattern: allowed is ${PATTERN_FORM}`);
    else patterns.push(segments);
  }
  for (const fault of judgingFaults(rule)) wrong(faultText(fault));
  const key = rule.kind === 'unordered' && rule.key !== undefined ? pointers(rule.key, wrong) : undefined;
  return { rule, patterns, ...(key === undefined ? {} : { key }) };
}

function pointers(texts: readonly string[], wrong: (what: string) => void): readonly Pointer[] {
  const key: Pointer[] = [];
  for (const text of texts) {
    const pointer = compilePointer(text);
    if (pointer === undefined)
      wrong(`key ${JSON.stringify(text)} is no JSON Pointer into the element: allowed is e.g. /sku`);
    else key.push(pointer);
  }
  if (texts.length === 0) wrong('key is an empty list: name at least one pointer, or leave key out for a multiset');
  return key;
}
