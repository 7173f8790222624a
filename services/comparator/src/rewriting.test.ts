// Rules that rewrite, and rules for some events only, on their way from the file to the rows.
import type { NewRecord } from '@parallax/core';
import { TRAFFIC_BEGINS } from '@parallax/platform/testing';
import { expect, test } from 'vitest';
import { experiment, World } from './testing/world.ts';

function record(id: string, value: string): NewRecord {
  const headers: NewRecord['headers'] = [['correlation-id', Buffer.from(id)]];
  return { partition: 0, key: null, timestamp: TRAFFIC_BEGINS, value: Buffer.from(value), headers };
}

const FILE = [
  'experiment: x',
  'type: path:/type',
  'legacy: { topic: a }',
  'candidate: { topic: b }',
  'window: { settle: 200ms, deadline: 2s }',
  '',
].join('\n');

test('events of the same bytes diverge where a transform makes one of them another, also among several', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  const cents = '{"type":"Priced","total":500}';
  for (const topic of ['a', 'b'])
    await world.append(topic, [record('1', cents), record('2', cents), record('2', '{"total":7}')]);
  await world.append('a', [record('3', '{"type":"Priced","total":5}')]);
  await world.append('b', [record('3', cents), record('4', '{"type":"Other","total":500}')]);
  await world.append('a', [record('4', '{"type":"Other","total":500}')]);
  const rules = "rules: [{ transform: { side: candidate, path: /total, value: '$ / 100' }, types: Priced }]\n";
  await world.catchUp({ experiment: experiment(FILE + rules) });
  const outcomes = world.store.pairs().map(({ id, outcome }) => [id, outcome]);
  expect(Object.fromEntries(outcomes)).toEqual({ 1: 'mismatch', 2: 'mismatch', 3: 'equivalent', 4: 'match' });
});

test('another condition, type or expression begins a new epoch', async () => {
  const world = await new World({ topics: { a: 1, b: 1 } }).open();
  let id = 0;
  const epochOf = async (rule: string): Promise<number> => {
    const key = String(++id);
    await world.append('a', [record(key, '{"at":1}')]);
    await world.append('b', [record(key, '{"at":2}')]);
    await world.catchUp({ experiment: experiment(`${FILE}rules: [${rule}]\n`) });
    return world.store.pairs().find((pair) => pair.id === key)?.rules_version ?? 0;
  };
  const epochs: number[] = [];
  for (const rule of [
    '{ ignore: [/at] }',
    '{ ignore: [/at], types: A }',
    '{ ignore: [/at], types: [A, B] }',
    '{ ignore: [/at], when: { side: legacy, path: /at, equals: 1 } }',
    '{ ignore: [/at], when: { side: legacy, path: /at, equals: 2 } }',
    '{ transform: { side: legacy, path: /at, value: $ } }',
    "{ transform: { side: legacy, path: /at, value: '$ + 1' } }",
    '{ decode: { path: /at, as: json } }',
    '{ decode: { path: /at, as: [base64, json] } }',
  ]) {
    epochs.push(await epochOf(rule), await epochOf(rule));
  }
  expect(new Set(epochs).size).toBe(epochs.length / 2);
  expect(epochs).toEqual([...epochs].sort((one, other) => one - other));
});
