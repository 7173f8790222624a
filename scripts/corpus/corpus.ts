// Labelled pairs of documents: what a comparison must find, and what it must not report. The same for the same seed.
import type { RuleSpec } from '@parallax/core';
import { MUTATIONS } from './mutations.ts';
import { NOISES, type Noise, shuffled, spell } from './spelling.ts';
import {
  array,
  canonical,
  document,
  NULL,
  number,
  object,
  pick,
  type Roll,
  roller,
  string,
  type Tree,
} from './tree.ts';

export interface LabelledPair {
  readonly legacy: string;
  readonly candidate: string;
  /** Name of the change. */
  readonly change: string;
  /** It must be found; false: it must not be reported. */
  readonly semantic: boolean;
  readonly rules: 'strict' | 'typical';
  /** The part of the document that was changed; a JSON Pointer. */
  readonly part: string;
}

/** What an experiment usually excuses. */
export const TYPICAL: readonly RuleSpec[] = [
  { kind: 'ignore', name: 'volatile', paths: ['/meta/ts', '/**/requestId'] },
  { kind: 'tolerance', name: 'cents', path: '/total', absolute: 0.005 },
  { kind: 'tolerance', name: 'rate', path: '/items/*/price', relative: 0.001 },
  { kind: 'unordered', name: 'items by sku', path: '/items', key: ['/sku'] },
  { kind: 'unordered', name: 'any order', path: '/tags' },
  { kind: 'nullish', name: 'no note', path: '/note', same: ['null', 'missing'] },
  { kind: 'rename', name: 'mail', side: 'legacy', from: '/customer/mail', to: '/customer/email' },
];

interface Order {
  readonly ts: string;
  readonly node: string;
  readonly total: string;
  readonly items: readonly {
    readonly sku: string;
    readonly qty: string;
    readonly price: string;
    readonly requestId: string;
  }[];
  readonly tags: readonly string[];
  readonly note: 'null' | 'missing' | 'text';
  readonly mail: string;
  readonly body: Tree;
}

function order(roll: Roll): Order {
  const digits = (count: number): string => String(Math.floor(roll() * 10 ** count));
  return {
    ts: digits(9),
    node: `pod-${digits(1)}`,
    total: `${digits(4)}.${digits(2).padStart(2, '0')}`,
    items: Array.from({ length: 1 + Math.floor(roll() * 5) }, (_, i) => ({
      sku: `S-${i}`,
      qty: `${1 + Math.floor(roll() * 9)}`,
      price: `${10 + Math.floor(roll() * 90)}.5`,
      requestId: digits(6),
    })),
    tags: Array.from({ length: 2 + Math.floor(roll() * 3) }, (_, i) => `t${i % 3}`),
    note: pick(['null', 'missing', 'text'], roll),
    mail: `user${digits(3)}@example.org`,
    body: document(roll, 5),
  };
}

function tree(from: Order, mailName: 'mail' | 'email'): Tree {
  return object({
    meta: object({ ts: number(from.ts), node: string(from.node) }),
    total: number(from.total),
    items: array(
      ...from.items.map(({ sku, qty, price, requestId }) =>
        object({ sku: string(sku), qty: number(qty), price: number(price), requestId: string(requestId) }),
      ),
    ),
    tags: array(...from.tags.map(string)),
    ...(from.note === 'missing' ? {} : { note: from.note === 'null' ? NULL : string('as agreed') }),
    customer: object({ [mailName]: string(from.mail) }),
    body: from.body,
  });
}

type Change = (from: Order, roll: Roll) => Order | undefined;

const item =
  (change: (one: Order['items'][number]) => Order['items'][number]): Change =>
  (from, roll) => {
    const at = Math.floor(roll() * from.items.length);
    return { ...from, items: from.items.map((one, i) => (i === at ? change(one) : one)) };
  };
/** In hundred-thousandths, exactly. */
const plus = (decimal: string, units: number): string => {
  const [whole = '', fraction = ''] = decimal.split('.');
  const sum = BigInt(whole + fraction.padEnd(5, '0')) + BigInt(units);
  const digits = String(sum).padStart(6, '0');
  return `${digits.slice(0, -5)}.${digits.slice(-5)}`;
};

