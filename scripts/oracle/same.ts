// What the rules mean, said plainly and slowly by brute force, over exact values: what comparisons are held against.
// It shares nothing with the product but the shape of its rules.
import type { RuleSpec } from '@parallax/core';
import { EXCUSES, type Excusing } from './excuses.ts';
import { holds } from './holding.ts';
import { type Found, matches, type Path, segments } from './patterns.ts';
import { rewritten, type Transforms } from './rewritten.ts';
import type { Value } from './value.ts';

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

/** The meaning of these rules. Ids under `bijection` inside arrays without order are beyond it, and so are references. */
export class Oracle {
  private readonly rules: readonly RuleSpec[];
  private readonly transforms: Transforms;
  /** By which of the rules hold. */
  private readonly variants = new Map<string, Meaning>();

  constructor(rules: readonly RuleSpec[], transforms: Transforms = {}) {
    this.rules = rules;
    this.transforms = transforms;
  }

  /** Whether nothing that counts differs. `type`: of the events. */
  same(legacy: Value, candidate: Value, type = ''): boolean {
    const holding = this.rules.map((rule) => holds(rule, type, { legacy, candidate }, identical));
    const name = holding.join();
    let meaning = this.variants.get(name);
    if (meaning === undefined) {
      meaning = new Meaning(this.rules.filter((_, i) => holding[i]));
      this.variants.set(name, meaning);
    }
    const { rules } = meaning;
    return meaning.same(
      rewritten(legacy, 'legacy', rules, this.transforms),
      rewritten(candidate, 'candidate', rules, this.transforms),
    );
  }
}

/** Places remembered; documents of chance names have no end of them. */
const MOST_SPOTS = 50_000;

class Meaning {
  readonly rules: readonly RuleSpec[];
  private readonly patterns: readonly { readonly rule: RuleSpec; readonly paths: readonly Path[] }[];
  private root: Spot;
  private ids = new Ids();

  constructor(rules: readonly RuleSpec[]) {
    this.rules = rules;
    this.patterns = rules.map((rule) => {
      const texts = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
      return { rule, paths: texts.map(segments) };
    });
    this.root = new Spot([], this.patterns, { count: 0 });
  }

  same(legacy: Value, candidate: Value): boolean {
    if (this.root.spots.count > MOST_SPOTS) this.root = new Spot([], this.patterns, { count: 0 });
    this.ids = new Ids();
    return this.alike(legacy, candidate, this.root);
  }

  private alike(a: Found, b: Found, spot: Spot): boolean {
    if (spot.ignored || (a === undefined && b === undefined)) return true;
    if (a?.kind === 'array' && b?.kind === 'array') return this.arrays(a.items, b.items, spot);
    if (a?.kind === 'object' && b?.kind === 'object') {
      const names = new Set([...a.members.keys(), ...b.members.keys()]);
      for (const name of names)
        if (!this.alike(a.members.get(name), b.members.get(name), spot.below(name))) return false;
      return true;
    }
    const ids = spot.last('bijection');
    if (ids !== undefined && a !== undefined && b !== undefined && a.kind === b.kind) {
      if (a.kind === 'string' || a.kind === 'number') return this.ids.agree(ids.name, plain(a), plain(b));
    }
    if (a !== undefined && b !== undefined && a.kind === b.kind && plain(a) === plain(b)) return true;
    return spot.excuses(a, b) || spot.knows(kindOf(a, b));
  }

  private arrays(a: readonly Value[], b: readonly Value[], spot: Spot): boolean {
    if (a.length !== b.length) return false;
    const rule = spot.last('unordered');
    const element = (i: number, j: number): boolean => this.alike(a[i], b[j], spot.below(String(i)));
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
}

/** One renaming for each rule, one to one. */
class Ids {
  private readonly pairs = new Map<string, string>();

  agree(rule: string, one: string, other: string): boolean {
    const [forth, back] = [`${rule} legacy ${one}`, `${rule} candidate ${other}`];
    const isNew = !this.pairs.has(forth) && !this.pairs.has(back);
    if (isNew) this.pairs.set(forth, other).set(back, one);
    return this.pairs.get(forth) === other && this.pairs.get(back) === one;
  }
}

const EXCUSING = Object.keys(EXCUSES) as readonly Excusing[];

/** A place, and what the rules say of it. */
class Spot {
  readonly ignored: boolean;
  readonly spots: { count: number };
  private readonly path: Path;
  private readonly patterns: Meaning['patterns'];
  private readonly here: readonly RuleSpec[];
  private readonly children = new Map<string, Spot>();

  constructor(path: Path, patterns: Meaning['patterns'], spots: { count: number }) {
    this.path = path;
    this.patterns = patterns;
    this.spots = spots;
    spots.count++;
    this.here = patterns.filter(({ paths }) => paths.some((one) => matches(one, path))).map(({ rule }) => rule);
    // What lies below is never reached.
    this.ignored = this.here.some(({ kind }) => kind === 'ignore');
  }

  below(name: string): Spot {
    let spot = this.children.get(name);
    if (spot === undefined) {
      spot = new Spot([...this.path, name], this.patterns, this.spots);
      this.children.set(name, spot);
    }
    return spot;
  }

  last<K extends RuleSpec['kind']>(kind: K): Extract<RuleSpec, { kind: K }> | undefined {
    return this.here.findLast((rule) => rule.kind === kind) as Extract<RuleSpec, { kind: K }> | undefined;
  }

  /** Whether some rule says that these two, which differ, are the same or better. */
  excuses(a: Found, b: Found): boolean {
    return this.here.length > 0 && EXCUSING.some((kind) => this.asks(kind, a, b));
  }

  /** Whether a difference of this kind is one that somebody has taken on. */
  knows(kind: string): boolean {
    return this.here.some((rule) => rule.kind === 'known' && (rule.kinds?.some((one) => one === kind) ?? true));
  }

  private asks<K extends Excusing>(kind: K, a: Found, b: Found): boolean {
    const rule = this.last(kind);
    return rule !== undefined && EXCUSES[kind](rule, a, b);
  }
}

function kindOf(a: Found, b: Found): string {
  if (a === undefined || b === undefined) return a === undefined ? 'added' : 'removed';
  const type = (value: Value): string =>
    value.kind === 'literal' ? (value.text === 'null' ? 'null' : 'boolean') : value.kind;
  return type(a) === type(b) ? 'changed' : 'type-changed';
}

/** An element without the key is the same as others without it. */
function keyPart(item: Found, pointer: Path): string {
  let here = item;
  for (const name of pointer) here = here?.kind === 'object' ? here.members.get(name) : undefined;
  return here === undefined || here.kind === 'array' || here.kind === 'object' ? 'none' : JSON.stringify(plain(here));
}
