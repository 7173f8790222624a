// Arrays without order are paired as well as any arrangement could: held against all arrangements there are.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith } from './testing/plans.ts';

type Limits = Partial<Record<'absolute' | 'relative' | 'ulp' | 'digits', number>>;

const unordered: RuleSpec = { kind: 'unordered', name: 'any order', path: '' };
const at = (path: string, limits: Limits): RuleSpec => ({ kind: 'tolerance', name: `near ${path}`, path, ...limits });

/** Enough that elements are put along a line, and few enough for every arrangement. */
const MANY = 9;

/** Whether some arrangement pairs all, by trying all sets of partners (Held and Karp). */
function canBePaired(fits: readonly (readonly boolean[])[]): boolean {
  const n = fits.length;
  let reached = new Set([0]);
  for (let i = 0; i < n; i++) {
    const next = new Set<number>();
    for (const taken of reached)
      for (let j = 0; j < n; j++) if (fits[i]?.[j] === true && (taken & (1 << j)) === 0) next.add(taken | (1 << j));
    reached = next;
  }
  return reached.size > 0;
}

/** Each element asked alone, in an array with order. */
function expected(legacy: readonly string[], candidate: readonly string[], rules: readonly RuleSpec[]): boolean {
  const alone = planWith(rules);
  const fits = legacy.map((one) =>
    candidate.map((other) => compareTexts(`[${one}]`, `[${other}]`, alone).kind !== 'mismatch'),
  );
  return canBePaired(fits);
}

function agrees(legacy: readonly string[], candidate: readonly string[], rules: readonly RuleSpec[]): boolean {
  const found = compareTexts(`[${legacy.join()}]`, `[${candidate.join()}]`, planWith([unordered, ...rules])).kind;
  expect(found).not.toBe('inconclusive');
  return found !== 'mismatch';
}

const rows = (element: fc.Arbitrary<string>): fc.Arbitrary<readonly [string[], string[]]> =>
  fc.tuple(
    fc.array(element, { minLength: MANY, maxLength: MANY }),
    fc.array(element, { minLength: MANY, maxLength: MANY }),
  );

/** The candidate's are the legacy's in another order, each a little off: such pairs mostly agree, and only just. */
const offBy = (step: number): fc.Arbitrary<readonly [string[], string[]]> =>
  fc
    .array(fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: -2, max: 2 }), fc.integer()), {
      minLength: MANY,
      maxLength: MANY,
    })
    .map((all) => [
      all.map(([number]) => String(number / 4)),
      [...all].sort((one, other) => one[2] - other[2]).map(([number, off]) => String(number / 4 + off * step)),
    ]);

const number = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map((n) => String(n / 4)),
  fc.constantFrom('1e400', '-1e400', '1.01e400', '1e-999999', '0', '-0', '1.000000000000000000001', '1', '5e-324'),
);
const scalar = fc.oneof({ weight: 6, arbitrary: number }, fc.constantFrom('"1"', 'null', 'true', '""', '[]', '{}'));

const LIMITS: readonly Limits[] = [
  { absolute: 0.5 },
  { absolute: 0 },
  { relative: 0.3 },
  { relative: 1 },
  { digits: 1 },
  { ulp: 1 },
  { ulp: 2 ** 51, absolute: 0.25 },
  { digits: 2, relative: 0.1, absolute: 0.25 },
];

