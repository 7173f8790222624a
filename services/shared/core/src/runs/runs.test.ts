// Runs: names that meet nothing else, and two runs told apart pair by pair.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExperiment } from '../experiment/parse.ts';
import type { Outcome } from '../outcome.ts';
import { OUTCOMES } from '../verdict/judge.ts';
import { CHANGES, changeOf, compareRuns, type PairGroup } from './compare-runs.ts';
import { buildGroupOfRun, checkRunName, topicOfRun, topicsOfRun } from './names.ts';

function experiment(yaml: string) {
  const parsed = parseExperiment(yaml, 'x.yaml');
  if (parsed.kind === 'ok') return parsed.experiment;
  throw new Error(parsed.faults.map(({ message }) => message).join('; '));
}

test('a run has a topic of its own for each of the experiment’s, the candidate’s input first', () => {
  const pricing = experiment(
    'experiment: pricing\ninput: { topic: in }\nlegacy: { outputs: { a: old.a, b: old.b } }\ncandidate: { outputs: { a: new.a, b: new.b }, input: in.v2, group: pricers }\n',
  );
  expect(topicsOfRun(pricing, 'r')).toEqual({
    input: { source: 'in', topic: 'in.v2.replay.r' },
    outputs: [
      { output: 'a', legacy: { source: 'old.a', topic: 'old.a.replay.r' }, candidate: 'new.a.replay.r' },
      { output: 'b', legacy: { source: 'old.b', topic: 'old.b.replay.r' }, candidate: 'new.b.replay.r' },
    ],
  });
  expect(buildGroupOfRun(pricing, 'r')).toBe('pricers.replay.r');
  expect(topicOfRun('in', 'live')).toBe('in');
});

test('an experiment that does not say what both systems read cannot be replayed', () => {
  const blind = experiment('experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n');
  expect(() => topicsOfRun(blind, 'r')).toThrow(expect.objectContaining({ code: 'no-input' }));
  expect(buildGroupOfRun(blind, 'r')).toBe('x.replay.r');
});

test.each(['live', 'twin', 'bare', '', 'Build', 'a b', '-a', 'a.b', 'x'.repeat(64)])(
  '"%s" is no name for a replay',
  (name) => {
    expect(() => checkRunName(name)).toThrow(expect.objectContaining({ code: 'bad-run-name' }));
  },
);

test.each([
  ['mismatch', 'match', 'fixed'],
  ['missing-candidate', 'known', 'fixed'],
  ['mismatch', 'missing-candidate', 'remaining'],
  ['equivalent', 'mismatch', 'new'],
  ['improved', 'missing-legacy', 'new'],
  ['match', 'equivalent', 'steady'],
  ['inconclusive', 'mismatch', 'undecided'],
  ['match', 'inconclusive', 'undecided'],
  ['mismatch', undefined, 'only-before'],
  [undefined, 'match', 'only-after'],
] as const)('%s before and %s after is %s', (before, after, change) => {
  expect(changeOf(before, after)).toBe(change);
});

test('kinds are told by what they are now, a fixed one by what it was, the most frequent first', () => {
  const group = (before: Outcome, after: Outcome, was: string, is: string, pairs: number, id: string): PairGroup => ({
    output: 'price',
    before,
    after,
    signatureBefore: was,
    signatureAfter: is,
    pairs,
    examples: [id],
  });
  const { counts, kinds } = compareRuns([
    group('mismatch', 'match', 'v1:a', '', 2, 'z'),
    group('mismatch', 'equivalent', 'v1:a', '', 3, 'y'),
    group('missing-candidate', 'match', '', '', 9, 'x'),
    group('mismatch', 'mismatch', 'v1:a', 'v1:b', 4, 'w'),
    group('match', 'mismatch', '', 'v1:c', 1, 'v'),
  ]);
  expect(counts).toMatchObject({ fixed: 14, remaining: 4, new: 1 });
  expect(kinds.fixed).toEqual([
    { output: 'price', outcome: 'missing-candidate', signature: '', pairs: 9, examples: ['x'] },
    { output: 'price', outcome: 'mismatch', signature: 'v1:a', pairs: 5, examples: ['y', 'z'] },
  ]);
  expect(kinds.remaining).toMatchObject([{ signature: 'v1:b', pairs: 4 }]);
  expect(kinds.new).toMatchObject([{ signature: 'v1:c', pairs: 1 }]);
});

test('every pair is counted once, whatever its outcomes', () => {
  const outcome = fc.option(fc.constantFrom(...OUTCOMES), { nil: undefined });
  const groups = fc.array(
    fc.record({
      output: fc.constantFrom('a', 'b'),
      before: outcome,
      after: outcome,
      signatureBefore: fc.constantFrom('', 's'),
      signatureAfter: fc.constantFrom('', 's'),
      pairs: fc.integer({ min: 1, max: 99 }),
      examples: fc.constant(['id']),
    }),
  );
  fc.assert(
    fc.property(groups, (all) => {
      const { counts, kinds } = compareRuns(all);
      const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
      expect(sum(CHANGES.map((change) => counts[change]))).toBe(sum(all.map(({ pairs }) => pairs)));
      for (const kind of ['fixed', 'remaining', 'new'] as const) {
        expect(sum(kinds[kind].map(({ pairs }) => pairs))).toBe(counts[kind]);
      }
    }),
  );
});
