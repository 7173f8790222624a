// What must hold for any two documents.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Nullish } from './kinds/nullish.ts';
import type { RuleSpec } from './rules.ts';
import { dice, document, nudge, rolls, spell } from './testing/documents.ts';
import { sameUnder } from './testing/oracle.ts';
import { compareTexts, planWith } from './testing/plans.ts';

const paths = fc.constantFrom(
  '/a',
  '/b',
  '/ts',
  '/**/ts',
  '/*/a',
  '/a/*/b',
  '/**',
  '',
  '/a/b',
  '/*',
  '/a/*',
  '/**/b/**',
  '/~2',
  '/__proto__',
  '/**/',
);
const ignore: fc.Arbitrary<RuleSpec> = fc
  .array(paths, { minLength: 1, maxLength: 2 })
  .map((list) => ({ kind: 'ignore', name: 'i', paths: list }));
const include: fc.Arbitrary<RuleSpec> = fc
  .array(paths, { minLength: 1, maxLength: 2 })
  .map((list) => ({ kind: 'include', name: 'n', paths: list }));
const unordered: fc.Arbitrary<RuleSpec> = fc
  .tuple(paths, fc.constantFrom(undefined, ['/a'], ['/id']))
  .map(([path, key]) => ({ kind: 'unordered', name: 'u', path, ...(key === undefined ? {} : { key }) }));
const tolerance: fc.Arbitrary<RuleSpec> = paths.map((path) => ({ kind: 'tolerance', name: 't', path, absolute: 1 }));
const nullish: fc.Arbitrary<RuleSpec> = fc
  .tuple(
    paths,
    fc.constantFrom<readonly Nullish[]>(
      ['null', 'missing'],
      ['null', 'empty'],
      ['missing', 'empty'],
      ['null', 'missing', 'empty'],
    ),
  )
  .map(([path, same]) => ({ kind: 'nullish', name: 'z', path, same }));

const ruleSets = fc.array(fc.oneof(ignore, unordered, tolerance, nullish), { maxLength: 4 });

describe('any two documents', () => {
  test('are a match exactly when they are the same document, however they are written', () => {
    fc.assert(
      fc.property(document, rolls, rolls, (value, one, other) => {
        const changed = nudge(value, dice(other));
        const comparison = compareTexts(spell(value, dice(one)), spell(changed, dice(other)), planWith([]));
        expect(comparison.kind).toBe(sameUnder(value, changed, []) ? 'match' : 'mismatch');
      }),
      { numRuns: 3000 },
    );
  });

  test('agree under rules exactly when the rules say so', () => {
    fc.assert(
      fc.property(document, rolls, rolls, ruleSets, (value, one, other, rules) => {
        const changed = nudge(value, dice(other));
        const comparison = compareTexts(spell(value, dice(one)), spell(changed, dice(other)), planWith(rules));
        expect(comparison.kind).not.toBe('inconclusive');
        expect(comparison.kind !== 'mismatch').toBe(sameUnder(value, changed, rules));
        if (comparison.kind === 'equivalent')
          expect(comparison.differences.every(({ rule }) => rule !== undefined)).toBe(true);
        if (comparison.kind === 'mismatch') expect(comparison.differences[0]?.rule).toBeUndefined();
      }),
      { numRuns: 6000 },
    );
  });

  test('agree under includes exactly when what is included agrees', () => {
    fc.assert(
      fc.property(document, rolls, fc.array(fc.oneof(ignore, include), { maxLength: 3 }), (value, other, rules) => {
        const changed = nudge(value, dice(other));
        const comparison = compareTexts(JSON.stringify(value), JSON.stringify(changed), planWith(rules));
        expect(comparison.kind !== 'mismatch').toBe(sameUnder(value, changed, rules));
      }),
      { numRuns: 3000 },
    );
  });

  test('are judged alike by the walk and in full, also when their bytes are damaged', () => {
    const damage = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(
        document,
        rolls,
        ruleSets,
        fc.array(damage, { maxLength: 2 }),
        fc.boolean(),
        (value, one, rules, damages, both) => {
          const text = new TextEncoder().encode(spell(value, dice(one)));
          const spoilt = (bytes: Uint8Array, reach: number): Uint8Array => {
            const copy = [...bytes];
            for (const [at, byte, how] of damages.slice(0, reach))
              copy.splice(at % (copy.length + 1), how === 2 ? 1 : 0, ...(how === 1 ? [byte] : [byte, byte].slice(how)));
            return Uint8Array.from(copy);
          };
          // compareTexts fails where the two ways disagree.
          compareTexts(
            spoilt(text, both ? 1 : 0),
            spoilt(text, 2),
            planWith([...rules, { kind: 'ignore', name: 'x', paths: ['/**/ts'] }]),
          );
        },
      ),
      { numRuns: 6000 },
    );
  });

  test('diverge, or not, whichever side is called legacy', () => {
    fc.assert(
      fc.property(document, rolls, ruleSets, (value, other, rules) => {
        const [one, two] = [JSON.stringify(value), spell(nudge(value, dice(other)), dice(other))];
        const plan = planWith(rules);
        expect(compareTexts(one, two, plan).kind).toBe(compareTexts(two, one, plan).kind);
      }),
      { numRuns: 2000 },
    );
  });
});
