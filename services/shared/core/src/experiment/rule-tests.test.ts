// Rule tests: what they must catch, what they must not, and how a failing one is told.
import { describe, expect, test } from 'vitest';
import { parseExperiment } from './parse.ts';

const file = (tests: string, rules = 'rules: []'): string =>
  `experiment: x\nlegacy: { topic: a }\ncandidate: { topic: b }\n${rules}\ntests:\n${tests}\n`;

function told(text: string): readonly string[] {
  const parsed = parseExperiment(text, 'e.yaml');
  return parsed.kind === 'ok'
    ? []
    : parsed.faults.map(({ line, code, key, message }) => `${line} ${code} ${key} ${message}`);
}

const CENTS = 'rules: [ { tolerance: { path: /total, absolute: 0.005 }, name: cents } ]';

describe('a rule test', () => {
  test('that comes out as it must is nothing to tell', () => {
    const tests = `  - { legacy: { total: 1, at: a }, candidate: { total: 1.004, at: a }, outcome: equivalent }
  - { name: beyond, legacy: { total: 1 }, candidate: { total: 1.01 }, outcome: mismatch }
  - { legacy: null, candidate: null, outcome: match }
  - { legacy: { a: [1, "x", true, ] }, candidate: { a: [1.0, x, true] }, outcome: match, type: order }`;
    expect(told(file(tests, CENTS))).toEqual([]);
  });

  test('that does not is a fault with its line, what came instead, and the differences', () => {
    const tests = `  - { legacy: { total: 1 }, candidate: { total: 1 }, outcome: match }
  - name: half a cent is nothing
    legacy: { total: 1, note: a }
    candidate: { total: 1.006, note: a }
    outcome: equivalent
  - { legacy: { total: 1 }, candidate: { total: 1.001 }, outcome: mismatch }`;
    expect(told(file(tests, CENTS))).toEqual([
      '7 failing-test tests[1] The test `half a cent is nothing` fails: equivalent was to come out, and mismatch did: /total changed, 1 against 1.006.',
      '11 failing-test tests[2] The test `tests[2]` fails: mismatch was to come out, and equivalent did: /total changed, 1 against 1.001, excused by cents.',
    ]);
  });

  test('that lacks an event is told what may stand there', () => {
    const parsed = parseExperiment(file('  - { legacy: 1, outcome: match }'), 'e.yaml');
    expect(parsed.kind === 'faults' && parsed.faults.map(({ allowed }) => allowed)).toEqual(['any JSON value']);
  });

  test('sees the text of numbers, however YAML lets them be written, and through anchors', () => {
    const same = (one: string, other: string): string => `  - { legacy: ${one}, candidate: ${other}, outcome: match }`;
    const apart = (one: string, other: string): string =>
      `  - { legacy: ${one}, candidate: ${other}, outcome: mismatch }`;
    const tests = [
      apart('9007199254740993', '9007199254740992'),
      apart('{ n: 0.1 }', '{ n: 0.1000000000000000000001 }'),
      apart('1', '"1"'),
      same('0xff', '255'),
      same('0o17', '15'),
      same('[+1, .5, 7., 007, -.5e3]', '[1, 0.5, 7, 7, -500]'),
      same('0xffffffffffffffff', '18446744073709551615'),
      same('&big { n: 9007199254740993 }', '*big'),
    ];
    expect(told(file(tests.join('\n')))).toEqual([]);
  });

  test.each([
    ['{ legacy: .inf, candidate: 1, outcome: match }', '6 bad-value tests[0].legacy JSON has no number .inf.'],
    ['{ candidate: 1, outcome: match }', '6 missing-key tests[0].legacy `tests[0].legacy` is missing.'],
    ['{ legacy: 1, candidate: 1, outcome: equal }', '6 bad-value tests[0].outcome `tests[0].outcome` cannot be equal.'],
    [
      '{ legacy: 1, candidate: 1, outcom: match }',
      '6 unknown-key tests[0].outcom `tests[0].outcom` is not a known key.',
    ],
  ])('that says no test is refused: %s', (text, fault) => {
    expect(told(file(`  - ${text}`))).toContain(fault);
  });

  test('of a file that has other faults is not run', () => {
    const text = file('  - { legacy: 1, candidate: 2, outcome: match }', 'rules: [ { tolerance: { path: /a } } ]');
    expect(told(text).map((fault) => fault.split(' ')[1])).toEqual(['contradiction']);
  });

  test('of text compares strings as the payloads', () => {
    const text = (legacy: string, outcome: string): string =>
      `${file(`  - { legacy: ${legacy}, candidate: '{"a":1}', outcome: ${outcome} }`, '')}format: text\n`;
    expect(told(text(`'{"a":1}'`, 'match'))).toEqual([]);
    expect(told(text(`'{ "a":1}'`, 'mismatch'))).toEqual([]);
  });
});

test('a rule that never gets its turn is warned of, with its line and what hides it, and nothing is refused', () => {
  const rules = `rules:
  - tolerance: { path: /items/0/price, absolute: 1 }
  - ignore: [ /meta, /at ]
    name: noise
  - tolerance: { path: "/items/*/price", absolute: 1 }
    name: prices
  - nullish: { path: /meta/note, same: [ null, missing ] }`;
  const parsed = parseExperiment(file('  []', rules), 'e.yaml');
  expect(parsed.kind === 'ok' ? parsed.warnings.map(({ line, key, message }) => [line, key, message]) : parsed).toEqual(
    [
      [
        5,
        'rules[0]',
        'Rule `tolerance#1` says nothing: rule `prices` of line 8 comes later and speaks of every place it speaks of.',
      ],
      [10, 'rules[3]', 'Rule `nullish#4` says nothing: rule `noise` of line 6 ignores every place it speaks of.'],
    ],
  );
});
