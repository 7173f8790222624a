// What is printed of two files compared.
import { FileTally, fileSettings, judgeGroup, parseExperiment } from '@parallax/core';
import { expect, test } from 'vitest';
import { describeFiles } from './describe.ts';

function described(path: string): string {
  const parsed = parseExperiment(
    `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules: [ { name: cents, tolerance: { path: ${path}, absolute: 0.005 } } ]\n`,
    'e.yaml',
  );
  if (parsed.kind === 'faults') throw new Error(JSON.stringify(parsed.faults));
  const { plan, thresholds, typeOf } = fileSettings(parsed.experiment);
  const event = (text: string) => [
    { timestamp: 0, content: { key: null, value: new TextEncoder().encode(text), headers: [] } },
  ];
  const tally = new FileTally();
  const lost = { legacy: false, candidate: false };
  tally.pair(judgeGroup('1', event('{"total":7}'), event('{"total":7.01}'), { plan, typeOf, lost }));
  const { rules } = plan.spec;
  return describeFiles(tally.summary(thresholds, plan.tally.uses(rules)), tally, rules).join('\n');
}

test('a rule whose place no event had is asked after, where a place like it differs', () => {
  expect(described('/totl')).toContain('no event had its place; /total differs: was that meant?');
  expect(described('/elsewhere')).toMatch(/no event had its place$/m);
  expect(described('/total')).toMatch(/nothing was excused by it$/m);
});
