// Patterns of places, for the oracle: a JSON Pointer in which `*` is any one segment and `**` any number of them.
import type { Value } from './value.ts';

/** A value, or nothing. */
export type Found = Value | undefined;
export type Path = readonly string[];

export function segments(pattern: string): Path {
  return pattern === '' ? [] : pattern.slice(1).split('/');
}

export function matches(pattern: Path, path: Path, i = 0, j = 0): boolean {
  const first = pattern[i];
  if (first === undefined) return j === path.length;
  if (first === '**') return matches(pattern, path, i + 1, j) || (j < path.length && matches(pattern, path, i, j + 1));
  return j < path.length && (first === '*' || literal(first) === path[j]) && matches(pattern, path, i + 1, j + 1);
}

/** How far into the pattern the path leads: all that may come of it further down. */
export function progress(pattern: Path, path: Path): readonly number[] {
  const skipping = (at: number): readonly number[] => (pattern[at] === '**' ? [at, ...skipping(at + 1)] : [at]);
  let reached = new Set(skipping(0));
  for (const name of path) {
    const next = new Set<number>();
    for (const at of reached) {
      const segment = pattern[at];
      if (segment === undefined) continue;
      if (segment === '**') for (const further of skipping(at)) next.add(further);
      else if (segment === '*' || literal(segment) === name) for (const further of skipping(at + 1)) next.add(further);
    }
    reached = next;
  }
  return [...reached].sort((one, other) => one - other);
}

/** All objects in which a member stands at such a place, with the member and their own place. */
export function holders(
  value: Value,
  pattern: Path,
  path: Path = [],
): readonly { readonly object: Value; readonly path: Path; readonly member: Value }[] {
  if (value.kind === 'array') return value.items.flatMap((item, i) => holders(item, pattern, [...path, String(i)]));
  if (value.kind !== 'object') return [];
  return [...value.members].flatMap(([name, member]) => [
    ...(matches(pattern, [...path, name]) ? [{ object: value, path, member }] : []),
    ...holders(member, pattern, [...path, name]),
  ]);
}

function literal(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~2', '*').replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}

/** The value with what stands at these places replaced; a member that becomes nothing goes. */
export function replaced(value: Value, pattern: Path, change: (here: Value) => Found, path: Path = []): Found {
  if (matches(pattern, path)) {
    const changed = change(value);
    if (changed !== value) return changed;
  }
  // Nothing below can be such a place.
  if (!pattern.includes('**') && path.length >= pattern.length) return value;
  if (value.kind === 'array') {
    const items = value.items.map((item, i) => replaced(item, pattern, change, [...path, String(i)]));
    return { kind: 'array', items: items.filter((item) => item !== undefined) };
  }
  if (value.kind !== 'object') return value;
  const members = new Map<string, Value>();
  for (const [name, inner] of value.members) {
    const next = replaced(inner, pattern, change, [...path, name]);
    if (next !== undefined) members.set(name, next);
  }
  return { kind: 'object', members };
}

/** Whether one of these places holds what is asked for. */
export function anyPlace(value: Value, pattern: Path, test: (here: Value) => boolean, path: Path = []): boolean {
  if (matches(pattern, path) && test(value)) return true;
  if (!pattern.includes('**') && path.length >= pattern.length) return false;
  if (value.kind === 'array') {
    return value.items.some((item, i) => anyPlace(item, pattern, test, [...path, String(i)]));
  }
  if (value.kind !== 'object') return false;
  return [...value.members].some(([name, inner]) => anyPlace(inner, pattern, test, [...path, name]));
}
