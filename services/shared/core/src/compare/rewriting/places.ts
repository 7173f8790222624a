// The places of an opened document that a pattern stands for.
import type { Segment } from '../pattern.ts';
import type { Tree } from './tree.ts';

/** The document of one side while it is rewritten. */
export interface Draft {
  root: Tree;
}

export interface TreePlace {
  /** From the root to the place. */
  readonly names: readonly string[];
  /** What stands there now. */
  value(): Tree | undefined;
  /** undefined takes the member or element away; the root cannot be. */
  replace(value: Tree | undefined): void;
}

/** Each place once; what lies inside another place, and later elements, first: one can be replaced after the other. */
export function placesOf(draft: Draft, pattern: readonly Segment[]): readonly TreePlace[] {
  const found: TreePlace[] = [];
  const steps = new Steps(pattern);
  const visit = (tree: Tree, reached: Reached, place: TreePlace): void => {
    if (reached.isEnd) found.push(place);
    if ('text' in tree) return;
    if ('members' in tree) {
      for (const [name, child] of tree.members) {
        const next = steps.from(reached, name);
        if (leads(child, next)) visit(child, next, member(tree.members, name, place.names));
      }
      return;
    }
    tree.items.forEach((child, index) => {
      const next = steps.from(reached, String(index));
      if (leads(child, next)) visit(child, next, element(tree.items, index, place.names));
    });
  };
  visit(draft.root, steps.start, {
    names: [],
    value: () => draft.root,
    replace: (value) => {
      if (value !== undefined) draft.root = value;
    },
  });
  return found.reverse();
}

/** How far into the pattern the names down to some value have led. */
interface Reached {
  readonly places: ReadonlySet<number>;
  readonly isEnd: boolean;
  /** By the next name, undefined for one that the pattern does not hold: found once for all siblings. */
  readonly next: Map<string | undefined, Reached | undefined>;
}

/** Nearly all values of a document are scalars that the pattern does not stand for. */
function leads(child: Tree, next: Reached | undefined): next is Reached {
  return next !== undefined && (next.isEnd || !('text' in child));
}

class Steps {
  readonly start: Reached;
  private readonly pattern: readonly Segment[];
  private readonly names: ReadonlySet<string>;

  constructor(pattern: readonly Segment[]) {
    this.pattern = pattern;
    this.names = new Set(pattern.flatMap((segment) => (segment.kind === 'name' ? [segment.name] : [])));
    this.start = this.reached([0]);
  }

  /** undefined where the pattern leads no further. */
  from(reached: Reached, name: string): Reached | undefined {
    const key = this.names.has(name) ? name : undefined;
    const known = reached.next.get(key);
    if (known !== undefined || reached.next.has(key)) return known;
    const places = this.step(reached.places, name);
    const next = places.length > 0 ? this.reached(places) : undefined;
    reached.next.set(key, next);
    return next;
  }

  /** `**` may stand for no segment at all. */
  private reached(from: readonly number[]): Reached {
    const { pattern } = this;
    const places = new Set<number>();
    for (let at of from) {
      places.add(at);
      while (pattern[at]?.kind === 'deep') places.add(++at);
    }
    return { places, isEnd: places.has(pattern.length), next: new Map() };
  }

  private step(places: ReadonlySet<number>, name: string): readonly number[] {
    const next: number[] = [];
    for (const at of places) {
      const segment = this.pattern[at];
      if (segment?.kind === 'deep') next.push(at);
      else if (segment?.kind === 'any' || (segment?.kind === 'name' && segment.name === name)) next.push(at + 1);
    }
    return next;
  }
}

function member(members: Map<string, Tree>, name: string, above: readonly string[]): TreePlace {
  return {
    names: [...above, name],
    value: () => members.get(name),
    replace: (value) => {
      if (value === undefined) members.delete(name);
      else members.set(name, value);
    },
  };
}

function element(items: Tree[], index: number, above: readonly string[]): TreePlace {
  return {
    names: [...above, String(index)],
    value: () => items[index],
    replace: (value) => {
      if (value === undefined) items.splice(index, 1);
      else items[index] = value;
    },
  };
}
