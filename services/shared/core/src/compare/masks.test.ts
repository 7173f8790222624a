// Masks: what may be shown is, what may not is nowhere, and equal values stay recognisable.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Comparison, Difference } from '../outcome.ts';
import { compareContents } from './compare.ts';
import { HASH64_SEED, hash64, hash64Text } from './hash64.ts';
import { compilePlan } from './plan.ts';
import type { Mac, PrivacyAction, PrivacySpec } from './privacy.ts';
import type { RuleSpec } from './rules.ts';
import type { CompareSpec } from './spec.ts';
import { content, STRICT } from './testing/plans.ts';

/** Not secret, but as good as one for telling what is equal: 32 hex digits. */
const mac: Mac = (text) => {
  const half = (seed: string) => hash64Text(hash64(hash64(HASH64_SEED, seed), text));
  return half('a') + half('b');
};
const hashOf = (text: string) => JSON.stringify(`hmac:${mac(text)}`);

function privacy(paths: Readonly<Record<string, PrivacyAction>>, more: Partial<PrivacySpec> = {}): PrivacySpec {
  const entries = Object.entries(paths).map(([path, action]) => ({ path, action }));
  return { paths: entries, default: 'keep', headers: {}, id: 'keep', ...more };
}

function compared(
  legacy: string,
  candidate: string,
  masks: PrivacySpec | undefined,
  rules: readonly RuleSpec[] = [],
  more: Partial<CompareSpec> = {},
): Comparison {
  const spec = { ...STRICT, ...more, rules, ...(masks === undefined ? {} : { privacy: masks }) };
  return compareContents([content(legacy)], [content(candidate)], compilePlan(spec, { mac }));
}

function shown(...given: Parameters<typeof compared>): readonly (readonly (string | undefined)[])[] {
  const comparison = compared(...given);
  const list: readonly Difference[] = 'differences' in comparison ? comparison.differences : [];
  return list.map(({ path, kind, legacy, candidate }) => [path, kind, legacy, candidate]);
}

describe('a value', () => {
  test('under hmac is shown as its hash: equal values alike, however they are written', () => {
    const masks = privacy({ '/email': 'hmac', '/n': 'hmac' });
    expect(shown('{"email":"a@b","n":1.0}', '{"email":"\\u0061@c","n":2}', masks)).toEqual([
      ['/email', 'changed', hashOf('"a@b"'), hashOf('"a@c"')],
      ['/n', 'changed', hashOf('1e0'), hashOf('2e0')],
    ]);
    expect(shown('{"n":10e-1}', '{}', masks)[0]?.[2]).toBe(hashOf('1e0'));
    const tree = (text: string) => shown(text, '{}', privacy({ '/n': 'hmac' }))[0]?.[2];
    expect(tree('{"n":{"a":[1,"x"],"b":null}}')).toBe(tree('{"n":{ "b": null, "a": [1.0, "\\u0078"] }}'));
    expect(tree('{"n":{"a":[1,"x"]}}')).not.toBe(tree('{"n":{"a":["x",1]}}'));
  });

  test('under drop leaves its place and kind only', () => {
    expect(shown('{"card":"4111"}', '{"card":4111}', privacy({ '/card': 'drop' }))).toEqual([
      ['/card', 'type-changed', '"dropped"', '"dropped"'],
    ]);
  });

  test('is masked where it stands inside another that is shown', () => {
    const masks = privacy({ '/c/email': 'hmac', '/c/card': 'drop' });
    expect(shown('{"c":{"email":"a@b","card":1,"no":7}}', '{}', masks)).toEqual([
      ['/c', 'removed', `{"email":${hashOf('"a@b"')},"card":"dropped","no":7}`, undefined],
    ]);
  });

  test('inside a dropped one leaves no hash, and inside a hashed one a dropped one leaves nothing', () => {
    const drop = privacy({ '/c/x': 'hmac', '/c': 'drop' });
    expect(shown('{"c":{"x":1}}', '{}', drop)).toEqual([['/c', 'removed', '"dropped"', undefined]]);
    const hmac = privacy({ '/c': 'hmac', '/c/x': 'drop' });
    expect(shown('{"c":{"x":1,"y":2}}', '{}', hmac)[0]?.[2]).toContain('"dropped"');
  });
});

