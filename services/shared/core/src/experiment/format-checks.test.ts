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
  [`format: avro\nschemas: [ a.avsc ]\nlegacy: { topic: a, shuffle: true }\ncandidate: { topic: b }`, []],
  ['input: { topic: i, format: avro }\nlegacy: { topic: a }\ncandidate: { topic: b }', ['contradiction input.format']],
  [`${REGISTRY}\ninput: { topic: i, format: avro }\nlegacy: { topic: a }\ncandidate: { topic: b }`, []],
  [`input: { topic: i, ${REGISTRY} }\nlegacy: { topic: a }\ncandidate: { topic: b }`, ['contradiction input.registry']],
  [
    'correlation: key\nkeyFormat: avro\nlegacy: { topic: a }\ncandidate: { topic: b }',
    Array(2).fill('contradiction keyFormat'),
  ],
  [
    'correlation: key\nlegacy: { topic: a, keyFormat: avro }\ncandidate: { topic: b }',
    ['contradiction legacy.keyFormat'],
  ],
  [`correlation: key\n${REGISTRY}\nlegacy: { topic: a, keyFormat: avro }\ncandidate: { topic: b }`, []],
  [`${REGISTRY}\nlegacy: { topic: a, keyFormat: avro, correlation: key:/id }\ncandidate: { topic: b }`, []],
  [`compare: { key: true }\n${REGISTRY}\nkeyFormat: avro\nlegacy: { topic: a }\ncandidate: { topic: b }`, []],
  [`type: key\n${REGISTRY}\nkeyFormat: auto\nlegacy: { topic: a }\ncandidate: { topic: b }`, []],
  [`${REGISTRY}\nkeyFormat: text\nlegacy: { topic: a }\ncandidate: { topic: b }`, ['contradiction registry']],
  [
    'schemas: [ k.avsc ]\ninput: { topic: i, keyFormat: auto, correlation: [ header:h, { any: [ key ] } ] }\nlegacy: { topic: a, correlation: [ header:a, header:b ] }\ncandidate: { topic: b, correlation: [ header:a, header:b ] }',
    [],
  ],
  [`${REGISTRY}\nkeyFormat: avro\nlegacy: { topic: a }\ncandidate: { topic: b }`, ['contradiction keyFormat']],
  [
    `correlation: header:id\n${REGISTRY}\nlegacy: { topic: a }\ncandidate: { topic: b, keyFormat: avro }`,
    ['contradiction candidate.keyFormat'],
  ],
])('%s', (more, expected) => {
  expect(faults(more)).toEqual(expected);
});

test.each([
  ['text: { path: "", space: collapse }', []],
  ['coerce: { path: "", to: number }', []],
  ['{ decode: { path: "", as: [ gzip, json ] } }\n  - ignore: /at', []],
  ['{ known: { kinds: changed, owner: me, ticket: T-1, expires: 2027-01-01 } }', []],
  ['ignore: [ "", /at ]', ['contradiction rules[0]']],
  [
    'text: { path: "", space: collapse }\n  - nullish: { path: /a, same: [ empty, missing ] }',
    ['contradiction rules[1]'],
  ],
  ['decode: { path: /payload, as: json }', ['contradiction rules[0]']],
])(
  'of payloads that are text or bytes rules speak of the whole, or of what decode finds in it: %s',
  (rules, expected) => {
    for (const format of ['text', 'bytes']) {
      expect(faults(`format: ${format}\nlegacy: { topic: a }\ncandidate: { topic: b }\nrules:\n  - ${rules}`)).toEqual(
        expected,
      );
    }
  },
);

test('an address with a user is refused, and its password is not repeated', () => {
  const text = `experiment: x\nformat: avro\nregistry: "https://me:hunter2@r.example"\nlegacy: { topic: a }\ncandidate: { topic: b }\n`;
  const parsed = parseExperiment(text, 'x.yaml');
  const told = parsed.kind === 'ok' ? [] : parsed.faults.map(formatExperimentFault);
  expect(told).toHaveLength(1);
  expect(told.join('\n')).not.toContain('hunter2');
});

test.each([
  ['format: avro\nschemas: [ a.avsc ]\ninput: { topic: i }', { format: 'avro', schemas: ['a.avsc'] }],
  ['format: avro\nschemas: [ a.avsc ]\ninput: { topic: i, format: json }', { format: 'json' }],
  [
    'format: avro\nschemas: [ a.avsc ]\ninput: { topic: i, schemas: [ i.avsc ] }',
    { format: 'avro', schemas: ['i.avsc'] },
  ],
  ['format: bytes\ninput: { topic: i }', { format: 'json' }],
  [
    'correlation: key\nkeyFormat: avro\nschemas: [ k.avsc ]\ninput: { topic: i }',
    { format: 'json', keyFormat: 'avro', schemas: ['k.avsc'] },
  ],
  ['input: { topic: i, format: auto, registry: "http://r/" }', { format: 'auto', registry: 'http://r' }],
])('the input of %s', (more, expected) => {
  const parsed = parseExperiment(`experiment: x\n${more}\nlegacy: { topic: a }\ncandidate: { topic: b }`, 'x.yaml');
  const { topic: _, correlation: __, ...read } = (parsed.kind === 'ok' ? parsed.experiment.input : undefined) ?? {};
  expect(read).toEqual(expected);
});
