// The keyed hash is the standard one, and a key that is missing or too short is told before anything is shown.
import { parseExperiment } from '@parallax/core';
import { expect, test } from 'vitest';
import { PRIVACY_KEY_OPTION } from './common-options.ts';
import { readOptions } from './options.ts';
import { macFor, openMac } from './privacy.ts';

const KEY = '0123456789abcdef';

function experiment(privacy: string) {
  const text = `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n${privacy}`;
  const parsed = parseExperiment(text, 'x.yaml');
  if (parsed.kind !== 'ok') throw new Error(JSON.stringify(parsed.faults));
  return parsed.experiment;
}

test('is the first half of HMAC-SHA-256, as RFC 4231 §4.3 gives it', () => {
  expect(macFor('Jefe')('what do ya want for nothing?')).toBe('5bdcc146bf60754e6a042426089575c7');
});

test('is needed for hmac only', () => {
  expect(openMac(experiment(''), '')).toBeUndefined();
  expect(openMac(experiment('privacy: { default: drop }\n'), '')).toBeUndefined();
  for (const place of ['/a', 'default', 'id', 'key', 'header:x']) {
    const masked = experiment(`privacy: { "${place}": hmac }\n`);
    expect(() => openMac(masked, '')).toThrow(expect.objectContaining({ code: 'privacy-key-missing' }));
    expect(openMac(masked, KEY)?.('x')).toBe(macFor(KEY)('x'));
  }
});

test('a key that can be guessed is refused without showing it', () => {
  const read = () => readOptions({ key: PRIVACY_KEY_OPTION }, { PARALLAX_PRIVACY_KEY: 'short-secret' });
  expect(read).toThrow(/PARALLAX_PRIVACY_KEY must be at least 16 bytes/);
  expect(read).not.toThrow(/short-secret/);
});
