// The report on noise: what is suggested from A/A, what never is, and what is said of it.
import { expect, test } from 'vitest';
import type { Experiment } from '../experiment/experiment.ts';
import { parseExperiment } from '../experiment/parse.ts';
import type { Matched } from '../inference/matching.ts';
import { withRules } from './accepting.ts';
import { describeNoise } from './describe.ts';
import type { NoiseCount, ValueType } from './rates.ts';
import { acceptedRule, noiseReport } from './report.ts';

const FILE = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\ntwin: { topic: c }\n';

function experiment(rules = ''): Experiment {
  const parsed = parseExperiment(`${FILE}${rules}`, 'x.yaml');
  if (parsed.kind === 'ok') return parsed.experiment;
  throw new Error(parsed.faults.map(({ message }) => message).join('; '));
}

function pairs(make: (n: number) => readonly [unknown, unknown]): readonly Matched[] {
  const record = (value: unknown, n: number) => ({
    key: null,
    value: new TextEncoder().encode(JSON.stringify(value)),
    headers: [],
    partition: 0,
    offset: n,
    timestamp: n,
  });
  return Array.from({ length: 20 }, (_, n) => {
    const [legacy, other] = make(n);
    return { id: `p${n}`, legacy: [record(legacy, n)], candidate: [record(other, n)] };
  });
}

const counted = (pattern: string, aa: number, ab: number, type: ValueType = 'number'): NoiseCount => ({
  output: 'default',
  pattern,
  kind: 'changed',
  legacyType: type,
  candidateType: type,
  aa: { hits: aa, all: 400 },
  ab: { hits: ab, all: 400 },
});
const totals = { aaPairs: 400, abPairs: 400, abRuns: { default: 'bare' }, full: 0 };
const WORDS = ['up', 'down', 'left', 'right', 'in', 'out'];
/** Noise of no form: words from a list. */
const words = (n: number) => [{ way: WORDS[n % 6] }, { way: WORDS[(n + 1) % 6] }] as const;

test('a tolerance is suggested from A/A, and it is told what it would hide of the candidate', () => {
  const report = noiseReport(experiment(), { ...totals, counts: [counted('/total', 40, 90)] }, [
    {
      output: 'default',
      aa: pairs((n) => [{ total: 100 }, { total: 100 + (n % 4 === 0 ? 0.01 : 0) }]),
      ab: pairs((n) => [{ total: 100 }, { total: 100 + (n % 2 === 0 ? 0.01 : 7) }]),
    },
  ]);
  expect(report.rates).toMatchObject([{ verdict: 'above-noise' }]);
  expect(report.suggestions).toMatchObject([
    { name: 'noise /total', rule: { tolerance: { path: '/total' } }, candidate: { differing: 20, hides: 10 } },
  ]);
  expect(report.suggestions[0]?.beyondNoise).toEqual(['/total']);
  const lines = describeNoise(report).join('\n');
  expect(lines).toMatch(
    /\/total +changed number > number +10 % \(40\) +22\.5 % \(90\) +\+7\.\d to \+17\.\d +ABOVE NOISE/,
  );
  expect(lines).toContain('it would hide 10 of 20 sampled');
  expect(lines).toContain('MORE THAN NOISE at /total');
});

test('a place is never ignored where something is more than noise, and is where all of it is', () => {
  const sample = [{ output: 'default', aa: pairs(words), ab: [] }];
  const noisy = noiseReport(experiment(), { ...totals, counts: [counted('/way', 200, 210, 'string')] }, sample);
  expect(noisy.suggestions).toMatchObject([{ rule: { ignore: '/way' }, risk: { level: 'high' } }]);
  const worse = noiseReport(experiment(), { ...totals, counts: [counted('/way', 200, 330, 'string')] }, sample);
  expect(worse.suggestions).toEqual([]);
  expect(worse.left).toMatchObject([{ pattern: '/way', why: 'nothing narrower than ignoring it would do' }]);
  // A member that only the candidate loses, in a place that is noisy otherwise.
  const lost = { ...counted('/way', 0, 5, 'string'), kind: 'removed', candidateType: 'missing' } as const;
  const both = noiseReport(experiment(), { ...totals, counts: [counted('/way', 200, 210, 'string'), lost] }, sample);
  expect(both.suggestions).toEqual([]);
});

test('what only the candidate does is never suggested a rule for', () => {
  const report = noiseReport(experiment(), { ...totals, counts: [counted('/total', 0, 40)] }, [
    { output: 'default', aa: [], ab: pairs(() => [{ total: 1 }, { total: 1.001 }]) },
  ]);
  expect(report).toMatchObject({ suggestions: [], left: [], rates: [{ verdict: 'only-candidate' }] });
});

test('noise that the rules in force leave nothing of needs none, and what they hide beyond it is said', () => {
  const sample = [{ output: 'default', aa: pairs(words), ab: [] }];
  const under = experiment('rules: [ { ignore: /way } ]\n');
  const why = (ab: number) =>
    noiseReport(under, { ...totals, counts: [counted('/way', 200, ab, 'string')] }, sample).left[0]?.why;
  expect(why(200)).toBe('the rules in force excuse it');
  expect(why(330)).toMatch(/^THE RULES IN FORCE EXCUSE IT, and what is more than noise/);
  const gone = noiseReport(under, { ...totals, counts: [counted('/way', 200, 200, 'string')] }, [
    { output: 'default', aa: [], ab: [] },
  ]);
  expect(gone.left).toMatchObject([{ why: 'no pair that shows it could be read and compared' }]);
});

test('an accepted rule says what it was concluded from, under a name of its own', () => {
  const taken = 'rules: [ { name: noise /total, ignore: /other } ]\n';
  const report = noiseReport(experiment(taken), { ...totals, counts: [counted('/total', 40, 40)] }, [
    { output: 'default', aa: pairs((n) => [{ total: 100 }, { total: 100 + n / 1_000 }]), ab: [] },
  ]);
  const [suggestion] = report.suggestions;
  if (suggestion === undefined) throw new Error('no suggestion');
  const text = withRules(`${FILE}${taken}`, [acceptedRule(suggestion, report, '2026-11-23')]);
  expect(text).toContain('# Noise: legacy and its twin differ here in 40 of 400 pairs: numbers at most 0.019 apart.');
  expect(text).toContain('From 19 sampled pairs; parallax noise, 2026-11-23.');
  expect(text).toContain('name: noise /total 2');
  expect(text).not.toContain('ALTHOUGH');
  expect(parseExperiment(text, 'x.yaml').kind).toBe('ok');
});

test('that A/B was counted under rules is said, and that pairs differ in more than was listed', () => {
  const lines = describeNoise(
    noiseReport(experiment(), { ...totals, abRuns: { default: 'live' }, full: 3, counts: [] }, []),
  ).join('\n');
  expect(lines).toContain('`comparator --bare` counts it without');
  expect(lines).toContain('3 pairs had more differences than budgets.differencesPerPair');
  expect(lines).toContain('Nothing differs.');
});
