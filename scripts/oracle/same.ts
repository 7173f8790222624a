// What the rules mean, said plainly and slowly by brute force, over exact values: what comparisons are held against.
// It shares nothing with the product but the shape of its rules.
import type { RuleSpec } from '@parallax/core';
import type { Exact, Value } from './value.ts';

/** A value, or nothing. */
type Found = Value | undefined;
type Path = readonly string[];

/** Rules apart. Without recursion: documents may be as deep as they like. */
export function identical(one: Value, other: Value): boolean {
  const pending: [Found, Found][] = [[one, other]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [a, b] = next;
    if (a === undefined || b === undefined || a.kind !== b.kind) return false;
    if (a.kind === 'array' && b.kind === 'array') {
      if (a.items.length !== b.items.length) return false;
      a.items.forEach((item, i) => {
        pending.push([item, b.items[i]]);
      });
    } else if (a.kind === 'object' && b.kind === 'object') {
      if (a.members.size !== b.members.size) return false;
      for (const [name, value] of a.members) pending.push([value, b.members.get(name)]);
    } else if (plain(a) !== plain(b)) return false;
  }
  return true;
}

/** A scalar as text: equal texts, equal values. */
function plain(value: Value): string {
  if (value.kind === 'number') return `number ${value.value.negative} ${value.value.digits} ${value.value.power}`;
  return value.kind === 'literal' || value.kind === 'string' ? `${value.kind} ${value.text}` : value.kind;
}

/** The rules, taken apart once. */
export class Oracle {
  private readonly rules: readonly { readonly rule: RuleSpec; readonly paths: readonly Path[] }[];

  constructor(rules: readonly RuleSpec[]) {
    this.rules = rules.map((rule) => {
      const patterns = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
      return { rule, paths: patterns.map(segments) };
    });
  }

  same(legacy: Value, candidate: Value): boolean {
    return this.alike(this.renamed(legacy, 'legacy'), this.renamed(candidate, 'candidate'), []);
  }

  private alike(a: Found, b: Found, path: Path): boolean {
    if (this.ignored(path) || (a === undefined && b === undefined)) return true;
    if (this.excused(a, b, path)) return true;
    if (a === undefined || b === undefined || a.kind !== b.kind) return false;
    if (a.kind === 'array' && b.kind === 'array') return this.arrays(a.items, b.items, path);
    if (a.kind === 'object' && b.kind === 'object') {
      const names = new Set([...a.members.keys(), ...b.members.keys()]);
      for (const name of names)
        if (!this.alike(a.members.get(name), b.members.get(name), [...path, name])) return false;
      return true;
    }
    return plain(a) === plain(b);
  }

  private arrays(a: readonly Value[], b: readonly Value[], path: Path): boolean {
    if (a.length !== b.length) return false;
    const rule = this.last('unordered', path);
    const element = (i: number, j: number): boolean => this.alike(a[i], b[j], [...path, String(i)]);
    if (rule === undefined) return a.every((_, i) => element(i, i));
    const key = (item: Found): string => (rule.key ?? []).map((pointer) => keyPart(item, segments(pointer))).join();
    const fits = a.map((item, i) => b.map((other, j) => key(item) === key(other) && element(i, j)));
    const owner: number[] = [];
    // A perfect pairing, by augmenting paths.
    const place = (i: number, tried: Set<number>): boolean =>
      b.some((_, j) => {
        if (fits[i]?.[j] !== true || tried.has(j)) return false;
        tried.add(j);
        const holder = owner[j];
        if (holder !== undefined && !place(holder, tried)) return false;
        owner[j] = i;
        return true;
      });
    return a.every((_, i) => place(i, new Set()));
  }

  /** Whether some rule says that these two, which may differ, are the same. */
  private excused(a: Found, b: Found, path: Path): boolean {
    const nullish = this.last('nullish', path);
    if (nullish !== undefined) {
      const [one, other] = [nothing(a), nothing(b)];
      if (one !== undefined && other !== undefined && one !== other)
        if (nullish.same.includes(one) && nullish.same.includes(other)) return true;
    }
    const tolerance = this.last('tolerance', path);
    return (
      tolerance !== undefined && a?.kind === 'number' && b?.kind === 'number' && close(a.value, b.value, tolerance)
    );
  }

  /** At this very place; what lies below is never reached. */
  private ignored(path: Path): boolean {
    return this.rules.some(
      ({ rule, paths }) => rule.kind === 'ignore' && paths.some((pattern) => matches(pattern, path)),
    );
  }

  private last<K extends RuleSpec['kind']>(kind: K, path: Path): Extract<RuleSpec, { kind: K }> | undefined {
    return this.rules.findLast(({ rule, paths }) => rule.kind === kind && paths.some((one) => matches(one, path)))
      ?.rule as Extract<RuleSpec, { kind: K }> | undefined;
  }

