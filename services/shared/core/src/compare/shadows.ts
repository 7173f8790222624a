// Rules that can never say anything, because another always wins where they speak.
//
// Told from the patterns alone, one rule against one: what several rules hide together is not looked for. In doubt
// (conditions, an `include` that gives places back) a rule is taken to speak.
import { isWithin } from './inclusion.ts';
import { parsePattern, type Segment } from './pattern.ts';
import { type PositionSet, Positions } from './positions.ts';
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
  const flat = spoken.flatMap((patterns, rule) => patterns.map((segments) => ({ rule, segments })));
  const all = new Positions(flat);
  const steps = new Map<PositionSet, Map<string, PositionSet>>();
  /** Rules one of whose patterns fits some place of this one, or one above it. */
  const near = (segments: readonly Segment[]): ReadonlySet<number> => {
    const found = new Set<number>();
    let at = all.start;
    const collect = (): void => {
      for (const position of at) if (all.complete(position)) found.add(all.ruleOf(position));
    };
    collect();
    for (const segment of segments) {
      // The shortest place of the pattern, its free segments named as no pattern names any.
      if (segment.kind === 'deep') continue;
      const name = segment.kind === 'name' ? segment.name : undefined;
      const known = steps.get(at) ?? new Map<string, PositionSet>();
      steps.set(at, known);
      const key = name === undefined ? '' : `/${name}`;
      const next = known.get(key) ?? all.step(at, name);
      known.set(key, next);
      at = next;
      collect();
    }
    return found;
  };
  const lastInclude = rules.findLastIndex(({ kind }) => kind === 'include');
  const shadowed: Shadowed[] = [];
  spoken.forEach((patterns, index) => {
    if (patterns.length === 0) return;
    const candidates = patterns.map(near);
    const others = [...(candidates[0] ?? [])].filter(
      (other) => other !== index && candidates.every((found) => found.has(other)),
    );
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
