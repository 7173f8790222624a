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
  const visit = (tree: Tree, reached: readonly number[], place: TreePlace): void => {
    const places = withNothing(pattern, reached);
    if (places.has(pattern.length)) found.push(place);
    if ('text' in tree) return;
    if ('members' in tree) {
      for (const [name, child] of tree.members) {
        const next = step(pattern, places, name);
        if (next.length > 0) visit(child, next, member(tree.members, name, place.names));
      }
      return;
    }
    tree.items.forEach((child, index) => {
      const next = step(pattern, places, String(index));
      if (next.length > 0) visit(child, next, element(tree.items, index, place.names));
    });
  };
  visit(draft.root, [0], {
    names: [],
    value: () => draft.root,
    replace: (value) => {
      if (value !== undefined) draft.root = value;
    },
  });
  return found.reverse();
}

/** `**` may stand for no segment at all. */
function withNothing(pattern: readonly Segment[], reached: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>();
  for (let at of reached) {
    places.add(at);
    while (pattern[at]?.kind === 'deep') places.add(++at);
  }
  return places;
}

function step(pattern: readonly Segment[], places: ReadonlySet<number>, name: string): readonly number[] {
  const next: number[] = [];
  for (const at of places) {
    const segment = pattern[at];
    if (segment?.kind === 'deep') next.push(at);
    else if (segment?.kind === 'any' || (segment?.kind === 'name' && segment.name === name)) next.push(at + 1);
  }
  return next;
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
