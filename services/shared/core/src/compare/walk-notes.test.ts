// Differences noted on the walk of two texts are told as the full comparison tells them: `compareTexts` compares both ways.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Findings } from './findings.ts';
import type { ComparePlan } from './plan.ts';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith } from './testing/plans.ts';

const STRICT = planWith([]);

/** What the walk alone makes of two texts: the differences, or undefined where it gives up. */
function noted(legacy: string, candidate: string, plan = STRICT): readonly string[] | undefined {
  const [one, other] = [legacy, candidate].map((text) => new TextEncoder().encode(text));
  if (one === undefined || other === undefined || plan.walker?.walked(one, other) !== 'different') return undefined;
  const findings = new Findings(100);
  expect(plan.walker.tell(one, other, findings)).toBe(true);
  const { kind } = compareTexts(legacy, candidate, plan);
  expect(kind).toBe('mismatch');
  return findings.differences().map(({ path, kind: what }) => `${path} ${what}`);
}

function judgedBy(plan: ComparePlan, legacy: string, candidate: string): readonly string[] {
  const comparison = compareTexts(legacy, candidate, plan);
  return 'differences' in comparison ? comparison.differences.map(({ path, kind }) => `${path} ${kind}`) : [];
}

test('scalars that differ in place are noted, container by container', () => {
  const legacy = '{"a":{"b":1,"c":[1,{"d":"x"}]},"e":"f","g":null,"h":true}';
  const candidate = '{"a":{"b":2,"c":[1,{"d":"y"}]},"e":"ff","g":0,"h":false}';
  expect(noted(legacy, candidate)).toEqual([
    '/e changed',
    '/g type-changed',
    '/h changed',
    '/a/b changed',
    '/a/c/1/d changed',
  ]);
  expect(noted('1', '2')).toEqual([' changed']);
  expect(noted('[[1]]', '[["1"]]')).toEqual(['/0/0 type-changed']);
});

test('two elements of one array are left to the alignment', () => {
  expect(noted('[1,2,3]', '[1,5,3]')).toEqual(['/1 changed']);
  expect(noted('[1,2,3]', '[2,3,4]')).toBeUndefined();
  expect(noted('[{"a":1},{"a":2}]', '[{"a":2},{"a":1}]')).toBeUndefined();
  expect(noted('[{"a":1,"b":1},{"a":2}]', '[{"a":2,"b":2},{"a":2}]')).toEqual(['/0/a changed', '/0/b changed']);
  expect(noted('{"x":[1,2],"y":[1,2]}', '{"x":[1,3],"y":[3,2]}')).toEqual(['/x/1 changed', '/y/0 changed']);
});

test('values that may be the same, and what rules speak of, are left to the full comparison', () => {
  expect(noted('{"a":1.0}', '{"a":1}')).toBeUndefined();
  expect(noted('{"a":"\\u0061"}', '{"a":"b"}')).toEqual(['/a changed']);
  expect(noted('{"a":1}', '{"a":[]}')).toBeUndefined();
  const ruled = planWith([
    { kind: 'tolerance', name: 't', path: '/a', absolute: 1 },
    { kind: 'unordered', name: 'u', path: '/list' },
    { kind: 'ignore', name: 'i', paths: ['/ts'] },
  ]);
  expect(noted('{"a":1}', '{"a":5}', ruled)).toBeUndefined();
  expect(noted('{"list":[1]}', '{"list":[2]}', ruled)).toBeUndefined();
  expect(noted('{"ts":1,"b":1}', '{"ts":2,"b":2}', ruled)).toEqual(['/b changed']);
});

test('members are found by their names, in whatever order', () => {
  expect(noted('{"a":1,"b":{"c":2,"d":3},"e":4}', '{"e":5,"b":{"d":3,"c":9},"a":1}')).toEqual([
    '/e changed',
    '/b/c changed',
  ]);
  expect(noted('{"a":1,"b":2,"c":3}', '{"b":2,"c":3,"d":{}}')).toEqual(['/a removed', '/d added']);
  expect(noted('{"a":[],"x":{"y":1}}', '{"z":"","x":{},"a":[]}')).toEqual(['/z added', '/x/y removed']);
  expect(noted('{}', '{"a":[1,{"b":2}]}')).toEqual(['/a added']);
  expect(noted('[{"a":1,"b":2}]', '[{"c":3,"b":1}]')).toEqual(['/0/a removed', '/0/b changed', '/0/c added']);
});

test('white space and the spelling of values are looked through', () => {
  expect(noted('{"a":1.0,"b":2}', '{ "a" : 1 ,\n"b" : 3 }')).toEqual(['/b changed']);
  const walked = (one: string, other: string) =>
    STRICT.walker?.walked(new TextEncoder().encode(one), new TextEncoder().encode(other));
  expect(walked('{"a":[ ],"b":1e2}', ' {"b":100,"a":[]} ')).toBe('identical');
  expect(walked('[1,12]', '[1,120]')).toBe('different');
});

