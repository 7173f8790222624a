// Renames: a document of one side rewritten so that its members carry the names of the other side.
import { PATTERN_FORM, parsePattern, type Segment } from '../pattern.ts';
import type { RenameRule } from '../rules.ts';
import type { Rewriting, Rewritten } from './rewriting.ts';
import { pointerTo, type Tree, treeText } from './tree.ts';

export interface Rename {
  readonly rule: RenameRule;
  readonly from: readonly Segment[];
  readonly to: readonly Segment[];
}

/** Undefined after `wrong` was told why the rule cannot be applied. */
export function compileRename(rule: RenameRule, wrong: (what: string) => void): Rename | undefined {
  const from = parsePattern(rule.from);
  const to = parsePattern(rule.to);
  for (const [name, text, segments] of [
    ['from', rule.from, from],
    ['to', rule.to, to],
  ] as const) {
    if (segments === undefined) wrong(`${name} ${JSON.stringify(text)} is no path pattern: allowed is ${PATTERN_FORM}`);
    else if (segments.at(-1)?.kind !== 'name')
      wrong(`${name} ${JSON.stringify(text)} must end in the name of a member`);
  }
  if (from?.at(-1)?.kind !== 'name' || to?.at(-1)?.kind !== 'name') return undefined;
  const parents = (segments: readonly Segment[]): string => JSON.stringify(segments.slice(0, -1));
  const count = (segments: readonly Segment[]): number => segments.filter(({ kind }) => kind === 'any').length;
  const deep = [...from, ...to].some(({ kind }) => kind === 'deep');
  if (parents(from) !== parents(to) && (deep || count(from) !== count(to))) {
    wrong(
      `${rule.from} cannot be moved to ${rule.to}: to must have as many * as from, and no ** unless only the last name changes`,
    );
    return undefined;
  }
  if (from.length !== to.length && overlap(from, to)) {
    wrong(
      `${rule.from} cannot be moved to ${rule.to}: a member cannot be moved into itself, nor in place of what holds it`,
    );
    return undefined;
  }
  return { rule, from, to };
}

/** Whether one may lie in the other. Only of places without `**`. */
function overlap(one: readonly Segment[], other: readonly Segment[]): boolean {
  return one.slice(0, other.length).every((segment, at) => {
    const against = other[at];
    return segment.kind !== 'name' || against?.kind !== 'name' || segment.name === against.name;
  });
}

/** A name that is taken is not overwritten: then the member stays where it is. */
export function renaming(rename: Rename): Rewriting {
  return {
    rule: rename.rule,
    side: rename.rule.side,
    apply: (draft, _, done) => {
      const moves: Move[] = [];
      find(draft.root, rename.from, 0, [], [], moves);
      for (const move of moves) apply(draft.root, rename, move, done);
      return undefined;
    },
  };
}

interface Move {
  readonly parent: Map<string, Tree>;
  /** Names from the root to the member. */
  readonly path: readonly string[];
  /** What the `*` stood for, in order. */
  readonly wild: readonly string[];
}

function find(
  tree: Tree,
  from: readonly Segment[],
  at: number,
  path: readonly string[],
  wild: readonly string[],
  moves: Move[],
): void {
  const segment = from[at];
  if (segment === undefined || 'text' in tree) return;
  if (segment.kind === 'deep') find(tree, from, at + 1, path, wild, moves);
  if (segment.kind === 'name' && at === from.length - 1) {
    if ('members' in tree && tree.members.has(segment.name)) {
      moves.push({ parent: tree.members, path: [...path, segment.name], wild });
    }
    return;
  }
  const children =
    'members' in tree ? [...tree.members] : tree.items.map((item, index) => [String(index), item] as const);
  for (const [name, child] of children) {
    if (segment.kind === 'name' && segment.name !== name) continue;
    const next = segment.kind === 'deep' ? at : at + 1;
    find(child, from, next, [...path, name], segment.kind === 'any' ? [...wild, name] : wild, moves);
  }
}

function apply(tree: Tree, rename: Rename, move: Move, done: Rewritten[]): void {
  const last = rename.to.at(-1);
  const from = move.path.at(-1);
  if (last?.kind !== 'name' || from === undefined) return;
  const value = move.parent.get(from);
  const samePlace = JSON.stringify(rename.from.slice(0, -1)) === JSON.stringify(rename.to.slice(0, -1));
  const target = samePlace ? move.parent : reach(tree, rename.to.slice(0, -1), move.wild);
  if (value === undefined || target === undefined || target.has(last.name)) return;
  move.parent.delete(from);
  target.set(last.name, value);
  done.push({ rule: rename.rule, path: pointerTo(move.path), value: treeText(value), moved: true });
}

/** The object at a place; objects that are not there yet are made. */
function reach(tree: Tree, to: readonly Segment[], wild: readonly string[]): Map<string, Tree> | undefined {
  let at: Tree | undefined = tree;
  let used = 0;
  for (const segment of to) {
    const name: string = segment.kind === 'name' ? segment.name : (wild[used++] ?? '');
    if (at === undefined || 'text' in at) return undefined;
    if ('items' in at) at = at.items[Number(name)];
    else {
      let next = at.members.get(name);
      if (next === undefined) {
        next = { members: new Map() };
        at.members.set(name, next);
      }
      at = next;
    }
  }
  return at !== undefined && 'members' in at ? at.members : undefined;
}
