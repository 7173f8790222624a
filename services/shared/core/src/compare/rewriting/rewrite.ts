// The rewriting of one document: its rules in the order of the file, from one tape to the bytes of the next.
import type { Tape } from '../../json/tape.ts';
import type { Draft } from './places.ts';
import type { Rewriting, Rewritten, Room } from './rewriting.ts';
import { openTree, treeBytes } from './tree.ts';

export type Outcome =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array; readonly done: readonly Rewritten[] }
  | { readonly kind: 'stopped'; readonly reason: string };

export function rewrite(tape: Tape, root: number, rewritings: readonly Rewriting[], room: Room): Outcome {
  const tree = openTree(tape, root);
  if (tree === undefined) return { kind: 'stopped', reason: 'budget-depth' };
  const draft: Draft = { root: tree };
  const done: Rewritten[] = [];
  for (const rewriting of rewritings) {
    const stopped = rewriting.apply(draft, room, done);
    if (stopped !== undefined) return { kind: 'stopped', reason: stopped };
  }
  return { kind: 'ok', bytes: treeBytes(draft.root), done };
}