describe('which mask holds', () => {
  test('is for the later of two places to say, and keep opens again', () => {
    const masks = privacy({ '/c': 'hmac', '/c/no': 'keep' });
    expect(shown('{"c":{"no":1,"name":"x"}}', '{"c":{"no":2,"name":"y"}}', masks).map(([path]) => path)).toEqual([
      '/c/no',
      `/c/hmac:${mac('"name"')}`,
    ]);
    expect(shown('{"c":{"no":1}}', '{"c":{"no":2}}', privacy({ '/c/no': 'keep', '/c': 'drop' }))).toEqual([
      ['/c/dropped', 'changed', '"dropped"', '"dropped"'],
    ]);
  });

  test('the default is of values only: names stay', () => {
    const masks = privacy({ '/total': 'keep' }, { default: 'drop' });
    expect(shown('{"total":1,"name":"x"}', '{"total":2,"name":"y"}', masks)).toEqual([
      ['/total', 'changed', '1', '2'],
      ['/name', 'changed', '"dropped"', '"dropped"'],
    ]);
  });

  test('an index stands for every element, because elements move', () => {
    const masks = privacy({ '/items/0': 'drop' });
    expect(shown('{"items":["a","b"]}', '{"items":["b"]}', masks)).toEqual([
      ['/items/0', 'removed', '"dropped"', undefined],
    ]);
    expect(shown('{"items":["a"]}', '{"items":["a","b"]}', masks)[0]?.[3]).toBe('"dropped"');
  });

  test('a renamed member is masked under either name, deep ones and moved ones too', () => {
    const rename = (from: string, to: string): RuleSpec => ({ kind: 'rename', name: 'r', side: 'legacy', from, to });
    for (const masked of ['/mail', '/email', '/**/mail', '/*']) {
      const seen = JSON.stringify(
        shown('{"mail":"secret-1"}', '{"email":"secret-2"}', privacy({ [masked]: 'drop' }), [
          rename('/mail', '/email'),
        ]),
      );
      expect(seen).not.toContain('secret');
    }
    const moved = compared(
      '{"old":{"who":{"x":"secret"}}}',
      '{"new":{"who":{"x":"other"}}}',
      privacy({ '/old/who/x': 'hmac' }),
      [rename('/old/who', '/new/who')],
    );
    expect(JSON.stringify(moved)).not.toMatch(/secret|other/);
  });

  test('record keys and headers have masks of their own', () => {
    const one = (key: string, header: string) => ({
      key: new TextEncoder().encode(key),
      value: null,
      headers: [['h', new TextEncoder().encode(header)] as const],
    });
    const compare = { value: true, key: true, headers: ['h'] };
    const plan = (masks: PrivacySpec) => compilePlan({ ...STRICT, compare, privacy: masks }, { mac });
    const seen = (masks: PrivacySpec) => compareContents([one('k1', 'h1')], [one('k2', 'h2')], plan(masks));
    expect(seen(privacy({}, { key: 'drop', headers: { h: 'hmac' } }))).toMatchObject({
      differences: [
        { path: 'key:', legacy: '"dropped"', candidate: '"dropped"' },
        { path: 'header:h', legacy: hashOf('"h1"'), candidate: hashOf('"h2"') },
      ],
    });
    expect(JSON.stringify(seen(privacy({}, { default: 'drop' })))).not.toMatch(/[kh][12]/);
  });
});

describe('the signature', () => {
  const masked = (legacy: string, candidate: string, masks: PrivacySpec) => {
    const comparison = compared(legacy, candidate, masks);
    return comparison.kind === 'mismatch' ? comparison.signature : comparison.kind;
  };

  test('says nothing of masked values beyond their types', () => {
    const masks = privacy({ '/a': 'drop' });
    expect(masked('{"a":true}', '{"a":false}', masks)).toBe(masked('{"a":false}', '{"a":true}', masks));
    expect(masked('{"a":""}', '{"a":"x"}', masks)).toBe(masked('{"a":"y"}', '{"a":"x"}', masks));
    expect(masked('{"a":1}', '{"a":"x"}', masks)).not.toBe(masked('{"a":2}', '{"a":1}', masks));
  });

  test('is one for all names inside a masked value', () => {
    for (const action of ['hmac', 'drop'] as const) {
      const masks = privacy({ '/by': action });
      expect(masked('{"by":{"alice":1}}', '{"by":{"alice":2}}', masks)).toBe(
        masked('{"by":{"bob":1}}', '{"by":{"bob":2}}', masks),
      );
    }
  });
});

