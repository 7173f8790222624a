// What the rules mean, said plainly and slowly by brute force, over exact values: what comparisons are held against.
// It shares nothing with the product but the shape of its rules.
import type { RuleSpec } from '@parallax/core';
import { holds } from './holding.ts';
import { type Found, holders, type Path, segments } from './patterns.ts';
import { rewritten, type Transforms } from './rewritten.ts';
import { type RulePaths, Spot } from './spot.ts';
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

/** The meaning of these rules. Ids under `bijection` inside arrays without order are beyond it, and so are references to what holds ids. */
export class Oracle {
  private readonly rules: readonly RuleSpec[];
  private readonly transforms: Transforms;
  /** By which of the rules hold. */
  private readonly variants = new Map<string, Meaning>();

  constructor(rules: readonly RuleSpec[], transforms: Transforms = {}) {
    this.rules = rules;
    this.transforms = transforms;
  }

  /**
   * Whether nothing that counts differs; undefined where references lead in a circle, or what is
   * known decides which elements belong together. `type`: of the events.
   */
  same(legacy: Value, candidate: Value, type = ''): boolean | undefined {
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
  private readonly patterns: readonly RulePaths[];
  private readonly hasIncludes: boolean;
  private root: Spot;
  private ids = new Ids();
  private documents: readonly [Value, Value] | undefined;
  /** Pairs of things that references have led to, and are being compared. */
  private readonly asked: [Value, Value][] = [];
  private isCircular = false;
  /** Which elements belong together is not for what is known to say: whether a known difference inside of some excuses it. */
  private excusesElements = false;
  private elements = 0;
  private isUnsure = false;

  constructor(rules: readonly RuleSpec[]) {
    this.rules = rules;
    this.patterns = rules.map((rule) => {
      const texts = 'paths' in rule ? rule.paths : 'path' in rule && rule.path !== undefined ? [rule.path] : [];
      return { rule, paths: texts.map(segments) };
    });
    this.hasIncludes = rules.some(({ kind }) => kind === 'include');
    this.root = this.start();
  }

  same(legacy: Value, candidate: Value): boolean | undefined {
    if (this.root.spots.count > MOST_SPOTS) this.root = this.start();
    this.documents = [legacy, candidate];
    this.isUnsure = false;
    const strictly = this.answer(legacy, candidate, false);
    if (strictly === true || !this.isUnsure) return strictly;
    return this.answer(legacy, candidate, true) === false ? false : undefined;
  }

  private answer(legacy: Value, candidate: Value, excusesElements: boolean): boolean | undefined {
    this.ids = new Ids();
    this.isCircular = false;
    this.elements = 0;
    this.excusesElements = excusesElements;
    const same = this.alike(legacy, candidate, this.root);
    return this.isCircular ? undefined : same;
  }

  private isKnown(spot: Spot, kind: string): boolean {
    if (!spot.knows(kind)) return false;
    if (this.elements === 0) return true;
    this.isUnsure = true;
    return this.excusesElements;
  }

  /** Where the first of the ignoring rules includes, all else is ignored. */
  private start(): Spot {
    const first = this.rules.find(({ kind }) => kind === 'ignore' || kind === 'include');
    return new Spot([], this.patterns, { count: 0 }, { rule: -1, ignored: first?.kind === 'include' });
  }

  private alike(a: Found, b: Found, spot: Spot): boolean {
    if (a === undefined && b === undefined) return true;
    if (spot.ignored) return !this.hasIncludes || this.alikeInside(a, b, spot);
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
    const things = this.things(a, b, spot);
    if (a !== undefined && b !== undefined && a.kind === b.kind && plain(a) === plain(b)) {
      return things === undefined || this.alikeThings(things) || this.isKnown(spot, 'changed');
    }
    if (spot.excuses(a, b) || this.isKnown(spot, kindOf(a, b))) return true;
    return things !== undefined && this.alikeThings(things);
  }

  /** Of a place that is ignored: what is included further down. */
  private alikeInside(a: Found, b: Found, spot: Spot): boolean {
    if (a?.kind === 'array' && b?.kind === 'array') return this.arrays(a.items, b.items, spot);
    const [one, other] = [inside(a), inside(b)];
    if (a?.kind !== b?.kind) {
      const lone = (members: ReadonlyMap<string, Value>): boolean =>
        [...members].every(([name, value]) => this.alike(value, undefined, spot.below(name)));
      return lone(one) && lone(other);
    }
    return [...new Set([...one.keys(), ...other.keys()])].every((name) =>
      this.alike(one.get(name), other.get(name), spot.below(name)),
    );
  }

  /** What two references point at, where each points at one thing and both things are under the same rules. */
  private things(a: Found, b: Found, spot: Spot): Things | undefined {
    const rule = spot.last('reference');
    if (rule === undefined || a === undefined || b === undefined || this.documents === undefined) return undefined;
    const to = segments(rule.to);
    const isId = ({ kind }: Value): boolean => kind === 'string' || kind === 'number';
    const [one, other] = [a, b].map((id, side) => {
      const all = isId(id) ? holders(this.documents?.[side] as Value, to) : [];
      const found = all.filter(({ member }) => isId(member) && plain(member) === plain(id));
      return found.length === 1 ? found[0] : undefined;
    });
    if (one === undefined || other === undefined) return undefined;
    const [here, there] = [this.spotAt(one.path), this.spotAt(other.path)];
    if (here.ignored || here.future !== there.future) return undefined;
    return { legacy: one.object, candidate: other.object, spot: here, id: to.at(-1) ?? '' };
  }

  private alikeThings({ legacy, candidate, spot, id }: Things): boolean {
    if (this.asked.some(([one, other]) => one === legacy && other === candidate)) {
      this.isCircular = true;
      return true;
    }
    this.asked.push([legacy, candidate]);
    const less = (object: Value): Value => ({
      kind: 'object',
      members: new Map([...inside(object)].filter(([name]) => name !== id)),
    });
    const same = this.alike(less(legacy), less(candidate), spot);
    this.asked.pop();
    return same;
  }

  private spotAt(path: Path): Spot {
    return path.reduce((spot, name) => spot.below(name), this.root);
  }

  /** Ignored elements in which nothing is included take no part: they may come, go and move. */
  private arrays(legacy: readonly Value[], candidate: readonly Value[], spot: Spot): boolean {
    const seen = (items: readonly Value[]): readonly Value[] =>
      items.filter((item, i) => {
        const place = spot.below(String(i));
        return !place.ignored || !this.alike(item, undefined, place);
      });
    const [a, b] = [seen(legacy), seen(candidate)];
    if (a.length !== b.length) return false;
    const rule = spot.last('unordered');
    const element = (i: number, j: number): boolean => {
      this.elements++;
      const isAlike = this.alike(a[i], b[j], spot.below(String(i)));
      this.elements--;
      return isAlike;
    };
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

interface Things {
  readonly legacy: Value;
  readonly candidate: Value;
  /** Of the legacy's. */
  readonly spot: Spot;
  /** The member that holds the id. */
  readonly id: string;
}

function inside(value: Found): ReadonlyMap<string, Value> {
  if (value?.kind === 'object') return value.members;
  return new Map(value?.kind === 'array' ? value.items.map((item, i) => [String(i), item]) : []);
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
