// The meaning of the rules said as plainly as possible, and slowly: what the real comparison is held against.
import type { RuleSpec } from '../rules.ts';
import type { Json } from './documents.ts';

type Found = Json | undefined;

/** Whether two documents are the same under the rules. Arrays without order are tried in every arrangement. */
export function sameUnder(
  legacy: Found,
  candidate: Found,
  rules: readonly RuleSpec[],
  path: readonly string[] = [],
): boolean {
  if (ignored(rules, path)) {
    if (!rules.some((rule) => rule.kind === 'include')) return true;
    if (Array.isArray(legacy) && Array.isArray(candidate)) return sameArrays(legacy, candidate, rules, path);
    return children(legacy, candidate).every(([name, one, other]) => sameUnder(one, other, rules, [...path, name]));
  }
  if (legacy === undefined && candidate === undefined) return true;
  if (nothingSame(legacy, candidate, rules, path)) return true;
  if (legacy === undefined || candidate === undefined) return false;
  if (judgedSame(legacy, candidate, rules, path)) return true;
  if (typeof legacy === 'number' && typeof candidate === 'number')
    return legacy === candidate || close(legacy, candidate, rules, path);
  if (Array.isArray(legacy) && Array.isArray(candidate)) return sameArrays(legacy, candidate, rules, path);
  if (isObject(legacy) && isObject(candidate)) {
    return children(legacy, candidate).every(([name, one, other]) => sameUnder(one, other, rules, [...path, name]));
  }
  return legacy === candidate;
}

function sameArrays(
  legacy: readonly Json[],
  candidate: readonly Json[],
  rules: readonly RuleSpec[],
  path: readonly string[],
): boolean {
  const one = visible(legacy, rules, path);
  const other = visible(candidate, rules, path);
  const same = (i: number, j: number): boolean => sameUnder(one[i], other[j], rules, [...path, String(i)]);
  if (one.length !== other.length) return false;
  const rule = lastMatching(rules, path, 'unordered');
  if (rule?.kind !== 'unordered') return one.every((_, i) => same(i, i));
  const key = (item: Found): string => (rule.key ?? []).map((pointer) => keyPart(item, pointer.slice(1))).join();
  const arrange = (i: number, free: readonly number[]): boolean =>
    i === one.length ||
    free.some(
      (j) =>
        key(one[i]) === key(other[j]) &&
        same(i, j) &&
        arrange(
          i + 1,
          free.filter((taken) => taken !== j),
        ),
    );
  return arrange(
    0,
    other.map((_, j) => j),
  );
}

/** Keys of one name only. An element without one is matched with others that have none. */
function keyPart(item: Found, name: string): string {
  const part = child(item, name);
  return part === undefined || (typeof part === 'object' && part !== null) ? 'none' : JSON.stringify(part);
}

/** Without the elements in which nothing is compared. No rule of these tests names an element by its index. */
function visible(items: readonly Json[], rules: readonly RuleSpec[], path: readonly string[]): readonly Json[] {
  return items.filter((item, i) => {
    const here = [...path, String(i)];
    return !ignored(rules, here) || !sameUnder(item, undefined, rules, here);
  });
}

function children(legacy: Found, candidate: Found): readonly (readonly [string, Found, Found])[] {
  const names = new Set([...namesOf(legacy), ...namesOf(candidate)]);
  return [...names].map((name) => [name, child(legacy, name), child(candidate, name)] as const);
}

function namesOf(value: Found): readonly string[] {
  return value !== null && typeof value === 'object' ? Object.keys(value) : [];
}

function child(value: Found, name: string): Found {
  if (value === null || typeof value !== 'object') return undefined;
  return Object.hasOwn(value, name) ? (value as { [name: string]: Json })[name] : undefined;
}