  /** Only renames within one object. */
  private renamed(value: Value, side: string): Value {
    let result = value;
    for (const { rule } of this.rules) {
      if (rule.kind !== 'rename' || rule.side !== side) continue;
      const parent = segments(rule.from).slice(0, -1);
      const [from, to] = [segments(rule.from).at(-1) ?? '', segments(rule.to).at(-1) ?? ''];
      result = within(result, parent, (here) => {
        const moved = here.kind === 'object' ? here.members.get(from) : undefined;
        if (here.kind !== 'object' || moved === undefined || here.members.has(to)) return here;
        const members = new Map(here.members).set(to, moved);
        members.delete(from);
        return { kind: 'object', members };
      });
    }
    return result;
  }
}

function within(value: Value, path: Path, change: (here: Value) => Value): Value {
  const [name, ...rest] = path;
  if (name === undefined) return change(value);
  const below = value.kind === 'object' ? value.members.get(name) : undefined;
  if (value.kind !== 'object' || below === undefined) return value;
  return { kind: 'object', members: new Map(value.members).set(name, within(below, rest, change)) };
}

/** An element without the key is the same as others without it. */
function keyPart(item: Found, pointer: Path): string {
  let here = item;
  for (const name of pointer) here = here?.kind === 'object' ? here.members.get(name) : undefined;
  return here === undefined || here.kind === 'array' || here.kind === 'object' ? 'none' : JSON.stringify(plain(here));
}

function nothing(value: Found): 'null' | 'missing' | 'empty' | undefined {
  if (value === undefined) return 'missing';
  if (value.kind === 'literal') return value.text === 'null' ? 'null' : undefined;
  const isEmpty =
    (value.kind === 'string' && value.text === '') ||
    (value.kind === 'array' && value.items.length === 0) ||
    (value.kind === 'object' && value.members.size === 0);
  return isEmpty ? 'empty' : undefined;
}

interface Limits {
  readonly absolute?: number;
  readonly relative?: number;
}

/** Of numbers further out than this nothing but the sign and the power matters for any limit. */
const FAR = 400n;

function tamed({ negative, digits, power }: Exact): Exact {
  const magnitude = power + BigInt(digits.length);
  if (digits === '' || (magnitude < FAR && magnitude > -FAR)) return { negative, digits, power };
  return { negative, digits: '1', power: magnitude > 0n ? FAR : -FAR };
}

/** By integers of any size. Of two numbers that are both far out, only equal ones count as close. */
function close(far: Exact, other: Exact, { absolute, relative }: Limits): boolean {
  const [a, b] = [tamed(far), tamed(other)];
  if (a.digits === '1' && b.digits === '1' && a.power === b.power && a.power === FAR) return false;
  const limit = (number: number): [bigint, bigint] => {
    const { digits, power } = exactOf(number);
    return [BigInt(digits || '0'), power];
  };
  const least = [a.power, b.power].reduce((one, other) => (one < other ? one : other), 0n) - 30n;
  const scaled = ({ negative, digits, power }: Exact): bigint =>
    BigInt(digits || '0') * 10n ** (power - least) * (negative ? -1n : 1n);
  const [x, y] = [scaled(a), scaled(b)];
  const difference = x > y ? x - y : y - x;
  const magnitudes = [x, y].map((one) => (one < 0n ? -one : one));
  const larger = magnitudes.reduce((one, other) => (one > other ? one : other));
  if (absolute !== undefined) {
    const [digits, power] = limit(absolute);
    if (difference <= digits * 10n ** (power - least)) return true;
  }
  if (relative === undefined) return false;
  const [digits, power] = limit(relative);
  return power >= 0n ? difference <= larger * digits * 10n ** power : difference * 10n ** -power <= larger * digits;
}

function exactOf(number: number): { digits: string; power: bigint } {
  const [mantissa = '', exponent = '0'] = String(number).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: whole + fraction, power: BigInt(exponent) - BigInt(fraction.length) };
}

function segments(pattern: string): Path {
  return pattern === '' ? [] : pattern.slice(1).split('/');
}

function matches(pattern: Path, path: Path, i = 0, j = 0): boolean {
  const first = pattern[i];
  if (first === undefined) return j === path.length;
  if (first === '**') return matches(pattern, path, i + 1, j) || (j < path.length && matches(pattern, path, i, j + 1));
  return j < path.length && (first === '*' || literal(first) === path[j]) && matches(pattern, path, i + 1, j + 1);
}

function literal(segment: string): string {
  return segment.includes('~') ? segment.replaceAll('~2', '*').replaceAll('~1', '/').replaceAll('~0', '~') : segment;
}
