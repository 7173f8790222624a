// Rules that can never say anything, because another always wins where they speak.
//
// Told from the patterns alone, one rule against one: what several rules hide together is not looked for. In doubt
// (conditions, an `include` that gives places back) a rule is taken to speak.
import { isWithin } from './inclusion.ts';
import { NearPatterns } from './near-patterns.ts';
import { parsePattern, type Segment } from './pattern.ts';
import type { RuleSpec } from './rules.ts';

export interface Shadowed {
  /** Places in the list of rules. */
  readonly rule: number;
  readonly by: number;
  readonly why: 'ignored' | 'overruled';
}

/** In the order of the rules; each is told once. */
export function shadowedRules(rules: readonly RuleSpec[]): readonly Shadowed[] {
  const spoken = rules.map(patternsOf);
  const all = new NearPatterns();
  spoken.forEach((patterns, rule) => {
    for (const segments of patterns) all.add(rule, segments);
  });
  const lastInclude = rules.findLastIndex(({ kind }) => kind === 'include');
  const shadowed: Shadowed[] = [];
  spoken.forEach((patterns, index) => {
    if (patterns.length === 0) return;
    const candidates = patterns.map((segments) => all.near(segments));
    const others = [...(candidates[0] ?? [])]
      .filter((other) => other !== index && candidates.every((found) => found.has(other)))
      .sort((one, other) => one - other);
    for (const by of others) {
      const why = wins(rules, lastInclude, index, by);
      // Of two that say the same, one may stand.
      if (why === undefined || shadowed.some((told) => told.rule === by && told.by === index)) continue;
      const covers = patterns.every((segments) =>
        (spoken[by] ?? []).some((cover) => isWithin(segments, cover, why === 'ignored')),
      );
      if (!covers) continue;
      shadowed.push({ rule: index, by, why });
      return;
    }
  });
  return shadowed;
}

/** Where `by` speaks of a place, or for `ignored` of one above it, does it always have the last word over `rule`? */
function wins(rules: readonly RuleSpec[], lastInclude: number, rule: number, by: number): Shadowed['why'] | undefined {
  const one = rules[rule];
  const other = rules[by];
  if (one === undefined || other === undefined || !isAlways(other)) return undefined;
  if (other.kind === 'ignore') {
    // What is included again is compared.
    return lastInclude > Math.min(rule, by) || one.kind === 'include' ? undefined : 'ignored';
  }
  return one.kind === other.kind && OVERRULED.has(one.kind) && by > rule ? 'overruled' : undefined;
}

/** Kinds of which only the last one at a place is asked. */
const OVERRULED: ReadonlySet<string> = new Set([
  'tolerance',
  'nullish',
  'unordered',
  'time',
  'text',
  'coerce',
  'better',
  'bijection',
  'reference',
]);

/** Whether a wider rule of its kind, above it in the list, would speak wherever this one does. */
export function isException(rule: RuleSpec, rules: readonly RuleSpec[]): boolean {
  const patterns = OVERRULED.has(rule.kind) ? patternsOf(rule) : [];
  if (patterns.length === 0) return false;
  const above = rules.slice(0, rules.indexOf(rule)).filter((other) => other.kind === rule.kind && isWide(other));
  const covers = above.flatMap(patternsOf);
  return patterns.every((segments) => covers.some((cover) => isWithin(segments, cover, false)));
}

/** Only where `*` stands is more than one place. */
function isWide(rule: RuleSpec): boolean {
  const texts = 'paths' in rule ? rule.paths : 'path' in rule ? [rule.path] : [];
  return texts.some((text) => text?.includes('*') === true);
}

/** Holds for every pair. */
function isAlways(rule: RuleSpec): boolean {
  return !('when' in rule && rule.when !== undefined) && !('types' in rule && rule.types !== undefined);
}

/** None of rules that rewrite documents: those speak before the others. */
function patternsOf(rule: RuleSpec): readonly (readonly Segment[])[] {
  if (REWRITING.has(rule.kind)) return [];
  const texts = 'paths' in rule ? rule.paths : 'path' in rule ? [rule.path] : [];
  return texts.flatMap((text) => {
    const segments = text === undefined ? undefined : parsePattern(text);
    return segments === undefined ? [] : [segments];
  });
}

const REWRITING: ReadonlySet<string> = new Set(['rename', 'decode', 'transform']);
