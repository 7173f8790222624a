// Experiments in words.
import { expect, test } from 'vitest';
import type { RuleSpec } from '../compare/rules.ts';
import { describeExperiment, ruleInWords } from './describe.ts';
import { parseExperiment } from './parse.ts';

const RULES: readonly (readonly [RuleSpec, string])[] = [
  [{ kind: 'ignore', name: 'ids', paths: ['/a', '/b'] }, '/a, /b not compared (ids)'],
  [
    { kind: 'time', name: 't', path: '/at', within: '2s', severity: 'minor' },
    'times at /at the same if they are within 2s, severity minor (t)',
  ],
  [
    { kind: 'text', name: 't', path: '/n', case: 'fold', space: 'trim', matching: '[a-z]+' },
    'texts at /n the same but for case, white space around, if both match [a-z]+ (t)',
  ],
  [{ kind: 'coerce', name: 'c', path: '/n', to: 'number' }, 'values at /n the same if they are as a number (c)'],
  [
    { kind: 'better', name: 'b', path: '/ms', direction: 'lower', noWorseThan: '5%' },
    'lower numbers of the candidate at /ms an improvement, up to 5% worse as good (b)',
  ],
  [
    { kind: 'known', name: 'k', path: '/a', kinds: ['added'], owner: 'us', ticket: 'T-1', expires: '2999-01-01' },
    'differences of kind added at /a known until 2999-01-01 (us, T-1) (k)',
  ],
  [{ kind: 'include', name: 'n', paths: ['/a'] }, 'only /a compared (n)'],
  [
    { kind: 'tolerance', name: 'n', path: '', absolute: 0.5, relative: 0.01, ulp: 2, digits: 3 },
    'numbers at the root the same if they differ by at most 0.5 or differ by at most 1% or are at most 2 doubles apart or agree in 3 digits (n)',
  ],
  [{ kind: 'unordered', name: 'n', path: '/a' }, 'order at /a does not count, elements matched as a multiset (n)'],
  [
    { kind: 'unordered', name: 'n', path: '/a', key: ['/k', '/l'] },
    'order at /a does not count, elements matched by /k, /l (n)',
  ],
  [{ kind: 'nullish', name: 'n', path: '/a', same: ['null', 'missing'] }, 'null and missing the same at /a (n)'],
  [{ kind: 'rename', name: 'n', side: 'legacy', from: '/a', to: '/b' }, '/a of legacy compared as /b (n)'],
];

test.each(RULES)('%j', (rule, words) => {
  expect(ruleInWords(rule)).toBe(words);
});

test('only what the experiment says is told, and the defaults that hold', () => {
  const parsed = parseExperiment(
    'experiment: x\ncorrelation: [key, ce_id]\nlegacy: { topic: a }\ncandidate: { topic: b }\nwindow: { pick: last, counts: ignore }\ncompare: { value: false, headers: [h] }\n',
    'e.yaml',
  );
  if (parsed.kind === 'faults') expect.unreachable(JSON.stringify(parsed.faults));
  const told = new Map(describeExperiment(parsed.experiment).map(({ about, lines }) => [about, lines]));
  expect([...told.keys()]).toEqual(['experiment', 'output', 'compared', 'window', 'rules', 'criteria', 'budgets']);
  expect(told.get('output')?.[1]).toContain('id from all of: (key) and (ce_id)');
  expect(told.get('compared')).toEqual(['header h']);
  expect(told.get('window')?.[0]).toBe('compares the last event of a side; how many does not count');
  expect(told.get('criteria')?.[0]).toContain('not stated');
});

test('a twin is told of with what it is for', () => {
  const parsed = parseExperiment(
    'experiment: x\nlegacy: { topic: a, correlation: key }\ncandidate: { topic: b }\ntwin: { topic: c }\n',
    'e.yaml',
  );
  if (parsed.kind === 'faults') expect.unreachable(JSON.stringify(parsed.faults));
  const output = describeExperiment(parsed.experiment).find(({ about }) => about === 'output');
  expect(output?.lines.at(-1)).toMatch(/^ {2}twin {7}c.*id from key.*no part in the verdict$/);
});
