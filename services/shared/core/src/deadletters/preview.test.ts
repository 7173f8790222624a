// What is shown of a dead letter is short, escaped, and masked whenever anything is.
import { expect, test } from 'vitest';
import { parseExperiment } from '../experiment/parse.ts';
import type { DeadLetter } from './letter.ts';
import { deadLetterPreview } from './preview.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function shown(value: string | null, privacy: string, side: 'legacy' | 'candidate' = 'candidate', key = 'k') {
  const text = `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b, select: /after }\n${privacy}`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  const letter: DeadLetter = {
    code: 'no-id',
    reason: '',
    experiment: 'x',
    run: 'live',
    output: 'default',
    side,
    topic: 'b',
    partition: 0,
    offset: 0,
    timestamp: 0,
    build: '0',
    key: bytes(key),
    value: value === null ? null : bytes(value),
    headers: [],
    omittedBytes: 0,
  };
  return deadLetterPreview(parsed.experiment, { mac: () => 'f'.repeat(32) })(letter);
}

test('without masks it is the text, escaped and cut', () => {
  expect(shown('{"a":1}\u001b[31m', '')).toEqual({ key: '"k"', value: '"{\\"a\\":1}\\u001b[31m"' });
  expect(shown('x'.repeat(10_000), '').value?.length).toBeLessThan(300);
  expect(shown(null, '').value).toBeNull();
});

test('a document is masked in its places', () => {
  expect(shown('{"a":"secret","b":1}', 'privacy: { /a: drop }\n', 'legacy').value).toBe('{"a":"dropped","b":1}');
  expect(shown('{"a":"secret"}', 'privacy: { /a: hmac }\n', 'legacy').value).toBe(`{"a":"hmac:${'f'.repeat(32)}"}`);
  expect(shown('1', 'privacy: { key: drop }\n', 'legacy', 'secret').key).toBe('"dropped"');
});

test('what cannot be read, or is seen from another root, is hidden as a whole', () => {
  expect(shown('{"a":"secret"', 'privacy: { /a: drop }\n', 'legacy').value).toMatch(/^"hidden: 13 bytes/);
  expect(shown('{"after":{"a":"secret"}}', 'privacy: { /a: drop }\n').value).toMatch(/^"hidden: 24 bytes/);
});
