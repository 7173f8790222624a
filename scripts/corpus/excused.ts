// Differences that the typical rules excuse, laid over any document: what real pairs are full of.
import { places, put } from './places.ts';
import { shuffled } from './spelling.ts';
import { NULL, number, type Roll, string, type Tree } from './tree.ts';

export const EXCUSES = ['volatile', 'reordered', 'jitter', 'nothing'] as const;
export type Excuse = (typeof EXCUSES)[number];

/** The document with such differences in it, wherever it still has the places they belong to. */
export function excused(tree: Tree, excuse: Excuse, roll: Roll): Tree {
  if (excuse === 'nothing') return noNote(tree);
  let result = tree;
  for (const { tree: here, path, pointer } of places(tree)) {
    const change = CHANGES[excuse].find(([form]) => form.test(pointer))?.[1](here, roll);
    if (change !== undefined) result = put(result, path, change);
  }
  return result;
}

type Change = (here: Tree, roll: Roll) => Tree | undefined;

const another: Change = (_, roll) =>
  roll() < 0.5 ? number(Math.floor(roll() * 1e9)) : string(`v-${Math.floor(roll() * 1e9)}`);
const jitter =
  (digits: string): Change =>
  (here) =>
    here.kind === 'number' && /^\d+\.\d{1,2}$/.test(here.text)
      ? number(`${here.text.split('.')[0]}.${(here.text.split('.')[1] ?? '').padEnd(2, '0')}${digits}`)
      : undefined;
const reorder: Change = (here, roll) =>
  here.kind === 'array' ? { kind: 'array', items: shuffled(here.items, roll) } : undefined;

const CHANGES: Readonly<Record<Exclude<Excuse, 'nothing'>, readonly (readonly [RegExp, Change])[]>> = {
  volatile: [[/^(?:\/meta\/ts|\/meta\/debug\/trace|\/(?:[^/]+\/){0,2}requestId)$/, another]],
  reordered: [[/^\/(?:items|tags|groups)$/, reorder]],
  jitter: [
    [/^\/total$/, jitter('4')],
    [/^\/items\/\d+\/price$/, jitter('01')],
  ],
};

/** `note`: null where it is missing, missing where it is null. */
function noNote(tree: Tree): Tree {
  if (tree.kind !== 'object') return tree;
  const note = tree.members.find(([name]) => name === 'note')?.[1];
  if (note === undefined) return { kind: 'object', members: [...tree.members, ['note', NULL]] };
  return note.kind === 'literal' && note.text === 'null' ? put(tree, ['note'], undefined) : tree;
}
