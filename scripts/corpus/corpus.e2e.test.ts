// Every change that means something is found, and none that means nothing is reported.
import { expect, test } from 'vitest';
import { score } from './judge.ts';
import { MUTATIONS } from './mutations.ts';

const PAIRS = 10_000;

test(`of ${PAIRS} labelled pairs every semantic change is found and no other is reported`, () => {
  const { wrong, semantic, found, harmless, reported, kinds } = score(PAIRS, 20_261_123);
  expect(wrong.slice(0, 3)).toEqual([]);
  expect([found, reported]).toEqual([semantic, 0]);
  expect(semantic).toBeGreaterThan(PAIRS / 3);
  expect(harmless).toBeGreaterThan(PAIRS / 4);
  // No kind of change is only on paper.
  expect(Object.keys(MUTATIONS).filter((name) => !kinds.has(name))).toEqual([]);
});
