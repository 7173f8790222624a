// Suggested rules: the narrowest that leaves nothing of what was seen, tried on the sample, and none without evidence.
import { expect, test } from 'vitest';
import { RULE_KINDS } from '../../experiment/rule-schema.ts';
import { WHOLE_VALUE } from '../differing.ts';
import type { Matched } from '../matching.ts';
import { effectOf, suggestRules } from './suggest.ts';
import { volatileForm } from './volatile.ts';

const SPEC = { ...WHOLE_VALUE, rules: [] };

function sample(pairs: number, make: (n: number) => readonly [legacy: unknown, other: unknown]): readonly Matched[] {
  const record = (value: unknown, n: number) => ({
    key: null,
    value: new TextEncoder().encode(JSON.stringify(value)),
    headers: [],
    partition: 0,
    offset: n,
    timestamp: 1_700_000_000_000 + n,
  });
  return Array.from({ length: pairs }, (_, n) => {
    const [legacy, other] = make(n);
    return { id: `p${n}`, legacy: [record(legacy, n)], candidate: [record(other, n)] };
  });
}

/** Digits that look drawn, the same for the same number. */
const hex = (n: number, length: number) => {
  let state = Math.imul(n + 1, 2_654_435_761) | 1;
  return Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 28).toString(16);
  }).join('');
};
const uuid = (n: number) => `${hex(n, 8)}-${hex(n + 1, 4)}-4${hex(n + 2, 3)}-a${hex(n + 3, 3)}-${hex(n + 4, 12)}`;
const has = (kind: string) => RULE_KINDS.some((one) => one === kind);
const rulesOf = (pairs: readonly Matched[]) => suggestRules(pairs, SPEC).suggestions.map(({ rule }) => rule);

test('a rounding gets a tolerance just wide enough for what was seen', () => {
  const pairs = sample(50, (n) => [{ total: 100 + n }, { total: 100 + n + (n % 5 === 0 ? 0.004 : 0) }]);
  const { suggestions, agreeing, agreeingThen, left } = suggestRules(pairs, SPEC);
  expect(suggestions).toEqual([
    {
      name: 'noise /total',
      rule: { tolerance: { path: '/total', absolute: 0.0041 } },
      patterns: ['/total'],
      reason: 'numbers at most 0.004 apart',
      risk: { level: 'medium', text: expect.stringContaining('any error below 0.0041') },
      evidence: { pairs: 50, differing: 10, examples: expect.any(Array) },
      hides: 10,
    },
  ]);
  expect([agreeing, agreeingThen, left]).toEqual([40, 50, []]);
});

test('noise in proportion to the value gets a relative tolerance', () => {
  const pairs = sample(40, (n) => [{ x: 10 ** (n % 6) }, { x: 10 ** (n % 6) * 1.001 }]);
  const [rule] = rulesOf(pairs);
  expect(rule).toEqual({ tolerance: { path: '/x', relative: expect.any(Number) } });
});

test('numbers that are made up get no tolerance that would hide any number', () => {
  const pairs = sample(40, (n) => [{ seq: n * 7919 }, { seq: (n * 104_729) % 9973 }]);
  expect(rulesOf(pairs)).toEqual([{ ignore: '/seq' }]);
});

test('nothing in different ways gets a nullish rule of these ways only', () => {
  const pairs = sample(20, (n) => [{ note: n % 2 === 0 ? null : 'x' }, n % 2 === 0 ? {} : { note: 'x' }]);
  expect(rulesOf(pairs)).toEqual([{ nullish: { path: '/note', same: ['missing', 'null'] } }]);
});

test('another order gets an unordered rule by the key that tells elements apart', () => {
  const items = [1, 2, 3].map((n) => ({ sku: `s${n}`, qty: n }));
  const pairs = sample(20, (n) => [{ items }, { items: n % 3 === 0 ? items.toReversed() : items }]);
  const { suggestions, agreeingThen } = suggestRules(pairs, SPEC);
  expect(suggestions.map(({ rule }) => rule)).toEqual([{ unordered: { path: '/items', key: '/sku' } }]);
  expect(agreeingThen).toBe(20);
});

