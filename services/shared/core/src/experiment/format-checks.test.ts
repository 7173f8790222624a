// Formats, and what they need to be read, must go together.
import { expect, test } from 'vitest';
import { formatExperimentFault } from './faults.ts';
import { parseExperiment } from './parse.ts';

function faults(more: string): readonly string[] {
  const parsed = parseExperiment(`experiment: x\n${more}`, 'x.yaml');
  return parsed.kind === 'ok' ? [] : parsed.faults.map(({ code, key }) => `${code} ${key}`);
}

const REGISTRY = 'registry: "https://r.example/apis/ccompat/v7"';

test.each([
  ['legacy: { topic: a }\ncandidate: { topic: b, format: avro }', ['contradiction candidate.format']],
  ['format: avro\nlegacy: { topic: a }\ncandidate: { topic: b }', ['contradiction format', 'contradiction format']],
  [`format: avro\n${REGISTRY}\nlegacy: { topic: a }\ncandidate: { topic: b }`, []],
  ['format: avro\nschemas: [ a.avsc ]\nlegacy: { topic: a }\ncandidate: { topic: b }', []],
  ['format: auto\nlegacy: { topic: a }\ncandidate: { topic: b, format: json }', []],
  ['legacy: { topic: a, format: cloudevents }\ncandidate: { topic: b, format: auto }', []],
  ['legacy: { topic: a, format: text }\ncandidate: { topic: b, format: auto }', ['contradiction candidate.format']],
  [`${REGISTRY}\nlegacy: { topic: a }\ncandidate: { topic: b }`, ['contradiction registry']],
  [
    `format: avro\nschemas: [ a.avsc ]\nlegacy: { topic: a, shuffle: true }\ncandidate: { topic: b }`,
    ['contradiction legacy.shuffle'],
  ],
  [
    `format: avro\ncorrelation: key\nschemas: [ a.avsc ]\nlegacy: { topic: a, shuffle: true }\ncandidate: { topic: b }`,
    [],
  ],
])('%s', (more, expected) => {
  expect(faults(more)).toEqual(expected);
});

test('an address with a user is refused, and its password is not repeated', () => {
  const text = `experiment: x\nformat: avro\nregistry: "https://me:hunter2@r.example"\nlegacy: { topic: a }\ncandidate: { topic: b }\n`;
  const parsed = parseExperiment(text, 'x.yaml');
  const told = parsed.kind === 'ok' ? [] : parsed.faults.map(formatExperimentFault);
  expect(told).toHaveLength(1);
  expect(told.join('\n')).not.toContain('hunter2');
});
