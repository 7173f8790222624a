// The rules under which pairs are fuzzed: few and many, alone and at the same places, and such as rewrite documents.
import type { RuleSpec, Side } from '@parallax/core';

export interface RuleSet {
  readonly rules: readonly RuleSpec[];
  /** Whether the oracle knows what they mean. */
  readonly isJudged: boolean;
  /** What they are when the sides are exchanged; absent: that is another question. */
  readonly turned?: readonly RuleSpec[];
  /** Documents that are the same may differ under them. */
  readonly makesAnew?: boolean;
}

const symmetric = (rules: readonly RuleSpec[], isJudged = true): RuleSet => ({ rules, isJudged, turned: rules });
const sided = (rules: readonly RuleSpec[], more: Partial<RuleSet> = {}): RuleSet => ({
  rules,
  isJudged: false,
  turned: rules.map((rule) =>
    'side' in rule ? { ...rule, side: rule.side === 'legacy' ? 'candidate' : 'legacy' } : rule,
  ),
  ...more,
});

const expires = '9999-12-31';

function conditional(one: Side, other: Side): readonly RuleSpec[] {
  return [
    {
      kind: 'unordered',
      name: 'lines',
      path: '/**',
      when: [{ side: one, path: '/**/id', present: true }],
    },
    {
      kind: 'tolerance',
      name: 'near',
      path: '/**',
      absolute: 1,
      when: [
        { side: other, path: '/**/sku', equals: '"b"' },
        { side: one, path: '/**/sku', matches: '[a-z]+' },
      ],
    },
    { kind: 'ignore', name: 'times', paths: ['/**/ts'], when: [{ side: other, path: '/**/tax', present: false }] },
  ];
}