test('what elements hold is judged beside their counterparts once their order does not count', () => {
  const pairs = sample(30, (n) => {
    const item = (k: number, off: number) => ({ sku: `s${k}`, price: 10 + k + off });
    const items = [item(1, 0), item(2, 0), item(3, 0)];
    const other = [item(1, n % 2 === 0 ? 0.001 : 0), item(2, 0), item(3, 0)];
    return [{ items }, { items: n % 3 === 0 ? other.toReversed() : other }];
  });
  const { suggestions, agreeingThen } = suggestRules(pairs, SPEC);
  expect(suggestions.map(({ rule }) => rule)).toEqual([
    { unordered: { path: '/items', key: '/sku' } },
    { tolerance: { path: '/items/*/price', absolute: expect.any(Number) } },
  ]);
  expect(agreeingThen).toBe(30);
});

test.runIf(has('time'))('times of the work get a time rule as wide as their gap', () => {
  const at = (n: number) => new Date(1_700_000_000_000 + n * 61_000).toISOString();
  const pairs = sample(30, (n) => [{ at: at(n) }, { at: new Date(Date.parse(at(n)) + 40 + n).toISOString() }]);
  expect(rulesOf(pairs)).toEqual([{ time: { path: '/at', within: '100ms' } }]);
});

test.runIf(has('coerce'))('a number as text gets a coerce rule', () => {
  expect(rulesOf(sample(10, (n) => [{ n: n + 1 }, { n: String(n + 1) }]))).toEqual([
    { coerce: { path: '/n', to: 'string' } },
  ]);
});

test.runIf(has('coerce'))(
  'one that is written otherwise than its text gets a wider rule, and the risk of names that look like numbers',
  () => {
    const report = suggestRules(
      sample(10, (n) => [{ code: `${n + 1}E2` }, { code: (n + 1) * 100 }]),
      SPEC,
    );
    expect(report.suggestions.map(({ rule, risk }) => [rule, risk.level])).toEqual([
      [{ coerce: { path: '/code', to: 'number' } }, 'medium'],
    ]);
  },
);

test.runIf(has('coerce'))(
  'a boolean as text gets the rule that takes no digits for it, unless they are what stands there',
  () => {
    expect(rulesOf(sample(10, () => [{ on: true }, { on: 'true' }]))).toEqual([
      { coerce: { path: '/on', to: 'string' } },
    ]);
    expect(rulesOf(sample(10, () => [{ on: true }, { on: '1' }]))).toEqual([
      { coerce: { path: '/on', to: 'boolean' } },
    ]);
  },
);

test.runIf(has('text'))('made-up ids get a rule for their form, texts one for their spelling', () => {
  const pairs = sample(30, (n) => [
    { id: `req-${uuid(n)}`, name: `Name ${n}` },
    { id: `req-${uuid(n + 1_000)}`, name: `NAME ${n}` },
  ]);
  const form = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
  expect(rulesOf(pairs)).toEqual([
    { text: { path: '/id', matching: `^req-${form}$` } },
    { text: { path: '/name', case: 'fold' } },
  ]);
});

test.runIf(has('bijection'))('ids that stand at several places of a document get a rule that keeps them one', () => {
  const doc = (id: string) => ({ order: { id }, lines: [{ order: id }, { order: id }] });
  const pairs = sample(30, (n) => [doc(uuid(n)), doc(uuid(n + 500))]);
  expect(rulesOf(pairs)).toEqual([{ bijection: { paths: ['/lines/*/order', '/order/id'] } }]);
});

test('a rule that would leave some of it is not suggested, nor one from too little', () => {
  // A tolerance would do for most; once there is nothing at all.
  const mixed = sample(30, (n) => [{ x: 100 }, n === 7 ? {} : { x: 100 + n / 1_000 }]);
  expect(rulesOf(mixed)).toEqual([{ ignore: '/x' }]);
  const few = sample(30, (n) => [{ x: 1 }, { x: n < 2 ? 1.01 : 1 }]);
  expect(suggestRules(few, SPEC)).toMatchObject({
    suggestions: [],
    left: [{ pattern: '/x', differing: 2, why: 'only 2 of the sample differ there' }],
  });
  const withheld = suggestRules(mixed, SPEC, { mayIgnore: () => false });
  expect(withheld).toMatchObject({ suggestions: [], left: [{ why: 'nothing narrower than ignoring it would do' }] });
});

