// Which rules can never say anything: as brute force over all short places finds it, and quick for a thousand rules.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWithin } from './inclusion.ts';
import { NearPatterns } from './near-patterns.ts';
import { parsePattern, type Segment } from './pattern.ts';
import type { RuleSpec } from './rules.ts';
import { shadowedRules } from './shadows.ts';

const segments = (text: string): readonly Segment[] => parsePattern(text) ?? expect.unreachable(text);

function matches(pattern: readonly Segment[], place: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return place.length === 0;
  if (first.kind === 'deep') return matches(rest, place) || (place.length > 0 && matches(pattern, place.slice(1)));
  return place.length > 0 && (first.kind === 'any' || first.name === place[0]) && matches(rest, place.slice(1));
}

/** All places of up to six names; `x` is in no pattern. */
const PLACES: readonly (readonly string[])[] = (() => {
  const all: string[][] = [[]];
  for (const place of all) if (place.length < 6) for (const name of ['a', 'b', 'x']) all.push([...place, name]);
  return all;
})();

const pattern = fc
  .array(fc.constantFrom('a', 'b', '*', '**'), { maxLength: 3 })
  .map((parts) => parts.map((part) => `/${part}`).join(''));

describe('one pattern is within another', () => {
  test('exactly where every place of it is one of the other', () => {
    fc.assert(
      fc.property(pattern, pattern, fc.boolean(), (inner, outer, below) => {
        const cover = segments(below ? `${outer}/**` : outer);
        const expected = PLACES.every((place) => !matches(segments(inner), place) || matches(cover, place));
        expect(isWithin(segments(inner), segments(outer), below)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('is not claimed where it would take too long to tell', () => {
    const wide = segments(`/**/a${'/*'.repeat(40)}`);
    expect(isWithin(segments(`/**${'/a'.repeat(40)}/**`), wide, false)).toBe(false);
  });
});

test('no pattern that covers another is overlooked among many', () => {
  fc.assert(
    fc.property(pattern, fc.array(pattern, { maxLength: 8 }), (inner, covers) => {
      const all = new NearPatterns();
      covers.forEach((cover, index) => {
        all.add(index, segments(cover));
      });
      const near = all.near(segments(inner));
      covers.forEach((cover, index) => {
        if (isWithin(segments(inner), segments(cover), true)) expect(near).toContain(index);
      });
    }),
    { numRuns: 500 },
  );
});

const ignore = (...paths: readonly string[]): RuleSpec => ({ kind: 'ignore', name: 'i', paths });
const include = (...paths: readonly string[]): RuleSpec => ({ kind: 'include', name: 'n', paths });
const tolerance = (path: string, terms: Partial<RuleSpec> = {}): RuleSpec =>
  ({ kind: 'tolerance', name: 't', path, absolute: 1, ...terms }) as RuleSpec;

const told = (...rules: readonly RuleSpec[]): readonly string[] =>
  shadowedRules(rules).map(({ rule, by, why }) => `${rule} ${why} by ${by}`);

describe('a rule is shadowed', () => {
  test('by one that ignores all its places, before or after it, above or at them', () => {
    expect(told(tolerance('/a/b'), ignore('/a'))).toEqual(['0 ignored by 1']);
    expect(told(ignore('/**/b'), tolerance('/x/*/b'))).toEqual(['1 ignored by 0']);
    expect(told(ignore('/a', '/b'), ignore('/c', '/**'))).toEqual(['0 ignored by 1']);
    expect(told(ignore('/a', '/b'), ignore('/a'))).toEqual(['1 ignored by 0']);
    expect(told(ignore('/a/x'), tolerance('/a/*'), ignore('/b'))).toEqual([]);
  });

  test('by a later one of its kind that speaks of all its places', () => {
    expect(told(tolerance('/items/0/price'), tolerance('/items/*/price'))).toEqual(['0 overruled by 1']);
    expect(told(tolerance('/**/price'), tolerance('/**'))).toEqual(['0 overruled by 1']);
    expect(told(tolerance('/items/*/price'), tolerance('/items/0/price'))).toEqual([]);
    expect(told(tolerance('/a/b'), tolerance('/a'))).toEqual([]);
    expect(told(tolerance('/a'), { kind: 'nullish', name: 'n', path: '/a', same: ['null', 'missing'] })).toEqual([]);
  });

  test('once, and of two that say the same only one', () => {
    expect(told(ignore('/a'), ignore('/a'))).toEqual(['0 ignored by 1']);
    expect(told(ignore('/**'), ignore('/**/**'), tolerance('/a'))).toEqual(['0 ignored by 1', '2 ignored by 0']);
  });

  test('not where places are given back, or the other does not always hold', () => {
    expect(told(tolerance('/a/b'), ignore('/a'), include('/a/b'))).toEqual([]);
    expect(told(include('/a'), ignore('/a/b'), tolerance('/a/b'))).toEqual(['2 ignored by 1']);
    expect(told(tolerance('/a'), tolerance('/a', { types: ['order'] }))).toEqual([]);
    expect(told(tolerance('/a', { types: ['order'] }), tolerance('/a'))).toEqual(['0 overruled by 1']);
  });

  test('however many there are', () => {
    const rules = Array.from({ length: 1_000 }, (_, i) => (i % 2 ? ignore(`/p${i}/**`) : tolerance(`/**/q${i}/*`)));
    expect(told(...rules, ignore('/**/q500'))).toEqual(['500 ignored by 1000']);
  });
});
