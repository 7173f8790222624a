// Where in a document something stands, and in what company: mutations are tried at every kind of place.
import type { Tree } from './tree.ts';

export const POSITIONS = [
  'root',
  'top',
  'deep',
  'first member',
  'last member',
  'head of an array',
  'middle of an array',
  'tail of an array',
  'keyed array',
  'in a keyed array',
  'array without order',
  'in an array without order',
  'beside an ignored member',
  'ignored',
  'in something ignored',
  'tolerated number',
  'perhaps nothing',
  'a time',
  'text that is folded',
  'text that fits',
  'read as a type',
  'renamed ids',
  'encoded document',
  'coded word',
  'named otherwise',
  'known to differ',
  'better or worse',
  'under a condition',
  'of one type of events',
  'as judged elsewhere',
] as const;
export type Position = (typeof POSITIONS)[number];

export interface Place {
  readonly tree: Tree;
  readonly path: readonly (string | number)[];
  /** `path` as a JSON Pointer. */
  readonly pointer: string;
  readonly positions: ReadonlySet<Position>;
}

const DEEP = 6;

/** What the places of the corpus's documents are, by their JSON Pointers. */
const NAMED: readonly (readonly [Position, RegExp])[] = [
  ['keyed array', /^\/items$/],
  ['in a keyed array', /^\/items\/./],
  ['array without order', /^\/(?:tags|groups)$/],
  ['in an array without order', /^\/(?:tags|groups)\/./],
  ['beside an ignored member', /^(?:\/meta\/node|\/items\/\d+\/(?:sku|qty|price|attrs))$/],
  ['ignored', /^(?:\/meta\/(?:ts|debug)|.*\/requestId)$/],
  ['in something ignored', /^\/meta\/debug\/./],
  ['tolerated number', /^(?:\/total|\/items\/\d+\/price)$/],
  ['perhaps nothing', /^\/(?:note|remarks)$/],
  ['a time', /^\/(?:at|booked)$/],
  ['text that is folded', /^\/city$/],
  ['text that fits', /^\/trace$/],
  ['read as a type', /^\/(?:quantity|reference|paid)$/],
  ['renamed ids', /^\/(?:head|parts(?:\/\d+(?:\/.*)?)?)$/],
  ['encoded document', /^\/(?:payload|packed)$/],
  ['coded word', /^\/status$/],
  ['named otherwise', /^\/customer$/],
  ['known to differ', /^\/stock$/],
  ['better or worse', /^\/latency$/],
  ['under a condition', /^\/(?:fee|currency)$/],
  ['of one type of events', /^\/flag$/],
  ['as judged elsewhere', /^\/beside\/./],
];

/** Every place of the tree, the root first. */
export function places(root: Tree): readonly Place[] {
  const found: Place[] = [];
  const visit = (tree: Tree, path: Place['path'], pointer: string, company: readonly Position[]): void => {
    const depth: readonly Position[] =
      path.length === 0 ? ['root'] : path.length === 1 ? ['top'] : path.length >= DEEP ? ['deep'] : [];
    const named = NAMED.filter(([, form]) => form.test(pointer)).map(([position]) => position);
    found.push({ tree, path, pointer, positions: new Set([...depth, ...company, ...named]) });
    if (tree.kind === 'array') {
      const last = tree.items.length - 1;
      tree.items.forEach((item, i) => {
        visit(item, [...path, i], `${pointer}/${i}`, [
          i === 0 ? 'head of an array' : i === last ? 'tail of an array' : 'middle of an array',
        ]);
      });
    } else if (tree.kind === 'object') {
      const last = tree.members.length - 1;
      tree.members.forEach(([name, value], i) => {
        visit(
          value,
          [...path, name],
          `${pointer}/${escaped(name)}`,
          i === 0 ? ['first member'] : i === last ? ['last member'] : [],
        );
      });
    }
  };
  visit(root, [], '', []);
  return found;
}

/** The document with something else at a place that it has; undefined: without the member. */
export function put(root: Tree, path: Place['path'], by: Tree | undefined, at = 0): Tree {
  const step = path[at];
  if (step === undefined) return by ?? root;
  if (root.kind === 'array' && typeof step === 'number') {
    const item = root.items[step];
    return item === undefined ? root : { kind: 'array', items: root.items.with(step, put(item, path, by, at + 1)) };
  }
  if (root.kind !== 'object') return root;
  const isLast = at === path.length - 1;
  const members = root.members.flatMap(([name, value]): typeof root.members =>
    name !== step ? [[name, value]] : isLast && by === undefined ? [] : [[name, put(value, path, by, at + 1)]],
  );
  return { kind: 'object', members };
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
