// What an experiment usually excuses: a rule of every kind, each at places of its own in the documents of the corpus.
import type { RuleSpec } from '@parallax/core';
import type { Transforms } from '../oracle/rewritten.ts';

/** The types of the corpus's events: rules are for the first of them. */
export const TYPES = ['OrderPriced', 'OrderCancelled'] as const;

/** Legacy's codes, and the candidate's words. */
export const STATUS: Readonly<Record<string, string>> = { O: 'open', P: 'paid', S: 'shipped' };

const expires = '9999-12-31';

export const TYPICAL: readonly RuleSpec[] = [
  { kind: 'ignore', name: 'volatile', paths: ['/meta/ts', '/meta/debug'] },
  { kind: 'ignore', name: 'request ids', paths: ['/**/requestId'] },
  { kind: 'ignore', name: 'flag of priced orders', paths: ['/flag'], types: [TYPES[0]] },
  { kind: 'tolerance', name: 'cents', path: '/total', absolute: 0.005 },
  { kind: 'tolerance', name: 'rate', path: '/items/*/price', relative: 0.001 },
  {
    kind: 'tolerance',
    name: 'whole yen',
    path: '/fee',
    absolute: 1,
    when: [
      { side: 'candidate', path: '/currency', equals: '"JPY"' },
      { side: 'legacy', path: '/**/test', present: false },
    ],
  },
  { kind: 'unordered', name: 'items by sku', path: '/items', key: ['/sku'] },
  { kind: 'unordered', name: 'tags in any order', path: '/tags' },
  { kind: 'unordered', name: 'groups in any order', path: '/groups' },
  { kind: 'nullish', name: 'no note', path: '/note', same: ['null', 'missing'] },
  { kind: 'nullish', name: 'no remarks', path: '/remarks', same: ['null', 'missing', 'empty'] },
  { kind: 'time', name: 'event time', path: '/at', within: '2s' },
  { kind: 'time', name: 'same instant', path: '/booked' },
  { kind: 'text', name: 'city as written', path: '/city', case: 'fold', space: 'collapse', form: 'NFKC' },
  { kind: 'text', name: 'any trace', path: '/trace', matching: '[0-9a-f]{8}-[0-9a-f]{4}' },
  { kind: 'coerce', name: 'quantity as a number', path: '/quantity', to: 'number' },
  { kind: 'coerce', name: 'reference as a text', path: '/reference', to: 'string' },
  { kind: 'coerce', name: 'paid or not', path: '/paid', to: 'boolean' },
  { kind: 'bijection', name: 'part ids', paths: ['/parts/*/id', '/parts/*/parent', '/head'] },
  { kind: 'better', name: 'latency', path: '/latency', direction: 'lower', noWorseThan: '5%' },
  { kind: 'known', name: 'stock lags', path: '/stock', kinds: ['changed'], owner: 'stock', ticket: 'ST-1', expires },
  { kind: 'rename', name: 'mail', side: 'legacy', from: '/customer/mail', to: '/customer/email' },
  { kind: 'decode', name: 'payload', path: '/payload', as: ['base64', 'json'] },
  { kind: 'decode', name: 'packed payload', path: '/packed', as: ['base64', 'gzip', 'json'] },
  {
    kind: 'transform',
    name: 'status codes',
    side: 'legacy',
    path: '/status',
    value: `($words := ${JSON.stringify(STATUS)}; $type($) = "string" and $exists($lookup($words, $)) ? $lookup($words, $) : $)`,
  },
];

/** What the transform means, said without the expression. */
export const TRANSFORMS: Transforms = {
  'status codes': (value) => {
    const word = value.kind === 'string' && Object.hasOwn(STATUS, value.text) ? STATUS[value.text] : undefined;
    return word === undefined ? value : { kind: 'string', text: word };
  },
};