test('a member that comes twice, or a lone one that is broken, is not judged', () => {
  expect(noted('{"a":1,"b":2}', '{"b":2,"a":1,"b":2}')).toBeUndefined();
  expect(noted('{"a":1,"b":2,"a":1}', '{"b":2,"a":1}')).toBeUndefined();
  expect(noted('{"a":1}', '{"a":1,"b":{"c":1,"c":1}}')).toBeUndefined();
  expect(noted('{"a":1}', '{"a":1,"b":[1,]}')).toBeUndefined();
  expect(noted('{"a":1}', '{"b":tru,"a":1}')).toBeUndefined();
  expect(noted('{"a":1,"b":2}', '{"b":2,"a":1,}')).toBeUndefined();
});

test('a text that is broken further on is not judged', () => {
  expect(noted('{"a":1,"b":2}', '{"a":2,"b":2')).toBeUndefined();
  expect(noted('{"a":1,"b":2,"b":3}', '{"a":2,"b":2,"b":3}')).toBeUndefined();
});

test('what one walk noted is not told of other texts', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const [one, other] = [bytes('{"a":1}'), bytes('{"a":2}')];
  expect(STRICT.walker?.walked(one, other)).toBe('different');
  expect(STRICT.walker?.tell(one, bytes('{"a":2}'), new Findings(100))).toBe(false);
});

test('names that are data are compared however many come', () => {
  const plan = planWith([{ kind: 'ignore', name: 'i', paths: ['/*/ts'] }]);
  const told: string[] = [];
  for (let round = 0; round < 120; round++) {
    const names = Array.from({ length: 200 }, (_, i) => `n${round * 200 + i}`);
    const text = (ts: number, last: number): string =>
      `{${names.map((name, i) => `"${name}":{"ts":${ts},"v":${i === 199 ? last : i}}`).join(',')}}`;
    const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
    const walked = plan.walker?.walked(bytes(text(1, 1)), bytes(text(2, 1)));
    // Where there is no more room for names, nothing is known, and there is room again the next time.
    if (walked !== undefined) told.push(walked);
    expect(compareTexts(text(1, 1), text(2, 2), plan).kind).toBe('mismatch');
  }
  expect(new Set(told)).toEqual(new Set(['equivalent']));
  expect(told.length).toBeGreaterThan(100);
});

