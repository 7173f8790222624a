// Which changes are tried on a pair, where many rules are changed.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeEvents } from '../files/group.ts';
import { attribute, setsOf } from './attribution.ts';
import { Bearing } from './bearing.ts';
import { describeRejudged } from './describe.ts';
import { moveOf } from './move.ts';
import { rejudgeSettings } from './settings.ts';
import { effects, eventOf, experiment, type Pairs, rules } from './testing/rejudged.ts';

describe('a hundred changes', () => {
  const many = Array.from({ length: 100 }, (_, n) => ({ name: `r${n}`, ignore: [`/f${n}`, `/g/*/f${n}`] }));

  test('are each told what they move, only those being tried that speak of a place that differs', () => {
    const pairs = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `p${n}`,
        [
          { [`f${n}`]: 1, g: [{ f7: 1 }] },
          { [`f${n}`]: 2, g: [{ f7: n % 2 }] },
        ] as const,
      ]),
    );
    const few = effects(rules([], many, pairs));
    for (const n of [1, 3, 29]) expect(few[`r${n}`]).toEqual({ hidden: [1, 0, 0] });
    for (const n of [0, 2, 28]) expect(few[`r${n}`]).toEqual({ hidden: [0, 0, 1] });
    expect(few.r7).toEqual({ hidden: [1, 0, 15] });
    expect(few.r50).toEqual({});
  });

  test('that all may have moved a pair are not tried one by one, which is told', () => {
    const fields = (value: number) => Object.fromEntries(many.map((_, n) => [`f${n}`, value]));
    const pairs: Pairs = { p: [fields(1), fields(2)], q: [{ f1: 1 }, { f1: 2 }] };
    const report = rules([], many, pairs);
    expect([report.moved.hidden.pairs, report.attributed]).toEqual([2, 1]);
    expect(describeRejudged(report, ['a', 'b']).join('\n')).toContain('Counts by change are of 1 of the 2 pairs');
  });
});

test('what takes part in a move always has a bearing on it', () => {
  const path = fc.constantFrom('/a', '/b', '/a/c', '/a/*', '/**/c', '/list', '/list/*/c', '');
  const rule = fc.oneof(
    path.map((at) => ({ ignore: at || '/**' })),
    path.map((at) => ({ tolerance: { path: at, absolute: 1 } })),
    path.map((at) => ({ nullish: { path: at, same: ['null', 'missing'] } })),
    fc.constant({ unordered: { path: '/list' } }),
    fc.constant({ rename: { side: 'candidate', from: '/d', to: '/b' } }),
    fc.constant({ include: '/a' }),
  );
  const scalar = fc.constantFrom(1, 2, 3, null, 'x');
  const inner = fc.record({ c: scalar, e: scalar }, { requiredKeys: [] });
  const document = fc.record(
    { a: fc.oneof(scalar, inner), b: scalar, d: scalar, list: fc.array(inner, { maxLength: 3 }) },
    { requiredKeys: [] },
  );
  const list = fc.array(rule, { maxLength: 3 });
  let moved = 0;
  fc.assert(
    fc.property(list, list, document, document, (before, after, legacy, candidate) => {
      const files = [before, after].map((some) => {
        try {
          return experiment(some);
        } catch {
          return undefined;
        }
      });
      const [one, other] = files;
      if (one === undefined || other === undefined) return;
      const { changes, outputs } = rejudgeSettings(one, other, undefined);
      const [output] = outputs;
      if (output === undefined) throw new Error('no output');
      const judged = (grouping: typeof output.before) => judgeEvents(eventOf(legacy), eventOf(candidate), grouping);
      const [was, is] = [judged(output.before), judged(output.after)];
      const move = moveOf(was, is);
      if (move === undefined) return;
      moved++;
      const parts = attribute(move, was, is, setsOf(changes), (made) => judged(output.with(made)));
      const hasBearing = new Bearing(changes, [...one.rules, ...other.rules]).on(
        [was, is, judged(output.unchanged())],
        100,
      );
      expect([...parts.keys()].filter((change) => !hasBearing(change)).map(({ name }) => name)).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(moved).toBeGreaterThan(20);
});

test('what is said of a thing has a bearing on what points at it', () => {
  const fixed = [
    { name: 'refs', reference: { path: '/ref', to: '/things/*/id' } },
    { name: 'ids', ignore: '/things/*/id' },
  ];
  const things = (a: string, b: string) => [
    { id: a, name: 'one' },
    { id: b, name: 'two' },
  ];
  const pairs: Pairs = {
    p: [
      { ref: 'a', things: things('a', 'b') },
      { ref: 'y', things: things('x', 'y') },
    ],
  };
  const others = Array.from({ length: 20 }, (_, n) => ({ name: `r${n}`, ignore: `/f${n}` }));
  const changed = [...fixed, { name: 'names', ignore: '/things/*/name' }, ...others];
  expect(effects(rules(fixed, changed, pairs)).names).toEqual({ hidden: [1, 0, 0] });
});
