// Differences that the typical rules excuse, laid over any document: what real pairs are full of.
import { type Place, places, put } from './places.ts';
import { open, withIds } from './ruled.ts';
import { shuffled } from './spelling.ts';
import { canonical, NULL, number, type Roll, string, type Tree } from './tree.ts';
import { TYPES } from './typical.ts';

export const EXCUSES = [
  'volatile',
  'reordered',
  'jitter',
  'nothing',
  'times',
  'texts',
  'types',
  'ids',
  'encodings',
  'lags',
  'latency',
  'conditions',
] as const;
export type Excuse = (typeof EXCUSES)[number];

/** What the differences are laid over: which side it becomes, and what the document was before anything was changed. */
export interface Setting {
  readonly from: Tree;
  readonly side: 'legacy' | 'candidate';
  readonly type: string;
}

/** The document with such differences in it, wherever it still has the places they belong to. */
export function excused(tree: Tree, excuse: Excuse, setting: Setting, roll: Roll): Tree {
  if (excuse === 'nothing') return noNote(tree);
  if (excuse === 'ids') return renamedIds(tree);
  let result = tree;
  for (const { tree: here, path, pointer } of places(tree)) {
    const found = CHANGES[excuse].find(([form]) => form.test(pointer));
    // What was changed there is not to be brought back within the limits of a rule.
    if (found === undefined || (NEAR.has(excuse) && !isAsBefore(setting.from, path, here))) continue;
    const change = found[1](here, roll, setting);
    if (change !== undefined) result = put(result, path, change);
  }
  return result;
}

const NEAR: ReadonlySet<Excuse> = new Set(['times', 'texts', 'types', 'encodings', 'latency', 'conditions']);

type Change = (here: Tree, roll: Roll, setting: Setting) => Tree | undefined;

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

/** Of an instant, `off` milliseconds away at most: a number, a text in another zone, a date of mail. */
const moment =
  (off: number): Change =>
  (here, roll) => {
    const ms = here.kind === 'string' ? Date.parse(here.value) + Math.floor(roll() * (off + 1)) : Number.NaN;
    if (Number.isNaN(ms)) return undefined;
    const way = roll();
    if (way < 0.3) return number(ms);
    if (way < 0.6) return string(`${new Date(ms - 7_200_000).toISOString().slice(0, -1)}-0200`);
    return off === 0 && way < 0.8 ? string(new Date(ms).toUTCString()) : string(new Date(ms).toISOString());
  };
const recast: Change = (here) => {
  if (here.kind === 'number') return string(here.text);
  if (here.kind === 'string') return /^[1-9]\d*$/.test(here.value) ? number(here.value) : undefined;
  return here.kind === 'literal' && here.text !== 'null' ? string(here.text) : undefined;
};
/** The dotless i is the one letter that is not what it is folded to in capitals. */
const respaced: Change = (here, roll) =>
  here.kind === 'string'
    ? string(` ${roll() < 0.5 && !here.value.includes('ı') ? here.value.toUpperCase() : here.value.normalize('NFD')}  `)
    : undefined;
const repacked: Change = (here, roll) => {
  const opened = here.kind === 'string' ? open(here.value) : undefined;
  if (opened === undefined) return undefined;
  const packed = opened.pack(` ${opened.document}\n`);
  return string(roll() < 0.5 ? packed : packed.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
};
/** Better on the candidate's side, or a little worse. */
const quicker: Change = (here, roll, { side }) => {
  const factor = roll() < 0.5 ? 0.97 : side === 'candidate' ? 0.5 : 2;
  return here.kind === 'number' && /^\d+(?:\.\d)?$/.test(here.text)
    ? number((Number(here.text) * (side === 'candidate' && factor === 0.97 ? 1.03 : factor)).toFixed(4))
    : undefined;
};

const CHANGES: Readonly<Record<Exclude<Excuse, 'nothing' | 'ids'>, readonly (readonly [RegExp, Change])[]>> = {
  volatile: [[/^(?:\/meta\/ts|\/meta\/debug\/trace|\/(?:[^/]+\/){0,2}requestId)$/, another]],
  reordered: [[/^\/(?:items|tags|groups)$/, reorder]],
  jitter: [
    [/^\/total$/, jitter('4')],
    [/^\/items\/\d+\/price$/, jitter('01')],
  ],
  times: [
    [/^\/at$/, moment(2_000)],
    [/^\/booked$/, moment(0)],
  ],
  texts: [
    [/^\/city$/, respaced],
    [/^\/trace$/, (_, roll) => string(`${String(roll()).slice(2, 10).padEnd(8, 'a')}-00ff`)],
  ],
  types: [[/^\/(?:quantity|reference|paid)$/, recast]],
  encodings: [[/^\/(?:payload|packed)$/, repacked]],
  lags: [[/^\/stock$/, (here, roll) => (here.kind === 'number' ? number(1_000 + Math.floor(roll() * 99)) : undefined)]],
  latency: [[/^\/latency$/, quicker]],
  conditions: [
    [
      /^\/fee$/,
      (here, _, { from }) =>
        here.kind === 'number' && /^\d+$/.test(here.text) && isYen(from) ? number(`${here.text}.75`) : undefined,
    ],
    [
      /^\/flag$/,
      (here, _, { type }) => (here.kind === 'literal' && type === TYPES[0] ? string(`not ${here.text}`) : undefined),
    ],
  ],
};

function isYen(tree: Tree): boolean {
  const currency = at(tree, ['currency']);
  return currency?.kind === 'string' && currency.value === 'JPY';
}

function isAsBefore(from: Tree, path: Place['path'], here: Tree): boolean {
  const before = at(from, path);
  return before !== undefined && canonical(before) === canonical(here);
}

function at(tree: Tree, path: Place['path']): Tree | undefined {
  let here: Tree | undefined = tree;
  for (const step of path) {
    if (here?.kind === 'array') here = here.items[Number(step)];
    else here = here?.kind === 'object' ? here.members.find(([name]) => name === step)?.[1] : undefined;
  }
  return here;
}

/** Every part's id has another name, wherever it stands. */
function renamedIds(tree: Tree): Tree {
  if (tree.kind !== 'object') return tree;
  return {
    kind: 'object',
    members: tree.members.map(([name, value]) => [
      name,
      name === 'head' || name === 'parts' ? withIds(value, (id) => `other-${id}`) : value,
    ]),
  };
}

/** `note` and `remarks`: null where it is missing, missing where it is null. */
function noNote(tree: Tree): Tree {
  return ['note', 'remarks'].reduce((result, name) => {
    if (result.kind !== 'object') return result;
    const note = at(result, [name]);
    if (note === undefined) return { kind: 'object', members: [...result.members, [name, NULL] as const] };
    return note.kind === 'literal' && note.text === 'null' ? put(result, [name], undefined) : result;
  }, tree);
}
