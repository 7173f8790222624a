// The published schema is current, and every example is what its folder says.
import { readdirSync, readFileSync } from 'node:fs';
import { type ExperimentFault, experimentJsonSchema, parseExperiment } from '@parallax/core';
import { EXAMPLES, EXPERIMENT_SCHEMA } from '@parallax/schemas';
import { expect, test } from 'vitest';
import { schemaText } from './schema.ts';

const examples = (folder: 'valid' | 'invalid') =>
  readdirSync(new URL(`${folder}/`, EXAMPLES)).map((name): [string, string] => [
    name,
    readFileSync(new URL(`${folder}/${name}`, EXAMPLES), 'utf8'),
  ]);

test('schemas/experiment.schema.json is what `npm run schema` writes', () => {
  expect(readFileSync(EXPERIMENT_SCHEMA, 'utf8')).toBe(schemaText());
});

test.each(examples('valid'))('%s is a sound experiment', (name, text) => {
  const parsed = parseExperiment(text, name);
  expect(parsed.kind === 'faults' && parsed.faults).toBe(false);
});

test.each(examples('invalid'))('%s has exactly the faults its first line states', (name, text) => {
  const parsed = parseExperiment(text, name);
  const faults = parsed.kind === 'faults' ? parsed.faults : [];
  expect(`# faults: ${faults.map(told).join('; ')}`).toBe(text.split('\n')[0]);
});

function told({ line, column, code, key }: ExperimentFault): string {
  return `${line}:${column} ${code} ${key}`.trim();
}

test.each(['docs/experiment.md'])('%s explains every key', (path) => {
  const text = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  const missing = keysOf(experimentJsonSchema()).filter((key) => !text.includes(`\`${key}\``));
  expect(missing).toEqual([]);
});

test('every example of docs/experiment.md is sound, a part of one together with the three lines that are needed', () => {
  const text = readFileSync(new URL('../docs/experiment.md', import.meta.url), 'utf8');
  const examples = [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, example = '']) => example);
  expect(examples.length).toBeGreaterThan(1);
  const needed = 'experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n';
  for (const example of examples) {
    const parsed = parseExperiment(example.includes('experiment:') ? example : needed + example, 'docs');
    expect(parsed.kind === 'faults' && parsed.faults).toBe(false);
  }
});

/** Every key of the schema, at any depth. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([name, inner]) =>
    name === 'properties' ? [...Object.keys(inner), ...Object.values(inner).flatMap(keysOf)] : keysOf(inner),
  );
}
