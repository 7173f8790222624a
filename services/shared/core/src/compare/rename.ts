// Renames: a document of one side rewritten so that its members carry the names of the other side.

import { stringOf } from '../json/strings.ts';
import { ARRAY, ESCAPED, OBJECT, STRING, type Tape } from '../json/tape.ts';
import { pointerSegment } from '../json/text.ts';
import { PATTERN_FORM, parsePattern, type Segment } from './pattern.ts';
import type { RenameRule } from './rules.ts';

/** Documents deeper than this are not rewritten. */
const DEEPEST = 500;

export interface Rename {
  readonly rule: string;
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
  return { rule: rule.name, from, to };
}

/** A value to be rewritten: raw JSON text, or a container opened up. */
type Tree = { text: Uint8Array } | { members: Map<string, Tree> } | { items: Tree[] };

/** A member that was renamed. */
export interface Renamed {
  readonly rule: string;
  /** Where it was, a JSON Pointer. */
  readonly path: string;
  readonly value: string;
}

export type Rewritten =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array; readonly renamed: readonly Renamed[] }
  | { readonly kind: 'too-deep' };

/** Applies the renames in order. A name that is taken is not overwritten: then the member stays where it is. */
export function rewrite(tape: Tape, root: number, renames: readonly Rename[]): Rewritten {
  const tree = open(tape, root, 0);
  if (tree === undefined) return { kind: 'too-deep' };
  const renamed: Renamed[] = [];
  for (const rename of renames) {
    const moves: Move[] = [];
    find(tree, rename.from, 0, [], [], moves);
    for (const move of moves) apply(tree, rename, move, renamed);
  }
  const parts: Uint8Array[] = [];
  write(tree, parts);
  return { kind: 'ok', bytes: joined(parts), renamed };
}

function open(tape: Tape, node: number, depth: number): Tree | undefined {
  if (depth > DEEPEST) return undefined;
  const kind = tape.kind[node] as number;
  if (kind < ARRAY) {
    const quote = kind === STRING || kind === ESCAPED ? 1 : 0;
    return { text: tape.bytes.subarray((tape.start[node] as number) - quote, (tape.end[node] as number) + quote) };
  }
  const end = tape.next[node] as number;
  if (kind === OBJECT) {
    const members = new Map<string, Tree>();
    for (let key = node + 1; key < end; key = tape.next[key + 1] as number) {
      const value = open(tape, key + 1, depth + 1);
      if (value === undefined) return undefined;
      members.set(stringOf(tape, key), value);
    }
    return { members };
  }
  const items: Tree[] = [];
  for (let at = node + 1; at < end; at = tape.next[at] as number) {
    const value = open(tape, at, depth + 1);
    if (value === undefined) return undefined;
    items.push(value);
  }
  return { items };
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

function apply(tree: Tree, rename: Rename, move: Move, renamed: Renamed[]): void {
  const last = rename.to.at(-1);
  const from = move.path.at(-1);
  if (last?.kind !== 'name' || from === undefined) return;
  const value = move.parent.get(from);
  const samePlace = JSON.stringify(rename.from.slice(0, -1)) === JSON.stringify(rename.to.slice(0, -1));
  const target = samePlace ? move.parent : reach(tree, rename.to.slice(0, -1), move.wild);
  if (value === undefined || target === undefined || target.has(last.name)) return;
  move.parent.delete(from);
  target.set(last.name, value);
  const parts: Uint8Array[] = [];
  write(value, parts);
  const path = move.path.map((name) => `/${pointerSegment(name)}`).join('');
  renamed.push({ rule: rename.rule, path, value: new TextDecoder('utf-8', { ignoreBOM: true }).decode(joined(parts)) });
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

function write(tree: Tree, parts: Uint8Array[]): void {
  if ('text' in tree) {
    parts.push(tree.text);
    return;
  }
  const encoder = new TextEncoder();
  const [opening, closing] = 'members' in tree ? ['{', '}'] : ['[', ']'];
  let separator = opening;
  for (const [name, child] of 'members' in tree ? tree.members : tree.items.map((item) => ['', item] as const)) {
    // Well-formed stringify: a lone surrogate becomes an escape, not U+FFFD.
    parts.push(encoder.encode('members' in tree ? `${separator}${JSON.stringify(name)}:` : separator));
    write(child, parts);
    separator = ',';
  }
  parts.push(encoder.encode(separator === opening ? opening + closing : closing));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
