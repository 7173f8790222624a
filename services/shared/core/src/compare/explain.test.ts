// What is told of one pair: also which rules spoke of a difference and did not excuse it.
import { expect, test } from 'vitest';
import { explainGroup } from './explain.ts';
import type { RuleSpec } from './rules.ts';
import { content, planWith } from './testing/plans.ts';

function explained(legacy: unknown, candidate: unknown, ...rules: readonly RuleSpec[]) {
  const event = (value: unknown) => [{ timestamp: 0, content: content(JSON.stringify(value)) }];
  const lost = { legacy: false, candidate: false };
  return explainGroup('1', event(legacy), event(candidate), { plan: planWith(rules), typeOf: () => '', lost });
}

const CENTS: RuleSpec = { kind: 'tolerance', name: 'cents', path: '/total', absolute: 0.005 };

test('a rule that speaks of a difference and does not excuse it is named, with its words', () => {
  const { unmoved, rules } = explained({ total: 7, n: 1 }, { total: 7.01, n: 2 }, CENTS);
  expect(unmoved.map(({ path, rule }) => [path, rule])).toEqual([['/total', 'cents']]);
  expect(rules).toEqual([CENTS]);
});

test('so is one whose conditions do not hold, and each of several', () => {
  const when = [{ side: 'legacy', path: '/currency', equals: '"JPY"' }] as const;
  const { unmoved } = explained(
    { total: 7 },
    { total: 7.01 },
    { ...CENTS, absolute: 1, when },
    { kind: 'coerce', name: 'numbers', path: '/*', to: 'number' },
  );
  expect(unmoved.map(({ rule }) => rule)).toEqual(['numbers', 'cents']);
});

test('of what is excused, and of places no rule speaks of, nothing is added', () => {
  expect(explained({ total: 7 }, { total: 7.001 }, CENTS).unmoved).toEqual([]);
  expect(explained({ n: 7 }, { n: 8 }, CENTS).unmoved).toEqual([]);
});
