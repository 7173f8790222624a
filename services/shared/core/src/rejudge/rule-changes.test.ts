// What was changed between two lists of rules, and the lists in between.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleSpec } from '../compare/rules.ts';
import { RuleChanges } from './rule-changes.ts';

const ignore = (at: number, ...paths: string[]): RuleSpec => ({ kind: 'ignore', name: `ignore#${at}`, paths });
const cents = (absolute: number, name = 'cents'): RuleSpec => ({ kind: 'tolerance', name, path: '/total', absolute });
const said = ({ all }: RuleChanges) => all.map(({ change, name }) => `${change} ${name}`);

describe('changes of rules', () => {
  test('are none where the lists say the same, whatever unnamed rules are called', () => {
    expect(said(new RuleChanges([ignore(1, '/a'), cents(1)], [ignore(2, '/a'), cents(1)]))).toEqual([]);
    expect(said(new RuleChanges([cents(1, 'cents')], [cents(1, 'small change')]))).toEqual([]);
  });

  test('leave alone the rules that a new one in front has renumbered', () => {
    const before = [ignore(1, '/a'), ignore(2, '/b')];
    expect(said(new RuleChanges(before, [ignore(1, '/new'), ignore(2, '/a'), ignore(3, '/b')]))).toEqual([
      'added ignore#1',
    ]);
    expect(said(new RuleChanges(before, [ignore(1, '/b')]))).toEqual(['removed ignore#1']);
  });

  test('know a changed rule by its name, else by its kind and place', () => {
    expect(said(new RuleChanges([cents(1)], [cents(2)]))).toEqual(['changed cents']);
    const [one, other] = [cents(1, 'tolerance#1'), cents(2, 'tolerance#1')];
    expect(said(new RuleChanges([one], [other]))).toEqual(['changed tolerance#1']);
    expect(said(new RuleChanges([ignore(1, '/a', '/b')], [ignore(1, '/b', '/c')]))).toEqual(['changed ignore#1']);
    expect(said(new RuleChanges([ignore(1, '/a')], [ignore(1, '/b')]))).toEqual([
      'added ignore#1',
      'removed ignore#1 (2)',
    ]);
  });

  test('name a new order, which decides where two rules speak of one place', () => {
    const [one, other] = [cents(1, 'one'), cents(2, 'other')];
    const changes = new RuleChanges([one, other], [other, one]);
    expect(said(changes)).toEqual(['order order of the rules']);
    expect(changes.rules(new Set(changes.all))).toEqual([other, one]);
  });

  test('made one by one stand where the changed list has them', () => {
    const [a, b, c, x] = [cents(1, 'a'), cents(1, 'b'), cents(1, 'c'), ignore(1, '/x')].map((rule, at) =>
      rule.kind === 'tolerance' ? { ...rule, path: `/${at}` } : rule,
    ) as [RuleSpec, RuleSpec, RuleSpec, RuleSpec];
    const changes = new RuleChanges([a, b, c], [a, x, c]);
    const [added, removed] = changes.all;
    expect([added?.change, removed?.change]).toEqual(['added', 'removed']);
    expect(changes.rules(new Set(added === undefined ? [] : [added]))).toEqual([a, b, x, c]);
    expect(changes.rules(new Set(removed === undefined ? [] : [removed]))).toEqual([a, c]);
  });

  test('none made is the list before, all made the changed one, for any two lists', () => {
    const rule = fc
      .record({ kind: fc.constantFrom('ignore', 'tolerance'), place: fc.nat(4), size: fc.nat(2), named: fc.nat(3) })
      .map(({ kind, place, size, named }) => ({ kind, place, size, named }));
    const list = fc.array(rule, { maxLength: 7 }).map((rules) =>
      rules.map(({ kind, place, size, named }, at): RuleSpec => {
        const name = named === 0 ? `n${place}-${at}` : `${kind}#${at + 1}`;
        if (kind === 'ignore') return { kind, name, paths: [`/${place}`] };
        return { kind: 'tolerance', name, path: `/${place}`, absolute: size };
      }),
    );
    const bodies = (rules: readonly RuleSpec[]) => rules.map(({ name: _, ...body }) => body);
    fc.assert(
      fc.property(list, list, (before, after) => {
        const changes = new RuleChanges(before, after);
        expect(bodies(changes.rules(new Set(changes.all)))).toEqual(bodies(after));
        expect(bodies(changes.rules(new Set()))).toEqual(bodies(before));
        expect(new Set(changes.all.map(({ name }) => name)).size).toBe(changes.all.length);
      }),
    );
  });
});
