// Documents handed to an expression and taken back: as plain values without a prototype, and no number changed on the way.
import { canonicalNumber } from '../../json/numbers.ts';
import { stringIn, stringTree, type Tree } from '../rewriting/tree.ts';
import { Stopped } from './stopped.ts';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** So many digits every double keeps. */
const SAFE_DIGITS = 15;
/** Names by which the library tells its own functions from data. */
const RESERVED = '_jsonata_';

/** Throws Stopped where a number is not one a double can hold, or a name would be taken for the library's own. */
export function plainValue(tree: Tree): Value {
  if ('items' in tree) return tree.items.map(plainValue);
  if ('members' in tree) {
    const object = Object.create(null) as { [name: string]: Value };
    for (const [name, child] of tree.members) {
      if (name.startsWith(RESERVED)) throw new Stopped('transform-failed');
      object[name] = plainValue(child);
    }
    return object;
  }
  const text = stringIn(tree);
  if (text !== undefined) return text;
  const word = new TextDecoder().decode(tree.text);
  if (word === 'null') return null;
  if (word === 'true' || word === 'false') return word === 'true';
  return exactNumber(word);
}

/** The double that is this decimal to the last digit. Throws Stopped where there is none. */
export function exactNumber(text: string): number {
  const number = Number(text);
  const isShort = text.length <= SAFE_DIGITS && !/[eE]/.test(text);
  if (isShort || (Number.isFinite(number) && canonicalNumber(String(number)) === canonicalNumber(text))) return number;
  throw new Stopped('transform-precision');
}

/** What the result may still take. */
export interface Allowance {
  bytes: number;
  readonly depth: number;
}

/** Throws Stopped where the result is none of JSON, or too large. */
export function treeOf(value: unknown, allowance: Allowance, depth = 0): Tree {
  if (depth > allowance.depth) throw new Stopped('transform-limit');
  const tree = treeOfOne(value, allowance, depth);
  allowance.bytes -= 'text' in tree ? tree.text.length : 2;
  if (allowance.bytes < 0) throw new Stopped('transform-limit');
  return tree;
}

function treeOfOne(value: unknown, allowance: Allowance, depth: number): Tree {
  if (typeof value === 'string') return stringTree(value);
  if (value === null || typeof value === 'boolean') return { text: new TextEncoder().encode(String(value)) };
  if (typeof value === 'number' && Number.isFinite(value)) return { text: new TextEncoder().encode(String(value)) };
  if (Array.isArray(value)) return { items: value.map((item: unknown) => treeOf(item, allowance, depth + 1)) };
  if (typeof value !== 'object' || isFunction(value)) throw new Stopped('transform-failed');
  const members = new Map<string, Tree>();
  for (const [name, item] of Object.entries(value)) {
    if (item === undefined) continue;
    allowance.bytes -= name.length;
    members.set(name, treeOf(item, allowance, depth + 1));
  }
  return { members };
}

function isFunction(value: object): boolean {
  return Object.keys(value).some((name) => name.startsWith(RESERVED));
}
