// The comparisons noise is measured by: what they compare, and under which rules.
import { expect, test } from 'vitest';
import { parseExperiment } from '../experiment/parse.ts';
import { excuses, experimentOfRun, hasTwin } from './runs.ts';

function experiment(yaml: string) {
  const parsed = parseExperiment(yaml, 'x.yaml');
  if (parsed.kind === 'ok') return parsed.experiment;
  throw new Error(parsed.faults.map(({ message }) => message).join('; '));
}

const PRICING = experiment(`
experiment: pricing
input: { topic: in }
correlation: path:/id
legacy: { outputs: { a: old.a, b: old.b }, correlation: path:/no, select: /after }
candidate: { outputs: { a: new.a, b: new.b }, group: pricers }
twin: { outputs: { a: twin.a } }
rules:
  - ignore: /at
  - rename: { side: legacy, from: /cust, to: /customer }
  - rename: { side: candidate, from: /x, to: /y }
  - unordered: { path: /items, key: /sku }
  - tolerance: { path: /total, absolute: 0.01 }
`);

test('the twin stands where the candidate does, and is as legacy is where it says nothing else', () => {
  const { outputs, candidate } = experimentOfRun(PRICING, 'twin');
  expect(outputs).toEqual([
    {
      output: 'a',
      legacy: PRICING.outputs[0]?.legacy,
      candidate: { ...PRICING.outputs[0]?.legacy, topic: 'twin.a' },
    },
  ]);
  // The candidate's group says nothing of how far the twin has got.
  expect(candidate).toEqual({});
});

test('nothing is excused where noise is measured, and documents are brought into the shape they are compared in', () => {
  const bare = experimentOfRun(PRICING, 'bare');
  expect(bare.rules.map(({ kind }) => kind)).toEqual(['rename', 'rename', 'unordered']);
  expect(bare.outputs).toBe(PRICING.outputs);
  expect(experimentOfRun(PRICING, 'twin').rules).toMatchObject([
    { kind: 'rename', side: 'legacy', from: '/cust' },
    { kind: 'rename', side: 'candidate', from: '/cust' },
    { kind: 'unordered' },
  ]);
});

test('any other run is the experiment itself', () => {
  expect(experimentOfRun(PRICING, 'live')).toBe(PRICING);
  expect(experimentOfRun(PRICING, 'build-b')).toBe(PRICING);
});

test('a twin is told from none, and excusing rules from those that only shape', () => {
  const none = experiment(
    'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules: [ { unordered: { path: "" } } ]\n',
  );
  expect([hasTwin(PRICING), excuses(PRICING)]).toEqual([true, true]);
  expect([hasTwin(none), excuses(none)]).toEqual([false, false]);
  expect(() => experimentOfRun(none, 'twin')).toThrow(expect.objectContaining({ code: 'no-twin' }));
});
