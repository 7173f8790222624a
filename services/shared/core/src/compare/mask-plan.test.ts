// What privacy hides stays hidden through decoding and transforms.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareContents } from './compare.ts';
import { compilePlan } from './plan.ts';
import type { PrivacyAction } from './privacy.ts';
import { toBase64 } from './rewriting/base64.ts';
import type { Decoding } from './rewriting/decode.ts';
import type { RuleSpec } from './rules.ts';
import { content, STRICT } from './testing/plans.ts';

const SECRET = '4111-1111';
const packed = (value: unknown): string => toBase64(new TextEncoder().encode(JSON.stringify(value)));
const decode = (path: string, ...as: readonly Decoding[]): RuleSpec => ({ kind: 'decode', name: 'd', path, as });
const transform = (path: string, value: string): RuleSpec => ({
  kind: 'transform',
  name: 't',
  side: 'candidate',
  path,
  value,
});

function shown(
  legacy: unknown,
  candidate: unknown,
  masks: Readonly<Record<string, PrivacyAction>>,
  rules: readonly RuleSpec[],
  others: PrivacyAction = 'keep',
): readonly (readonly (string | undefined)[])[] {
  const paths = Object.entries(masks).map(([path, action]) => ({ path, action }));
  const privacy = { paths, default: others, headers: {}, id: 'keep' } as const;
  const plan = compilePlan({ ...STRICT, rules, privacy }, { mac: (text) => `<${text.length}>`.padEnd(32, '0') });
  const contents = [legacy, candidate].map((value) => content(JSON.stringify(value)));
  const comparison = compareContents(contents.slice(0, 1), contents.slice(1), plan);
  const text = JSON.stringify(comparison);
  for (const hidden of [SECRET, packed({ card: SECRET }), JSON.stringify(packed({ card: SECRET }))]) {
    expect(text).not.toContain(hidden);
  }
  return 'differences' in comparison
    ? comparison.differences.map(({ path, legacy: one, candidate: other }) => [path, one, other])
    : [[comparison.kind]];
}

describe('a packed document', () => {
  const rules = [decode('/p', 'base64', 'json')];
  const [one, other] = [{ p: packed({ card: SECRET, n: 1 }) }, { p: packed({ card: 'x', n: 2 }) }];

  test('shows what is shown of its parts, and nothing of itself', () => {
    expect(shown(one, other, { '/p/card': 'drop' }, rules)).toEqual([
      ['/p/card', '"dropped"', '"dropped"'],
      ['/p/n', '1', '2'],
      ['/p', '"dropped"', '"dropped"'],
    ]);
  });

  test('is hidden where it does not decode on one side, or no rule decodes it for this pair', () => {
    expect(shown(one, { p: 7 }, { '/p/card': 'drop' }, rules).at(-1)).toEqual(['/p', '"dropped"', undefined]);
    const never = { ...rules[0], when: [{ side: 'legacy', path: '/none', present: true }] } as RuleSpec;
    expect(shown(one, other, { '/p/card': 'drop' }, [never])).toEqual([['/p', '"dropped"', '"dropped"']]);
  });

  test('is hidden under a mask for a name at any depth', () => {
    expect(shown(one, other, { '/**/card': 'hmac' }, rules).at(-1)).toEqual(['/p', '"dropped"', '"dropped"']);
    expect(shown({ ...one, free: 'a' }, { ...other, free: 'b' }, { '/**/card': 'hmac' }, rules)).toContainEqual([
      '/free',
      '"a"',
      '"b"',
    ]);
  });

  test('is hidden inside what is shown around it', () => {
    expect(shown({ q: one }, {}, { '/q/p/card': 'drop' }, [decode('/q/p', 'base64', 'json')])).toEqual([
      ['/q', expect.stringContaining('dropped'), undefined],
      ['/q/p', '"dropped"', undefined],
    ]);
  });

  test('is hidden under the name a rename gives it', () => {
    const rename: RuleSpec = { kind: 'rename', name: 'r', side: 'candidate', from: '/old', to: '/p' };
    for (const path of ['/p/card', '/old/card']) {
      shown(one, { old: packed({ card: SECRET, n: 2 }) }, { [path]: 'drop' }, [rename, decode('/p', 'base64', 'json')]);
      shown(one, { old: packed({ card: SECRET, n: 2 }) }, { [path]: 'drop' }, [
        decode('/old', 'base64', 'json'),
        rename,
      ]);
    }
  });

  test('in another packed one is hidden as well', () => {
    const twice = [decode('/p', 'base64', 'json'), decode('/p/q', 'base64', 'json')];
    const outer = (card: string) => ({ p: packed({ q: packed({ card }) }) });
    expect(shown(outer(SECRET), outer('y'), { '/p/q/card': 'drop' }, twice)).toEqual([
      ['/p/q/card', '"dropped"', '"dropped"'],
      ['/p', '"dropped"', '"dropped"'],
      ['/p/q', '"dropped"', '"dropped"'],
    ]);
  });

  test('that is masked whole masks all in it', () => {
    expect(shown(one, other, { '/p': 'drop' }, rules).map(([, left]) => left)).toEqual([
      '"dropped"',
      '"dropped"',
      '"dropped"',
    ]);
  });

  test('of which nothing is masked is shown', () => {
    expect(shown({ p: packed({ n: 1 }) }, { p: packed({ n: 2 }) }, { '/x': 'drop' }, rules)[1]).toEqual([
      '/p',
      `"${packed({ n: 1 })}"`,
      `"${packed({ n: 2 })}"`,
    ]);
  });
});