test('what is masked changes no outcome', () => {
  const rules: RuleSpec[] = [{ kind: 'tolerance', name: 't', path: '/n', absolute: 1 }];
  const masks = privacy({}, { default: 'drop' });
  expect(compared('{"n":1}', '{"n":2}', masks, rules).kind).toBe('equivalent');
  expect(compared('{"n":1}', '{"n":3}', masks, rules).kind).toBe('mismatch');
  expect(compared('{"n":1}', '{"n":1}', masks, rules)).toEqual({ kind: 'match' });
});

test('hmac without a key is refused, drop needs none', () => {
  const plan = (masks: PrivacySpec) => compilePlan({ ...STRICT, privacy: masks });
  expect(() => plan(privacy({ '/a': 'hmac' }))).toThrow(expect.objectContaining({ code: 'privacy-key-missing' }));
  expect(() => plan(privacy({ '/a': 'drop' }))).not.toThrow();
});

test('a preview of a payload is masked, and of what cannot be read there is none', () => {
  const { masks } = compilePlan({ ...STRICT, privacy: privacy({ '/a': 'drop' }) });
  const of = (text: string) => masks?.preview(new TextEncoder().encode(text));
  expect(of('{"a":"secret","b":1}')).toBe('{"a":"dropped","b":1}');
  expect([of('{"a":"secret"'), of('{"a":"secret","a":1}'), of('secret')]).toEqual([undefined, undefined, undefined]);
});

// Random documents in which every value and, below masked places, every name carries a mark that occurs nowhere else.
const NAMES = ['a', 'b', 'c', '0', '1'];
type Tree = { readonly [name: string]: Tree } | readonly Tree[] | string;
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 9 }).map((n) => `leaf${n}`),
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('tree'), { maxKeys: 3 }),
  ),
})).tree;
const pattern = fc
  .array(fc.constantFrom(...NAMES, '*', '**'), { maxLength: 3 })
  .map((segments) => segments.map((segment) => `/${segment}`).join(''));

test('no masked value and no name inside one is in any byte of what is found, whatever the documents and rules', () => {
  fc.assert(
    fc.property(
      tree,
      tree,
      fc.array(pattern, { minLength: 1, maxLength: 2 }),
      fc.constantFrom<PrivacyAction>('hmac', 'drop'),
      fc.array(
        fc.oneof(
          fc.record({ kind: fc.constant('unordered' as const), name: fc.constant('u'), path: pattern }),
          fc.record({
            kind: fc.constant('rename' as const),
            name: fc.constant('r'),
            side: fc.constantFrom('legacy' as const, 'candidate' as const),
            from: fc.constantFrom('/a', '/b', '/*/a', '/**/a'),
            to: fc.constantFrom('/c', '/*/c', '/**/c'),
          }),
        ),
        { maxLength: 2 },
      ),
      (legacy, candidate, paths, action, rules) => {
        const sound = rules.filter(
          (rule) =>
            rule.kind !== 'rename' ||
            (rule.from.split('/').length === rule.to.split('/').length &&
              rule.from.slice(0, -1) === rule.to.slice(0, -1)),
        );
        const masks = privacy(Object.fromEntries(paths.map((path) => [path, action])));
        const [one, other] = [legacy, candidate].map((document) => JSON.stringify(marked(document, paths, [])));
        const found = JSON.stringify(compared(one as string, other as string, masks, sound));
        expect(found).not.toContain('SECRET');
      },
    ),
    { numRuns: 400 },
  );
});

/** Values at masked places begin with SECRET, so do names of members below them that no pattern spells out. */
function marked(value: Tree, paths: readonly string[], at: readonly string[], inside = false): Tree {
  const isMasked = inside || paths.some((path) => fits(path.split('/').slice(1), at));
  if (typeof value === 'string') return isMasked ? `SECRET ${value}` : value;
  if (Array.isArray(value)) return value.map((item, i) => marked(item, paths, [...at, String(i)], isMasked));
  const members = Object.entries(value).map(([name, member]) => {
    // Below a masked place the names are secrets, too.
    const told = isMasked && !paths.some((path) => path.includes(`/${name}`)) ? `SECRET ${name}` : name;
    return [told, marked(member, paths, [...at, told], isMasked)] as const;
  });
  return Object.fromEntries(members);
}

function fits(path: readonly string[], at: readonly string[]): boolean {
  const [segment, ...rest] = path;
  if (segment === undefined) return at.length === 0;
  if (segment === '**') return fits(rest, at) || (at.length > 0 && fits(path, at.slice(1)));
  return at.length > 0 && (segment === '*' || segment === at[0]) && fits(rest, at.slice(1));
}
