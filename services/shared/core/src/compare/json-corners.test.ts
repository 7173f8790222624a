// The corners of JSON: each is judged right or inconclusive, by the walk and in full, and never a false match.
import { describe, expect, test } from 'vitest';
import type { Comparison } from '../outcome.ts';
import type { RuleSpec } from './rules.ts';
import { compareTexts, planWith, STRICT } from './testing/plans.ts';

const strict = planWith([]);
const bytes = (...values: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(
    values.flatMap((value) => (typeof value === 'number' ? [value] : [...new TextEncoder().encode(value)])),
  );

/** As strict documents, and again inside a document with an ignored member that differs, where the walk decides. */
function kinds(legacy: string | Uint8Array, candidate: string | Uint8Array): readonly string[] {
  const said = (comparison: Comparison): string =>
    comparison.kind === 'inconclusive' ? comparison.reason : comparison.kind;
  const inside = (text: string | Uint8Array, ts: string): Uint8Array =>
    bytes(`{"ts":"${ts}","v":`, ...(typeof text === 'string' ? [text] : text), '}');
  const rules: RuleSpec[] = [{ kind: 'ignore', name: 'ignore', paths: ['/ts'] }];
  return [
    said(compareTexts(legacy, candidate, strict)),
    said(compareTexts(inside(legacy, 'x'), inside(candidate, 'y'), planWith(rules))),
  ];
}

const SAME: readonly (readonly [name: string, legacy: string, candidate: string])[] = [
  ['1 and 1.0', '1', '1.0'],
  ['1 and 1e0', '1', '1e0'],
  ['1e2 and 100', '1e2', '100'],
  ['1E+2 and 100.000', '1E+2', '100.000'],
  ['0.1 and 1e-1', '0.1', '1e-1'],
  ['-0 and 0', '-0', '0'],
  ['-0.0e5 and 0', '-0.0e5', '0'],
  ['an exponent beyond all sense', '10e99999999999999999999', '1e100000000000000000000'],
  ['an exponent of many zeros', `1e${'0'.repeat(30_000)}1`, '10'],
  ['an exponent of 30,000 digits', `10e${'9'.repeat(30_000)}`, `1e1${'0'.repeat(30_000)}`],
  ['and below zero', `0.01e-${'9'.repeat(30_000)}`, `1e-1${'0'.repeat(29_999)}1`],
  ['a long decimal and its trailing zeros', '0.12345678901234567890123456789', '0.123456789012345678901234567890'],
  ['members in another order', '{"a":1,"b":{"c":2,"d":3}}', '{"b":{"d":3,"c":2},"a":1}'],
  ['white space', ' [ 1 ,\t2\r\n] ', '[1,2]'],
  ['escapes', '"\\u0061\\/\\u00e4"', '"a/ä"'],
  ['a pair of surrogates, escaped and not', '"\\ud83d\\ude00"', '"😀"'],
  ['a name, escaped and not', '{"\\u0061":1}', '{"a":1}'],
  ['__proto__, in another order', '{"__proto__":{"x":1},"a":1}', '{"a":1,"__proto__":{"x":1}}'],
  ['the empty name', '{"":1,"a":2}', '{"a":2,"":1}'],
];

const DIFFERENT: readonly (readonly [name: string, legacy: string, candidate: string, path: string])[] = [
  ['integers beyond 2^53', '9007199254740993', '9007199254740992', ''],
  ['integers of 30 digits', '123456789012345678901234567890', '123456789012345678901234567891', ''],
  ['long decimals', '0.1000000000000000055511151231257827', '0.1', ''],
  ['numbers beyond all doubles', '1e999', '1e998', ''],
  ['numbers below all doubles', '1e-999', '0', ''],
  ['exponents of 30,000 digits', `1e${'9'.repeat(30_000)}`, `1e${'9'.repeat(29_999)}8`, ''],
  ['signs', '-1', '1', ''],
  ['1 and "1"', '1', '"1"', ''],
  ['0 and false', '0', 'false', ''],
  ['0 and null', '0', 'null', ''],
  ['"" and null', '""', 'null', ''],
  ['true and "true"', 'true', '"true"', ''],
  ['[] and {}', '[]', '{}', ''],
  ['lone surrogates', '"\\ud800"', '"\\ud801"', ''],
  ['a lone surrogate and U+FFFD', '"\\ud800"', '"\\ufffd"', ''],
  ['swapped surrogates', '"\\ude00\\ud83d"', '"\\ud83d\\ude00"', ''],
  ['names of lone surrogates', '{"\\ud800":1}', '{"\\udfff":1}', '/\ud800'],
  ['Unicode forms', '"\\u00e9"', '"e\\u0301"', ''],
  ['letter case', '"Straße"', '"STRASSE"', ''],
  ['a zero-width joiner', '"a\\u200db"', '"ab"', ''],
  ['U+0000', '"a\\u0000"', '"a"', ''],
  ['__proto__', '{"__proto__":1}', '{"__proto__":2}', '/__proto__'],
  ['__proto__ and nothing', '{"__proto__":{}}', '{}', '/__proto__'],
  ['constructor', '{"constructor":1}', '{}', '/constructor'],
  ['toString', '{}', '{"toString":null}', '/toString'],
  ['the empty name', '{"":1}', '{"":2}', '/'],
  ['names with slashes and tildes', '{"a/b":1,"a~b":1}', '{"a/b":2,"a~b":1}', '/a~1b'],
  ['null and missing', '{"a":null}', '{}', '/a'],
  ['a name that looks like an index', '{"0":1}', '{"0":2}', '/0'],
  ['an array longer by one null', '[1]', '[1,null]', '/1'],
];

const REFUSED: readonly (readonly [
  name: string,
  legacy: string | Uint8Array,
  candidate: string | Uint8Array,
  reason: string,
])[] = [
  ['a duplicate name', '{"a":1,"a":2}', '{"a":2}', 'duplicate-keys'],
  ['duplicate names in another order', '{"a":1,"a":2}', '{"a":2,"a":1}', 'duplicate-keys'],
  ['a duplicate name, once escaped', '{"a":1,"\\u0061":1}', '{"a":1}', 'duplicate-keys'],
  [
    'a duplicate name of many',
    `{${Array.from({ length: 40 }, (_, i) => `"k${i}":1`).join()},"k7":1}`,
    '{}',
    'duplicate-keys',
  ],
  ['invalid UTF-8', bytes('"', 0xff, '"'), '"a"', 'undecodable'],
  ['an overlong form', bytes('"', 0xc0, 0x80, '"'), '"a"', 'undecodable'],
  ['a surrogate in UTF-8', bytes('"', 0xed, 0xa0, 0x80, '"'), '"a"', 'undecodable'],
  ['beyond U+10FFFF', bytes('"', 0xf4, 0x90, 0x80, 0x80, '"'), '"a"', 'undecodable'],
  ['a cut sequence', bytes('"', 0xe2, 0x82, '"'), '"a"', 'undecodable'],
  ['a control character', bytes('"', 0x0a, '"'), '"a"', 'undecodable'],
  ['a leading zero', '01', '1', 'undecodable'],
  ['a leading plus', '+1', '1', 'undecodable'],
  ['no digit after the point', '1.', '1', 'undecodable'],
  ['NaN', 'NaN', '1', 'undecodable'],
  ['a trailing comma', '[1,]', '[1]', 'undecodable'],
  ['a trailing comma in an object', '{"a":1,}', '{"a":1}', 'undecodable'],
  ['single quotes', "'a'", '"a"', 'undecodable'],
  ['a comment', '[1/**/]', '[1]', 'undecodable'],
  ['a cut document', '{"a":[1,2', '{"a":[1,2]}', 'undecodable'],
  ['a bad escape', '"\\x41"', '"A"', 'undecodable'],
  ['a cut escape', '"\\u00"', '"A"', 'undecodable'],
  ['two documents', '1 1', '1', 'undecodable'],
  ['garbage behind the document', '{"a":1}x', '{"a":1}', 'undecodable'],
  ['a byte order mark', bytes(0xef, 0xbb, 0xbf, '1'), '1', 'undecodable'],
];

describe('the same document', () => {
  test.each(SAME)('%s', (_, legacy, candidate) => {
    expect(kinds(legacy, candidate)).toEqual(['match', 'equivalent']);
    expect(kinds(candidate, legacy)).toEqual(['match', 'equivalent']);
  });
});

describe('different documents', () => {
  test.each(DIFFERENT)('%s', (_, legacy, candidate, path) => {
    expect(kinds(legacy, candidate)).toEqual(['mismatch', 'mismatch']);
    expect(kinds(candidate, legacy)).toEqual(['mismatch', 'mismatch']);
    const comparison = compareTexts(legacy, candidate, strict);
    expect(comparison.kind === 'mismatch' && comparison.differences.map((difference) => difference.path)).toContain(
      path,
    );
  });
});

describe('inconclusive', () => {
  test.each(REFUSED)('%s', (_, legacy, candidate, reason) => {
    expect(compareTexts(legacy, candidate, strict)).toEqual({ kind: 'inconclusive', reason });
    expect(compareTexts(candidate, legacy, strict)).toEqual({ kind: 'inconclusive', reason });
    expect(kinds(legacy, candidate)[1]).toMatch(/undecodable|duplicate-keys/);
  });

  test('an ignored value that is no JSON is still no JSON', () => {
    const plan = planWith([{ kind: 'ignore', name: 'ignore', paths: ['/ts'] }]);
    expect(compareTexts('{"ts":01,"a":1}', '{"ts":02,"a":1}', plan)).toEqual({
      kind: 'inconclusive',
      reason: 'undecodable',
    });
    expect(compareTexts('{"ts":{"x":1,"x":2}}', '{"ts":{"x":1,"x":3}}', plan)).toEqual({
      kind: 'inconclusive',
      reason: 'duplicate-keys',
    });
  });

  test('a document deeper than its budget, and a value larger than its', () => {
    const small = planWith([], { budgets: { ...STRICT.budgets, depth: 3, payloadBytes: 20 } });
    expect(compareTexts('[[[1]]]', '[[[2]]]', small).kind).toBe('mismatch');
    expect(compareTexts('[[[[1]]]]', '[[[[2]]]]', small)).toEqual({ kind: 'inconclusive', reason: 'budget-depth' });
    expect(compareTexts(`"${'x'.repeat(19)}"`, '1', small)).toEqual({ kind: 'inconclusive', reason: 'budget-bytes' });
  });
});

describe('large documents', () => {
  test('10,000 levels are judged, in arrays and in objects', () => {
    const arrays = (inner: string): string => '['.repeat(10_000) + inner + ']'.repeat(10_000);
    const objects = (inner: string): string => '{"a":'.repeat(10_000) + inner + '}'.repeat(10_000);
    for (const nested of [arrays, objects]) {
      expect(compareTexts(nested('1'), nested('1.0'), strict).kind).toBe('match');
      const comparison = compareTexts(nested('1'), nested('2'), strict);
      expect(comparison.kind === 'mismatch' && comparison.differences).toHaveLength(1);
    }
    expect(compareTexts(arrays('[]'), arrays('[1]'), strict)).toEqual({ kind: 'inconclusive', reason: 'budget-depth' });
  });

  test('10,000 levels with neighbours at each are judged', () => {
    const nested = (inner: string): string => '[0,'.repeat(10_000) + inner + ',1]'.repeat(10_000);
    const comparison = compareTexts(nested('1'), nested('2'), strict);
    expect(comparison.kind === 'mismatch' && comparison.differences).toHaveLength(1);
  });

  test('a string of 10 MB is judged by its last letter and shown around it', () => {
    const long = 'x'.repeat(10 * 1024 * 1024);
    expect(compareTexts(`{"a":1,"s":"${long}a"}`, `{"s":"${long}a","a":1.0}`, strict).kind).toBe('match');
    const comparison = compareTexts(`{"s":"${long}a"}`, `{"s":"${long}b"}`, strict);
    expect(comparison.kind === 'mismatch' && comparison.differences[0]?.legacy).toMatch(
      /^"…x{80}a… \(10485763 bytes\)"$/,
    );
  });

  test('one element inserted into 100,000 is one added element', () => {
    const items = Array.from({ length: 100_000 }, (_, i) => `{"id":${i},"name":"item ${i % 10}"}`);
    const more = [...items.slice(0, 50_000), '{"id":-1}', ...items.slice(50_000)];
    const comparison = compareTexts(`[${items.join()}]`, `[${more.join()}]`, strict);
    expect(comparison.kind === 'mismatch' && comparison.differences).toEqual([
      { path: '/50000', kind: 'added', candidate: '{"id":-1}' },
    ]);
  });
});
