// Hostile payloads neither crash nor hang the comparison, and nothing different is called equal.
import { describe, expect, test } from 'vitest';
import { Checker } from './check.ts';
import { fuzz } from './fuzz.ts';
import { SEEDS } from './hostile.ts';
import { smaller } from './smaller.ts';

test('2,000 pairs of mangled bytes and bent structures are judged right under all rules', () => {
  const { pairs, shown, outcomes } = fuzz({ pairs: 2_000, seconds: 600, seed: 20_261_123, hostile: 0 });
  // What takes long is the machine's affair here: the figure measures it.
  expect(shown.filter((text) => !text.startsWith('hang'))).toEqual([]);
  expect(pairs).toBe(2_000);
  // The pairs are of all kinds.
  for (const kind of ['match', 'mismatch', 'inconclusive'])
    expect(outcomes.get(`strict: ${kind}`)).toBeGreaterThan(100);
  expect(outcomes.get('rich: equivalent')).toBeGreaterThan(10);
});

describe('the checks', () => {
  test('see a difference that rules hide from the comparison only', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const pair = { by: 'hand', legacy: bytes('{"a":1,"ts":1}'), candidate: bytes('{"a":1,"ts":2}') };
    const asked = new Checker({ strict: [] });
    expect(asked.check(pair)).toBeUndefined();
    // Under a rule whose meaning the oracle of these tests does not know, agreement is a failure.
    const deaf = new Checker({ deaf: [{ kind: 'include', name: 'a', paths: ['/a'] }] });
    expect(deaf.check(pair)?.failure).toBe('different called equal');
  });

  test('show a failure as small as it can be made', () => {
    const legacy = new TextEncoder().encode(SEEDS[0]);
    const small = smaller({ by: 'hand', legacy, candidate: legacy }, ({ candidate }) => candidate.includes(0x78));
    expect([small.legacy.length, small.candidate.length]).toEqual([0, 1]);
  });
});
