// What is told of rules while comparing goes on: doubts once, uses now and then.
import { type Experiment, parseExperiment } from '@parallax/core';
import type { TelemetryEvent } from '@parallax/platform';
import { expect, test } from 'vitest';
import { RuleWatch } from './rule-watch.ts';

const MINUTE = 60_000;

function experiment(rules: string): Experiment {
  const parsed = parseExperiment(`experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n${rules}`, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

function watching(rules: string, run = 'live') {
  const events: TelemetryEvent[] = [];
  const watch = new RuleWatch(experiment(rules), run, { record: (event) => events.push(event) }, 0);
  return { watch, tally: watch.tally, told: () => events.splice(0) };
}

const SHADOWED = 'rules: [ { tolerance: { path: /a/b, absolute: 1 } }, { ignore: /a }, { ignore: "/x[0]" } ]\n';

test('rules that say nothing are told of once, at the start, by name', () => {
  const [event, ...more] = watching(SHADOWED).told();
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    name: 'rules-doubtful',
    level: 'warn',
    message: expect.stringMatching(/^Rule `tolerance#1` says nothing: .* 1 more\. `parallax check`/),
    fields: {
      doubts: [
        { code: 'shadowed-rule', rule: 'tolerance#1' },
        { code: 'odd-path', rule: 'ignore#3' },
      ],
    },
  });
  expect(watching(SHADOWED, 'twin').told()).toEqual([]);
  expect(watching('rules: [ { ignore: /a } ]\n').told()).toEqual([]);
});

test('what rules do is told after a minute of comparing, then less and less often, and only what is new', () => {
  const { watch, tally, told } = watching(
    'rules: [ { tolerance: { path: /a, absolute: 1 } }, { name: idle, tolerance: { path: /b, absolute: 1 } } ]\n',
  );
  watch.look(MINUTE);
  expect(told()).toEqual([]);
  tally.pair(new Map([['tolerance#1', 2]]));
  watch.look(2 * MINUTE);
  expect(told()).toEqual([]);
  watch.look(5 * MINUTE);
  const [event, ...more] = told();
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    name: 'rules-used',
    message: expect.stringContaining('1 of 2 rules did nothing: idle'),
    fields: { pairs: 1, idle: ['idle'], rules: [{ name: 'tolerance#1', places: 2, pairs: 1 }, { name: 'idle' }] },
  });
  watch.look(21 * MINUTE);
  expect(told()).toEqual([]);
  tally.pair(new Map([['tolerance#1', 1]]));
  watch.look(22 * MINUTE);
  expect(told()).toEqual([]);
  watch.look(90 * MINUTE);
  expect(told()).toMatchObject([{ fields: { pairs: 2 } }]);
  watch.tell();
  expect(told()).toEqual([]);
});

test('what excuses something in every pair is said to only where pairs of equal bytes are known to be none', () => {
  const { watch, tally } = watching('rules: [ { tolerance: { path: /a, absolute: 1 } } ]\n');
  for (let n = 0; n < 20; n++) tally.pair(new Map([['tolerance#1', 1]]));
  expect(watch.uses().map(({ remark }) => remark)).toEqual([undefined]);
  expect(watch.uses(true).map(({ remark }) => remark)).toEqual(['every-pair']);
});