test('where no rule alone covers a place, the rules that do together are, each with what it hides alone', () => {
  const pairs = sample(40, (n) => {
    if (n % 4 === 0) return [{ total: null }, {}];
    return [{ total: 100 }, { total: n % 4 === 1 ? 100.004 : 100 }];
  });
  const { suggestions, left, agreeingThen } = suggestRules(pairs, SPEC);
  expect(suggestions).toMatchObject([
    { name: 'noise /total', rule: { nullish: { path: '/total', same: ['missing', 'null'] } }, hides: 10 },
    { name: 'noise /total 2', rule: { tolerance: { path: '/total', absolute: 0.0041 } }, hides: 10 },
  ]);
  expect(suggestions.map(({ evidence }) => evidence.differing)).toEqual([20, 20]);
  expect(suggestions[0]?.reason).toContain('2 rules together cover all');
  expect([left, agreeingThen]).toEqual([[], 40]);
});

test('sorts of differences that have no rule of their own, or were hardly seen, make no combination', () => {
  const gone = sample(40, (n) => [{ x: 100 }, n % 4 === 0 ? {} : { x: 100.004 }]);
  expect(rulesOf(gone)).toEqual([{ ignore: '/x' }]);
  const rare = sample(40, (n) => (n < 2 ? [{ x: null }, {}] : [{ x: 100 }, { x: 100.004 }]));
  expect(rulesOf(rare)).toEqual([{ ignore: '/x' }]);
});

test('the whole payload is never ignored', () => {
  const pairs = sample(10, (n) => [`word ${n}`, { n }]);
  expect(suggestRules(pairs, SPEC)).toMatchObject({ suggestions: [], left: [{ pattern: '' }] });
});

test('how a rule would do on other pairs is told: what it hides and what it leaves', () => {
  const noisy = sample(20, (n) => [{ total: 100 }, { total: 100 + (n % 2) / 100 }]);
  const [suggestion] = suggestRules(noisy, SPEC).suggestions;
  const candidate = sample(20, (n) => [{ total: 100 }, { total: n < 5 ? 120 : n < 15 ? 100.01 : 100 }]);
  expect(suggestion && effectOf(suggestion, candidate, SPEC)).toEqual({ differing: 15, hides: 10 });
});

test('the same sample always gets the same suggestions, whatever else is in it', () => {
  const make = (n: number) =>
    [
      { a: n, b: uuid(n) },
      { a: n + 0.001, b: uuid(n + 99) },
    ] as const;
  expect(suggestRules(sample(40, make), SPEC)).toEqual(suggestRules(sample(40, make), SPEC));
});

test.each([
  [['a-1f', 'b-2e', 'c-3d'], undefined],
  [['NEW', 'OLD', 'NEW', 'OLD'], undefined],
  [['order-10023', 'order-99120', 'order-31200'], '^order-[0-9]{5}$'],
  [
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01BX5ZZKBKACTAV9WEVGEMMVRZ', '01BX5ZZKBKACTAV9WEVGEMMVS0'],
    '^[0-9A-HJKMNP-TV-Z]{26}$',
  ],
  [['deadbeef00', 'c0ffee1234', 'badc0de999'], '^[0-9a-f]{10}$'],
  [['trace:deadbeef00/1', 'trace:c0ffee1234/1', 'trace:badc0de999/1'], '^trace:[0-9a-f]{10}\\/1$'],
])('of %j the form is %s', (texts, regex) => {
  const form = volatileForm(texts);
  expect(form?.regex).toBe(regex);
  if (form !== undefined) for (const text of texts) expect(text).toMatch(new RegExp(form.regex));
});

const base64 = (value: unknown) => btoa(JSON.stringify(value));

