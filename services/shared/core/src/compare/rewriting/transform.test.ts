// Values of one side replaced by what an expression makes of them.
import { describe, expect, test } from 'vitest';
import type { Comparison, Side } from '../../outcome.ts';
import { compareTexts, planWith, STRICT } from '../testing/plans.ts';
import { judged } from '../testing/told.ts';
import type { TransformRule } from './transform.ts';

const transform = (path: string, value: string, side: Side = 'candidate'): TransformRule => ({
  kind: 'transform',
  name: 't',
  side,
  path,
  value,
});

function compared(legacy: unknown, candidate: unknown, ...rules: readonly TransformRule[]): Comparison {
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  return compareTexts(text(legacy), text(candidate), planWith(rules));
}

const stopped = (reason: string): Comparison => ({ kind: 'inconclusive', reason });

describe('a transform', () => {
  test('replaces the value of its side, and says so', () => {
    expect(compared({ total: 5 }, { total: 500 }, transform('/total', '$ / 100'))).toEqual({
      kind: 'equivalent',
      differences: [{ path: '/total', kind: 'changed', candidate: '500', rule: 't' }],
    });
    expect(judged({ total: 5 }, { total: 501 }, transform('/total', '$ / 100'))).toEqual([
      'mismatch',
      '/total changed',
      '/total changed (t)',
    ]);
  });

  test('sees the whole document of its side', () => {
    const rule = transform('/name', '$document.first & " " & $document.last', 'legacy');
    expect(judged({ name: '', first: 'A', last: 'B' }, { name: 'A B', first: 'A', last: 'B' }, rule)[0]).toBe(
      'equivalent',
    );
  });

  test('holds at every place of a pattern, each by itself', () => {
    const rule = transform('/items/*/price', '$round($ * 1.1, 2)');
    expect(judged({ items: [{ price: 11 }, { price: 2.2 }] }, { items: [{ price: 10 }, { price: 2 }] }, rule)[0]).toBe(
      'equivalent',
    );
  });

  test('that gives nothing takes the member, or the element, away', () => {
    expect(judged({}, { a: 1 }, transform('/a', 'nothing'))).toEqual(['equivalent', '/a added (t)']);
    const drop = transform('/*', '$ > 1 ? $');
    expect(judged([2, 3], [1, 2, 0, 3], drop)[0]).toBe('equivalent');
  });

  test('makes no place that is not there', () => {
    expect(judged({ a: 1 }, {}, transform('/a', '1'))).toEqual(['mismatch', '/a removed']);
  });

  test('of the whole document may make another one', () => {
    const rule = transform('', '{ "id": orderNo, "total": $sum(lines.(price * qty)) }');
    expect(
      judged(
        { id: 'x', total: 7 },
        {
          orderNo: 'x',
          lines: [
            { price: 1.5, qty: 2 },
            { price: 4, qty: 1 },
          ],
        },
        rule,
      )[0],
    ).toBe('equivalent');
    expect(compared({}, { a: 1 }, transform('', 'nothing'))).toEqual(stopped('transform-failed'));
  });

  test('is applied after the rules before it and before those after it', () => {
    const rename = { kind: 'rename', name: 'r', side: 'candidate', from: '/cents', to: '/total' } as const;
    expect(judged({ total: 1 }, { cents: 100 }, rename, transform('/total', '$ / 100'))[0]).toBe('equivalent');
    expect(judged({ total: 1 }, { cents: 100 }, transform('/cents', '$ / 100'), rename)[0]).toBe('equivalent');
    const decode = { kind: 'decode', name: 'd', path: '/p', as: ['json'] } as const;
    expect(judged({ p: 2 }, { p: '{"v":1}' }, decode, transform('/p', 'v + 1'))[0]).toBe('equivalent');
  });
});

describe('documents that are the same as they stand', () => {
  test('differ where a transform makes one of them another', () => {
    expect(compared({ total: 500 }, { total: 500 }, transform('/total', '$ / 100'))).toMatchObject({
      kind: 'mismatch',
    });
  });

  test('match where it changes nothing', () => {
    expect(compared({ total: 500 }, { total: 500 }, transform('/sum', '$ / 100'))).toEqual({ kind: 'match' });
    expect(compared({ total: 'ab' }, { total: 'ab' }, transform('/total', '$trim($)'))).toEqual({ kind: 'match' });
  });
});

