// What moves when rules are changed, and which change is told to have moved it.
import { describe, expect, test } from 'vitest';
import { describeRejudged } from './describe.ts';
import type { Move } from './move.ts';
import { rejudgeExitCode } from './report.ts';
import { rejudgeSettings } from './settings.ts';
import { effects, experiment, type Pairs, rejudged, rules } from './testing/rejudged.ts';

const IGNORE_A = { name: 'a', ignore: '/a' };
const IGNORE_B = { name: 'b', ignore: '/b' };
const CENTS = (absolute: number) => ({ name: 'cents', tolerance: { path: '/total', absolute } });

describe('changed rules', () => {
  test('that add one hide what it excuses, and nothing else', () => {
    const report = rules([], [IGNORE_A], { p: [{ a: 1 }, { a: 2 }], q: [{ b: 1 }, { b: 2 }], r: [{ a: 1 }, { a: 1 }] });
    expect(report.matrix).toEqual({ match: { match: 1 }, mismatch: { equivalent: 1, mismatch: 1 } });
    expect(report.moved.hidden).toMatchObject({
      pairs: 1,
      kinds: [{ patterns: ['/a'], example: { id: 'p', hidden: [{ path: '/a', legacy: '1', candidate: '2' }] } }],
    });
    expect(effects(report)).toEqual({ a: { hidden: [1, 0, 0] } });
    expect([report.before.parity, report.after.parity]).toEqual([1 / 3, 2 / 3]);
    expect(rejudgeExitCode(report)).toBe(0);
  });

  test('that narrow or remove one reveal, and end in 1', () => {
    const pairs: Pairs = {
      p: [
        { total: 1, a: 1 },
        { total: 1.03, a: 1 },
      ],
      q: [
        { total: 1, a: 1 },
        { total: 1, a: 2 },
      ],
    };
    const report = rules([CENTS(0.05), IGNORE_A], [CENTS(0.01)], pairs);
    expect(effects(report)).toEqual({ cents: { revealed: [1, 0, 0] }, a: { revealed: [1, 0, 0] } });
    expect(new Map(report.moved.revealed.kinds.map(({ patterns, example }) => [example.id, patterns]))).toEqual(
      new Map([
        ['p', ['/total']],
        ['q', ['/a']],
      ]),
    );
    expect(rejudgeExitCode(report)).toBe(1);
  });

  test('of which two are needed for a pair are told to hide it only together', () => {
    const report = rules([], [IGNORE_A, IGNORE_B], {
      both: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
      one: [
        { a: 1, b: 1 },
        { a: 2, b: 1 },
      ],
    });
    expect(effects(report)).toEqual({ a: { hidden: [1, 0, 1] }, b: { hidden: [0, 0, 1] } });
    expect(report.combinations).toEqual([{ move: 'hidden', changes: ['a', 'b'], pairs: 1, example: 'both' }]);
  });

  test('of which either is enough are told so', () => {
    const report = rules([], [IGNORE_A, { name: 'all', ignore: '/**' }], { p: [{ a: 1 }, { a: 2 }] });
    expect(effects(report)).toEqual({ a: { hidden: [0, 1, 0] }, all: { hidden: [0, 1, 0] } });
    expect(report.combinations).toEqual([]);
  });

  test('are not credited with what a rule hides that was there before', () => {
    const report = rules([IGNORE_A], [IGNORE_A, IGNORE_B], {
      p: [
        { a: 1, b: 1 },
        { a: 2, b: 2 },
      ],
    });
    expect(effects(report)).toEqual({ b: { hidden: [1, 0, 0] } });
  });

  test('that move nothing are named, by what they did and as rules that excuse nothing', () => {
    const idle = { name: 'idle', tolerance: { path: '/x', absolute: 1 } };
    const report = rules([], [IGNORE_A, idle], { p: [{ a: 1 }, { a: 2 }] });
    expect(effects(report)).toEqual({ a: { hidden: [1, 0, 0] }, idle: {} });
    expect(report.rules).toContainEqual(expect.objectContaining({ name: 'idle', remark: 'never-met' }));
  });

  test('that hide a part of a divergence leave it one, elsewhere', () => {
    const report = rules([], [IGNORE_A, IGNORE_B], {
      p: [
        { a: 1, b: 1, c: 1 },
        { a: 2, b: 2, c: 2 },
      ],
    });
    expect(report.moved.hidden.pairs).toBe(0);
    expect(report.moved.reshaped).toMatchObject({ pairs: 1, kinds: [{ patterns: ['/a', '/b'] }] });
    expect(effects(report)).toEqual({ a: { reshaped: [1, 0, 0] }, b: { reshaped: [1, 0, 0] } });
  });

  test('that make a pair undecided hide nothing, and end in 2', () => {
    const broken = { name: 'broken', transform: { side: 'candidate', path: '/a', value: '$number($)' } };
    const report = rules([], [broken], { p: [{ a: '1' }, { a: 'x' }] });
    expect(report.moved).toMatchObject({
      hidden: { pairs: 0 },
      undecided: { pairs: 1, kinds: [{ before: 'mismatch', after: 'inconclusive' }] },
    });
    expect(rejudgeExitCode(report)).toBe(2);
  });

  test('of other places of one rule are one change of that rule', () => {
    const report = rules([{ ignore: ['/a'] }], [{ ignore: ['/a', '/b'] }], { p: [{ b: 1 }, { b: 2 }] });
    expect(effects(report)).toEqual({ 'ignore#1': { hidden: [1, 0, 0] } });
  });

  test('count every pair once in the matrix, whatever moves', () => {
    const pairs = Object.fromEntries(
      Array.from(
        { length: 60 },
        (_, n) =>
          [
            `p${n}`,
            [
              { a: n, b: n % 3, total: n },
              { a: n + (n % 2), b: n % 4, total: n + (n % 5) / 50 },
            ],
          ] as const,
      ),
    );
    const report = rules([IGNORE_A, CENTS(0.05)], [IGNORE_B, CENTS(0.03)], pairs);
    const cells = Object.values(report.matrix).flatMap((row) => Object.values(row ?? {}));
    expect(cells.reduce((sum, count) => sum + count, 0)).toBe(60);
    const moved = (move: Move) => report.moved[move].pairs;
    expect(report.after.diverged - report.before.diverged).toBe(moved('revealed') - moved('hidden'));
    expect(report.attributed).toBe(Object.values(report.moved).reduce((sum, { pairs: count }) => sum + count, 0));
  });
});

