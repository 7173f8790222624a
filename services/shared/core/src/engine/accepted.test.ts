// Known and improved pairs: accepted in the ledger, their differences kept with the rule.
import { describe, expect, test } from 'vitest';
import type { KnownRule } from '../compare/kinds/known.ts';
import type { RuleSpec } from '../compare/rules.ts';
import { planWith } from '../compare/testing/plans.ts';
import { Rig, START } from './testing/rig.ts';

const EXPIRES = START + 10_000;
const known: KnownRule = {
  kind: 'known',
  name: 'bug',
  path: '/a',
  owner: 'pricing',
  ticket: 'PRICE-7',
  expires: new Date(EXPIRES).toISOString(),
};
const better: RuleSpec = { kind: 'better', name: 'cost', severity: 'info', path: '/ms', direction: 'lower' };
const rig = () => new Rig({ plan: planWith([known, better]) });
const pair = (legacy: unknown, candidate: unknown, at?: number) => {
  const more = at === undefined ? {} : { at };
  return rig()
    .write('legacy', 'x', JSON.stringify(legacy), more)
    .write('candidate', 'x', JSON.stringify(candidate), more)
    .pass(200)
    .prove();
};

describe('a pair that is accepted', () => {
  test('is known, with its signature and its differences, and accepted in the ledger', () => {
    const judged = pair({ a: 1 }, { a: 2 });
    const row = judged.rows.get('x');
    expect([row?.outcome, row?.state, row?.signature]).toEqual(['known', 'final', expect.stringMatching(/^v1:/)]);
    expect(judged.differences.map(({ path, rule, severity, version }) => [path, rule, severity, version])).toEqual([
      ['/a', 'bug', '', row?.version],
    ]);
    expect([judged.ledger('legacy'), judged.ledger('candidate')]).toEqual([{ accepted: 1 }, { accepted: 1 }]);
  });

  test('is improved, with its differences and no signature', () => {
    const judged = pair({ ms: 2 }, { ms: 1 });
    expect([judged.rows.get('x')?.outcome, judged.rows.get('x')?.signature]).toEqual(['improved', '']);
    expect(judged.differences.map(({ path, rule, severity }) => [path, rule, severity])).toEqual([
      ['/ms', 'cost', 'info'],
    ]);
    expect(judged.ledger('legacy')).toEqual({ accepted: 1 });
  });

  test('is a mismatch with one difference that is neither', () => {
    const judged = pair({ a: 1, b: 1 }, { a: 2, b: 2 });
    expect(judged.rows.get('x')?.outcome).toBe('mismatch');
    expect(judged.differences.map(({ path, rule }) => [path, rule])).toEqual([
      ['/b', ''],
      ['/a', 'bug'],
    ]);
  });

  test('counts again with a record from the day on that its rule expires, whenever it is judged', () => {
    expect(pair({ a: 1 }, { a: 2 }, EXPIRES - START - 1).rows.get('x')?.outcome).toBe('known');
    expect(pair({ a: 1 }, { a: 2 }, EXPIRES - START).rows.get('x')?.outcome).toBe('mismatch');
  });
});