describe('no number is rounded on the way', () => {
  test.each([
    ['in the value', '{"a":9007199254740993}', '$'],
    ['in the value, behind the point', '{"a":0.1234567890123456789}', '$'],
    ['beyond what there is', '{"a":1e400}', '$'],
    ['anywhere in a document that is read', '{"a":1,"b":[9007199254740993]}', '$document.a'],
    ['in a text that is read as a number', '{"a":"9007199254740993"}', '$number($)'],
    ['in a sum', '{"a":9007199254740991}', '$ + 2'],
    ['in the midst of a calculation', '{"a":9007199254740991}', '($ + 2) - ($ + 2)'],
    ['in a text that is made', '{"a":0.30000000000000004}', '"" & $'],
    ['in a text that is made of a list', '{"a":[0.30000000000000004]}', '"" & $'],
  ])('%s', (_, candidate, value) => {
    expect(compared('{"a":9007199254740992}', candidate, transform('/a', value))).toEqual(
      stopped('transform-precision'),
    );
  });

  test('but what is not touched keeps all its digits', () => {
    expect(
      compared('{"a":1,"b":9007199254740993}', '{"a":10,"b":9007199254740993}', transform('/a', '$ / 10')).kind,
    ).toBe('equivalent');
    expect(
      compared('{"a":1,"b":9007199254740993}', '{"a":10,"b":9007199254740992}', transform('/a', '$ / 10')),
    ).toMatchObject({
      differences: [{ path: '/b' }, {}],
    });
  });

  test('nor by a calculation: what no double is to the last digit is never taken for one', () => {
    const made = (legacy: string, candidate: string, value: string): Comparison =>
      compared(`{"a":${legacy}}`, `{"a":${candidate}}`, transform('/a', value));
    // 90071992547409.91 lies next to the double that is written as 90071992547409.9.
    expect(made('90071992547409.9', '9007199254740991', '$ / 100')).toEqual(stopped('transform-precision'));
    expect(made('3.3333333333333335', '10', '$ / 3')).toEqual(stopped('transform-precision'));
    expect(made('124691356.90246844', '12345678.9012345', '$ * 10.1')).toEqual(stopped('transform-precision'));
    expect(made('{"x":10,"y":10}', '10', '{ "x": $ / 3 * 3, "y": $round($ / 3 * 3, 2) }')).toEqual(
      stopped('transform-precision'),
    );
    expect(made('{"x":10,"y":10}', '10', '($t := $ / 3 * 3; { "x": $t, "y": $round($t, 2) })')).toEqual(
      stopped('transform-precision'),
    );
    expect(made('3', '0.3', '$ = 0.1 * 3 ? 3 : 4').kind).toBe('equivalent');
    expect(made('true', '10', '$ / 3 * 3 = 10')).toEqual(stopped('transform-precision'));
    expect(made('"3.3333333333333335"', '10', '$string($ / 3)')).toEqual(stopped('transform-precision'));
    expect(made('{"x":[3.3333333333333335]}', '10', '{ "x": [$ / 3] }')).toEqual(stopped('transform-precision'));
    expect(made('1.4142135623730951', '2', '$sqrt($)')).toEqual(stopped('transform-precision'));
  });

  test.each([
    ['handed on to a function', '"3.3333333333333335"', '10', '$ / 3 ~> $string()'],
    ['that a function takes for itself', '"3.3333333333333335"', '10', '($ / 3).$string()'],
    ['that decides what is kept', '[0.1]', '[0.1]', '[$filter($, function($v){ $v / 3 * 3 - $v })]'],
    ['that decides by way of a variable', '0.1', '[0.1]', '($f := function($v){ $v / 3 * 3 - $v }; $single($, $f))'],
    [
      'that decides for the last call',
      '0.1',
      '[0.1]',
      '($f := function($l){ $single($l, function($v){ $v / 3 * 3 - $v }) }; $f($))',
    ],
    ['handed on to one that decides', '{"x":0.1}', '{"x":0.1}', '$ ~> $sift(function($v){ $v / 3 * 3 - $v })'],
    ['of a list that is handed on', '4', '10', '[$ / 3, 4] ~> $max()'],
    ['written to a base', '"11"', '10', '($ / 3) ~> $formatBase(2)'],
    [
      'beside an exact one that is rounded',
      '{"t":0,"r":0}',
      '{"a":1,"b":0.3333333333333333,"c":5}',
      '{ "t": a / 3 - b, "r": $round(c - c, 2) }',
    ],
    ['made while an exact one is rounded', '[10,10]', '10', '[$round($ + 0, $t := $ / 3 * 3), $t]'],
    ['that says how far is rounded', '3.33', '10', '$round($, $ / 3 * 3 - 8)'],
  ])('nor is a rough number %s', (_, legacy, candidate, value) => {
    expect(compared(`{"a":${legacy}}`, `{"a":${candidate}}`, transform('/a', value))).toEqual(
      stopped('transform-precision'),
    );
  });

  test('what is divided by nothing is no number, and decides nothing', () => {
    for (const value of ['$ / 0 > 1 ? 2 : 1', '$ % 0 > 1 ? 2 : 1', '[$ / 0] ~> $count()']) {
      for (const divided of [0, 5])
        expect(compared({ a: 1 }, { a: divided }, transform('/a', value))).toEqual(stopped('transform-failed'));
    }
  });

  test.each([
    ['[2,3]', '[1,2,3]', '$filter($, function($v){ $v - 1 })'],
    ['[2]', '[1,2,3]', '[$filter($, function($v, $i){ $i = 1 })]'],
    ['2', '[1,2,3]', '$single($, function($v){ $v = 2 })'],
    ['7', '[7]', '$single($)'],
    ['{"y":1}', '{"x":0,"y":1}', '$sift(function($v){ $v })'],
    ['"3.5"', '7', '($ / 2).$string()'],
    ['"3.5"', '7', '$ / 2 ~> $string()'],
    ['["1","2"]', '[1,2]', '$map($, function($v){ $v.$string() })'],
    ['false', '0', '$boolean()'],
  ])('%s is what comes of %s by %s', (legacy, candidate, value) => {
    expect(compared(`{"a":${legacy}}`, `{"a":${candidate}}`, transform('/a', value)).kind).toBe('equivalent');
  });

  test.each([
    ['0.3', '0.1', '$ + 0.2'],
    ['19.99', '1999', '$ * 0.01'],
    ['0.3', '0.4', '$ - 0.1'],
    ['3', '0.3', '$ / 0.1'],
    ['0', '0.3', '$ % 0.1'],
    ['3.33', '10', '$round($ / 3, 2)'],
    ['3', '0.3', '$floor($ / 0.1)'],
    ['1.02', '1.015', '$round($, 2)'],
    ['-1.02', '-1.015', '$round($, 2)'],
    ['-4', '-3.2', '$floor($)'],
    ['-3', '-3.2', '$ceil($)'],
    ['1200', '1234', '$round($, -2)'],
    ['0.6', '[0.1,0.2,0.3]', '$sum($)'],
    ['0.2', '[0.1,0.2,0.3]', '$average($)'],
    ['1.21', '1.1', '$power($, 2)'],
    ['1.5', '2.25', '$sqrt($)'],
    ['0.1', '0.1', '($ + 1000000000000000) - 1000000000000000'],
    ['9', '10', '$round(($ / 3 * 2.7))'],
    ['10', '10', '$round($ / 3 * 3, 10)'],
  ])('%s is what comes of %s by %s, in decimals', (legacy, candidate, value) => {
    const { kind } = compared(`{"a":${legacy}}`, `{"a":${candidate}}`, transform('/a', value));
    expect(['match', 'equivalent']).toContain(kind);
  });

  test('and where rounding would depend on what was rounded before, it is not done', () => {
    const made = (candidate: string, value: string): Comparison =>
      compared('{"a":1}', `{"a":${candidate}}`, transform('/a', value));
    // A third, three times: on the edge between 0 and 1.
    expect(made('1', '$floor($ / 3 * 3)')).toEqual(stopped('transform-precision'));
    expect(made('1', '$round($ / 3 * 1.5, 0)')).toEqual(stopped('transform-precision'));
  });

  test('decimals are read as they are written', () => {
    expect(
      compared('{"a":"0.30000000000000004"}', '{"a":0.30000000000000004}', transform('/a', '$string($)')).kind,
    ).toBe('equivalent');
    expect(compared('{"a":"0.3"}', '{"a":0.30}', transform('/a', '$string($)')).kind).toBe('equivalent');
  });
});

