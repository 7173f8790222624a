// Every change that counts is found, what rules excuse is excused by a rule one can name, and nothing else is reported.
import { describe, expect, test } from 'vitest';
import type { RuleSet } from './corpus.ts';
import { score } from './judge.ts';
import { MUTATIONS } from './mutations.ts';
import { POSITIONS } from './places.ts';
import { TYPICAL } from './typical.ts';

const PAIRS = 8_000;

describe.each<RuleSet>(['strict', 'typical'])('of labelled pairs under %s rules', (rules) => {
  const scored = score(PAIRS, 20_261_123, rules);

  test('every semantic change is found, no other is reported, and no broken payload is judged', () => {
    const { wrong, semantic, found, harmless, reported, unreadable, judged } = scored;
    expect(wrong.slice(0, 3)).toEqual([]);
    expect([found, reported, judged]).toEqual([semantic, 0, 0]);
    expect(semantic).toBeGreaterThan(PAIRS / 2);
    expect(harmless).toBeGreaterThan(PAIRS / 8);
    expect(unreadable).toBeGreaterThan(PAIRS / 100);
  });

  test('every kind of change and of place comes up', () => {
    expect(Object.keys(MUTATIONS).filter((name) => !scored.kinds.has(name))).toEqual([]);
    const places = new Set([...scored.places.keys()].map((name) => name.split(' × ')[0]));
    expect(POSITIONS.filter((name) => !places.has(name))).toEqual([]);
  });

  test('what is excused is found again without the rule that is named for it', () => {
    const excused = [...scored.excusedBy.values()].reduce((sum, times) => sum + times, 0);
    expect(excused).toBe(rules === 'strict' ? 0 : scored.changes - scored.semantic);
    const unused = TYPICAL.filter(({ name }) => !scored.excusedBy.has(name));
    expect(rules === 'strict' ? [] : unused.map(({ name }) => name)).toEqual([]);
  });
});