export const RULE_SETS: Readonly<Record<string, RuleSet>> = {
  strict: symmetric([]),
  ignoring: symmetric([{ kind: 'ignore', name: 'ts', paths: ['/**/ts', '/b'] }]),
  rich: symmetric([
    { kind: 'ignore', name: 'ts', paths: ['/**/ts', '/**/name'] },
    { kind: 'tolerance', name: 'near', path: '/near/**', absolute: 1, relative: 0.01 },
    { kind: 'tolerance', name: 'price', path: '/**/price', absolute: 0.5 },
    { kind: 'unordered', name: 'all', path: '/**' },
    { kind: 'unordered', name: 'by id', path: '/items', key: ['/id'] },
    { kind: 'nullish', name: 'nothing', path: '/**/c', same: ['null', 'missing', 'empty'] },
  ]),
  judging: symmetric([
    { kind: 'time', name: 'times', path: '/**/createdAt', within: '1h' },
    { kind: 'time', name: 'instants', path: '/**/*' },
    { kind: 'text', name: 'names', path: '/**/name', case: 'fold', space: 'collapse', form: 'NFKC' },
    { kind: 'text', name: 'words', path: '/**/größe', matching: '[a-z0-9 ]*' },
    { kind: 'coerce', name: 'numbers', path: '/**/price', to: 'number' },
    { kind: 'coerce', name: 'truths', path: '/**/0', to: 'boolean' },
    { kind: 'coerce', name: 'texts', path: '/**/Name', to: 'string' },
    { kind: 'unordered', name: 'lines', path: '/**/lines' },
    { kind: 'nullish', name: 'nothing', path: '/**/id', same: ['null', 'missing'] },
  ]),
  decoding: symmetric([
    { kind: 'decode', name: 'documents', path: '/**/name', as: ['json'] },
    { kind: 'decode', name: 'encoded', path: '/**/payload', as: ['base64', 'json'] },
    { kind: 'decode', name: 'packed', path: '/**/packed', as: ['base64', 'gzip', 'json'] },
    { kind: 'unordered', name: 'lines', path: '/**/lines' },
    { kind: 'tolerance', name: 'near', path: '/**/name/**', absolute: 1 },
  ]),
  transforming: sided(
    [
      { kind: 'rename', name: 'ids', side: 'legacy', from: '/**/id', to: '/**/no' },
      {
        kind: 'transform',
        name: 'double',
        side: 'candidate',
        path: '/**/price',
        value: '$type($) = "number" ? $ * 2 : $',
      },
      {
        kind: 'transform',
        name: 'sorted',
        side: 'legacy',
        path: '/**/lines',
        value: '$type($) = "array" ? [$[0]] : $',
      },
      { kind: 'unordered', name: 'lines', path: '/**' },
    ],
    { makesAnew: true },
  ),
  ids: symmetric(
    [
      { kind: 'bijection', name: 'ids', paths: ['/**/id'] },
      { kind: 'reference', name: 'refs', path: '/**/ref', to: '/things/*/id' },
      { kind: 'unordered', name: 'lines', path: '/**/lines' },
    ],
    false,
  ),
  including: symmetric([
    { kind: 'include', name: 'some', paths: ['/**/name', '/lines', '/near', '/things'] },
    { kind: 'ignore', name: 'ids', paths: ['/**/id', '/near/*/ts', '/things/*'] },
    { kind: 'include', name: 'but some', paths: ['/lines/*/id', '/things/*/createdAt'] },
    { kind: 'tolerance', name: 'price', path: '/**/price', absolute: 0.5 },
    { kind: 'unordered', name: 'lines', path: '/lines' },
    { kind: 'unordered', name: 'near', path: '/near' },
  ]),
  referring: symmetric([
    { kind: 'reference', name: 'refs', path: '/**/ref', to: '/things/*/id' },
    { kind: 'ignore', name: 'times', paths: ['/**/ts'] },
    { kind: 'tolerance', name: 'price', path: '/**/price', absolute: 0.5 },
    { kind: 'unordered', name: 'lines', path: '/**/lines' },
    { kind: 'known', name: 'known', path: '/**/name', owner: 'o', ticket: 't', expires },
  ]),
  crowding: symmetric([
    { kind: 'unordered', name: 'all', path: '/**' },
    { kind: 'tolerance', name: 'numbers', path: '/near/**', absolute: 0.5, relative: 0.05 },
    { kind: 'tolerance', name: 'prices', path: '/**/price', relative: 0.1 },
    { kind: 'tolerance', name: 'taxes', path: '/**/tax', digits: 2 },
    { kind: 'time', name: 'times', path: '/**/ts', within: '2s' },
    { kind: 'unordered', name: 'by ids', path: '/lines', key: ['/id', '/by/sku'] },
    { kind: 'nullish', name: 'nothing', path: '/**/tax', same: ['null', 'missing'] },
  ]),
  'rewriting and crowding': sided(
    [
      { kind: 'rename', name: 'prices', side: 'legacy', from: '/price', to: '/cost' },
      { kind: 'decode', name: 'documents', path: '/**/name', as: ['json'] },
      { kind: 'unordered', name: 'all', path: '/**' },
      { kind: 'tolerance', name: 'numbers', path: '/**', absolute: 0.5 },
      { kind: 'ignore', name: 'times', paths: ['/**/ts'] },
    ],
    { isJudged: true },
  ),
  'on conditions': {
    isJudged: true,
    rules: conditional('legacy', 'candidate'),
    turned: conditional('candidate', 'legacy'),
  },
  // A number that is better is no better the other way around.
  conditional: {
    isJudged: false,
    rules: [
      { kind: 'better', name: 'prices', path: '/**/price', direction: 'lower', noWorseThan: '5%' },
      { kind: 'known', name: 'known', path: '/**/lines', owner: 'o', ticket: 't', expires },
      {
        kind: 'ignore',
        name: 'named',
        paths: ['/**/Name'],
        when: [{ side: 'legacy', path: '/**/name', present: true }],
      },
      {
        kind: 'tolerance',
        name: 'zero',
        path: '/**/id',
        absolute: 2,
        when: [{ side: 'candidate', path: '/**/0', matches: '[a-z]+' }],
      },
      { kind: 'ignore', name: 'of another type', paths: ['/**'], types: ['other'] },
    ],
  },
};
