// The rules under which pairs are fuzzed: few and many, alone and at the same places, and such as rewrite documents.
import type { RuleSpec } from '@parallax/core';

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