describe('an array without order agrees exactly where some arrangement does', () => {
  test.each(LIMITS)('numbers under %o', (limits) => {
    fc.assert(
      fc.property(fc.oneof(rows(scalar), offBy(0.25)), ([one, other]) => {
        expect(agrees(one, other, [at('/*', limits)])).toBe(expected(one, other, [at('/*', limits)]));
      }),
      { numRuns: 60 },
    );
  });

  test.each<readonly [string, readonly RuleSpec[]]>([
    ['better', [{ kind: 'better', name: 'b', path: '/*', direction: 'lower', noWorseThan: '20%' }]],
    ['better and no worse', [{ kind: 'better', name: 'b', path: '/*', direction: 'higher' }]],
    ['a tolerance and nothing', [at('/*', { absolute: 0.5 }), nullish('/*')]],
    [
      'a tolerance and coercion',
      [at('/*', { absolute: 0.5 }), { kind: 'coerce', name: 'c', path: '/*', to: 'number' }],
    ],
    ['two tolerances, one for an index', [at('/*', { absolute: 0.5 }), at('/1', { absolute: 2 })]],
  ])('numbers under %s', (_, rules) => {
    fc.assert(
      fc.property(rows(scalar), ([one, other]) => {
        const isPositional = rules.some((rule) => 'path' in rule && rule.path === '/1');
        if (isPositional) return void agrees(one, other, rules);
        expect(agrees(one, other, rules)).toBe(expected(one, other, rules));
      }),
      { numRuns: 60 },
    );
  });

  test('times, as numbers and as texts', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 4 }))
      .map(([second, way]) =>
        way === 0
          ? String(1_800_000_000 + second)
          : way === 1
            ? `"${new Date((1_800_000_000 + second) * 1000).toISOString()}"`
            : way === 2
              ? String((1_800_000_000 + second) * 1000)
              : way === 3
                ? `"00:00:${String(second).padStart(2, '0')}"`
                : `"no time ${second % 2}"`,
      );
    const rules: readonly RuleSpec[] = [{ kind: 'time', name: 't', path: '/*', within: '2s' }];
    fc.assert(
      fc.property(rows(time), ([one, other]) => {
        expect(agrees(one, other, rules)).toBe(expected(one, other, rules));
      }),
      { numRuns: 100 },
    );
  });

  test.each<readonly [string, fc.Arbitrary<string>]>([
    ['one number', number.map((price) => `{"sku":"a","price":${price}}`)],
    [
      'a number that some lack',
      scalar.map((price) => (price === 'null' ? '{"sku":"a"}' : `{"sku":"a","price":${price}}`)),
    ],
    ['two numbers', fc.tuple(number, number).map(([price, tax]) => `{"price":${price},"by":{"tax":${tax}}}`)],
    ['numbers in an array', fc.tuple(number, number).map((numbers) => `[[${numbers.join()}],{"price":1}]`)],
    ['sets', fc.array(number, { maxLength: 3 }).map((numbers) => `{"set":[${numbers.join()}],"price":2}`)],
  ])('elements with %s', (_, element) => {
    const rules = [
      at('/*/price', { absolute: 1 }),
      at('/*/by/tax', { relative: 0.5 }),
      at('/*/0/*', { absolute: 1 }),
      { kind: 'unordered', name: 'inner', path: '/*/set' },
      at('/*/set/*', { absolute: 0.5 }),
    ] as const;
    fc.assert(
      fc.property(rows(element), ([one, other]) => {
        expect(agrees(one, other, rules)).toBe(expected(one, other, rules));
      }),
      { numRuns: 60 },
    );
  });
});

describe('large arrays without order are decided', () => {
  const shuffled = <T>(list: readonly T[]): T[] => list.map((_, i) => list[(i * 7_919) % list.length] as T);
  const kind = (legacy: readonly unknown[], candidate: readonly unknown[], ...rules: readonly RuleSpec[]): string =>
    compareTexts(JSON.stringify(legacy), JSON.stringify(candidate), planWith([unordered, ...rules])).kind;
  const list = Array.from({ length: 4_000 }, (_, i) => i * 3);

  test('numbers, each of which tolerates few or very many', () => {
    for (const absolute of [1, 1_000]) {
      const off = shuffled(list).map((n, i) => n + (i % 3) - 1);
      expect(kind(list, off, at('/*', { absolute }))).toBe('equivalent');
      expect(kind(list, [...off.slice(1), 1e9], at('/*', { absolute }))).toBe('mismatch');
    }
  });

  test('objects that differ in nothing but such numbers', () => {
    const objects = list.map((price) => ({ sku: 'a', price, by: { tax: price % 7 } }));
    const off = shuffled(objects).map(({ price, by }, i) => ({
      by: { tax: by.tax + 1 },
      price: price + (i % 3) - 1,
      sku: 'a',
    }));
    const rules = [at('/*/price', { absolute: 1 }), at('/*/by/tax', { absolute: 1 })];
    expect(kind(objects, off, ...rules)).toBe('equivalent');
    expect(kind(objects, [...off.slice(1), { sku: 'a', price: 1e9, by: { tax: 1 } }], ...rules)).toBe('mismatch');
    expect(kind(objects, [...off.slice(1), { sku: 'b', price: off[0]?.price, by: off[0]?.by }], ...rules)).toBe(
      'mismatch',
    );
  });
});

function nullish(path: string): RuleSpec {
  return { kind: 'nullish', name: 'z', path, same: ['null', 'empty'] };
}