describe('elements that one side has more', () => {
  test('are noted where their place is sure', () => {
    expect(noted('[1,2,3]', '[1,9,2,3]')).toEqual(['/1 added']);
    expect(noted('[1,9,8,2,3]', '[1,2,3]')).toEqual(['/1 removed', '/2 removed']);
    expect(noted('[]', '[1,[2]]')).toEqual(['/0 added', '/1 added']);
    expect(noted('[1,2]', '[1,2,3]')).toEqual(['/2 added']);
    expect(noted('[1,2]', '[0,1,2]')).toEqual(['/0 added']);
    expect(noted('{"a":[{"b":1,"c":2},{"b":3}],"d":1}', '{"d":2,"a":[{"b":1,"c":2},{"b":1},{"b":3}]}')).toEqual([
      '/d changed',
      '/a/1 added',
    ]);
    expect(noted('[[1,2],[3]]', '[[1,2],[3,4]]')).toEqual(['/1/1 added']);
  });

  test('are left to the alignment where they fit in several places, or others differ as well', () => {
    expect(noted('[1,2,2,3]', '[1,2,2,2,3]')).toBeUndefined();
    expect(noted('[1,1]', '[1]')).toBeUndefined();
    expect(noted('[1,2,3]', '[1,9,2,4]')).toBeUndefined();
    expect(noted('[1,2,3]', '[0,1,2,9,3]')).toBeUndefined();
    expect(noted('[[1],[2]]', '[[1,3],[2,3]]')).toBeUndefined();
    expect(noted('[[[1]],[2]]', '[[[1],[3]],[2],[4]]')).toBeUndefined();
    // The same under the rules, and not identical: identical ends are aligned first.
    const ids = planWith([{ kind: 'ignore', name: 'i', paths: ['/*/id'] }]);
    expect(noted('[{"id":1},{"id":7,"b":2}]', '[{"id":2},{"id":1},{"id":7,"b":2}]', ids)).toBeUndefined();
    expect(noted('[{"id":1,"b":1}]', '[{"id":2,"b":1},{"id":1,"b":2}]', ids)).toEqual(['/1 added']);
  });

  test('are left to the alignment where rules may call different elements the same', () => {
    const near = planWith([{ kind: 'tolerance', name: 't', path: '/*/n', absolute: 1 }]);
    expect(noted('[{"n":1},{"n":5}]', '[{"n":1},{"n":3},{"n":5}]', near)).toBeUndefined();
    expect(noted('[{"n":1,"m":1}]', '[{"n":1,"m":2},{"n":1,"m":1}]', near)).toEqual(['/0 added']);
    const empty = planWith([{ kind: 'nullish', name: 'z', path: '/*', same: ['null', 'empty'] }]);
    expect(noted('[{"a":1}]', '[{"a":1},{"a":2}]', empty)).toBeUndefined();
    const bag = planWith([{ kind: 'unordered', name: 'u', path: '/a' }]);
    expect(noted('{"a":[1]}', '{"a":[1,2]}', bag)).toBeUndefined();
  });

  test('that are broken are not judged, nor what stands behind them', () => {
    for (const broken of ['[1,9,2,3', '[1,9,2,3}', '[1,,2,3]', '[1,9,2,3,]', '[1,{"a":1,"a":1},2,3]', '[1,tru,2,3]']) {
      expect(noted('[1,2,3]', broken)).toBeUndefined();
    }
  });

  test('are left to the alignment where it is in doubt which elements are the same', () => {
    const rules: readonly RuleSpec[] = [
      { kind: 'ignore', name: 'i', paths: ['/*/id'] },
      { kind: 'tolerance', name: 't', path: '/*/n', absolute: 1 },
    ];
    const near = planWith(rules);
    const left = (legacy: string, candidate: string): void => {
      expect(noted(legacy, candidate, near)).toBeUndefined();
      expect(compareTexts(legacy, candidate, near).kind).toBe('mismatch');
    };
    // In front: the first two may be the same, so the one behind is more, not the first.
    left('[{"id":1,"n":1}]', '[{"id":2,"n":2},{"id":3,"n":1}]');
    // Behind: the last may be the same, which is excused, and told.
    left('[{"k":1,"n":1}]', '[{"k":2,"n":1},{"k":1,"n":2}]');
    // In the middle: written with an escape, the third is identical to legacy's first.
    left('[{"id":1,"k":1},{"k":2}]', '[{"id":2,"k":1},{"k":9},{"\\u0069d":1,"k":1},{"k":2}]');
    const second = planWith([{ kind: 'ignore', name: 'i', paths: ['/1'] }]);
    expect(noted('[]', '[1,2]', second)).toBeUndefined();
    expect(judgedBy(second, '[]', '[1,2]')).toEqual(['/0 added']);
  });

  test.each([
    ['[1,2,3]', '[1,09,2,3]'],
    ['[1,2,3]', '[1,nullx,2,3]'],
    ['[1,2,3]', '[1,2,3,09]'],
    ['[]', '[09]'],
    ['[1,2]', '[1,2,"a"x3]'],
    ['[1,2,3]', '[1,2,3,truex]'],
    ['[01,2,3]', '[01,9,2,3]'],
    ['[1,2,3]', '[1x,9,2,3]'],
    ['[1x,2,3]', '[1,9,2,3]'],
    ['[1,2,3x]', '[1,9,2,3]'],
    ['[1,2,3]', '[1,"a"x2,3]'],
    ['[1,2,3]', '[1,[9]:2,3]'],
    ['[1,2,3]', '[1,9,2,3,'],
  ])('are not told of %s and %s, which are broken', (legacy, candidate) => {
    for (const [one, other] of [
      [legacy, candidate],
      [candidate, legacy],
    ] as const)
      expect(compareTexts(one, other, STRICT)).toEqual({ kind: 'inconclusive', reason: 'undecodable' });
  });

  test('are told as the full comparison tells them, in any arrays', () => {
    const element = fc.oneof(
      { weight: 3, arbitrary: fc.record({ id: fc.nat(2), v: fc.nat(2) }) },
      { weight: 3, arbitrary: fc.nat(3) },
      fc.array(fc.nat(2), { maxLength: 2 }),
      fc.constantFrom(null, '', 'x', {}),
    );
    const rules = fc.subarray<RuleSpec>([
      { kind: 'ignore', name: 'i', paths: ['/**/id'] },
      { kind: 'tolerance', name: 't', path: '/a/*/v', absolute: 1 },
      { kind: 'nullish', name: 'z', path: '/a/*', same: ['null', 'empty'] },
    ]);
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(element, { maxLength: 6 }),
        fc.array(element, { minLength: 1, maxLength: 2 }),
        fc.nat(6),
        fc.boolean(),
        rules,
        (elements, more, at, onLegacy, held) => {
          const longer = [...elements.slice(0, at), ...more, ...elements.slice(at)];
          const [one, other] = onLegacy ? [longer, elements] : [elements, longer];
          const plan = planWith(held);
          // Fails where the two ways disagree.
          if (noted(JSON.stringify({ a: one }), JSON.stringify({ a: other }), plan) !== undefined) seen++;
        },
      ),
      { numRuns: 3000 },
    );
    expect(seen).toBeGreaterThan(300);
  });

  test('cost no more the deeper they stand', () => {
    const deep = (last: string): string => `${'[1,['.repeat(60)}${last}${'],2]'.repeat(60)}`;
    expect(noted(deep('1'), deep('1,2'))).toBeUndefined();
  });
});
