// Which rules hold where, against a matcher that tries every pattern at every path; and that no rule set makes it grow.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Parser } from '../json/parse.ts';
import { NameTable } from './name-table.ts';
import { parsePattern, type Segment } from './pattern.ts';
import { type RuleState, RuleStates } from './rule-states.ts';
import type { RuleSpec } from './rules.ts';

const parser = new Parser();

/** The state at a path of member names. */
function reach(root: RuleState, path: readonly string[]): RuleState {
  let state = root;
  for (const name of path) {
    parser.parse(new TextEncoder().encode(JSON.stringify({ [name]: 0 })), 10);
    state = state.member(parser.tape, 1);
  }
  return state;
}

function statesOf(rules: readonly RuleSpec[], most?: number): RuleStates {
  const patterns = rules.flatMap((rule, index) =>
    ('paths' in rule ? rule.paths : 'path' in rule ? [rule.path] : []).map((path) => ({
      rule: index,
      segments: parsePattern(path) ?? [],
    })),
  );
  return new RuleStates(rules, patterns, most);
}

function matches(segments: readonly Segment[], path: readonly string[]): boolean {
  const [first, ...rest] = segments;
  if (first === undefined) return path.length === 0;
  if (first.kind === 'deep') return matches(rest, path) || (path.length > 0 && matches(segments, path.slice(1)));
  return path.length > 0 && (first.kind === 'any' || first.name === path[0]) && matches(rest, path.slice(1));
}

/** The last rule that speaks of the place or of one above it. */
function isIgnored(rules: readonly RuleSpec[], path: readonly string[]): boolean {
  const all = path.map((_, length) => path.slice(0, length + 1));
  const last = rules.findLast(
    (rule) =>
      'paths' in rule &&
      [[], ...all].some((place) => rule.paths.some((text) => matches(parsePattern(text) ?? [], place))),
  );
  if (last !== undefined) return last.kind === 'ignore';
  return rules.find((rule) => 'paths' in rule)?.kind === 'include';
}

const segment = fc.constantFrom('a', 'b', 'c', '0', '*', '**');
const pattern = fc.array(segment, { maxLength: 5 }).map((segments) => segments.map((text) => `/${text}`).join(''));
const rule: fc.Arbitrary<RuleSpec> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('ignore' as const, 'include' as const),
    name: fc.constant(''),
    paths: fc.tuple(pattern),
  }),
  fc.record({ kind: fc.constant('tolerance' as const), name: pattern, path: pattern, absolute: fc.constant(1) }),
);
const path = fc.array(fc.constantFrom('a', 'b', 'c', '0', 'x'), { maxLength: 6 });

describe('the rules at a place', () => {
  test('are those whose patterns match it, the last one winning, however few states are kept', () => {
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 6 }),
        fc.array(path, { minLength: 1, maxLength: 8 }),
        fc.constantFrom(undefined, 0, 10, 40),
        (rules, paths, most) => {
          const states = statesOf(rules, most);
          const root = states.root();
          for (const place of paths) {
            const state = reach(root, place);
            expect(state.ignored).toBe(isIgnored(rules, place));
            if (state.skipped) continue;
            const tolerance = rules.findLast(
              ({ kind, ...rest }) =>
                kind === 'tolerance' && 'path' in rest && matches(parsePattern(rest.path) ?? [], place),
            );
            expect(state.judging.map(({ name }) => name)).toEqual(tolerance === undefined ? [] : [tolerance.name]);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('are right for patterns that have more states than can be kept', () => {
    const wide = `/**/a${'/*'.repeat(14)}`;
    const states = statesOf([{ kind: 'ignore', name: 'wide', paths: [wide] }], 2_000);
    const root = states.root();
    let seed = 7;
    for (let round = 0; round < 200; round++) {
      const place = Array.from({ length: 30 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return seed & 0x10000 ? 'a' : 'b';
      });
      const below = place.some((name, at) => name === 'a' && place.length - at > 14);
      expect(reach(root, place).ignored).toBe(below);
    }
    expect(states.size).toBeLessThanOrEqual(2_000);
  });
});

describe('a table of names', () => {
  test('finds each of a thousand, those of one hash included, and no other', () => {
    // "costarring" and "liquid" share their FNV-1a hash, as do "declinate" and "macallums".
    const names = [
      'costarring',
      'declinate',
      'macallums',
      '',
      'ä',
      ...Array.from({ length: 1_000 }, (_, i) => `n${i}`),
    ];
    const table = new NameTable(names);
    const find = (name: string): number => {
      parser.parse(new TextEncoder().encode(JSON.stringify({ [name]: 0 })), 10);
      return table.ofKey(parser.tape, 1);
    };
    names.forEach((name, index) => {
      expect([find(name), table.of(name)]).toEqual([index, index]);
    });
    for (const name of ['liquid', 'n1000', 'N1', 'a']) expect([find(name), table.of(name)]).toEqual([-1, -1]);
  });
});