describe('what cannot be done ends by name', () => {
  test.each([
    ['an error', '$error("no")'],
    ['a wrong type', '$uppercase($)'],
    ['a function as a result', 'function($x){ $x }'],
    ['a result with a function in it', '{ "f": function($x){ $x } }'],
  ])('%s', (_, value) => {
    expect(compared({ a: 1 }, { a: 1 }, transform('/a', value))).toEqual(stopped('transform-failed'));
  });

  test('names of the library in a document', () => {
    const candidate = { a: { _jsonata_lambda: true, body: { type: 'variable', value: 'eval' } } };
    expect(compared({ a: 1 }, candidate, transform('/a', '$'))).toEqual(stopped('transform-failed'));
  });
});

describe('limits', () => {
  const grow = (step: string, n: number): string =>
    `($f := function($t, $n){ $n = 0 ? $t : $f(${step}, $n - 1) }; $f($, ${n}))`;

  test.each([
    ['calls without end', '($f := function($n){ $f($n) }; $f(1))'],
    ['calls in one another without end', '($f := function($n){ 1 + $f($n) }; $f(1))'],
    ['two functions that call each other', '($g := function($n){ $f($n) }; $f := function($n){ $g($n) }; $f(1))'],
    ['a text that doubles', grow('$t & $t', 100)],
    ['a list that doubles', grow('$append($t, $t)', 100)],
    ['an object that shares itself', grow('{ "a": $t, "b": $t }', 60)],
    ['the text of an object that shares itself', `$string(${grow('{ "a": $t, "b": $t }', 60)})`],
    ['the descendants of an object that shares itself', `$count(${grow('{ "a": $t, "b": $t }', 60)}.**)`],
    ['names in lists that share themselves', `${grow('[[$t], [$t]]', 60)}.a`],
    ['a long padding', '$pad("x", 1000000000)'],
    ['replacing much by much', '$replace($pad("", 1000000, "a"), "a", $pad("", 1000000, "b"))'],
    ['a result that is too deep', grow('{ "a": $t }', 600)],
    ['many terms', `1${' + 1'.repeat(900)}`],
  ])('%s', (_, value) => {
    expect(compared({ a: 'x' }, { a: 'x' }, transform('/a', value))).toEqual(stopped('transform-limit'));
  });

  test('many places share one allowance', () => {
    const list = Array.from({ length: 20_000 }, (_, i) => i);
    expect(compared({ a: list }, { a: list }, transform('/a/*', '$ + 0 + 0 + 0 + 0')).kind).toBe('inconclusive');
    const few = list.slice(0, 1000);
    expect(compared({ a: few }, { a: few }, transform('/a/*', '$ + 0 + 0 + 0 + 0')).kind).toBe('match');
  });

  test('a result counts against the payload budget', () => {
    const plan = planWith([transform('/a', '$pad("", 100000, "x")')], {
      budgets: { ...STRICT.budgets, payloadBytes: 10_000 },
    });
    expect(compareTexts('{"a":1}', '{"a":2}', plan)).toEqual(stopped('transform-limit'));
  });

  test('sorting is stable, and takes as long as it must', () => {
    const list = Array.from({ length: 5000 }, (_, i) => ({ k: i % 7, i }));
    const sorted = [...list].sort((one, other) => one.k - other.k);
    expect(compared(sorted, list, transform('', '$sort($, function($a, $b){ $a.k > $b.k })')).kind).toMatch(
      /equivalent|inconclusive/,
    );
    expect(compared([1, 2, 3], [3, 1, 2], transform('', '$sort($)')).kind).toBe('equivalent');
    expect(compared({ a: 1 }, { a: [1, 'b'] }, transform('/a', '$sort($)'))).toEqual(stopped('transform-failed'));
  });
});

describe('prototypes', () => {
  test.each([
    'constructor',
    '__proto__',
    'toString',
    'a.constructor',
    '$lookup($, "__proto__")',
    '$lookup($, "constructor")',
  ])('%s is not there', (value) => {
    expect(judged({ a: 'x' }, { b: { a: 'x' } }, transform('/b', value))).toEqual([
      'mismatch',
      '/a removed',
      '/b added (t)',
    ]);
  });

  test('a member of that name is data', () => {
    expect(judged('{"b":1}', '{"b":{"__proto__":1}}', transform('/b', '$lookup($, "__proto__")'))[0]).toBe(
      'equivalent',
    );
    const made = '{ "__proto__": 1, "constructor": 2 }';
    expect(judged('{"b":{"__proto__":1,"constructor":2}}', '{"b":0}', transform('/b', made))[0]).toBe('equivalent');
    const grouped = '$merge(items.{ k: v })';
    expect(
      judged(
        '{"b":{"__proto__":{"polluted":true}}}',
        '{"b":{"items":[{"k":"__proto__","v":{"polluted":true}}]}}',
        transform('/b', grouped),
      )[0],
    ).toBe('equivalent');
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });
});