function isObject(value: Found): value is { readonly [name: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function nothingSame(legacy: Found, candidate: Found, rules: readonly RuleSpec[], path: readonly string[]): boolean {
  const rule = lastMatching(rules, path, 'nullish');
  if (rule?.kind !== 'nullish') return false;
  const one = nothing(legacy);
  const other = nothing(candidate);
  if (one === undefined || other === undefined || one === other) return false;
  return rule.same.includes(one) && rule.same.includes(other);
}

function nothing(value: Found): 'null' | 'missing' | 'empty' | undefined {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (value === '') return 'empty';
  return typeof value === 'object' && Object.keys(value).length === 0 ? 'empty' : undefined;
}

/** Two scalars under the rules that read them: times, texts, types, and numbers of which one is better. */
function judgedSame(legacy: Json, candidate: Json, rules: readonly RuleSpec[], path: readonly string[]): boolean {
  const time = lastMatching(rules, path, 'time');
  if (time?.kind === 'time') {
    const [one, other] = [millisOf(legacy), millisOf(candidate)];
    if (Math.abs(one - other) <= Number.parseFloat(time.within ?? '0') * 1000) return true;
  }
  const text = lastMatching(rules, path, 'text');
  if (text?.kind === 'text' && typeof legacy === 'string' && typeof candidate === 'string') {
    const fold = (value: string): string => {
      const letters = text.case === undefined ? value : value.toLowerCase();
      return text.space === undefined ? letters : letters.trim();
    };
    const fits = (value: string): boolean =>
      text.matching === undefined || new RegExp(`^(?:${text.matching})$`).test(value);
    const folds = text.case !== undefined || text.space !== undefined;
    if (fits(legacy) && fits(candidate) && (!folds || fold(legacy) === fold(candidate))) return true;
  }
  const coerce = lastMatching(rules, path, 'coerce');
  if (coerce?.kind === 'coerce') {
    const [one, other] = [readAs(legacy, coerce.to), readAs(candidate, coerce.to)];
    if (one !== undefined && one === other) return true;
  }
  const better = lastMatching(rules, path, 'better');
  if (better?.kind !== 'better' || typeof legacy !== 'number' || typeof candidate !== 'number') return false;
  return better.direction === 'lower' ? candidate < legacy : candidate > legacy;
}

/** Of the times of these tests, which have seconds at the finest; NaN for what is none. */
function millisOf(value: Json): number {
  if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
  const text = String(value);
  if (/^[0-9]{10}$/.test(text)) return Number(text) * 1000;
  return typeof value === 'string' && /^[0-9]{4}-[0-9]{2}-[0-9]{2}/.test(text) ? Date.parse(text) : Number.NaN;
}

function readAs(value: Json, type: 'number' | 'string' | 'boolean'): string | undefined {
  if (value === null || typeof value === 'object') return undefined;
  if (type === 'string') return Number.isInteger(value) ? String(BigInt(value)) : String(value);
  if (type === 'boolean')
    return { true: 'true', '1': 'true', false: 'false', '0': 'false' }[String(value === 0 ? 0 : value)];
  if (typeof value === 'boolean') return undefined;
  return typeof value === 'number' || /^-?(0|[1-9][0-9]*)$/.test(value) ? String(Number(value)) : undefined;
}

function close(legacy: number, candidate: number, rules: readonly RuleSpec[], path: readonly string[]): boolean {
  const rule = lastMatching(rules, path, 'tolerance');
  return rule?.kind === 'tolerance' && rule.absolute !== undefined && Math.abs(legacy - candidate) <= rule.absolute;
}

function lastMatching(
  rules: readonly RuleSpec[],
  path: readonly string[],
  kind: RuleSpec['kind'],
): RuleSpec | undefined {
  return rules.findLast((rule) => rule.kind === kind && 'path' in rule && matches(rule.path, path));
}

function ignored(rules: readonly RuleSpec[], path: readonly string[]): boolean {
  const listed = rules.filter((rule) => rule.kind === 'ignore' || rule.kind === 'include');
  const decisive = listed.findLast((rule) =>
    rule.paths.some((pattern) => path.some((_, i) => matches(pattern, path.slice(0, i + 1))) || matches(pattern, [])),
  );
  return decisive === undefined ? listed[0]?.kind === 'include' : decisive.kind === 'ignore';
}

/** The names a JSON Pointer goes through. */
export function segmentsOf(pointer: string): readonly string[] {
  return pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function matches(pattern: string, path: readonly string[]): boolean {
  return match(pattern === '' ? [] : pattern.slice(1).split('/'), path);
}

function match(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === '**') return match(rest, path) || (path.length > 0 && match(pattern, path.slice(1)));
  const literal = first.replaceAll('~2', '*').replaceAll('~1', '/').replaceAll('~0', '~');
  return path.length > 0 && (first === '*' || literal === path[0]) && match(rest, path.slice(1));
}
