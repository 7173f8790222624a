// What must hold for any two documents.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Parser } from '../json/parse.ts';
import type { Difference } from '../outcome.ts';
import type { BetterRule } from './kinds/better.ts';
import type { Coerced } from './kinds/coerce.ts';
import type { KnownRule } from './kinds/known.ts';
import type { Nullish } from './kinds/nullish.ts';
import type { TextRule } from './kinds/text.ts';
import { RuleHashes } from './rule-hashes.ts';
import type { RuleSpec } from './rules.ts';
import { dice, document, KIN, membersOf, nudge, rolls, spell } from './testing/documents.ts';
import { matches, sameUnder, segmentsOf } from './testing/oracle.ts';
import { compareTexts, planWith, STRICT } from './testing/plans.ts';

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

const time: fc.Arbitrary<RuleSpec> = fc
  .tuple(paths, fc.constantFrom(undefined, '0s', '1s'))
  .map(([path, within]) => ({ kind: 'time', name: 'k', path, ...(within === undefined ? {} : { within }) }));
const text: fc.Arbitrary<RuleSpec> = fc
  .tuple(
    paths,
    fc.constantFrom<Pick<TextRule, 'case' | 'space' | 'matching'>>(
      { case: 'fold' },
      { space: 'trim' },
      { case: 'fold', space: 'trim' },
      { matching: '[xy]' },
      { case: 'fold', matching: '[a-zA-Z]' },
    ),
  )
  .map(([path, folds]) => ({ kind: 'text', name: 'f', path, ...folds }));
const coerce: fc.Arbitrary<RuleSpec> = fc
  .tuple(paths, fc.constantFrom<Coerced>('number', 'string', 'boolean'))
  .map(([path, to]) => ({ kind: 'coerce', name: 'c', path, to }));
const better: fc.Arbitrary<RuleSpec> = fc
  .tuple(paths, fc.constantFrom<BetterRule['direction']>('lower', 'higher'))
  .map(([path, direction]) => ({ kind: 'better', name: 'b', path, direction }));
const known: fc.Arbitrary<KnownRule> = fc
  .tuple(
    fc.option(paths, { nil: undefined }),
    fc.option(fc.subarray(['changed', 'type-changed', 'removed', 'added'] as const, { minLength: 1 }), {
      nil: undefined,
    }),
  )
  .map(([path, kinds]) => ({
    kind: 'known',
    name: 'n',
    owner: 'o',
    ticket: 't',
    expires: '2999-01-01',
    ...(path === undefined ? {} : { path }),
    ...(path === undefined && kinds === undefined ? { kinds: ['changed', 'added'] as const } : {}),
    ...(kinds === undefined ? {} : { kinds }),
  }));

const judging = fc.array(fc.oneof(unordered, tolerance, nullish, time, text, coerce, better), { maxLength: 4 });
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

  test('agree under rules that judge values exactly when the rules say so, several of them at a place too', () => {
    fc.assert(
      fc.property(document, rolls, rolls, judging, (value, one, other, rules) => {
        const changed = nudge(value, dice(other));
        const comparison = compareTexts(spell(value, dice(one)), spell(changed, dice(other)), planWith(rules));
        expect(comparison.kind).not.toBe('inconclusive');
        expect(comparison.kind !== 'mismatch').toBe(sameUnder(value, changed, rules));
      }),
      { numRuns: 6000 },
    );
  });

  test('differ in the same under known rules as without, and are known exactly when these cover all of it', () => {
    fc.assert(
      fc.property(
        document,
        rolls,
        ruleSets,
        fc.array(known, { minLength: 1, maxLength: 3 }),
        (value, other, rules, names) => {
          const [one, two] = [JSON.stringify(value), JSON.stringify(nudge(value, dice(other)))];
          const wide = { budgets: { ...STRICT.budgets, differencesPerPair: 10_000 } };
          const bare = compareTexts(one, two, planWith(rules, wide));
          const named = compareTexts(one, two, planWith([...rules, ...names], wide));
          if (bare.kind !== 'mismatch') {
            expect(named).toEqual(bare);
            return;
          }
          const counting = bare.differences.filter(({ rule }) => rule === undefined);
          const covered = ({ path, kind }: Difference): boolean =>
            names.some(
              (name) =>
                (name.path === undefined || matches(name.path, segmentsOf(path))) &&
                (name.kinds?.includes(kind) ?? true),
            );
          const left = counting.filter((difference) => !covered(difference));
          expect(named.kind).toBe(left.length === 0 ? 'known' : 'mismatch');
          const listed = 'differences' in named ? named.differences : [];
          expect(listed.filter(({ rule }) => rule === undefined)).toEqual(left);
          expect(listed.filter(({ rule }) => rule === 'n')).toHaveLength(counting.length - left.length);
          if (named.kind === 'known') expect(named.signature).toBe(bare.signature);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('that are the same under rules have the same hash under them', () => {
    const values = KIN.flat().concat([[], [1], membersOf([])]);
    const anyRules = fc.array(fc.oneof(tolerance, nullish, time, text, coerce, better), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(anyRules, (rules) => {
        const everywhere = rules.map((rule) => ({ ...rule, path: '/**' }));
        const { root } = planWith(everywhere);
        const hashed = values.map((value) => {
          const parser = new Parser();
          parser.parse(new TextEncoder().encode(JSON.stringify([value])), 10);
          const hashes = new RuleHashes(parser.tape);
          hashes.prepare(0, root);
          return hashes.of(1);
        });
        values.forEach((one, i) => {
          values.forEach((other, j) => {
            if (sameUnder([one], [other], everywhere)) expect(hashed[i]).toBe(hashed[j]);
          });
        });
      }),
      { numRuns: 300 },
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
