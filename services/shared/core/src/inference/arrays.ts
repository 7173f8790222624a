// Arrays whose elements both sides have in another order: by which member the elements belong together, if any does.
import type { Matched } from './matching.ts';
import { documentOf } from './sample.ts';

export interface ReorderedArray {
  /** As a rule writes it. */
  readonly path: string;
  /** A pointer relative to the element; absent: elements are whole values. */
  readonly key?: string;
  /** Pairs in which both sides have at least two elements there. */
  readonly pairs: number;
  /** Of these, pairs with the same elements, or the same keys, in another order. */
  readonly reordered: number;
  /** Of these, pairs in which both sides have the same elements, or the same keys, in whatever order. */
  readonly same: number;
}

const PAIRS = 600;
const DEEPEST = 8;

type Keying = string | undefined;
interface Seen {
  pairs: number;
  readonly by: Map<Keying, { reordered: number; same: number; usable: boolean }>;
}

/** Arrays that are in another order in some pairs. */
export function reorderedArrays(matched: readonly Matched[]): readonly ReorderedArray[] {
  const seen = new Map<string, Seen>();
  for (const { legacy, candidate } of matched.slice(0, PAIRS)) {
    const [one, other] = [legacy[0], candidate[0]];
    if (one !== undefined && other !== undefined) walk(documentOf(one), documentOf(other), '', 0, seen);
  }
  return [...seen].flatMap(([path, { pairs, by }]) => {
    const usable = [...by].filter(([, { usable: is, reordered }]) => is && reordered > 0);
    const best = usable.toSorted(([a, one], [b, two]) => two.same - one.same || rank(a) - rank(b))[0];
    if (best === undefined) return [];
    const [key, { reordered, same }] = best;
    return [{ path, ...(key === undefined ? {} : { key }), pairs, reordered, same }];
  });
}

/** Of keys that do equally well, the one that is called like one. */
function rank(key: Keying): number {
  if (key === undefined) return 2;
  return /(id|key|sku|code|no|number|line)$/i.test(key) ? 0 : 1;
}

function walk(one: unknown, other: unknown, path: string, depth: number, seen: Map<string, Seen>): void {
  if (depth > DEEPEST || typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return;
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length >= 2 && other.length >= 2) note(one, other, path, seen);
    const key = [...(seen.get(path)?.by ?? [])].find(([name, { usable }]) => name !== undefined && usable)?.[0];
    for (const [index, element] of one.entries()) {
      const partner = key === undefined ? other[index] : other.find((each) => keyOf(each, key) === keyOf(element, key));
      walk(element, partner, `${path}/*`, depth + 1, seen);
    }
    return;
  }
  if (Array.isArray(one) || Array.isArray(other)) return;
  const members = new Map(Object.entries(other));
  for (const [name, value] of Object.entries(one)) {
    walk(value, members.get(name), `${path}/${escaped(name)}`, depth + 1, seen);
  }
}

export function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('*', '~2');
}

function note(one: readonly unknown[], other: readonly unknown[], path: string, seen: Map<string, Seen>): void {
  const entry = seen.get(path) ?? { pairs: 0, by: new Map() };
  seen.set(path, entry);
  const isFirst = entry.pairs === 0;
  entry.pairs++;
  const keyings: readonly Keying[] = isFirst ? [undefined, ...keysOf(one)] : [...entry.by.keys()];
  for (const keying of keyings) {
    const known = entry.by.get(keying) ?? { reordered: 0, same: 0, usable: true };
    entry.by.set(keying, known);
    const [left, right] = [one.map((each) => keyOf(each, keying)), other.map((each) => keyOf(each, keying))];
    // A key tells the elements of one array apart; whole values may be alike.
    if (keying !== undefined && (hasRepeats(left) || hasRepeats(right))) known.usable = false;
    const same = isSame(left.toSorted(), right.toSorted());
    if (same) known.same++;
    if (same && !isSame(left, right)) known.reordered++;
  }
}

/** Members of the elements that could be keys. */
function keysOf(elements: readonly unknown[]): readonly string[] {
  const [first] = elements;
  if (typeof first !== 'object' || first === null || Array.isArray(first)) return [];
  return Object.entries(first)
    .filter(([, value]) => typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value)))
    .map(([name]) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .slice(0, 20);
}

function keyOf(element: unknown, key: Keying): string {
  if (key === undefined) return canonical(element);
  if (typeof element !== 'object' || element === null) return '';
  const name = key.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
  return JSON.stringify(new Map<string, unknown>(Object.entries(element)).get(name)) ?? '';
}

/** Members in one order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function hasRepeats(values: readonly string[]): boolean {
  return new Set(values).size < values.length;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
