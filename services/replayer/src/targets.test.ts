// Where a replay writes and its build answers: a topic of the run, or one that is allowed by name; never a live one.
import { expect, test } from 'vitest';
import { ORDERS } from './doubles.ts';
import { targetsOfRun } from './targets.ts';

const refusal = (topic: string, allow: readonly string[] = []) => {
  try {
    return targetsOfRun(ORDERS, 'r', { candidateTopics: { price: topic }, allow }).outputs[0]?.candidate;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test('the run’s own topics are all named after it', () => {
  const { input, outputs } = targetsOfRun(ORDERS, 'r');
  const all = [input.topic, ...outputs.flatMap(({ legacy, candidate }) => [legacy.topic, candidate])];
  expect(all.every((topic) => topic.endsWith('.replay.r'))).toBe(true);
});

test.each(['orders.in', 'orders.in.v2', 'prices', 'invoices', 'prices.v2', 'invoices.v2'])(
  '%s is live, and refused whatever is allowed',
  (topic) => {
    expect(refusal(topic)).toBe('replay-target-live');
    expect(refusal(topic, ['*', topic])).toBe('replay-target-live');
  },
);

test.each([
  '__consumer_offsets',
  '_schemas',
  'parallax.orders.checkpoint',
  'prices.v2.replay.other',
  'invoices.replay.r',
])('%s is refused whatever is allowed: internal, of another run, or taken', (topic) => {
  expect(refusal(topic)).toBe('replay-target-refused');
  expect(refusal(topic, ['*'])).toBe('replay-target-refused');
});

test.each([
  ['lab.prices', [], 'replay-target-refused'],
  ['lab.prices', ['lab.prices'], 'lab.prices'],
  ['lab.prices', ['lab.*'], 'lab.prices'],
  ['lab.prices', ['*.prices'], 'lab.prices'],
  ['lab.team.prices', ['lab.*.prices'], 'lab.team.prices'],
  ['lab.prices', ['lab.*.prices'], 'replay-target-refused'],
  ['lab.prices', ['ab.*', 'lab'], 'replay-target-refused'],
  ['answers.replay.r', [], 'answers.replay.r'],
] as const)('%s with %j allowed: %s', (topic, allow, result) => {
  expect(refusal(topic, allow)).toBe(result);
});

test('an output there is not is named with those there are', () => {
  expect(() => targetsOfRun(ORDERS, 'r', { candidateTopics: { cost: 'a.replay.r' } })).toThrow(
    expect.objectContaining({ code: 'bad-arguments', cure: expect.stringContaining('price, invoice') }),
  );
});
