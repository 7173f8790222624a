// The documents of the corpus: orders with a place for every kind of rule, and corners that documents have.
import type { RuleSpec } from '@parallax/core';
import { array, document, NULL, number, object, pick, type Roll, string, type Tree } from './tree.ts';

/** What an experiment usually excuses. */
export const TYPICAL: readonly RuleSpec[] = [
  { kind: 'ignore', name: 'volatile', paths: ['/meta/ts', '/meta/debug'] },
  { kind: 'ignore', name: 'request ids', paths: ['/**/requestId'] },
  { kind: 'tolerance', name: 'cents', path: '/total', absolute: 0.005 },
  { kind: 'tolerance', name: 'rate', path: '/items/*/price', relative: 0.001 },
  { kind: 'unordered', name: 'items by sku', path: '/items', key: ['/sku'] },
  { kind: 'unordered', name: 'tags in any order', path: '/tags' },
  { kind: 'unordered', name: 'groups in any order', path: '/groups' },
  { kind: 'nullish', name: 'no note', path: '/note', same: ['null', 'missing'] },
  { kind: 'rename', name: 'mail', side: 'legacy', from: '/customer/mail', to: '/customer/email' },
];

export function order(roll: Roll): Tree {
  const digits = (count: number): string => String(Math.floor(roll() * 10 ** count));
  const several = <T>(least: number, most: number, make: (i: number) => T): T[] =>
    Array.from({ length: least + Math.floor(roll() * (most - least + 1)) }, (_, i) => make(i));
  const note = pick([NULL, undefined, string(''), string('as agreed')], roll);
  return object({
    id: string(`A-${digits(6)}`),
    meta: object({
      ts: number(digits(9)),
      node: string(`pod-${digits(1)}`),
      debug: object({
        trace: string(digits(5)),
        steps: array(number(1), string('x')),
        ...(roll() < 0.5 ? { more: document(roll, 2) } : {}),
      }),
    }),
    total: number(`${digits(4)}.${digits(2).padStart(2, '0')}`),
    items: array(
      ...several(1, 5, (i) =>
        object({
          sku: string(`S-${i}`),
          qty: number(1 + Math.floor(roll() * 9)),
          price: number(`${10 + Math.floor(roll() * 90)}.5`),
          requestId: string(digits(6)),
          ...(roll() < 0.3 ? { attrs: document(roll, 2) } : {}),
        }),
      ),
    ),
    tags: array(...several(2, 4, (i) => string(`t${i % 3}`))),
    groups: array(
      ...several(1, 3, (i) => object({ name: string(`g${i % 2}`), members: array(number(i), number(digits(1))) })),
    ),
    ...(note === undefined ? {} : { note }),
    lines: array(...several(3, 5, () => document(roll, 2))),
    customer: object({
      name: string(pick(['Jürgen', 'Zoe\u0308', 'Li'], roll)),
      email: string(`user${digits(3)}@example.org`),
      requestId: string(digits(4)),
    }),
    body: document(roll, 5),
    deep: nested(document(roll, 2), 5),
  });
}

function nested(inner: Tree, levels: number): Tree {
  return levels === 0
    ? inner
    : levels % 2 === 0
      ? array(nested(inner, levels - 1), NULL)
      : object({ in: nested(inner, levels - 1) });
}