test('JSON in a text on one side is decoded, and nothing else is hidden with it', () => {
  const body = (n: number) => ({ total: n * 3, currency: 'EUR', lines: [n] });
  const pairs = sample(40, (n) => [
    { body: JSON.stringify(body(n)) },
    { body: { ...body(n), ...(n % 10 === 3 ? { total: 'none' } : {}) } },
  ]);
  const { suggestions, left, agreeingThen } = suggestRules(pairs, SPEC, { mayIgnore: () => false });
  expect(suggestions).toMatchObject([
    { rule: { decode: { path: '/body', as: 'json' } }, hides: 36, evidence: { differing: 40 }, risk: { level: 'low' } },
  ]);
  expect(suggestions[0]?.reason).toContain('4 of 40 pairs still differ in what it holds');
  expect(left.map(({ pattern }) => pattern)).toEqual(expect.arrayContaining(['/body/total']));
  expect(agreeingThen).toBe(36);
});

test.each([
  ['JSON in base64 against JSON', (n: number) => [base64({ n, a: 1 }), { a: 1, n }], ['base64', 'json']],
  [
    'JSON in base64 on both sides, in another order',
    (n: number) => [base64({ n, a: 1 }), base64({ a: 1, n })],
    ['base64', 'json'],
  ],
  ['JSON as text in another order', (n: number) => [JSON.stringify({ n, a: 1 }), JSON.stringify({ a: 1, n })], 'json'],
  ['base64 of a text', (n: number) => [btoa(`order number ${n}!`), `order number ${n}!`], 'base64'],
])('%s is decoded', (_, make, as) => {
  const pairs = sample(20, (n) => {
    const [one, other] = make(n);
    return [{ p: one }, { p: other }];
  });
  expect(rulesOf(pairs)).toEqual([{ decode: { path: '/p', as } }]);
});

test('what differs within what is decoded gets a rule of its own, which needs the other', () => {
  const pairs = sample(40, (n) => {
    const body = (off: number) => ({ total: 100 + n + off, who: `w${n}` });
    return [{ body: base64(body(0)) }, { body: body(n % 4 === 0 ? 0.001 : 0) }];
  });
  const { suggestions, agreeingThen } = suggestRules(pairs.slice(0, 20), SPEC);
  expect(suggestions.map(({ rule }) => rule)).toEqual([
    { decode: { path: '/body', as: ['base64', 'json'] } },
    { tolerance: { path: '/body/total', absolute: expect.any(Number) } },
  ]);
  expect(agreeingThen).toBe(20);
  const [, inner] = suggestions;
  if (inner === undefined) return expect.unreachable();
  expect(effectOf(inner, pairs.slice(20), SPEC, {}, suggestions)).toEqual({ differing: 5, hides: 5 });
});

test('texts that are JSON about different things, and ids that happen to be base64, are not decoded', () => {
  const other = sample(20, (n) => [{ p: `{"a":${n}}` }, { p: `{"b":"${n + 1}"}` }]);
  expect(rulesOf(other)).toEqual([{ ignore: '/p' }]);
  const ids = sample(20, (n) => [{ p: hex(n, 16) }, { p: hex(n + 99, 16) }]);
  expect(rulesOf(ids).filter((rule) => 'decode' in rule)).toEqual([]);
});

test('a member that is gone where another came with the same values is renamed, and told what that hides', () => {
  const pairs = sample(30, (n) => [
    { mail: `m${n}@x`, n },
    { email: `m${n}@x`, n },
  ]);
  const { suggestions, agreeingThen, left } = suggestRules(pairs, SPEC);
  expect(suggestions).toMatchObject([
    {
      rule: { rename: { side: 'legacy', from: '/mail', to: '/email' } },
      patterns: ['/mail', '/email'],
      hides: 30,
      evidence: { differing: 30, examples: [{ id: 'p0', legacy: '"m0@x"', candidate: '"m0@x"' }, {}, {}] },
      risk: { level: 'medium', text: expect.stringContaining('that who reads /mail of the candidate finds nothing') },
    },
  ]);
  expect([agreeingThen, left]).toEqual([30, []]);
});