describe('settings beside rules', () => {
  test('are a change of their own', () => {
    const report = rejudged(experiment([]), experiment([], { compare: { value: false, key: true } }), {
      p: [{ a: 1 }, { a: 2 }],
    });
    expect(report.changes).toMatchObject([{ change: 'settings', settings: ['compare'] }]);
    expect(effects(report)).toEqual({ settings: { hidden: [1, 0, 0] } });
  });

  test('that say which events are a pair may not differ', () => {
    const other = experiment([], { correlation: 'key' });
    expect(() => rejudgeSettings(experiment([]), other, undefined)).toThrowError(
      expect.objectContaining({ code: 'other-pairs', message: expect.stringContaining('correlation of legacy') }),
    );
  });

  test('values are masked as the file in force says, also where the changed one would show them', () => {
    const masked = experiment([], { privacy: { '/a': 'drop', default: 'keep' } });
    const report = rejudged(masked, experiment([IGNORE_A]), { p: [{ a: 'secret' }, { a: 'other' }] }, true);
    expect(report.moved.hidden.pairs).toBe(1);
    expect(JSON.stringify(report)).not.toContain('secret');
  });
});

describe('a report', () => {
  const wide = { [`/${'deep/'.repeat(40)}`]: 1 };
  const value = (n: number) => ({ a: 'v'.repeat(300) + n, b: n, ...wide });
  const pairs = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [`id-${'9'.repeat(90)}${n}`, [value(n), value(n + 1)]] as const),
  );

  test('fits 100 columns whatever the data hold', () => {
    const report = rejudged(experiment([]), experiment([IGNORE_A, { ignore: [`/${'x'.repeat(150)}`] }]), pairs, true);
    const lines = describeRejudged(report, ['a.yaml', 'b.yaml']);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.join('\n')).toContain('Still diverging');
  });

  test('suggests rules for what diverges still, sized on half of it and tried on the rest', () => {
    const noisy = Object.fromEntries(
      Array.from(
        { length: 60 },
        (_, n) =>
          [
            `p${n}`,
            [
              { n, at: 1_732_320_000_000 + n },
              { n, at: 1_732_320_000_400 + n },
            ],
          ] as const,
      ),
    );
    const report = rejudged(experiment([]), experiment([]), noisy, true);
    expect(report.suggestions).toMatchObject([
      { rule: { time: { path: '/at' } }, hides: 30, evidence: { differing: 30 }, tried: { differing: 30, hides: 30 } },
    ]);
    expect(report.suggestions?.[0]?.risk.text).toMatch(/\w/);
  });

  test('suggests for a type what its own rules leave, and for that type', () => {
    const typed = (type: string) =>
      Object.fromEntries(
        Array.from(
          { length: 5 },
          (_, n) =>
            [
              `${type}${n}`,
              [
                { type, n: 0.5 },
                { type, n: 0.5 + n / 1000 + 0.001 },
              ],
            ] as const,
        ),
      );
    const file = experiment([{ tolerance: { path: '/n', absolute: 1 }, types: 'a' }], { type: 'path:/type' });
    const report = rejudged(file, file, { ...typed('a'), ...typed('b') }, true);
    expect(report.after).toMatchObject({ agreed: 5, diverged: 5 });
    expect(report.suggestions?.map(({ rule }) => rule)).toEqual([
      { tolerance: { path: '/n', absolute: expect.any(Number) }, types: 'b' },
    ]);
  });

  test('of files that say the same says so, and moves nothing', () => {
    const report = rejudged(experiment([CENTS(1)]), experiment([CENTS(1)]), { p: [{ a: 1 }, { a: 2 }] });
    expect(report.changes).toEqual([]);
    expect(describeRejudged(report, ['a.yaml', 'b.yaml']).join('\n')).toContain('Nothing is changed');
    expect(rejudgeExitCode(report)).toBe(0);
  });

  test('of no pair ends in 2', () => {
    expect(rejudgeExitCode(rules([], [], {}))).toBe(2);
  });
});