describe('the result of a transform', () => {
  const candidate = { card: SECRET, a: 1, o: { x: SECRET, y: 2 } };

  test('that may come from a masked place is masked', () => {
    expect(shown({ ...candidate, a: 2 }, candidate, { '/card': 'drop' }, [transform('/a', '$document.card')])).toEqual([
      ['/a', '"dropped"', '"dropped"'],
      ['/a', undefined, '"dropped"'],
    ]);
    shown({ ...candidate, o: 1 }, candidate, { '/o/x': 'hmac' }, [transform('/o', '{ "moved": x }')]);
    shown(candidate, candidate, { '/card': 'drop' }, [transform('', '{ "elsewhere": card, "a": a }')]);
    shown(candidate, candidate, { '/**/card': 'hmac' }, [transform('', '{ "elsewhere": card }')]);
  });

  test('is dropped where any of its sources is', () => {
    const both = { '/card': 'hmac', '/o/x': 'drop' } as const;
    expect(shown({ a: 2 }, candidate, both, [transform('/a', '$document.card')])[0]?.[2]).toBe('"dropped"');
  });

  test('is shown where its place is named to be kept, or nothing that it reads is masked', () => {
    const kept = shown({ ...candidate, a: 2 }, candidate, { '/card': 'drop', '/a': 'keep' }, [
      transform('/a', '$count($document.*)'),
    ]);
    expect(kept[0]).toEqual(['/a', '2', '3']);
    expect(shown({ ...candidate, a: 2 }, candidate, { '/card': 'drop' }, [transform('/a', '$ * 3')])[0]).toEqual([
      '/a',
      '2',
      '3',
    ]);
  });

  test('is not shown by keeping more than its place', () => {
    const wide = shown({ o: { y: 0 } }, { o: { y: 1 }, card: SECRET }, { '/card': 'drop', '/o': 'keep' }, [
      transform('/o/y', '$document.card'),
    ]);
    expect(wide[0]?.[2]).toBe('"dropped"');
  });

  test('under a default that masks is masked', () => {
    shown(
      { a: 2 },
      { ...candidate, o: { x: 1, y: 2 } },
      { '/o': 'keep' },
      [transform('/o/y', '$document.card')],
      'hmac',
    );
    shown(
      { o: { y: 3 } },
      { ...candidate, o: { x: SECRET, y: 2 } },
      { '/o/y': 'keep' },
      [transform('/o', '{ "y": y }')],
      'drop',
    );
  });
});

test('no rules that rewrite bring a masked value into sight', () => {
  const path = fc.constantFrom('', '/a', '/a/b', '/b', '/*', '/**', '/a/*', '/**/b');
  const rule: fc.Arbitrary<RuleSpec> = fc.oneof(
    fc
      .tuple(path, fc.constantFrom<readonly Decoding[]>(['json'], ['base64', 'json']))
      .map(([at, as]) => decode(at, ...as)),
    fc
      .tuple(path, fc.constantFrom('$', '$document', '{ "n": $ }', '$document.**.b', '$document.a', 'a', '[b, $]', 'c'))
      .map(([at, value]) => transform(at, value)),
  );
  // One only: such as feed each other are another matter.
  const rename: fc.Arbitrary<RuleSpec> = fc
    .constantFrom(['/a', '/c'], ['/b', '/c'], ['/a/b', '/c'], ['/a/b', '/a/c'], ['/a/c', '/b'])
    .map(([from = '', to = '']) => ({ kind: 'rename', name: 'r', side: 'candidate', from, to }));
  const ruleSets = fc.tuple(fc.array(rule, { maxLength: 2 }), fc.option(rename), fc.array(rule, { maxLength: 1 }));
  // They never hold, and still tell that texts may be packed: what no rule unpacks nobody can know.
  const marks = [decode('/**', 'json'), decode('/**', 'base64', 'json')].map(
    (mark): RuleSpec => ({ ...mark, when: [{ side: 'legacy', path: '/none', present: true }] }),
  );
  const inner = { b: SECRET, c: 1 };
  const documents = fc.constantFrom<unknown>(
    { a: inner },
    { a: JSON.stringify(inner) },
    { a: packed(inner), c: [2] },
    { a: { b: JSON.stringify({ b: SECRET }), c: 1 } },
    { b: SECRET, a: { a: JSON.stringify(inner) } },
  );
  fc.assert(
    fc.property(
      ruleSets,
      documents,
      fc.constantFrom<PrivacyAction>('drop', 'hmac'),
      ([before, moved, after], value, action) => {
        const rules = [...marks, ...before, ...(moved === null ? [] : [moved]), ...after];
        const other = { a: 1, b: 2, c: 3 };
        const text = JSON.stringify([
          shown(other, value, { '/**/b': action }, rules),
          shown(value, other, { '/**/b': action }, rules),
        ]);
        expect(text).not.toContain(SECRET);
        expect(text).not.toContain(packed(inner));
      },
    ),
    { numRuns: 300 },
  );
});