/** Under the typical rules: what they excuse. */
const EXCUSED: Readonly<Record<string, Change>> = {
  'ignored time': (from) => ({ ...from, ts: `${from.ts}1` }),
  'ignored member of an element': item((one) => ({ ...one, requestId: `${one.requestId}x` })),
  'within the absolute limit': (from) => ({ ...from, total: plus(from.total, 400) }),
  'right at the absolute limit': (from) => ({ ...from, total: plus(from.total, 500) }),
  'within the relative limit': item((one) => ({ ...one, price: plus(one.price, 900) })),
  'keyed elements in another order': (from, roll) => ({ ...from, items: shuffled(from.items, roll) }),
  'multiset in another order': (from, roll) => ({ ...from, tags: shuffled(from.tags, roll) }),
  'null for missing': (from) =>
    from.note === 'text' ? undefined : { ...from, note: from.note === 'null' ? 'missing' : 'null' },
};

/** Under the typical rules: what they do not. */
const NOT_EXCUSED: Readonly<Record<string, readonly [part: string, Change]>> = {
  'beside the ignored member': ['/meta', (from) => ({ ...from, node: `${from.node}x` })],
  'just beyond the absolute limit': ['/total', (from) => ({ ...from, total: plus(from.total, 501) })],
  'beyond the relative limit': ['/items', item((one) => ({ ...one, price: plus(one.price, 20_000) }))],
  'in an element without order': ['/items', item((one) => ({ ...one, qty: `${one.qty}1` }))],
  'key of an element': ['/items', item((one) => ({ ...one, sku: `${one.sku}x` }))],
  'element lost': ['/items', (from) => ({ ...from, items: from.items.slice(1) })],
  'element twice': ['/items', (from) => ({ ...from, items: [...from.items, ...from.items.slice(0, 1)] })],
  'multiset, one more': ['/tags', (from) => ({ ...from, tags: [...from.tags, from.tags[0] ?? ''] })],
  'multiset, one other': ['/tags', (from) => ({ ...from, tags: [...from.tags.slice(1), 'other'] })],
  'text for nothing': ['/note', (from) => (from.note === 'text' ? undefined : { ...from, note: 'text' })],
  'renamed member': ['/customer', (from) => ({ ...from, mail: `x${from.mail}` })],
};

/** Pairs without end. Every kind of change comes up about as often. */
export function* corpus(seed: number): Generator<LabelledPair> {
  const roll = roller(seed);
  for (;;) {
    const from = order(roll);
    const rules = roll() < 0.5 ? 'strict' : 'typical';
    const noises = NOISES.filter(() => roll() < 0.4);
    const pair = (
      change: string,
      semantic: boolean,
      to: Order,
      part: string,
      loud: readonly Noise[] = noises,
    ): LabelledPair => ({
      legacy: spell(tree(from, rules === 'typical' ? 'mail' : 'email'), [], roll),
      candidate: spell(tree(to, 'email'), loud, roll),
      change,
      semantic,
      rules,
      part,
    });
    const chance = roll();
    if (chance < 0.25) {
      const loud = roll() < 0.2 ? NOISES : [pick(NOISES, roll)];
      yield pair(`spelling: ${loud.join(', ')}`, false, from, '', loud);
    } else if (rules === 'typical' && chance < 0.45) {
      const name = pick(Object.keys(EXCUSED), roll);
      const to = EXCUSED[name]?.(from, roll);
      if (to !== undefined) yield pair(name, false, to, '');
    } else if (rules === 'typical' && chance < 0.6) {
      const name = pick(Object.keys(NOT_EXCUSED), roll);
      const [part, change] = NOT_EXCUSED[name] as readonly [string, Change];
      const to = change(from, roll);
      if (to !== undefined) yield pair(name, true, to, part);
    } else {
      const name = pick(Object.keys(MUTATIONS), roll);
      const body = MUTATIONS[name]?.(from.body, roll);
      if (body !== undefined && canonical(body) !== canonical(from.body))
        yield pair(name, true, { ...from, body }, '/body');
    }
  }
}
