// Rules that are sound, and speak of places nobody means: told from their paths.
import { isWithin } from '../compare/inclusion.ts';
import { parsePattern, type Segment } from '../compare/pattern.ts';
import type { RuleSpec } from '../compare/rules.ts';
import type { RuleDoubt } from './rule-doubt.ts';

/** `/a, /b` is one place, and `/a/` a member without a name. */
export function oddNames(rules: readonly RuleSpec[]): readonly RuleDoubt[] {
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    for (const path of pathsOf(rule)) {
      const doubt = oddName(path);
      if (doubt === undefined) continue;
      const [of, cure] = doubt;
      return [{ code: 'odd-path', rule: index, message: `Rule \`${rule.name}\` speaks of ${of}.`, cure }];
    }
    return [];
  });
}

function oddName(path: string): readonly [of: string, cure: string] | undefined {
  const several = path.split(/\s*,\s*(?=\/)/);
  if (several.length > 1) {
    const [, name = ''] = /([^/]*)\/[^/]*$/.exec(path) ?? [];
    return [`one place, a member called \`${name}\` among them`, `Write a list: [ ${several.join(', ')} ].`];
  }
  if (!path.split('/').slice(1).includes('')) return undefined;
  const isLast = /[^/]\/$/.test(path);
  const named = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return [
    'a member without a name',
    isLast
      ? `Without the last / it is the place before it: ${path.slice(0, -1)}.`
      : named === ''
        ? "The whole document is ''."
        : `For ${named} at any depth write /**/${named}.`,
  ];
}

/** Where order does not count, an index names any element. */
export function lostIndexes(rules: readonly RuleSpec[], where: (rule: number) => string): readonly RuleDoubt[] {
  const arrays = rules.flatMap((rule, index) => {
    const segments = rule.kind === 'unordered' && isAlways(rule) ? parsePattern(rule.path) : undefined;
    return segments === undefined ? [] : [{ index, name: rule.name, segments }];
  });
  if (arrays.length === 0) return [];
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    for (const segments of segmentsOf(rule)) {
      for (const [at, segment] of segments.entries()) {
        if (segment.kind !== 'name' || !/^(0|[1-9]\d*)$/.test(segment.name)) continue;
        const before = segments.slice(0, at);
        const array = arrays.find((one) => mayMeet(before, one.segments) && isWithin(before, one.segments, false));
        if (array === undefined) continue;
        const by = `rule \`${array.name}\`${where(array.index)}`;
        return [
          {
            code: 'odd-path',
            rule: index,
            message: `Rule \`${rule.name}\` names element ${segment.name} of an array whose order does not count (${by}): any element may be that.`,
            cure: `Write ${textOf(before)}/* for all of them, or tell elements by what they hold: when, or another place for this one.`,
          },
        ];
      }
    }
    return [];
  });
}

/** What no include names is not compared. */
export function beyondIncludes(rules: readonly RuleSpec[]): readonly RuleDoubt[] {
  const includes = rules.filter(({ kind }) => kind === 'include');
  if (!includes.some(isAlways)) return [];
  const compared = includes.flatMap(segmentsOf);
  return rules.flatMap((rule, index): readonly RuleDoubt[] => {
    const places = JUDGING.has(rule.kind) ? segmentsOf(rule) : [];
    if (places.length === 0 || places.some((place) => compared.some((one) => mayMeet(place, one)))) return [];
    return [
      {
        code: 'shadowed-rule',
        rule: index,
        message: `Rule \`${rule.name}\` says nothing: it speaks of no place that an include names.`,
        cure: 'Take it out, or include its place.',
      },
    ];
  });
}

/** Of documents as they are compared: what rewrites them speaks before, and references lead elsewhere. */
const JUDGING: ReadonlySet<RuleSpec['kind']> = new Set([
  'ignore',
  'tolerance',
  'unordered',
  'nullish',
  'time',
  'text',
  'coerce',
  'better',
]);

/** Whether a place of one may be a place of the other, or lie above or below it. */
function mayMeet(one: readonly Segment[], other: readonly Segment[]): boolean {
  for (const [at, segment] of one.entries()) {
    const against = other[at];
    if (against === undefined || segment.kind === 'deep' || against.kind === 'deep') return true;
    if (segment.kind === 'name' && against.kind === 'name' && segment.name !== against.name) return false;
  }
  return true;
}

function isAlways(rule: RuleSpec): boolean {
  return rule.types === undefined && rule.when === undefined;
}

function pathsOf(rule: RuleSpec): readonly string[] {
  return 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
}

function segmentsOf(rule: RuleSpec): readonly (readonly Segment[])[] {
  return pathsOf(rule).flatMap((path) => {
    const segments = parsePattern(path);
    return segments === undefined ? [] : [segments];
  });
}

function textOf(segments: readonly Segment[]): string {
  const escaped = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('*', '~2');
  return segments
    .map((segment) => `/${segment.kind === 'name' ? escaped(segment.name) : segment.kind === 'any' ? '*' : '**'}`)
    .join('');
}