test('renamed in every element, moved elsewhere, and renamed with other rules beside it', () => {
  const items = (name: string, n: number) => [1, 2, 3].map((k) => ({ sku: `s${k}-${n}`, [name]: n * k }));
  const inArrays = sample(20, (n) => [{ items: items('qty', n) }, { items: items('quantity', n) }]);
  expect(rulesOf(inArrays)).toEqual([{ rename: { side: 'legacy', from: '/items/*/qty', to: '/items/*/quantity' } }]);
  const moved = sample(20, (n) => [{ street: `s${n}`, to: {} }, { to: { street: `s${n}` } }]);
  expect(rulesOf(moved)).toEqual([{ rename: { side: 'legacy', from: '/street', to: '/to/street' } }]);
  const rounded = sample(20, (n) => [{ sum: 100 + n }, { total: 100 + n + (n % 5 === 0 ? 0.001 : 0) }]);
  expect(rulesOf(rounded)).toEqual([
    { rename: { side: 'legacy', from: '/sum', to: '/total' } },
    { tolerance: { path: '/total', absolute: expect.any(Number) } },
  ]);
  const packed = sample(20, (n) => [{ doc: base64({ n, a: n + 1 }) }, { payload: { a: n + 1, n } }]);
  expect(rulesOf(packed)).toEqual([
    { rename: { side: 'legacy', from: '/doc', to: '/payload' } },
    { decode: { path: '/payload', as: ['base64', 'json'] } },
  ]);
  const within = sample(20, (n) => [{ p: JSON.stringify({ mail: `m${n}`, n }) }, { p: { email: `m${n}`, n } }]);
  expect(rulesOf(within)).toEqual([
    { decode: { path: '/p', as: 'json' } },
    { rename: { side: 'legacy', from: '/p/mail', to: '/p/email' } },
  ]);
});

test('members that hold the same by chance are not renamed: one value, other pairs, or two that would do as well', () => {
  const noRename = (pairs: readonly Matched[]) => rulesOf(pairs).filter((rule) => 'rename' in rule);
  expect(
    noRename(
      sample(20, (n) => [
        { gone: true, n },
        { fresh: true, n },
      ]),
    ),
  ).toEqual([]);
  expect(noRename(sample(20, (n) => [{ a: n }, { b: n + 1 }]))).toEqual([]);
  expect(
    noRename(
      sample(20, (n) => [
        { a: n, b: n },
        { c: n, d: n },
      ]),
    ),
  ).toEqual([]);
  expect(noRename(sample(20, (n) => [n % 2 === 0 ? { a: n } : {}, { b: n }]))).toEqual([]);
  expect(
    noRename(
      sample(20, (n) => [
        { a: n, b: 1 },
        { b: n, c: 1 },
      ]),
    ),
  ).toEqual([]);
});

test('a value that is wrong under its new name still differs, and the rename says so', () => {
  const pairs = sample(20, (n) => [{ old: `v${n}` }, { fresh: n % 5 === 0 ? 'wrong' : `v${n}` }]);
  const { suggestions, left, agreeingThen } = suggestRules(pairs, SPEC, { mayIgnore: () => false });
  expect(suggestions).toMatchObject([{ rule: { rename: { from: '/old' } }, hides: 16 }]);
  expect(suggestions[0]?.reason).toContain('4 of 20 pairs still differ');
  expect(left).toMatchObject([{ pattern: '/fresh', differing: 4 }]);
  expect(agreeingThen).toBe(16);
});

test('a hundred members that are called otherwise are told of at once', () => {
  const wide = (name: string, n: number) =>
    Object.fromEntries(Array.from({ length: 100 }, (_, k) => [`${name}${k}`, hex(n * 100 + k, 20)]));
  const pairs = sample(30, (n) => [wide('a', n), wide('b', n)]);
  const { suggestions, agreeingThen } = suggestRules(pairs, SPEC);
  expect(suggestions.filter(({ rule }) => 'rename' in rule)).toHaveLength(100);
  expect(agreeingThen).toBe(30);
});
